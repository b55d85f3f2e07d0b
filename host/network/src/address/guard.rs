use super::{Class, Host};
use std::fmt;
use std::net::IpAddr;
use std::sync::{Mutex, PoisonError};

/// Whether requests may go into private networks, and to this machine.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Private {
    /// If the instance's own host is there.
    #[default]
    IfOwn,
    /// In no case.
    Never,
}

/// Where the instance's own host is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Own {
    Public,
    Private,
    Loopback,
}

/// Judges the addresses of one host, for as long as the transport lives.
#[derive(Debug)]
pub struct Guard {
    host: Host,
    private: Private,
    own: Mutex<Option<Own>>,
}

/// Why none of a host's addresses may be connected to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Prohibited {
    host: Host,
    refused: Vec<(IpAddr, Class)>,
    why: &'static str,
}

impl Guard {
    /// For a host that no address is known of yet, unless it is one.
    #[must_use]
    pub fn new(host: Host, private: Private) -> Self {
        let own = match &host {
            Host::Literal(address) => own(&[Class::of(*address)]),
            Host::Name(_) => host.is_localhost().then_some(Own::Loopback),
        };
        Self { host, private, own: Mutex::new(own) }
    }

    /// The host.
    #[must_use]
    pub fn host(&self) -> &Host {
        &self.host
    }

    /// Those of the addresses that may be connected to, in their order.
    ///
    /// # Errors
    /// If there are some, and all are refused.
    pub fn admit(&self, addresses: &[IpAddr]) -> Result<Vec<IpAddr>, Prohibited> {
        let classes: Vec<Class> = addresses.iter().map(|address| Class::of(*address)).collect();
        let own = {
            let mut known = self.own.lock().unwrap_or_else(PoisonError::into_inner);
            if known.is_none() {
                // Not loopback: `localhost` and the address say so themselves.
                *known = own(&classes).filter(|own| *own != Own::Loopback);
                if let Some(own) = *known {
                    tracing::info!("{}", self.say(Some(own)));
                }
            }
            *known
        };
        let (admitted, refused): (Vec<_>, Vec<_>) =
            addresses.iter().copied().zip(classes).partition(|(_, class)| self.admits(*class, own));
        if admitted.is_empty() && !refused.is_empty() {
            let why = self.why(own, &refused);
            return Err(Prohibited { host: self.host.clone(), refused, why });
        }
        for (address, class) in refused {
            tracing::warn!(host = %self.host, %address, "left out an address that is {class}");
        }
        Ok(admitted.into_iter().map(|(address, _)| address).collect())
    }

    fn admits(&self, class: Class, own: Option<Own>) -> bool {
        match class {
            Class::Public => own != Some(Own::Loopback),
            Class::Private => own == Some(Own::Private) && self.private == Private::IfOwn,
            Class::Loopback => own == Some(Own::Loopback) && self.private == Private::IfOwn,
            _ => false,
        }
    }

    fn why(&self, own: Option<Own>, refused: &[(IpAddr, Class)]) -> &'static str {
        let any = |class| refused.iter().any(|(_, refused)| *refused == class);
        if self.private == Private::Never && (any(Class::Private) || any(Class::Loopback)) {
            return "private networks are forbidden for this instance";
        }
        match own {
            Some(Own::Public) if any(Class::Private) => {
                "it was in a public network before, and a name that moves into a private one may be an attack; if the \
                 server has moved, start again"
            }
            Some(Own::Loopback) => "localhost can only be this machine",
            _ if any(Class::Loopback) => "this machine is reached as localhost or 127.0.0.1, not by another name",
            _ => "no instance may go there",
        }
    }

    /// Where the host is and what follows from it, for people.
    #[must_use]
    pub fn describe(&self) -> String {
        self.say(*self.own.lock().unwrap_or_else(PoisonError::into_inner))
    }

    fn say(&self, own: Option<Own>) -> String {
        let host = &self.host;
        match (own, self.private) {
            (Some(Own::Private | Own::Loopback), Private::Never) => {
                format!("{host} is in a private network, and those are forbidden")
            }
            (Some(Own::Private), Private::IfOwn) => {
                format!("{host} is in a private network, so private addresses are allowed for it")
            }
            (Some(Own::Loopback), Private::IfOwn) => format!("{host} is this machine, and nothing else is allowed"),
            (Some(Own::Public), _) => format!("{host} is public: private addresses are refused"),
            (None, Private::Never) => format!("{host} was not resolved yet; private addresses will be refused"),
            (None, Private::IfOwn) => {
                format!(
                    "{host} was not resolved yet; private addresses will be allowed if the first answer has no other"
                )
            }
        }
    }
}

/// Public if there is any public address: a name that stands for both must not lead inside.
fn own(classes: &[Class]) -> Option<Own> {
    [(Class::Public, Own::Public), (Class::Private, Own::Private), (Class::Loopback, Own::Loopback)]
        .into_iter()
        .find_map(|(class, own)| classes.contains(&class).then_some(own))
}

impl fmt::Display for Prohibited {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.host {
            Host::Literal(_) => {}
            Host::Name(name) => write!(f, "{name} stands for ")?,
        }
        for (index, (address, class)) in self.refused.iter().enumerate() {
            let comma = if index == 0 { "" } else { ", " };
            write!(f, "{comma}{address}, which is {class}")?;
        }
        write!(f, ": {}", self.why)
    }
}

impl std::error::Error for Prohibited {}
