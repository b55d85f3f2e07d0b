//! What names stand for, in place of the system.

use std::net::IpAddr;
use std::sync::{Arc, Mutex};

use soar_network::address::{Resolve, Resolving};

/// Answers that are given one after the other, the last one for ever.
pub struct Names(Mutex<Vec<Vec<IpAddr>>>);

impl Names {
    pub fn new(answers: &[&[&str]]) -> Arc<Names> {
        let parse = |answer: &&[&str]| answer.iter().map(|address| address.parse().expect("an address")).collect();
        Arc::new(Names(Mutex::new(answers.iter().rev().map(parse).collect())))
    }
}

impl Resolve for Names {
    fn resolve(&self, _: &str) -> Resolving {
        let mut answers = self.0.lock().expect("no panic");
        let answer = if answers.len() > 1 { answers.pop() } else { answers.last().cloned() };
        Box::pin(async move { Ok(answer.unwrap_or_default()) })
    }
}
