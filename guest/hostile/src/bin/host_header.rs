//! Names another host in the header `Host`.

use hostile_guests::{Request, Told, attack};

attack!(run);

fn run(_: String) -> Told {
    Request::get().with("host", "evil.test").outcome()
}
