//! The components of the crate `hostile-guests`, built by this crate's build script.

include!(concat!(env!("OUT_DIR"), "/attacks.rs"));
