//! Whatever a server answers, a command ends with an entry or with a failure of a documented kind, shows no token, and
//! shows nothing but what is said: the structure of an entry's text is ours, and a failure is one line.
//!
//! An input is the call, `command {"argument": "text"}`, and the answers to its requests in the order in which they are
//! made, each after a byte 1E: a line with the status (and `split` for a body in small pieces, `cut` for one that breaks
//! off; without a status, the request fails), headers, an empty line, the body. The last answer is given again.

#[path = "../../support/calls.rs"]
#[allow(dead_code)]
mod calls;

use super::{Target, readable, seeds};
use bytes::Bytes;
use http::{HeaderName, HeaderValue, Response, StatusCode};
use http_body::Frame;
use http_body_util::{BodyExt, StreamBody};
use serde_json::{Map, Value};
use soar::failure::Reason;
use soar::recording::{Content, Exchange};
use soar::transport::{Answering, Body, NetErrorKind, Outbound, Transport, TransportError};
use soar::{CallContext, Component, Embedded, Engine, EngineOptions, Given, Investigation, Secret, Settings, Unknown};
use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, OnceLock};
use std::time::Duration;
use tokio::runtime::{Builder, Runtime};

pub const TARGET: Target = Target {
    name: "answers",
    check,
    seeds,
    words: &[
        "\u{1e}200\n\n",
        "\u{1e}201 split\n\n",
        "\u{1e}200 cut\n\n",
        "\u{1e}404\n\n",
        "\u{1e}429\nretry-after: 1\n\n",
        "\u{1e}500\n\n",
        "\u{1e}503\n\n",
        "\u{1e}\n\n",
        "\u{1e}302\nlocation: /login\n\n",
        "content-type: text/html\n",
        "retry-after: 99999999999\n",
        "retry-after: -1\n",
        "null",
        "{}",
        "[]",
        "[[[[",
        "\"\"",
        "-1",
        "1e400",
        "\"id\":",
        "\"id\":\"\"",
        "\"status_code\":404",
        "\"message\":\"m\"",
        "\"delete_at\":1",
        "\"total_member_count\":4294967295",
        "\"timezone\":{}",
        "\"file_infos\":[{}]",
        "|",
        "`",
        "<br>",
        "![x](http://e.test/y)",
        "*a* _b_ ~~c~~",
        "\\n# Approved\\n",
        "\\u202e",
        "\u{200b}",
        "www.e.test https://e.test",
        "@all",
        "\\\\",
        "&lt;",
        "\"display_name\":\"",
        "\"username\":\"",
        "\\n",
        "\\u0000",
        "\u{1F600}",
        "\u{feff}",
        "bottokenbottokenbottoken26",
    ],
};

const SERVER: &str = "http://mattermost.test";
const BOT_TOKEN: &str = "bottokenbottokenbottoken26";
const PERSONAL_TOKEN: &str = "pattokenpattokenpattoken26";
/// The kinds of the host's own that an answer can bring about, beside the contract's.
const OF_THE_HOST: [&str; 2] = ["limit", "echo"];

pub fn check(input: &[u8]) {
    let mut parts = input.split(|byte| *byte == 0x1e);
    let Some(Ok(call)) = parts.next().map(std::str::from_utf8) else { return };
    let (name, json) = call.trim_end().split_once(' ').unwrap_or((call, "{}"));
    let Ok(command) = component().command(name) else { return };
    let Ok(arguments) = serde_json::from_str::<Map<String, Value>>(json) else { return };
    let script = Script { answers: parts.map(Answer::parse).collect(), next: Arc::default() };
    let instance = component()
        .instance(settings())
        .transport(Arc::new(script))
        .platform(Arc::new(platform()))
        .build()
        .expect("settings are right");
    let given = Given::json(arguments).unknown(Unknown::Tolerate);
    let ended = runtime().block_on(async {
        tokio::time::timeout(Duration::from_secs(30), instance.call_in(&context(), &command.name, given)).await
    });
    let shown = match ended.expect("the command neither ended nor failed") {
        Ok(entry) => {
            readable::check(&entry.readable);
            entry.to_json().to_string() + &entry.rest.to_string()
        }
        Err(failure) => {
            let is_documented = Reason::KINDS.iter().chain(&OF_THE_HOST).any(|kind| *kind == failure.kind());
            assert!(is_documented, "{}: {failure}", failure.kind());
            // Of arguments the host says what it got; the command line shows it as it is to be shown.
            let ours = failure.kind() == "argument" || !failure.message().contains(soar::text::is_hidden);
            assert!(ours, "{:?}", failure.message());
            failure.to_json().to_string() + &failure.to_string()
        }
    };
    // A token that the input itself puts into an argument is no secret of ours.
    for token in [BOT_TOKEN, PERSONAL_TOKEN].into_iter().filter(|token| !call.contains(*token)) {
        assert!(!shown.contains(token), "{shown}");
    }
}

/// The component, compiled once.
pub fn component() -> &'static Component {
    static COMPONENT: OnceLock<Component> = OnceLock::new();
    COMPONENT.get_or_init(|| {
        let load = async { Engine::new(EngineOptions::default())?.load(mattermost_component::INTEGRATION).await };
        runtime().block_on(load).expect("it loads")
    })
}

fn runtime() -> Runtime {
    Builder::new_current_thread().enable_time().build().expect("a runtime")
}

