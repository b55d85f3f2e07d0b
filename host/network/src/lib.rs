//! What may leave, and how: every request of a component passes here, and no engine is known.
//!
//! ```text
//! request ─▶ gate: policy, limits, credential, ledger ─▶ transport: live, replay, rehearse, dry, record
//! answer  ◀─ gate: limits, echoes, ledger             ◀─
//! ```
//!
//! What comes in: a request as a component made it, the rules of its command, an instance's settings. What goes out: the
//! answer without credentials, or why there is none; and the records of all that for the audit.

#![deny(unsafe_code)]

pub mod accounts;
pub mod address;
pub mod body;
pub mod cover;
pub mod credentials;
pub mod echo;
pub mod gate;
pub mod headers;
pub mod keyring;
pub mod net_error;
pub mod observer;
mod placeholder;
pub mod policy;
pub mod recording;
pub mod rehearsal;
pub mod trail;
pub mod transport;
pub mod turns;
