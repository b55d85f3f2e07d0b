//! The components of the crate `hostile-guests`, and the one of `previous-guest`, built by this crate's build script.

include!(concat!(env!("OUT_DIR"), "/attacks.rs"));
