//! Guesses a placeholder: its own with another last letter.

use hostile_guests::{Request, attack, config};

attack!(run);

fn run(_: String) -> String {
    let mut guess = config("token");
    let last = guess.pop();
    guess.push(if last == Some('a') { 'b' } else { 'a' });
    let headers = vec![("authorization".into(), format!("Bearer {guess}").into_bytes())];
    format!("{guess}\n{}", Request { headers, ..Request::get() }.outcome())
}
