//! What a component gets of the credentials, and where they go.

use crate::attack::{
    Attack, OTHER_TOKEN, SERVER, TOKEN, assert_no_token, assert_token_in_its_header_alone, bearer, echo, failure, load,
    script,
};
use crate::support::wire::Wire;
use crate::support::{Answer, Script, Sent, loopback};
use serde_json::json;
use soar::transport::{Live, LiveOptions, Proxy};
use soar::{Embedded, LoadError, Secret, Settings};
use std::io::Write as _;
use std::sync::Arc;

/// Runs an attack whose request may leave, and gives the request.
#[track_caller]
fn sent(component: &'static [u8]) -> Sent {
    let script = script();
    let told = Attack::new(component).told(script.clone());
    assert_eq!(told, "let through: 200 \"yes\"");
    let [sent] = script.requests().try_into().expect("one request");
    assert_token_in_its_header_alone(&sent);
    sent
}

/// The placeholder that a component was given: it stands alone in its text.
fn placeholder() -> String {
    let told = Attack::new(hostile_components::TOKEN_IN_OUTPUT).told(script());
    told.strip_prefix("the token is ").expect("its words").to_owned()
}

/// That a text has a placeholder where a token would be.
#[track_caller]
fn assert_placeholder(text: &str) {
    assert_no_token(text);
    assert!(text.len() >= 24 && text.bytes().all(|byte| byte.is_ascii_alphanumeric()), "{text:?}");
}

#[test]
pub fn token_in_url() {
    let sent = sent(hostile_components::TOKEN_IN_URL);
    assert_placeholder(sent.line.strip_prefix("GET /api/ok?page=").expect("the query"));
    assert_eq!(sent.authorization, bearer());
}

#[test]
pub fn token_in_header() {
    let sent = sent(hostile_components::TOKEN_IN_HEADER);
    let value = sent.headers["x-declared"].to_str().expect("text");
    assert_placeholder(value.strip_prefix("Bearer ").expect("as it was"));
    assert_eq!(sent.authorization, bearer());
}

#[test]
pub fn token_in_other_scheme() {
    let sent = sent(hostile_components::TOKEN_IN_OTHER_SCHEME);
    assert_placeholder(sent.authorization.strip_prefix("Basic ").expect("as it was"));
}

#[test]
pub fn token_in_body() {
    let sent = sent(hostile_components::TOKEN_IN_BODY);
    assert_placeholder(&String::from_utf8_lossy(&sent.body));
    assert_eq!(sent.authorization, bearer());
}

#[test]
pub fn token_in_output() {
    assert_placeholder(&placeholder());
}

#[test]
pub fn token_in_error() {
    let failure = Attack::new(hostile_components::TOKEN_IN_ERROR).stopped(script());
    assert_eq!(failure.kind(), "denied");
    assert!(failure.message().contains("the token is "), "{failure}");
    assert_no_token(&format!("{failure} {} {failure:?}", failure.to_json()));
}

#[test]
pub fn token_in_trap() {
    let failure = Attack::new(hostile_components::TOKEN_IN_TRAP).stopped(script());
    assert_eq!(failure.kind(), "trap");
    assert_no_token(&format!("{failure} {} {failure:?}", failure.to_json()));
}

#[test]
pub fn token_in_method() {
    let attack = || Attack::new(hostile_components::TOKEN_IN_METHOD).given(TOKEN);
    let script = script();
    let failure = attack().stopped(script.clone());
    assert_no_token(&format!("{failure} {:?}", failure.to_json()));
    let records = attack().audited(script.clone());
    assert_eq!(records[0]["method"], "[redacted]", "{records:?}");
    assert_no_token(&format!("{records:?}"));
    assert!(script.requests().is_empty());
}

#[test]
pub fn token_in_path() {
    let records = Attack::new(hostile_components::TOKEN_IN_PATH).given(TOKEN).audited(script());
    assert!(records.len() > 80, "{}", records.len());
    for record in &records {
        let line = record.to_string();
        // No part of it that the rest could be guessed from.
        assert!(!line.contains(&TOKEN[..8]), "{line}");
    }
}

#[test]
pub fn token_in_log() {
    match load(hostile_components::TOKEN_IN_LOG) {
        Err(LoadError::OtherContract(why)) => assert!(why.contains("wasi:logging/logging"), "{why}"),
        other => panic!("{:?}", other.map(|component| component.imports())),
    }
}

#[test]
pub fn secrets_in_config() {
    let told = Attack::new(hostile_components::SECRETS_IN_CONFIG).told(script());
    let values: Vec<(&str, &str)> = told.lines().filter_map(|line| line.split_once('=')).collect();
    for name in ["token", "other_token"] {
        let (_, value) = values.iter().find(|(found, _)| *found == name).expect("it is there");
        assert_placeholder(value);
    }
    assert!(told.contains("soar:limits/time=300000\n"), "{told}");
    assert_eq!(values.len(), 4, "{told}");
}

