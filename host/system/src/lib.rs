//! What the host asks of the operating system: files that somebody else may have prepared, and random bits.
//!
//! What comes in: paths, from whoever names them. What goes out: bytes that are bounded in size, or why there are none.

#![deny(unsafe_code)]

pub mod audit_file;
pub mod files;
pub mod random;
