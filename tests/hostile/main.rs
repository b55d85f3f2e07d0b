//! Components that attack the host: each is stopped, and says by what. `guest/hostile/README.md` has the table.

#[path = "../support/mod.rs"]
mod support;

mod attack;
mod wire;

mod credentials;
mod endpoints;
mod limits;
mod loading;
mod origins;
mod outputs;
mod smuggling;
mod waiting;

use {credentials::*, endpoints::*, limits::*, loading::*, origins::*, outputs::*, smuggling::*, waiting::*};

/// An attack whose test is missing, or has another name, does not compile.
macro_rules! assert_test_exists {
    ($name:ident) => {
        const _: fn() = $name;
    };
}

hostile_components::for_each_attack!(assert_test_exists);
