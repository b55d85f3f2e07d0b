//! Servers and proxies that do what is seen in front of real ones, each behaviour with a name:
//!
//! ```ignore
//! let server = Server::new(&script).http2().does(Behaviour::Refuses.times(2).at("POST ")).start();
//! server.client().succeeds("create-channel", &[…]);
//! assert_eq!(server.counts().requests, script.requests().len() + 2);
//! ```
//!
//! What a [`Server`] does is its script's matter: the script's requests are those that were done, `counts().requests` those
//! that arrived. A `Client` of the end-to-end tests is a component over `Live`. Tests of the transport alone take [`serve_each`] and
//! write what they like.

mod authority;
mod behaviour;
mod certificate;
mod frames;
mod http1;
mod http2;
mod limit;
mod listen;
mod names;
mod own;
mod pong;
mod proxy;
mod reading;
mod reply;
mod server;
mod serving;
mod swallow;

pub use authority::Authority;
pub use behaviour::{Behaviour, Frame, OF_CONNECTIONS, Rule};
pub use certificate::Certificate;
pub use limit::{Limit, RetryAfter};
pub use listen::{Listening, PONG, one_request, serve, serve_each, silence};
pub use names::Names;
pub use own::Own;
pub use pong::{BOTH, serve_counting, serve_tls};
pub use proxy::{Proxy, Proxying};
pub use reply::packed;
pub use server::{Running, Server};
pub use serving::Counts;
pub use swallow::Swallowing;
