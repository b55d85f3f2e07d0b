//! Waiting without end: the only tests that need time, since time is what is limited.

use crate::attack::{Attack, assert_over, failure};
use crate::support::wire::{Wire, silent};
use soar::Limit;
use std::io::Write;
use std::time::Duration;

/// In milliseconds.
const TIME: Duration = Duration::from_millis(300);

#[track_caller]
fn takes_too_long(component: &'static [u8], wire: &Wire) {
    let attack = Attack::new(component).at(wire.url.as_str()).limit(Limit::Time, TIME);
    assert_over(&failure(attack.live()), Limit::Time);
}

#[test]
pub fn endless_poll() {
    takes_too_long(hostile_components::ENDLESS_POLL, &Wire::yes());
}

#[test]
pub fn poll_spin() {
    takes_too_long(hostile_components::POLL_SPIN, &Wire::yes());
}

#[test]
pub fn slow_answer() {
    takes_too_long(hostile_components::SLOW_ANSWER, &Wire::answering(silent));
}

#[test]
pub fn slow_body() {
    let wire = Wire::answering(|stream| {
        stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 1000\r\n\r\nthe beginning")?;
        silent(stream)
    });
    takes_too_long(hostile_components::SLOW_BODY, &wire);
}