#[test]
pub fn echoed_token() {
    const ECHO: &str = "Bearer tokentokentokentokentoken1";
    let answer = Answer::With(200, vec![("x-echo", ECHO)], json!({ "you": ECHO }));
    let script = Script::new().on("GET /api/ok", answer);
    let told = Attack::new(hostile_components::ECHOED_TOKEN).told(script.clone());
    assert_eq!(ECHO, bearer());
    assert_eq!(script.requests()[0].authorization, ECHO);
    assert_eq!(told.matches("Bearer ").count(), 2, "{told}");
    assert_no_token(&told);
}

/// A server that repeats what it was sent, then goes on.
fn repeating() -> Script {
    Script::new()
        .otherwise(|sent| Answer::Parts(200, vec![sent.body.clone(), b" is what you said, and no more".to_vec()]))
}

#[test]
pub fn part_oracle() {
    let told = Attack::new(hostile_components::PART_ORACLE).told(repeating());
    assert_eq!(told, "the token begins with \"\"");
}

#[test]
pub fn told_everything() {
    let told = |token: &str| {
        let parts = [format!("{}{token}{}", &TOKEN[..20], &TOKEN[..25]).into_bytes(), TOKEN[..3].into(), b"x".to_vec()];
        let script = Script::new().on("GET /api/ok", Answer::Parts(200, parts.to_vec()));
        Attack::new(hostile_components::TOLD_EVERYTHING).token(token).told(script)
    };
    let (one, other) = (told(TOKEN), told("tokentokentokentokentoken2"));
    assert_eq!(one, other);
    assert_eq!(one.matches(&"P".repeat(26)).count(), 1, "{one}");
}

#[test]
pub fn whole_oracle() {
    let attack = |given: &str| Attack::new(hostile_components::WHOLE_ORACLE).given(given);
    // No command sends it to the server, which so can't know it.
    let told = attack(OTHER_TOKEN).told(repeating());
    assert!(told.starts_with(OTHER_TOKEN), "a guess comes back as it was sent: {told}");
    assert_no_token(&attack(TOKEN).told(repeating()));
    let guesses = format!("{TOKEN} ").repeat(100);
    let script = repeating();
    let failure = attack(&guesses).stopped(script.clone());
    assert_eq!((failure.kind(), &failure.fields()["credential"]), ("echo", &json!("token")), "{failure}");
    assert!(failure.message().contains("POST /api/write"), "what was sent is said: {failure}");
    assert_no_token(&format!("{failure} {:?}", failure.to_json()));
    assert_eq!(script.requests().len(), 1);
}

/// A server that packs its answer, whatever it was asked for.
fn packing(head: &'static str) -> Wire {
    Wire::answering(move |stream| {
        // Packed or not, it is not looked at: chunks of a body that is said to be packed.
        write!(stream, "HTTP/1.1 200 OK\r\n{head}\r\n\r\n1a\r\n{TOKEN}\r\n0\r\n\r\n")
    })
}

#[test]
pub fn packed_answer() {
    for header in ["te: gzip", "te: trailers, deflate", "range: bytes=0-3"] {
        let script = script();
        let told = Attack::new(hostile_components::PACKED_ANSWER).given(header).told(script.clone());
        assert_eq!(told, "refused: header: HeaderError::Forbidden");
        assert!(script.requests().is_empty());
    }
    for head in [
        "transfer-encoding: gzip, chunked",
        "transfer-encoding: gzip\r\ntransfer-encoding: chunked",
        "content-encoding: br\r\ntransfer-encoding: chunked",
        "content-encoding: gzip, gzip\r\ntransfer-encoding: chunked",
    ] {
        let failure = failure(Attack::new(hostile_components::PACKED_ANSWER).at(packing(head).url).live());
        assert_eq!(failure.kind(), "network", "{head}: {failure}");
        assert!(failure.fields()["cause"].as_str().is_some_and(|cause| cause.contains("packed")), "{failure:?}");
        assert_no_token(&format!("{failure} {:?}", failure.to_json()));
    }
}

/// Through a proxy with this user and password.
fn through(proxy: &str, user: &str, no: &str) -> Live {
    let url = format!("http://{user}@{}", proxy.trim_start_matches("http://"));
    let proxy = Proxy::new(Some(&url), Some(&url), no).expect("a proxy");
    Live::new(LiveOptions::new().with_proxy(proxy)).expect("options")
}

