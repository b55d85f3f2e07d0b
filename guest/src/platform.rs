//! What a platform offers beyond WASI. In the world `commands` there is none.

/// The investigation that the command runs in.
pub struct Investigation {
    /// The address of its War Room, for people.
    pub war_room_url: Option<String>,
    /// Whether it is somebody's playground.
    pub playground: bool,
}

/// The current investigation, if any.
#[cfg(feature = "platform")]
pub fn investigation() -> Option<Investigation> {
    let current = crate::bindings::soar::platform::investigations::current()?;
    Some(Investigation { war_room_url: current.war_room_url, playground: current.playground })
}

/// There is none without a platform.
#[cfg(not(feature = "platform"))]
pub fn investigation() -> Option<Investigation> {
    None
}

#[cfg(feature = "platform")]
pub use crate::bindings::soar::platform::files::{FileError, open as open_file};
