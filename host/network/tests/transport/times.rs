//! Times that are longer than any clock.

use std::sync::Arc;
use std::time::Duration;

use futures_util::FutureExt as _;
use http_body_util::BodyExt as _;
use proptest::prelude::*;
use tokio::io::AsyncWriteExt as _;
use tokio::sync::Notify;

use soar_network::transport::{LiveOptions, Timeouts, Transport as _};

use crate::{get, live};
use soar_testing::odd::{one_request, serve_each};
use soar_testing::runtime;

/// A server that answers a part at a time, each after somebody has waited for it in vain.
async fn waits_for_each_part(options: LiveOptions, wanted: Timeouts) {
    let go = Arc::new(Notify::new());
    let theirs = go.clone();
    let server = serve_each(move |mut stream, _| {
        let go = theirs.clone();
        async move {
            one_request(&mut stream).await.unwrap();
            for part in ["HTTP/1.1 200 OK\r\ncontent-length: 4\r\n\r\n", "po", "ng"] {
                go.notified().await;
                stream.write_all(part.as_bytes()).await.unwrap();
            }
        }
    });
    let mut request = get(&format!("http://{}/", server.await));
    request.timeouts = wanted;
    let live = live(options);
    let mut answering = live.send(request);
    assert!((&mut answering).now_or_never().is_none());
    go.notify_one();
    let mut body = answering.await.unwrap().into_body();
    for part in ["po", "ng"] {
        let mut frame = body.frame();
        assert!((&mut frame).now_or_never().is_none());
        go.notify_one();
        assert_eq!(frame.await.unwrap().unwrap().into_data().unwrap(), part);
    }
}

/// Some that are sensible, and all that are not.
fn duration() -> impl Strategy<Value = Duration> {
    let long = (60_u64.., 0..1_000_000_000_u32).prop_map(|(seconds, nanos)| Duration::new(seconds, nanos));
    prop_oneof![long, Just(Duration::MAX), Just(Duration::from_nanos(u64::MAX))]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 32, ..ProptestConfig::default() })]

    #[test]
    fn no_time_is_too_long_for_the_clock(
        [connect, first_byte, between_bytes, idle] in [duration(), duration(), duration(), duration()],
        wanted in proptest::option::of(duration()),
    ) {
        let options = LiveOptions::new().with_connect(connect).with_first_byte(first_byte).with_between_bytes(between_bytes).with_idle(idle);
        let wanted = Timeouts { connect: wanted, first_byte: wanted, between_bytes: wanted };
        runtime().block_on(waits_for_each_part(options, wanted));
    }
}
