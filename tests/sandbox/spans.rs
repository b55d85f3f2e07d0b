//! Spans of `tracing`: one a call and one a request, with the audit's numbers.

use super::audit::Lines;
use crate::support::{self, PERSONAL_TOKEN, Script, world};
use soar::transport::{Answering, Outbound, Transport};
use soar::{CallContext, CorrelationId, Given, Investigation, JsonLines};
use std::collections::BTreeMap;
use std::fmt::Debug;
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};
use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id};
use tracing::{Event, Subscriber};
use tracing_subscriber::Layer;
use tracing_subscriber::layer::{Context, SubscriberExt as _};
use tracing_subscriber::registry::LookupSpan;

/// The fields of a span or an event, with its name as `name`.
type Fields = BTreeMap<String, String>;

#[derive(Default)]
struct Heard {
    /// The spans that an event was in, the outermost first, and the event itself.
    events: Vec<(Vec<Fields>, Fields)>,
    /// The spans that have ended.
    ended: Vec<Fields>,
}

/// Keeps all that is said.
#[derive(Clone, Default)]
struct Ear(Arc<Mutex<Heard>>);

struct Read<'a>(&'a mut Fields);

impl Visit for Read<'_> {
    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        self.0.insert(field.name().to_owned(), format!("{value:?}"));
    }

    fn record_str(&mut self, field: &Field, value: &str) {
        self.0.insert(field.name().to_owned(), value.to_owned());
    }
}

impl Ear {
    fn heard(&self) -> MutexGuard<'_, Heard> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<S: Subscriber + for<'a> LookupSpan<'a>> Layer<S> for Ear {
    fn on_new_span(&self, attributes: &Attributes<'_>, id: &Id, context: Context<'_, S>) {
        let span = context.span(id).expect("it is there");
        let mut fields = Fields::from([("name".to_owned(), span.name().to_owned())]);
        attributes.record(&mut Read(&mut fields));
        span.extensions_mut().insert(fields);
    }

    fn on_event(&self, event: &Event<'_>, context: Context<'_, S>) {
        let mut fields = Fields::from([("target".to_owned(), event.metadata().target().to_owned())]);
        event.record(&mut Read(&mut fields));
        let scope = context.event_scope(event).map(|scope| scope.from_root()).into_iter().flatten();
        let spans = scope.map(|span| span.extensions().get::<Fields>().cloned().unwrap_or_default()).collect();
        self.heard().events.push((spans, fields));
    }

    fn on_close(&self, id: Id, context: Context<'_, S>) {
        let span = context.span(&id).expect("it is there");
        let fields = span.extensions().get::<Fields>().cloned().unwrap_or_default();
        self.heard().ended.push(fields);
    }
}

/// What is heard of all tests of this binary: each looks for its own.
fn ear() -> Ear {
    static EAR: OnceLock<Ear> = OnceLock::new();
    let listen = || {
        let ear = Ear::default();
        let all = tracing_subscriber::registry().with(ear.clone());
        tracing::subscriber::set_global_default(all).expect("nobody else listens");
        ear
    };
    EAR.get_or_init(listen).clone()
}

/// Says what it is asked for, after it has waited a few times.
struct Saying(Script);

impl Transport for Saying {
    fn send(&self, outbound: Outbound) -> Answering {
        let path = outbound.request.uri().path().to_owned();
        let answer = self.0.send(outbound);
        Box::pin(async move {
            for _ in 0..5 {
                tokio::task::yield_now().await;
                tokio::time::sleep(std::time::Duration::from_millis(1)).await;
                tracing::info!(target: "said", path);
            }
            answer.await
        })
    }
}

fn context(number: usize) -> CallContext {
    let investigation = Investigation { id: format!("7{number}"), ..Default::default() };
    let id = CorrelationId::new(format!("spans-{number}")).expect("an id");
    CallContext::new().with_investigation(investigation).with_correlation_id(id)
}

