//! Reads the environment of the host, by an interface that the host does not offer.

use hostile_guests::attack;

attack!(run);

#[allow(missing_docs)]
mod offered {
    wit_bindgen::generate!({ path: [], inline: "
        package wasi:cli@0.2.12;
        interface environment {
            get-environment: func() -> list<tuple<string, string>>;
            get-arguments: func() -> list<string>;
            initial-cwd: func() -> option<string>;
        }
        world w { import environment; }
    ", generate_all });
}

fn run(_: String) -> String {
    format!("let through: {:?}", offered::wasi::cli::environment::get_environment())
}
