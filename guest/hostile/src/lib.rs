//! Components that attack their host, one for each file in `src/bin`, and what they share.
//!
//! Each has one command, `attack`, that declares `GET /api/ok` and `POST /api/write` with the credential `token`. It
//! tries something else and tells in its text what came of it, so that a test sees whether it was stopped.

mod manifest;
mod request;

/// What `wit-bindgen` makes of the world `hostile`.
#[allow(missing_docs)]
pub mod bindings {
    wit_bindgen::generate!({
        path: ["../../wit/deps/io", "../../wit/deps/clocks", "../../wit/deps/config", "../../wit/deps/http",
            "../../wit/platform", "wit"],
        world: "hostile:guest/hostile",
        generate_all,
        pub_export_macro: true,
        default_bindings_module: "hostile_guests::bindings",
    });
}

pub use bindings::exports::hostile::guest::attack::{Arguments, Error, Guest, Marks, Outcome};
pub use bindings::exports::soar::platform::manifest as wit;
pub use bindings::wasi::clocks::{monotonic_clock, wall_clock};
pub use bindings::wasi::config::store;
pub use bindings::wasi::http::{outgoing_handler, types as http};
pub use bindings::wasi::io::{poll, streams};
pub use manifest::describe;
pub use request::{Answer, Refused, Request, Told, authority, bearer, config, origin, port};

/// What an attack tells of itself.
pub trait Report {
    /// As the result of its command.
    fn report(self) -> Result<Outcome, Error>;
}

impl Report for String {
    fn report(self) -> Result<Outcome, Error> {
        Ok(Outcome { readable: self, more: Vec::new(), marks: Vec::new() })
    }
}

impl Report for Result<Outcome, Error> {
    fn report(self) -> Result<Outcome, Error> {
        self
    }
}

/// Makes a component of `fn run(given: String) -> impl Report`, and perhaps of a `describe` of its own.
#[macro_export]
macro_rules! attack {
    ($run:path) => {
        $crate::attack!($run, $crate::describe);
    };
    ($run:path, $describe:path) => {
        struct Attack;

        impl $crate::Guest for Attack {
            fn run(arguments: $crate::Arguments) -> Result<$crate::Outcome, $crate::Error> {
                $crate::Report::report($run(arguments.given.unwrap_or_default()))
            }
        }

        impl $crate::wit::Guest for Attack {
            fn describe() -> $crate::wit::Integration {
                $describe()
            }
        }

        // A native linker takes no names like these; natively the crate is only checked.
        #[cfg(target_arch = "wasm32")]
        $crate::bindings::export!(Attack);

        fn main() {
            let _ = Attack;
        }
    };
}
