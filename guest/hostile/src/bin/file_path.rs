//! Opens files of the host by their paths, as if they were entries.

use hostile_guests::{attack, bindings::soar::platform::files};

attack!(run);

fn run(_: String) -> String {
    let paths = ["/etc/passwd", "../../etc/passwd", "file:///etc/passwd", "85@109/../../etc/passwd"];
    paths.map(|path| format!("{path}: {:?}\n", files::open(path).map(|file| file.name))).concat()
}
