//! Whichever of two credentials a server was sent and repeats, a component that was told neither sees the same.
//!
//! An input is lines: the two credentials; `plain` or `gzip` and the sizes of the parts that the body comes in, the last
//! one again and again; headers; an empty line; the body. A byte 1E in headers and body is what the server repeats: the
//! credential that it was sent.

use super::Target;
use bytes::Bytes;
use flate2::Compression;
use flate2::write::GzEncoder;
use http::{HeaderName, HeaderValue, Response};
use http_body::Frame;
use http_body_util::StreamBody;
use soar::transport::{Answering, Body, Outbound, Transport, unpacked};
use soar::{Component, Embedded, Engine, EngineOptions, Given, Secret, Settings};
use std::io::Write;
use std::path::Path;
use std::sync::{Arc, OnceLock};
use tokio::runtime::{Builder, Runtime};

pub const TARGET: Target = Target {
    name: "cover",
    check,
    seeds,
    words: &[
        "\u{1e}",
        "aaaaaaab",
        "aaaaaaaa",
        "baaaaaaa",
        "gzip 1\n",
        "plain 3 1\n",
        "x-echo: \u{1e}\n",
        "\n\n",
        " 1",
        " 9",
    ],
};

/// The mark of what a server repeats.
const ECHO: char = '\u{1e}';

pub fn check(input: &[u8]) {
    let Ok(text) = std::str::from_utf8(input) else { return };
    let Some(answer) = Answer::parse(text) else { return };
    let [one, other] = answer.secrets;
    if !answer.is_of_interest() {
        return;
    }
    let (seen, seen_too) = (answer.told(one), answer.told(other));
    assert_eq!(seen, seen_too, "a component can tell {one} from {other}");
    assert!(!seen.contains(one) && !seen_too.contains(other), "{seen}");
}

struct Answer<'a> {
    secrets: [&'a str; 2],
    packed: bool,
    sizes: Vec<usize>,
    headers: Vec<(HeaderName, &'a str)>,
    body: &'a str,
}

impl<'a> Answer<'a> {
    fn parse(text: &'a str) -> Option<Self> {
        let (head, body) = text.split_once("\n\n")?;
        let mut lines = head.split('\n');
        let (one, other, coding) = (lines.next()?, lines.next()?, lines.next()?);
        let mut words = coding.split(' ');
        let packed = words.next()? == "gzip";
        let sizes = words.filter_map(|word| word.parse().ok()).filter(|size| (1..5000).contains(size)).collect();
        let header = |line: &'a str| {
            let (name, value) = line.split_once(": ")?;
            let name = HeaderName::from_bytes(name.as_bytes()).ok()?;
            let framing = ["content-encoding", "content-length", "transfer-encoding"].contains(&name.as_str());
            (!framing && HeaderValue::from_str(&value.replace(ECHO, one)).is_ok()).then_some((name, value))
        };
        Some(Self { secrets: [one, other], packed, sizes, headers: lines.filter_map(header).collect(), body })
    }

    /// Whether the credentials can be credentials, and stand nowhere but where the server repeats the one that it was sent:
    /// that a whole one is covered is what a component may see.
    fn is_of_interest(&self) -> bool {
        let [one, other] = self.secrets;
        let fits =
            |secret: &str| (16..64).contains(&secret.len()) && secret.bytes().all(|byte| byte.is_ascii_graphic());
        if one == other || one.len() != other.len() || !fits(one) || !fits(other) || self.body.len() > 20_000 {
            return false;
        }
        let names = self.headers.iter().map(|(name, _)| name.as_str());
        let texts = || self.headers.iter().map(|(_, value)| *value).chain([self.body]);
        let lower = |secret: &str| secret.to_ascii_lowercase();
        names.clone().all(|name| !name.contains(&lower(one)) && !name.contains(&lower(other)))
            && texts().all(|text| {
                [(one, other), (other, one)].iter().all(|(own, foreign)| {
                    let echoed = text.replace(ECHO, own);
                    // The component tells a body in quotes, where a tab before `oken` reads `token`.
                    [&format!("{echoed:?}"), &echoed]
                        .iter()
                        .all(|told| occurrences(told, own) == text.matches(ECHO).count() && !told.contains(foreign))
                })
            })
    }

    /// What a component tells that sees everything, on a server that was sent this credential.
    fn told(&self, secret: &str) -> String {
        let mut body = self.body.replace(ECHO, secret).into_bytes();
        if self.packed {
            body = packed(&body);
        }
        let mut parts = Vec::new();
        let mut sizes = self.sizes.iter().copied();
        let mut size = usize::MAX;
        while !body.is_empty() {
            size = sizes.next().unwrap_or(size);
            let rest = body.split_off(size.min(body.len()));
            parts.push(Bytes::from(std::mem::replace(&mut body, rest)));
        }
        let value = |value: &str| HeaderValue::from_str(&value.replace(ECHO, secret)).expect("it was looked at");
        let headers = self.headers.iter().map(|(name, text)| (name.clone(), value(text))).collect();
        call(secret, Server { headers, parts, packed: self.packed })
    }
}

