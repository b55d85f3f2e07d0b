//! Calls side by side, in a pool and without one.

use crate::support::{self, world};
use soar::{Given, Host, HostOptions, Instance, Unknown};
use std::sync::Arc;

/// An instance may be shared between threads, and be had twice for next to nothing.
const _: fn() = || {
    fn shared<T: Send + Sync + Clone + 'static>() {}
    shared::<Instance>();
    shared::<soar::Component>();
    shared::<Host>();
};

fn instance(pool: u32) -> (Host, Instance) {
    let host = Host::new(HostOptions { pool, ..HostOptions::default() }).expect("a host");
    let component = support::runtime().block_on(host.load(mattermost_component::INTEGRATION)).expect("it loads");
    let instance = component
        .instance(support::settings(), Arc::new(world::script()), Arc::new(support::platform()))
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
                    let pairs = [("team_name".to_owned(), "panw".to_owned())];
                    let given = Given::Strings { pairs: &pairs, unknown: Unknown::Refuse };
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
