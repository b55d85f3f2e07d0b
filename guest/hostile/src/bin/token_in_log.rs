//! Writes the token to the log, by an interface that the host does not offer.

use hostile_guests::attack;

attack!(run);

#[allow(missing_docs)]
mod offered {
    wit_bindgen::generate!({ path: [], inline: "
        package wasi:logging@0.1.0-draft;
        interface logging { log: func(context: string, message: string); }
        world w { import logging; }
    ", generate_all });
}

fn run(_: String) -> String {
    offered::wasi::logging::logging::log("attack", &hostile_guests::config("token"));
    "let through".into()
}