/// How often a text stands in another one, also where it overlaps itself.
fn occurrences(text: &str, secret: &str) -> usize {
    text.as_bytes().windows(secret.len()).filter(|window| *window == secret.as_bytes()).count()
}

/// Packed and flushed now and then, as by a server that writes as it goes.
fn packed(body: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    for part in body.chunks(500) {
        encoder.write_all(part).expect("memory");
        encoder.flush().expect("memory");
    }
    encoder.finish().expect("memory")
}

fn call(secret: &str, server: Server) -> String {
    let settings = Settings::new()
        .with_parameters([("url", "http://chat.test")])
        .with_secret("token", Secret::new(secret.to_owned()));
    let instance = component()
        .instance(settings)
        .transport(Arc::new(server))
        .platform(Arc::new(Embedded::new()))
        .build()
        .expect("settings");
    let given = Given::strings([("", ""); 0]);
    match runtime().block_on(instance.call("attack", given)) {
        Ok(entry) => entry.readable,
        Err(failure) => failure.to_string(),
    }
}

#[derive(Clone)]
struct Server {
    headers: Vec<(HeaderName, HeaderValue)>,
    parts: Vec<Bytes>,
    packed: bool,
}

impl Transport for Server {
    fn send(&self, _: Outbound) -> Answering {
        let Self { headers, parts, packed } = self.clone();
        // Each part comes by itself, as over a network.
        let frames = futures_util::stream::unfold(parts.into_iter(), async |mut parts| {
            tokio::task::yield_now().await;
            Some((Ok(Frame::data(parts.next()?)), parts))
        });
        let mut response = Response::new(Body::new(StreamBody::new(Box::pin(frames))));
        response.headers_mut().extend(headers);
        if packed {
            response.headers_mut().insert("content-encoding", HeaderValue::from_static("gzip"));
        }
        Box::pin(async move { Ok(unpacked(response)) })
    }
}

fn component() -> &'static Component {
    static COMPONENT: OnceLock<Component> = OnceLock::new();
    COMPONENT.get_or_init(|| {
        let load = async { Engine::new(EngineOptions::default())?.load(hostile_components::TOLD_EVERYTHING).await };
        runtime().block_on(load).expect("it loads")
    })
}

fn runtime() -> Runtime {
    Builder::new_current_thread().enable_time().build().expect("a runtime")
}

fn seeds(_: &Path) -> Vec<Vec<u8>> {
    let pairs = [
        ("aaaaaaaaaaaaaaab", "aaaaaaaaaaaaaaaa"),
        ("tokentokentokentokentoken1", "tokentokentokentokentoken2"),
        ("abcdefghijklmnopqrstuvwxyz", "zyxwvutsrqponmlkjihgfedcba"),
        ("baaaaaaaaaaaaaaaaaaa", "aaaaaaaaaaaaaaaaaaaa"),
    ];
    let codings = ["plain 100000", "plain 1", "plain 7 1 30", "gzip 100000", "gzip 1", "gzip 10 3"];
    let mut inputs = Vec::new();
    for (one, other) in pairs {
        for coding in codings {
            let (start, end) = (&one[..one.len() - 1], &one[1..]);
            let bodies = [
                format!("<{ECHO}>"),
                format!("{start} <{ECHO}> {end}"),
                format!("{start}\n{start}\n{end}-{start}"),
                format!("{}<{ECHO}>{}", format!("{start}.").repeat(40), format!("{end}!").repeat(40)),
            ];
            for body in bodies {
                inputs.push(format!("{one}\n{other}\n{coding}\nx-echo: <{ECHO}>\n\n{body}").into_bytes());
            }
        }
    }
    inputs
}
