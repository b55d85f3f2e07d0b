//! Gives a thousand texts of a MiB each, all of them the same memory.

use hostile_guests::{Error, Outcome, attack};

attack!(run);

fn run(_: String) -> Result<Outcome, Error> {
    let text = "x".repeat(1 << 20);
    // SAFETY: none of the copies is changed or freed; the host reads them, and the instance ends.
    let copy = || unsafe { String::from_raw_parts(text.as_ptr().cast_mut(), text.len(), 0) };
    let more = (0..1000).map(|_| copy()).collect();
    std::mem::forget(text);
    Ok(Outcome { readable: "let through".into(), more, marks: Vec::new() })
}
