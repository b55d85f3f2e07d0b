//! Says that the body is shorter than it is, so that the rest is a second request.

use hostile_guests::{Request, Told, attack};

attack!(run);

fn run(_: String) -> Told {
    Request::post(BODY).with("content-length", "4").outcome()
}

const BODY: &[u8] = b"okokGET /secret HTTP/1.1\r\nhost: evil.test\r\n\r\n";