#[test]
fn what_is_said_of_calls_at_once_does_not_mix() {
    const CALLS: usize = 16;
    let (ear, lines) = (ear(), Lines::default());
    let mut script = world::script();
    let team = world::json("GET /api/v4/teams/name/panw");
    for number in 0..CALLS {
        script = script.json(&format!("GET /api/v4/teams/name/spans{number}"), team.clone());
    }
    let instance = support::component()
        .instance(support::settings())
        .transport(Arc::new(Saying(script)))
        .platform(Arc::new(support::platform()))
        .build();
    let instance = instance.expect("settings are right").named("chat");
    let instance = instance.with_audit(Arc::new(JsonLines::new(lines.clone())));
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(4).enable_all().build();
    runtime.expect("threads").block_on(async {
        let call = |number: usize| {
            let instance = instance.clone();
            tokio::spawn(async move {
                let given = Given::strings([("team_name", format!("spans{number}"))]);
                instance.call_in(&context(number), "mattermost-get-team", given).await
            })
        };
        for call in (0..CALLS).map(call).collect::<Vec<_>>() {
            call.await.expect("no panic").expect("it succeeds");
        }
    });
    let records = lines.records();
    let heard = ear.heard();
    for number in 0..CALLS {
        let id = format!("spans-{number}");
        let path = format!("/api/v4/teams/name/spans{number}");
        // Not one of the lookup of its account, which a call of its own is.
        let is_its =
            |record: &&serde_json::Value| record["correlation_id"] == *id && record["command"] != "soar:account";
        let record = records.iter().find(is_its).expect("a record");
        let said: Vec<_> = heard.events.iter().filter(|(_, event)| event.get("path") == Some(&path)).collect();
        assert!(said.len() >= 5, "{}", said.len());
        for (spans, event) in said {
            let [call, request] = &spans[..] else { panic!("{event:?} in {spans:?}") };
            let expected = [
                ("name", "call"),
                ("call", record["call"].as_str().expect("an id")),
                ("command", "mattermost-get-team"),
                ("integration", record["integration"].as_str().expect("a name")),
                ("instance", "chat"),
                ("investigation", &format!("7{number}")),
                ("correlation_id", &id),
            ];
            assert_eq!(*call, expected.map(|(name, value)| (name.to_owned(), value.to_owned())).into());
            let expected = [("name", "request"), ("request", "1"), ("method", "GET"), ("path", &path)];
            assert_eq!(*request, expected.map(|(name, value)| (name.to_owned(), value.to_owned())).into());
        }
        let ended = |name: &str, field: &str, value: &str| {
            let is_it = |span: &&Fields| span["name"] == name && span.get(field).is_some_and(|found| found == value);
            heard.ended.iter().filter(is_it).count()
        };
        assert_eq!((ended("call", "correlation_id", &id), ended("request", "path", &path)), (1, 1));
    }
}

#[test]
fn no_span_has_a_credential() {
    let ear = ear();
    let script = Script::new().otherwise(|_| world::error(404, "store.sql_team.missing"));
    let instance = support::component()
        .instance(support::settings())
        .transport(Arc::new(Saying(script)))
        .platform(Arc::new(support::platform()))
        .build()
        .expect("settings are right")
        .named(PERSONAL_TOKEN);
    let investigation = Investigation { id: PERSONAL_TOKEN.into(), ..Default::default() };
    let context = CallContext::new()
        .with_investigation(investigation)
        .with_correlation_id(CorrelationId::new(PERSONAL_TOKEN).expect("an id"));
    let arguments = [("team_name", PERSONAL_TOKEN)];
    drop(support::call_in(&context, &instance, "mattermost-get-team", &arguments));
    drop(support::call_in(&context, &instance, PERSONAL_TOKEN, &[]));
    let heard = ear.heard();
    let spans = heard.events.iter().flat_map(|(spans, _)| spans).chain(&heard.ended);
    let covered = spans.clone().filter(|span| span.values().any(|value| value.contains("[redacted]"))).count();
    assert!(covered > 3, "{covered}");
    for span in spans {
        assert!(!span.values().any(|value| value.contains(PERSONAL_TOKEN)), "{span:?}");
    }
}
