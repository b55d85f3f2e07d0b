//! Says two lengths of one body.

use hostile_guests::{Request, Told, attack};

attack!(run);

fn run(_: String) -> Told {
    Request::post(BODY).with("content-length", "4").with("content-length", "49").outcome()
}

const BODY: &[u8] = b"okokGET /secret HTTP/1.1\r\nhost: evil.test\r\n\r\n";
