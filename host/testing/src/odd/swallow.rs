//! An address that takes no connection and refuses none, as one behind a firewall that drops what comes.

use std::net::{SocketAddr, TcpListener, TcpStream};
use std::time::Duration;

use socket2::{Domain, Socket, Type};

/// It is there until this is dropped.
pub struct Swallowing {
    pub address: SocketAddr,
    _listener: TcpListener,
    /// Those who wait to be accepted, so that there is no room for others.
    _waiting: Vec<TcpStream>,
}

impl Swallowing {
    /// At this address. That of a server with another last number, 127.0.0.2, is free as a rule.
    pub fn at(address: SocketAddr) -> Swallowing {
        let socket = Socket::new(Domain::for_address(address), Type::STREAM, None).expect("a socket");
        socket.bind(&address.into()).expect("a free address");
        socket.listen(0).expect("a listener");
        let listener = TcpListener::from(socket);
        let address = listener.local_addr().expect("an address");
        // What isn't taken at once on this machine isn't taken at all.
        let taken = || TcpStream::connect_timeout(&address, Duration::from_millis(200)).ok();
        let waiting = std::iter::from_fn(taken).collect();
        Swallowing { address, _listener: listener, _waiting: waiting }
    }
}
