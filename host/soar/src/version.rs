//! The versions of the contract that this host speaks.

/// The name of the interface by which a component of the contract is known, without its version.
pub(crate) const MANIFEST: &str = "soar:platform/manifest@";

/// A version of the contract that this host speaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Version {
    /// The host's own.
    Own,
    /// The one before.
    Previous,
}

impl Version {
    /// All of them, the newest first: a component of both is one of the newer.
    pub(crate) const ALL: [Self; 2] = [Self::Own, Self::Previous];

    /// The interface by which a component of it is known.
    pub(crate) fn manifest(self) -> &'static str {
        match self {
            Self::Own => "soar:platform/manifest@0.2.0",
            Self::Previous => "soar:platform/manifest@0.1.0",
        }
    }

    /// The interfaces of all of them, for people.
    pub(crate) fn spoken() -> String {
        Self::ALL.map(Self::manifest).join(" or ")
    }
}
