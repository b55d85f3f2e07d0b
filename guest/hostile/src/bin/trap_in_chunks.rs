//! Stops in the middle of a body whose length it has not said: what was sent could be all of it.

use hostile_guests::{Request, attack};

attack!(run);

fn run(_: String) -> String {
    let (_pending, body) = Request::post(b"half of it").open().expect("it is allowed");
    let stream = body.as_ref().expect("it has a body").write().expect("a stream");
    stream.blocking_write_and_flush(b"half of it").expect("it is taken");
    panic!("in the middle")
}
