//! Which addresses a host may stand for: what an address is, which are admitted, and who is asked.
//!
//! A name is resolved once for each connection, every address of the answer is judged, and the connection goes to one
//! that was admitted. The rule:
//!
//! - Public addresses are admitted.
//! - Loopback is admitted for `localhost` (and names below it) and for loopback literals alone.
//! - Private networks (RFC 1918, unique local, shared address space, benchmarking) are admitted only where the
//!   instance's own host is in one. What it is in is settled once: by the address itself if the URL has one, else by
//!   the first answer for its name. A name whose first answer had a public address is public for as long as the
//!   transport lives, and a later private answer (DNS rebinding) is refused. This can't see an answer that was private
//!   from the beginning: who knows that the host is public forbids private networks ([`Private::Never`]).
//! - Everything else is refused, whoever the host is: link-local, metadata services, unspecified, multicast,
//!   broadcast, reserved and documentation blocks, and IPv6 addresses that carry an IPv4 address in a way that is not
//!   NAT64 or IPv4-mapped. Those two are judged as the IPv4 address in them.

mod class;
mod guard;
mod host;
mod resolve;

#[cfg(test)]
mod tests;

pub use class::Class;
pub use guard::{Guard, Private, Prohibited};
pub use host::{Host, HostError};
pub use resolve::{Resolve, Resolving, System};
