//! What the system says of a connection.

use std::io::{Error, ErrorKind as Kind};

use super::{LONGEST, Stage, closed, incomplete};
use crate::net_error::{NetError, NetErrorKind};
use soar_contract::text;

/// By its meaning: the numbers differ from system to system.
pub(super) fn io(error: &Error, stage: Stage) -> Option<NetError> {
    if let Some(found) = exhausted(error) {
        return Some(found);
    }
    let (kind, words) = match error.kind() {
        Kind::ConnectionRefused => (NetErrorKind::ConnectionRefused, "connection refused: nothing listens there"),
        Kind::TimedOut if stage == Stage::Connect => (
            NetErrorKind::ConnectionTimeout,
            "no connection in time: the address is wrong, the host is off, or a firewall drops what is sent there",
        ),
        Kind::TimedOut => {
            (NetErrorKind::ConnectionReadTimeout, "the connection timed out: the server, or the way to it, was gone")
        }
        // tokio-rustls has no other sign of it.
        Kind::UnexpectedEof if error.get_ref().is_some_and(|inner| inner.to_string() == "tls handshake eof") => (
            NetErrorKind::ConnectionTerminated,
            "the connection was closed before TLS was set up: does the server speak TLS there, and does it know this name?",
        ),
        Kind::UnexpectedEof if stage == Stage::Body => return Some(incomplete()),
        Kind::UnexpectedEof | Kind::NotConnected => return Some(closed()),
        Kind::ConnectionReset => (
            NetErrorKind::ConnectionTerminated,
            "the connection was reset: the server ended, or something before it cut the connection",
        ),
        Kind::ConnectionAborted => (
            NetErrorKind::ConnectionTerminated,
            "the connection was given up: the network changed, or something on this machine cut it",
        ),
        Kind::BrokenPipe => {
            (NetErrorKind::ConnectionTerminated, "the connection was closed while the request was sent")
        }
        Kind::HostUnreachable => (
            NetErrorKind::DestinationIpUnroutable,
            "the host can't be reached: it is off, or a router refuses the way to it",
        ),
        Kind::NetworkUnreachable => (
            NetErrorKind::DestinationIpUnroutable,
            "this machine knows no way to that network: is it connected, and does it have addresses of this kind (IPv6)?",
        ),
        Kind::NetworkDown => (NetErrorKind::DestinationIpUnroutable, "this machine's network is down"),
        Kind::AddrNotAvailable | Kind::AddrInUse => (
            NetErrorKind::DestinationIpUnroutable,
            "this machine has no address or port left for the connection: many were closed a moment ago, or it has no address of this kind",
        ),
        Kind::PermissionDenied => (
            NetErrorKind::DestinationIpUnroutable,
            "this machine does not let the program connect there: a firewall or a sandbox forbids it",
        ),
        Kind::OutOfMemory => {
            (NetErrorKind::ConnectionLimitReached, "this machine has no memory left for the connection")
        }
        // One that wraps another is told by that one.
        _ => return error.raw_os_error().map(|_| other(error, stage)),
    };
    Some(NetError::new(kind, words))
}

/// What this process or this machine has no more of: nothing was sent.
fn exhausted(error: &Error) -> Option<NetError> {
    let number = error.raw_os_error()?;
    let words = match system(number)? {
        Lack::OwnFiles => {
            "this process has too many files and connections open: raise its limit (`ulimit -n`), or have fewer calls at once"
        }
        #[cfg(unix)]
        Lack::AllFiles => "this machine has too many files and connections open",
        Lack::Buffers => "this machine has no buffers left for the connection",
        Lack::Family => {
            let words = "this machine can't connect to addresses of this kind (IPv6 is turned off?)";
            return Some(NetError::new(NetErrorKind::DestinationIpUnroutable, words));
        }
    };
    Some(NetError::new(NetErrorKind::ConnectionLimitReached, words))
}

enum Lack {
    OwnFiles,
    #[cfg(unix)]
    AllFiles,
    Buffers,
    Family,
}

#[cfg(unix)]
fn system(number: i32) -> Option<Lack> {
    use rustix::io::Errno;
    match Errno::from_raw_os_error(number) {
        Errno::MFILE => Some(Lack::OwnFiles),
        Errno::NFILE => Some(Lack::AllFiles),
        Errno::NOBUFS => Some(Lack::Buffers),
        Errno::AFNOSUPPORT => Some(Lack::Family),
        _ => None,
    }
}

#[cfg(not(unix))]
fn system(number: i32) -> Option<Lack> {
    // Those of Winsock.
    match number {
        10024 => Some(Lack::OwnFiles),
        10055 => Some(Lack::Buffers),
        10047 => Some(Lack::Family),
        _ => None,
    }
}

/// What no kind names, in the system's words without its number.
fn other(error: &Error, stage: Stage) -> NetError {
    let words = error.to_string();
    let words = words.rsplit_once(" (os error ").map_or(&*words, |(words, _)| words);
    let kind = match stage {
        Stage::Connect => NetErrorKind::DestinationUnavailable,
        Stage::Request | Stage::Body => NetErrorKind::ConnectionTerminated,
    };
    NetError::new(kind, format!("the connection failed: {}", text::word(words, LONGEST)))
}
