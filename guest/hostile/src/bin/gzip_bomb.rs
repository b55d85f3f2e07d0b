//! Reads an answer that is small on the wire and large when unpacked.

use hostile_guests::{Request, attack};

attack!(run);

fn run(_: String) -> String {
    match Request::get().drain() {
        Ok(bytes) => format!("let through: {bytes} bytes"),
        Err(refused) => format!("refused: {refused}"),
    }
}
