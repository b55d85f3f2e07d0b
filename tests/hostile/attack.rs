//! One attack on a host, and what came of it.

use crate::support::{self, Answer, Script, Sent};
use serde_json::{Value, json};
use soar::transport::{Live, Transport};
use soar::{
    Amount, Component, Embedded, Engine, EngineOptions, Entry, Failure, Given, Instance, JsonLines, Limit, Limits,
    LoadError, Secret, Settings,
};
use std::io::{self, Write};
use std::sync::{Arc, Mutex, OnceLock, mpsc};
use std::time::Duration;

/// The credential that the endpoints name.
pub const TOKEN: &str = "tokentokentokentokentoken1";
/// The credential that they don't.
pub const OTHER_TOKEN: &str = "othertokenothertokenother2";
/// A server that only exists in the test.
pub const SERVER: &str = "http://chat.test";

/// An attack that is ready to be run.
pub struct Attack {
    component: Component,
    url: String,
    given: String,
    token: String,
    limits: Limits,
}

impl Attack {
    /// The attack of a component.
    pub fn new(bytes: &'static [u8]) -> Self {
        let component = load(bytes).unwrap_or_else(|error| panic!("{error}"));
        Self::of(component)
    }

    /// The attack of a component on a host that runs calls in a pool.
    pub fn pooled(bytes: &'static [u8]) -> Self {
        static HOST: OnceLock<Engine> = OnceLock::new();
        let host = HOST.get_or_init(|| {
            let host = Engine::new(EngineOptions::new().with_pool(2)).expect("a host");
            assert!(host.pool());
            host
        });
        let component = guarded(move || support::runtime().block_on(host.load(bytes)));
        Self::of(component.unwrap_or_else(|error| panic!("{error}")))
    }

    fn of(component: Component) -> Self {
        Self { component, url: SERVER.into(), given: String::new(), token: TOKEN.into(), limits: Limits::default() }
    }

    /// On an instance with this server.
    pub fn at(self, url: impl Into<String>) -> Self {
        Self { url: url.into(), ..self }
    }

    /// With something that the component should know.
    pub fn given(self, given: impl Into<String>) -> Self {
        Self { given: given.into(), ..self }
    }

    /// With another credential.
    pub fn token(self, token: impl Into<String>) -> Self {
        Self { token: token.into(), ..self }
    }

    /// With a limit.
    pub fn limit(self, limit: Limit, amount: impl Into<Amount>) -> Self {
        Self { limits: self.limits.with(limit, amount), ..self }
    }

    /// Runs it.
    pub fn on(self, transport: impl Transport) -> Result<Entry, Failure> {
        let (instance, pairs) = self.instance(transport);
        guarded(move || {
            let given = Given::strings(pairs.iter().cloned());
            support::runtime().block_on(instance.call("attack", given))
        })
    }

    fn instance(self, transport: impl Transport) -> (Instance, Vec<(String, String)>) {
        let settings = Settings::new()
            .with_parameters([("url", self.url)])
            .with_secrets(
                [("token", self.token), ("other_token", OTHER_TOKEN.into())]
                    .map(|(name, value)| (name, Secret::new(value))),
            )
            .with_limits(self.limits);
        let instance =
            self.component.instance(settings).transport(Arc::new(transport)).platform(Arc::new(files())).build();
        let instance = instance.unwrap_or_else(|error| panic!("{error}"));
        (instance, vec![("given".to_owned(), self.given)])
    }

    /// Runs it over the network.
    pub fn live(self) -> Result<Entry, Failure> {
        self.on(Live::new(Default::default()).expect("defaults are right"))
    }

    /// Runs it over the network, on a runtime of several threads that goes on for a while; gives why it failed.
    pub fn threads(self) -> Failure {
        let (instance, pairs) = self.instance(Live::new(Default::default()).expect("defaults are right"));
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build();
        let runtime = runtime.expect("threads");
        let call = async {
            let given = Given::strings(pairs.iter().cloned());
            instance.call("attack", given).await
        };
        let result = runtime.block_on(call);
        runtime.shutdown_background();
        failure(result)
    }

