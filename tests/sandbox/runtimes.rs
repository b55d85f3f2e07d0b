//! One engine on many threads, and instances that are used from more than one tokio runtime.

// The example of docs/embedding.md.
#[path = "../../host/soar/examples/embed.rs"]
#[allow(dead_code)]
mod embed;

use crate::support::{self, loopback, program, world};
use soar::transport::Live;
use soar::{Engine, EngineOptions, Given, Instance};
use std::sync::Arc;
use std::thread;
use tokio::runtime::Runtime;

fn runtime(workers: usize) -> Runtime {
    tokio::runtime::Builder::new_multi_thread().worker_threads(workers).enable_all().build().expect("threads")
}

async fn team(instance: Instance) {
    let given = Given::strings([("team_name", "panw")]);
    instance.call("mattermost-get-team", given).await.expect("it succeeds");
}

async fn many(instance: &Instance, calls: usize) {
    let calls: Vec<_> = (0..calls).map(|_| tokio::spawn(team(instance.clone()))).collect();
    for call in calls {
        call.await.expect("no panic");
    }
}

/// An instance at a server on a port, with a transport of its own.
fn live(url: &str) -> Instance {
    let mut settings = support::settings();
    settings.parameters.insert("url".to_owned(), url.to_owned());
    let live = Live::new(Default::default()).expect("the defaults are right");
    support::component().instance(settings).transport(Arc::new(live)).build().expect("settings are right")
}

#[test]
fn the_example_for_those_who_embed_runs_its_calls() {
    let file = program::temporary().join("embed.wasm");
    std::fs::write(&file, mattermost_component::INTEGRATION).expect("written");
    let folder = support::fixtures().join("mattermost-get-team/panw");
    let options = EngineOptions::new().with_pool(32);
    let said = runtime(4).block_on(embed::run(options, &file, &folder)).expect("its calls succeed");
    assert!(said.contains("24 calls on 3 instances") && said.contains("Team details"), "{said}");
}

#[test]
fn one_engine_runs_several_instances_on_many_threads() {
    let engine = Engine::new(EngineOptions::new().with_pool(16)).expect("an engine");
    runtime(8).block_on(async {
        let component = engine.load(mattermost_component::INTEGRATION).await.expect("it loads");
        let instances: Vec<_> = (0..4)
            .map(|_| component.instance(support::settings()).transport(Arc::new(world::script())).build())
            .map(|instance| instance.expect("settings are right"))
            .collect();
        let callers: Vec<_> =
            instances.into_iter().map(|instance| tokio::spawn(async move { many(&instance, 24).await })).collect();
        for caller in callers {
            caller.await.expect("no panic");
        }
    });
}

#[test]
fn an_instance_is_used_on_two_runtimes_at_once_and_outlives_one() {
    let instance = live(&loopback::serve(&world::script()));
    let (one, other) = (runtime(2), runtime(2));
    thread::scope(|scope| {
        for runtime in [&one, &other] {
            let instance = instance.clone();
            scope.spawn(move || runtime.block_on(many(&instance, 8)));
        }
    });
    // With it go the connections that it opened, and no others.
    drop(one);
    other.block_on(many(&instance, 8));
    // And one that comes later opens its own.
    drop(other);
    for _ in 0..2 {
        runtime(1).block_on(many(&instance, 4));
    }
}

#[test]
fn what_is_dropped_on_one_thread_ends_on_the_others_as_it_began() {
    let engine = Engine::new(EngineOptions::new().with_pool(4)).expect("an engine");
    let runtime = runtime(4);
    let component = runtime.block_on(engine.load(mattermost_component::INTEGRATION)).expect("it loads");
    let instance = component.instance(support::settings()).transport(Arc::new(world::script())).build();
    let instance = instance.expect("settings are right");
    let calls: Vec<_> = (0..16).map(|_| runtime.spawn(team(instance.clone()))).collect();
    // Calls hold what they need.
    drop((instance, component, engine));
    for call in calls {
        runtime.block_on(call).expect("it ends");
    }
}
