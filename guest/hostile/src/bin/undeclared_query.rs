//! Asks a declared endpoint for more than was declared, in its query.

use hostile_guests::{Request, Told, attack};

attack!(run);

fn run(query: String) -> Told {
    Request::get().at(format!("/api/ok?{query}")).outcome()
}
