//! Uses methods of a MiB, many times: each is refused, and the host has to say which.

use hostile_guests::{Request, Told, attack};

attack!(run);

fn run(_: String) -> Told {
    let method = "X".repeat(1 << 20).leak();
    (0..100).map(|_| Request { method, ..Request::get() }.outcome()).last().expect("there are some")
}
