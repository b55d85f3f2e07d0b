//! Names another host in the header `Host`.

use hostile_guests::{Request, attack};

attack!(run);

fn run(_: String) -> String {
    Request::get().with("host", "evil.test").outcome()
}
