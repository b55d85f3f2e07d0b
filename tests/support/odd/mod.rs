//! Servers and proxies that do what is seen in front of real ones.

mod authority;
mod listen;
mod pong;

pub use authority::Authority;
pub use listen::{PONG, one_request, serve, serve_each, silence};
pub use pong::{BOTH, serve_counting, serve_tls};
