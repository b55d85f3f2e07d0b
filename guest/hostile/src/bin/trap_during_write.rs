//! Stops in the middle of the body of a write.

use hostile_guests::{Request, attack};

attack!(run);

fn run(_: String) -> String {
    let mut request = Request::post(b"{}");
    // The second chunk is never written.
    request.headers.push(("content-length".into(), b"100".to_vec()));
    let pending = request.start();
    panic!("{}", pending.is_ok())
}
