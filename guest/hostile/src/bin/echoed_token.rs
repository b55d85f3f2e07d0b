//! Has the server repeat the token, in a header and in the body.

use hostile_guests::{Request, attack};

attack!(run);

fn run(_: String) -> String {
    match Request::get().send() {
        Ok(answer) => {
            let headers = answer.headers.iter().map(|(_, value)| String::from_utf8_lossy(value).into_owned());
            format!("{}\n{}", headers.collect::<Vec<_>>().join("\n"), String::from_utf8_lossy(&answer.body))
        }
        Err(refused) => format!("refused: {refused}"),
    }
}