    /// Runs it, whatever comes of it, and gives the records of the audit.
    pub fn audited(self, transport: impl Transport) -> Vec<Value> {
        let (instance, pairs) = self.instance(transport);
        let lines = Lines::default();
        let instance = instance.with_audit(Arc::new(JsonLines::new(lines.clone())));
        guarded(move || {
            let given = Given::strings(pairs.iter().cloned());
            drop(support::runtime().block_on(instance.call("attack", given)));
        });
        let text = lines.0.lock().expect("no panic").clone();
        text.split(|byte| *byte == b'\n').filter_map(|line| serde_json::from_slice(line).ok()).collect()
    }

    /// Runs it, and gives its text.
    pub fn told(self, transport: impl Transport) -> String {
        self.on(transport).unwrap_or_else(|failure| panic!("{failure}")).readable
    }

    /// Runs it, and gives why it failed.
    pub fn stopped(self, transport: impl Transport) -> Failure {
        failure(self.on(transport))
    }
}

/// What was written, for whoever has a clone of it.
#[derive(Clone, Default)]
struct Lines(Arc<Mutex<Vec<u8>>>);

impl Write for Lines {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().expect("no panic").extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// A platform with one file.
fn files() -> Embedded {
    Embedded::new().file(support::calls::ENTRY, support::root().join("tests/support/report.txt"))
}

/// Why something failed.
pub fn failure(result: Result<Entry, Failure>) -> Failure {
    match result {
        Err(failure) => failure,
        Ok(entry) => panic!("it was not stopped: {:.300}", entry.readable),
    }
}

/// Loads a component on a host that the tests of a binary share.
pub fn load(bytes: &'static [u8]) -> Result<Component, LoadError> {
    static HOST: OnceLock<Engine> = OnceLock::new();
    // Describing itself takes microseconds.
    let options = || EngineOptions::new().with_limits(Limits::default().with(Limit::Cpu, Duration::from_millis(500)));
    let host = HOST.get_or_init(|| Engine::new(options()).expect("a host")).clone();
    guarded(move || support::runtime().block_on(host.load(bytes)))
}

/// Runs something that a hostile component could keep from ending: the test fails then, and does not hang.
fn guarded<T: Send + 'static>(what: impl FnOnce() -> T + Send + 'static) -> T {
    let (done, ended) = mpsc::channel();
    std::thread::spawn(move || drop(done.send(what())));
    ended.recv_timeout(Duration::from_secs(60)).expect("the host has let it run on, or has panicked")
}

/// A server that says yes to everything.
pub fn script() -> Script {
    Script::new().otherwise(|_| Answer::Json(200, json!("yes")))
}

/// A server that answers with what it was sent in `Authorization`.
pub fn echo() -> Script {
    Script::new().otherwise(|sent| Answer::Json(200, json!(sent.authorization)))
}

/// The header with the token.
pub fn bearer() -> String {
    format!("Bearer {TOKEN}")
}

/// That a text has neither of the credentials.
#[track_caller]
pub fn assert_no_token(text: &str) {
    assert!(!text.contains(TOKEN) && !text.contains(OTHER_TOKEN), "{text}");
}

/// That a request has neither of the credentials but where it should.
#[track_caller]
pub fn assert_token_in_its_header_alone(sent: &Sent) {
    assert_no_token(&sent.line);
    assert_no_token(&String::from_utf8_lossy(&sent.body));
    for (name, value) in &sent.headers {
        let text = String::from_utf8_lossy(value.as_bytes());
        assert!(text == bearer() && name == "authorization" || !text.contains(TOKEN), "{name}: {text}");
        assert!(!text.contains(OTHER_TOKEN), "{name}: {text}");
    }
}

/// That the host denied a request, with these words in its reason.
#[track_caller]
pub fn assert_denied(failure: &Failure, words: &str) {
    assert_eq!(failure.kind(), "denied", "{failure}");
    let fields = failure.fields();
    let cause = fields.get("cause").and_then(|cause| cause.as_str()).unwrap_or_default();
    assert!(cause.contains(words), "{words:?} is not in {cause:?}");
}

/// That a call went over a limit, and says how to raise it.
#[track_caller]
pub fn assert_over(failure: &Failure, limit: Limit) {
    assert_eq!(failure.kind(), "limit", "{failure}");
    assert_eq!(failure.fields()["limit"], limit.name(), "{failure}");
    assert!(failure.message().contains(limit.name()) && failure.message().contains("raise"), "{failure}");
}
