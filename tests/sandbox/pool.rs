//! Calls side by side, in a pool and without one.

use crate::support::{self, world};
use soar::transport::{Answering, Live, LiveOptions, Outbound, Transport};
use soar::{Engine, EngineOptions, Given, Instance, Limit, Limits};
use std::sync::Arc;
use std::time::Duration;

/// An instance may be shared between threads, and be had twice for next to nothing.
const _: fn() = || {
    fn shared<T: Send + Sync + Clone + 'static>() {}
    shared::<Instance>();
    shared::<soar::Component>();
    shared::<Engine>();
};

/// Instances of one host with a pool of so many places: one at a server that never answers, and one at one that does.
fn slow_and_fast(pool: u32, share: Option<u32>) -> (Instance, Instance) {
    let mut options = EngineOptions::new().with_pool(pool);
    options.share = share;
    let host = Engine::new(options).expect("a host");
    let component = support::runtime().block_on(host.load(mattermost_component::INTEGRATION)).expect("it loads");
    let instance = |transport: Arc<dyn Transport>, milliseconds| {
        let limits = Limits::default().with(Limit::Time, Duration::from_millis(milliseconds));
        let settings = support::settings().with_limits(limits);
        component
            .instance(settings)
            .transport(transport)
            .platform(Arc::new(support::platform()))
            .build()
            .expect("settings are right")
    };
    (instance(Arc::new(Silent), 300), instance(Arc::new(world::script()), 60_000))
}

/// A server that never answers.
struct Silent;

impl Transport for Silent {
    fn send(&self, _: Outbound) -> Answering {
        Box::pin(std::future::pending())
    }
}

#[test]
fn an_instance_that_waits_leaves_room_for_others_and_says_that_it_is_busy() {
    let (slow, fast) = slow_and_fast(4, None);
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().expect("threads");
    let (ended, kinds) = runtime.block_on(async {
        let call = |instance: &Instance| {
            let instance = instance.clone();
            async move {
                let given = Given::strings([("team_name", "panw")]);
                instance.call("mattermost-get-team", given).await
            }
        };
        let slow: Vec<_> = (0..10).map(|_| tokio::spawn(call(&slow))).collect();
        let mut ended = 0;
        for _ in 0..20 {
            call(&fast).await.expect("others have their own places");
            ended += 1;
        }
        let mut kinds = Vec::new();
        for call in slow {
            let failure = call.await.expect("no panic").expect_err("nobody answers");
            if failure.kind() == "busy" {
                assert_eq!(failure.fields()["places"], 2, "{failure}");
                assert!(failure.message().contains("this instance"), "{failure}");
            }
            kinds.push(failure.kind());
        }
        (ended, kinds)
    });
    assert_eq!(ended, 20);
    // Two had a place and their time; the others never began.
    assert_eq!(kinds.iter().filter(|kind| **kind == "limit").count(), 2, "{kinds:?}");
    assert_eq!(kinds.iter().filter(|kind| **kind == "busy").count(), 8, "{kinds:?}");
}

#[test]
fn what_an_administrator_narrowed_holds_for_any_transport() {
    let url = support::loopback::serve(&world::script());
    let network = soar::policy::Network { private: Some(false), ..Default::default() };
    for (network, kind) in [(Default::default(), None), (network, Some("denied"))] {
        let mut settings = support::settings().with_network(network);
        settings.parameters.insert("url".into(), url.clone());
        // Not made for this instance.
        let live = Live::new(LiveOptions::default()).expect("options");
        let instance = support::component()
            .instance(settings)
            .transport(Arc::new(live))
            .platform(Arc::new(support::platform()))
            .build();
        let result = support::call(&instance.expect("settings"), "mattermost-get-team", &[("team_name", "panw")]);
        assert_eq!(result.err().map(|failure| failure.kind()), kind);
    }
}

fn instance(pool: u32) -> (Engine, Instance) {
    let host = Engine::new(EngineOptions::new().with_pool(pool)).expect("a host");
    let component = support::runtime().block_on(host.load(mattermost_component::INTEGRATION)).expect("it loads");
    let instance = component
        .instance(support::settings())
        .transport(Arc::new(world::script()))
        .platform(Arc::new(support::platform()))
        .build()
        .expect("settings are right");
    (host, instance)
}

/// Runs as many calls as that at once, over several threads.
fn together(instance: &Instance, calls: usize) {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().expect("threads");
    runtime.block_on(async {
        let calls: Vec<_> = (0..calls)
            .map(|_| {
                let instance = instance.clone();
                tokio::spawn(async move {
                    let given = Given::strings([("team_name", "panw")]);
                    instance.call("mattermost-get-team", given).await
                })
            })
            .collect();
        for call in calls {
            let entry = call.await.expect("no panic").expect("it succeeds");
            assert_eq!(entry.context["Mattermost"]["Team"]["name"], "panw");
        }
    });
}

#[test]
fn more_calls_than_places_wait_for_their_turn() {
    let (host, instance) = instance(2);
    assert!(host.pool());
    together(&instance, 50);
}

#[test]
fn without_a_pool_calls_run_as_well() {
    let (host, instance) = instance(0);
    assert!(!host.pool());
    together(&instance, 50);
}

#[test]
fn where_the_address_space_is_too_short_the_host_does_without_a_pool() {
    // 4 GiB each is more than any machine's address space.
    let (host, instance) = instance(1_000_000);
    assert!(!host.pool());
    together(&instance, 5);
}
