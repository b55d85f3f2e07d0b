//! TCP to the first of some addresses that answers.

use std::io;
use std::net::{IpAddr, SocketAddr};
use std::time::Duration;

use futures_util::stream::{FuturesUnordered, StreamExt as _};
use tokio::net::TcpStream;
use tokio::time::{Instant, sleep_until};

/// After so long without an answer the next address is tried as well (RFC 8305, section 5).
const NEXT: Duration = Duration::from_millis(250);

/// Connects to one of the addresses, the first of them first.
///
/// # Errors
/// Which address failed last, and how; none if there was no time for any.
pub(super) async fn connect(addresses: &[SocketAddr], deadline: Instant) -> Result<TcpStream, (SocketAddr, io::Error)> {
    let mut waiting = addresses.iter();
    let mut connecting = FuturesUnordered::new();
    let late = || io::Error::from(io::ErrorKind::TimedOut);
    let mut last = (addresses.first().copied().unwrap_or(([0, 0, 0, 0], 0).into()), late());
    loop {
        let mut next_at = deadline;
        if Instant::now() < deadline
            && let Some(address) = waiting.next().copied()
        {
            connecting.push(async move { (address, TcpStream::connect(address).await) });
            next_at = (Instant::now() + NEXT).min(deadline);
        }
        if connecting.is_empty() {
            return Err(last);
        }
        tokio::select! {
            biased;
            ended = connecting.next() => match ended {
                Some((_, Ok(tcp))) => return Ok(tcp),
                Some((address, Err(error))) => {
                    tracing::debug!(%address, %error, "no connection");
                    last = (address, error);
                }
                None => {}
            },
            () = sleep_until(next_at) => if Instant::now() >= deadline {
                return Err((last.0, late()));
            },
        }
    }
}

/// The order to try addresses in: what was good the last time, then each family in its turn (RFC 8305, section 4), and what
/// was bad the last time at the end.
pub(super) fn in_order(addresses: &[IpAddr], (good, bad): (Option<IpAddr>, Option<IpAddr>)) -> Vec<IpAddr> {
    let mut order = by_turns(addresses, good);
    if let Some(at) = order.iter().position(|address| Some(*address) == bad) {
        let bad = order.remove(at);
        order.push(bad);
    }
    order
}

fn by_turns(addresses: &[IpAddr], good: Option<IpAddr>) -> Vec<IpAddr> {
    let good = good.filter(|good| addresses.contains(good));
    let first_is_6 = good.or(addresses.first().copied()).is_some_and(|address| address.is_ipv6());
    let rest = || addresses.iter().copied().filter(|address| Some(*address) != good);
    let mut one = rest().filter(|address| address.is_ipv6() == first_is_6);
    let mut other = rest().filter(|address| address.is_ipv6() != first_is_6);
    let mut order: Vec<IpAddr> = good.into_iter().collect();
    while order.len() < addresses.len() {
        let before = order.len();
        if order.len().is_multiple_of(2) {
            order.extend(one.next().or_else(|| other.next()));
        } else {
            order.extend(other.next().or_else(|| one.next()));
        }
        if order.len() == before {
            break;
        }
    }
    order
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn families_take_turns_and_what_was_good_comes_first() {
        let parse = |text: &str| text.split(' ').map(|address| address.parse().unwrap()).collect::<Vec<IpAddr>>();
        let order = |addresses: &str, good: Option<&str>| {
            let order = in_order(&parse(addresses), (good.map(|good| good.parse().unwrap()), None));
            order.iter().map(ToString::to_string).collect::<Vec<_>>().join(" ")
        };
        assert_eq!(order("::1 ::2 ::3 1.1.1.1 1.1.1.2", None), "::1 1.1.1.1 ::2 1.1.1.2 ::3");
        assert_eq!(order("1.1.1.1 1.1.1.2 ::1", None), "1.1.1.1 ::1 1.1.1.2");
        assert_eq!(order("::1 ::2 1.1.1.1", Some("1.1.1.1")), "1.1.1.1 ::1 ::2");
        assert_eq!(order("::1 ::2", Some("::2")), "::2 ::1");
        assert_eq!(order("::1", Some("9.9.9.9")), "::1");
        assert_eq!(in_order(&[], (None, None)), [] as [IpAddr; 0]);
        assert_eq!(in_order(&parse("::1 ::2"), (None, Some(parse("::1")[0]))), parse("::2 ::1"));
    }

    /// An address that swallows what is sent to it: its queue is full.
    async fn swallowing() -> (SocketAddr, Vec<tokio::net::TcpStream>, tokio::net::TcpListener) {
        let socket = tokio::net::TcpSocket::new_v4().unwrap();
        socket.bind("127.0.0.1:0".parse().unwrap()).unwrap();
        let listener = socket.listen(0).unwrap();
        let address = listener.local_addr().unwrap();
        let mut held = Vec::new();
        while let Ok(Ok(stream)) = tokio::time::timeout(Duration::from_millis(200), TcpStream::connect(address)).await {
            held.push(stream);
        }
        (address, held, listener)
    }

    #[tokio::test]
    async fn an_address_that_swallows_what_is_sent_does_not_hold_up_the_next() {
        let (silent, _held, _listener) = swallowing().await;
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let good = listener.local_addr().unwrap();
        let day = Instant::now() + Duration::from_secs(86_400);
        // Were it waited for, this test would not end.
        let tcp = connect(&[silent, good], day).await.unwrap();
        assert_eq!(tcp.peer_addr().unwrap(), good);
        let (address, error) = connect(&[silent], Instant::now() + Duration::from_millis(30)).await.unwrap_err();
        assert_eq!((address, error.kind()), (silent, io::ErrorKind::TimedOut));
    }

    #[tokio::test]
    async fn what_refuses_is_passed_over_at_once() {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let closed = listener.local_addr().unwrap();
        drop(listener);
        let day = Instant::now() + Duration::from_secs(86_400);
        let (address, error) = connect(&[closed, closed], day).await.unwrap_err();
        assert_eq!((address, error.kind()), (closed, io::ErrorKind::ConnectionRefused));
        assert_eq!(connect(&[closed], Instant::now()).await.unwrap_err().1.kind(), io::ErrorKind::TimedOut);
    }
}