fn settings() -> Settings {
    let parameters = [("url", SERVER), ("team_name", "panw"), ("notification_channel", "alerts")];
    let secrets = [("bot_access_token", BOT_TOKEN), ("personal_access_token", PERSONAL_TOKEN)];
    Settings::new()
        .with_parameters(parameters)
        .with_secrets(secrets.map(|(name, value)| (name, Secret::new(value.to_owned()))))
}

fn platform() -> Embedded {
    let report = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/support/report.txt");
    Embedded::new().file(calls::ENTRY, report)
}

fn context() -> CallContext {
    let war_room_url = Some("https://soar.test/#/WarRoom/109".to_owned());
    CallContext::new().with_investigation(Investigation { id: "109".into(), war_room_url, playground: false })
}

#[derive(Clone)]
struct Script {
    answers: Vec<Answer>,
    next: Arc<AtomicUsize>,
}

#[derive(Clone)]
struct Answer {
    /// None when the request fails.
    status: Option<StatusCode>,
    split: bool,
    cut: bool,
    headers: Vec<(HeaderName, HeaderValue)>,
    body: Bytes,
}

impl Answer {
    fn parse(text: &[u8]) -> Self {
        let at = text.windows(2).position(|two| two == b"\n\n");
        let (head, body) = at.map_or((text, &b""[..]), |at| (&text[..at], &text[at + 2..]));
        let mut lines = head.split(|byte| *byte == b'\n');
        let first = String::from_utf8_lossy(lines.next().unwrap_or_default());
        let mut words = first.split_whitespace();
        let header = |line: &[u8]| {
            let colon = line.iter().position(|byte| *byte == b':')?;
            let value = HeaderValue::from_bytes(line[colon + 1..].trim_ascii()).ok()?;
            Some((HeaderName::from_bytes(&line[..colon]).ok()?, value))
        };
        Self {
            status: words.next().and_then(|status| status.parse::<StatusCode>().ok()),
            split: words.clone().any(|word| word == "split"),
            cut: words.any(|word| word == "cut"),
            headers: lines.filter_map(header).collect(),
            body: Bytes::copy_from_slice(body),
        }
    }

    fn respond(self) -> Result<Response<Body>, TransportError> {
        let Some(status) = self.status else {
            return Err(TransportError::failed(NetErrorKind::ConnectionTerminated, "the input says so"));
        };
        let size = if self.split { 5 } else { self.body.len().max(1) };
        let frames = (0..self.body.len()).step_by(size).map(|at| self.body.slice(at..self.body.len().min(at + size)));
        let mut frames: Vec<_> = frames.map(|bytes| Ok(Frame::data(bytes))).collect();
        if self.cut {
            frames.push(Err(NetErrorKind::ConnectionTerminated.into()));
        }
        let body = Body::new(StreamBody::new(futures_util::stream::iter(frames)));
        let mut response = Response::new(body);
        *response.status_mut() = status;
        response.headers_mut().extend(self.headers);
        Ok(response)
    }
}

impl Transport for Script {
    fn send(&self, Outbound { request, .. }: Outbound) -> Answering {
        let number = self.next.fetch_add(1, Ordering::Relaxed);
        let answer = self.answers.get(number).or(self.answers.last()).cloned();
        Box::pin(async move {
            drop(request.into_body().collect().await);
            match answer {
                Some(answer) => answer.respond().map(Into::into),
                None => Err(TransportError::failed(NetErrorKind::ConnectionRefused, "the input has no answer")),
            }
        })
    }

    fn virtual_time(&self) -> bool {
        true
    }
}

/// The recorded calls with their answers, and a call of each command by each of its names.
fn seeds(fixtures: &Path) -> Vec<Vec<u8>> {
    let mut inputs: Vec<Vec<u8>> = seeds::cases(fixtures)
        .into_iter()
        .map(|case| {
            // The file that the tests have stands for the recorded one.
            let given = |(name, value): (String, String)| match name.as_str() {
                "entry_id" => (name, Value::from(calls::ENTRY)),
                _ => (name, Value::from(value)),
            };
            let arguments: Map<String, Value> = case.arguments.into_iter().map(given).collect();
            let mut input = format!("{} {}", case.command, Value::Object(arguments)).into_bytes();
            case.recording.exchanges.iter().for_each(|exchange| answer(&mut input, exchange));
            input
        })
        .collect();
    for command in &component().manifest().commands {
        let arguments = calls::arguments(&command.name).into_iter();
        let arguments: Map<String, Value> = arguments.map(|(name, text)| (name.to_owned(), text.into())).collect();
        inputs.push(format!("{} {}", command.name, Value::Object(arguments)).into_bytes());
    }
    inputs.sort();
    inputs.dedup();
    inputs
}

fn answer(input: &mut Vec<u8>, exchange: &Exchange) {
    let answer = &exchange.answer;
    input.extend_from_slice(format!("\u{1e}{}\ncontent-type: {}\n", answer.status, answer.media_type).as_bytes());
    for (name, value) in &answer.headers {
        if ["location", "retry-after", "x-ratelimit-reset"].contains(&&*name.to_ascii_lowercase()) {
            input.extend_from_slice(format!("{name}: {value}\n").as_bytes());
        }
    }
    input.push(b'\n');
    if let Content::Kept(body) = &answer.content {
        input.extend_from_slice(body);
    }
}
