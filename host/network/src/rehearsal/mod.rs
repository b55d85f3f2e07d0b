//! Answers to calls that nobody recorded, from the recorded call that is nearest.
//!
//! A request is answered by a recorded one of the same route, with what differs *bound*: a recorded text, number or boolean ↔
//! the one that is asked for. A binding begins with the arguments and grows with each request; it is put into the answers,
//! as whole values or as parts of texts. An outcome that no recording has is never made up: where nothing fits, the request
//! has no answer.
//!
//! ```text
//! calls ─ Reading::distance ─▶ the nearest recorded call ─ Reading::binding ─▶ Session ─ Rehearse (a transport)
//! ```

mod answers;
mod binding;
mod carried;
mod fit;
mod pages;
mod route;
mod session;
mod view;
mod words;

#[cfg(test)]
mod properties;
#[cfg(test)]
mod tests;

pub use binding::{Binding, Conflict, Pair};
pub use carried::Carried;
pub use pages::Page;
pub use session::{Ended, Session};
pub use view::View;