/// A proxy that shows the server what it was told, and the server shows it to whoever asks.
#[test]
fn the_password_of_a_proxy_is_not_for_the_component() {
    let proxy = Wire::answering_head(|head, stream| {
        write!(stream, "HTTP/1.1 200 OK\r\ncontent-length: {}\r\n\r\n{head}", head.len())
    });
    let live = through(&proxy.url, "user:hunter2hunter2hunter2", "");
    let failure = Attack::new(hostile_components::ECHOED_TOKEN).at("http://1.2.3.4").stopped(live);
    assert_eq!(failure.kind(), "echo", "{failure}");
    let all = format!("{failure} {:?}", failure.to_json());
    assert!(!all.contains("hunter2") && !all.contains("aHVudGVyM"), "{all}");
    assert_eq!(proxy.requests(), 1);
}

/// Where its server can't know the password, a guess is a word like any other: nothing tells that it was right.
#[test]
fn the_password_of_a_proxy_that_does_not_answer_is_not_looked_for() {
    let server = loopback::serve(&repeating());
    for guess in ["hunter22", "dXNlcjpodW50ZXIyMg==", "hunter22hunter22"] {
        let password = if guess.ends_with('=') { "hunter22" } else { guess };
        let live = through("127.0.0.1:9", &format!("user:{password}"), "127.0.0.0/8");
        let told = Attack::new(hostile_components::WHOLE_ORACLE).at(&*server).given(guess).told(live);
        assert!(told.starts_with(guess), "{told}");
    }
}

/// Whoever is told it with each request can be had to repeat guesses at it.
#[test]
fn a_proxys_password_that_could_be_guessed_is_not_told_where_answers_could_repeat_it() {
    let component = load(hostile_components::WHOLE_ORACLE).expect("it loads");
    let instance = |password: &str, url: &str, reviewed| {
        let settings = Settings::new().with_parameters([("url", url)]).with_reviewed(reviewed);
        let live = through("127.0.0.1:9", &format!("user:{password}"), "direct.test");
        component.instance(settings).transport(Arc::new(live)).platform(Arc::new(Embedded::new())).build()
    };
    let error = instance("sunshine-2019", "http://chat.test", false).err().expect("it is refused");
    assert!(error.to_string().contains("16 characters at least") && !error.to_string().contains("sunshine"), "{error}");
    for (password, url, reviewed) in [
        ("sunshine-2019", "https://chat.test", false),
        ("sunshine-2019", "http://direct.test", false),
        ("sunshine-2019-2019", "http://chat.test", false),
        ("sunshine-2019", "http://chat.test", true),
    ] {
        assert!(instance(password, url, reviewed).is_ok(), "{password} {url}");
    }
}

#[test]
pub fn forged_placeholder() {
    let script = echo();
    let told = Attack::new(hostile_components::FORGED_PLACEHOLDER).told(script.clone());
    let (guess, told) = told.split_once('\n').expect("two lines");
    assert_eq!(told, format!("let through: 200 \"Bearer {guess}\""));
    assert_eq!(script.requests()[0].authorization, format!("Bearer {guess}"));
}

#[test]
pub fn foreign_placeholder() {
    let foreign = placeholder();
    let script = script();
    Attack::new(hostile_components::FOREIGN_PLACEHOLDER).given(foreign.as_str()).told(script.clone());
    assert_eq!(script.requests()[0].authorization, format!("Bearer {foreign}"));
    assert_ne!(foreign, placeholder(), "each call has its own");
}

#[test]
pub fn other_credential() {
    let sent = sent(hostile_components::OTHER_CREDENTIAL);
    assert_placeholder(sent.authorization.strip_prefix("Bearer ").expect("as it was"));
}

#[test]
pub fn doubled_authorization() {
    let script = script();
    Attack::new(hostile_components::DOUBLED_AUTHORIZATION).told(script.clone());
    let [sent] = &script.requests()[..] else { panic!("{:?}", script.requests()) };
    assert_token_in_its_header_alone(sent);
    assert!(!format!("{sent:?}").contains(OTHER_TOKEN), "{sent:?}");
}

/// Millions of guesses fit into an answer, and which of them is covered tells which is right.
#[test]
fn a_secret_that_could_be_guessed_is_not_given_to_a_component_that_nobody_reviewed() {
    let component = load(hostile_components::WHOLE_ORACLE).expect("it loads");
    let instance = |secret: &str, reviewed| {
        let settings = Settings::new()
            .with_parameters([("url", SERVER)])
            .with_secret("token", Secret::new(secret.to_owned()))
            .with_reviewed(reviewed);
        component.instance(settings).transport(Arc::new(script())).platform(Arc::new(Embedded::new())).build()
    };
    for short in ["12345678", "123456789012345"] {
        let error = instance(short, false).err().expect("it is refused");
        assert_eq!(error.parameter, "token");
        assert!(error.to_string().contains("16 characters at least") && !error.to_string().contains(short), "{error}");
        assert!(instance(short, true).is_ok());
    }
    assert!(instance("1234567890123456", false).is_ok());
}
