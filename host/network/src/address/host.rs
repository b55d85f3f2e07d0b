use std::fmt;
use std::net::IpAddr;

/// The host of a URL.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Host {
    /// An address.
    Literal(IpAddr),
    /// A name, in lower case.
    Name(String),
}

/// A host that is neither a name nor an address.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{host:?} is neither a name nor an address: {reason}")]
pub struct HostError {
    /// The host.
    pub host: String,
    /// What is wrong with it.
    pub reason: String,
}

impl Host {
    /// Reads a host as browsers do: `127.0.0.1`, `127.1`, `0x7f000001`, `2130706433`, `0177.0.0.1`, `[::1]` and
    /// `[::ffff:127.0.0.1]` are addresses, whatever a resolver would make of them.
    ///
    /// # Errors
    /// If it is neither an address nor a name; also if it ends in a number and is no address, such as `1.2.3.4.5`.
    pub fn parse(host: &str) -> Result<Self, HostError> {
        match url::Host::parse(host) {
            Ok(url::Host::Ipv4(address)) => Ok(Self::Literal(address.into())),
            Ok(url::Host::Ipv6(address)) => Ok(Self::Literal(address.into())),
            Ok(url::Host::Domain(name)) => Ok(Self::Name(name)),
            Err(error) => Err(HostError { host: host.into(), reason: error.to_string() }),
        }
    }

    /// Whether it is the name of this machine to itself (RFC 6761).
    #[must_use]
    pub fn is_localhost(&self) -> bool {
        let Self::Name(name) = self else { return false };
        let name = name.strip_suffix('.').unwrap_or(name);
        name == "localhost" || name.ends_with(".localhost")
    }
}

impl fmt::Display for Host {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Literal(IpAddr::V6(address)) => write!(f, "[{address}]"),
            Self::Literal(IpAddr::V4(address)) => write!(f, "{address}"),
            Self::Name(name) => f.write_str(name),
        }
    }
}
