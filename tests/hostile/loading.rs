//! Components that attack while they are loaded, or import what they should not have.

use crate::attack::{Attack, load, script};
use soar::{Limit, LoadError};

#[track_caller]
fn refused(bytes: &'static [u8]) -> LoadError {
    match load(bytes) {
        Err(error) => error,
        Ok(component) => panic!("it was loaded: {}", component.manifest().name),
    }
}

#[track_caller]
fn is_over(bytes: &'static [u8], limit: Limit) {
    let error = refused(bytes);
    assert!(matches!(error, LoadError::Manifest(_)), "{error}");
    assert!(error.to_string().contains(&format!("over the limit {} ", limit.name())), "{error}");
}

#[test]
pub fn describe_loops() {
    is_over(hostile_components::DESCRIBE_LOOPS, Limit::Cpu);
}

#[test]
pub fn start_loops() {
    is_over(hostile_components::START_LOOPS, Limit::Cpu);
}

#[test]
pub fn instance_flood() {
    is_over(hostile_components::INSTANCE_FLOOD, Limit::Instances);
}

#[test]
pub fn describe_traps() {
    let error = refused(hostile_components::DESCRIBE_TRAPS);
    assert!(matches!(error, LoadError::Manifest(_)), "{error}");
}

#[test]
pub fn describe_trace() {
    let error = refused(hostile_components::DESCRIBE_TRACE);
    assert!(matches!(error, LoadError::Manifest(_)), "{error}");
    assert!(error.to_string().contains("endpoint TRACE /api/ok: TRACE is answered with the request"), "{error}");
}

#[test]
pub fn describe_clock() {
    for _ in 0..2 {
        let component = load(hostile_components::DESCRIBE_CLOCK).unwrap_or_else(|error| panic!("{error}"));
        let endpoint = &component.manifest().commands[0].endpoints[0];
        assert_eq!(endpoint.path, "/api/0/0/0/3600000000000/0");
    }
}

#[test]
pub fn default_server() {
    let error = refused(hostile_components::DEFAULT_SERVER);
    assert!(matches!(error, LoadError::Manifest(_)), "{error}");
    assert!(error.to_string().contains("the parameter url of the kind server-url has a default"), "{error}");
}

#[test]
pub fn describe_asks() {
    let component = load(hostile_components::DESCRIBE_ASKS).unwrap_or_else(|error| panic!("{error}"));
    assert_eq!(component.manifest().title, "refused: ErrorCode::HttpRequestDenied");
}

#[track_caller]
fn imports_too_much(bytes: &'static [u8], import: &str) {
    let error = refused(bytes);
    assert!(matches!(error, LoadError::OtherContract(_)), "{error}");
    assert!(error.to_string().contains(import), "{error}");
}

#[test]
pub fn environment() {
    imports_too_much(hostile_components::ENVIRONMENT, "wasi:cli/environment");
}

#[test]
pub fn socket() {
    imports_too_much(hostile_components::SOCKET, "wasi:sockets/");
}

#[test]
pub fn file_path() {
    let told = Attack::new(hostile_components::FILE_PATH).told(script());
    assert_eq!(told.lines().count(), 4, "{told}");
    assert!(told.lines().all(|line| line.ends_with("Err(FileError::NotFound)")), "{told}");
}

#[track_caller]
fn says_too_much(bytes: &'static [u8], words: &[&str]) {
    let error = refused(bytes);
    assert!(matches!(error, LoadError::Manifest(_)), "{error}");
    let text = error.to_string();
    assert!(words.iter().all(|word| text.contains(word)) && !text.contains('\n') && text.len() < 1000, "{text:.2000}");
}

#[test]
pub fn describe_shell_name() {
    let words = ["attack: one of its aliases is \";touch${IFS}x;#\"", "expected 1 to 64 characters"];
    says_too_much(hostile_components::DESCRIBE_SHELL_NAME, &words);
}

#[test]
pub fn describe_forged_title() {
    let words = ["the title is ", "expected one line of visible characters"];
    says_too_much(hostile_components::DESCRIBE_FORGED_TITLE, &words);
}

#[test]
pub fn describe_deep_prefix() {
    let words = ["attack: it has 400001 segments in the prefix of an output; expected 16 at most"];
    says_too_much(hostile_components::DESCRIBE_DEEP_PREFIX, &words);
}

#[test]
pub fn describe_two_roots() {
    let words = ["attack: the output Mattermost begins with Mattermost", "with Chat; expected one beginning"];
    says_too_much(hostile_components::DESCRIBE_TWO_ROOTS, &words);
}

#[test]
pub fn describe_many_commands() {
    says_too_much(hostile_components::DESCRIBE_MANY_COMMANDS, &["it has 20000 commands; expected 500 at most"]);
}

#[test]
pub fn describe_many_endpoints() {
    says_too_much(hostile_components::DESCRIBE_MANY_ENDPOINTS, &["it has 120000 endpoints; expected 5000 at most"]);
}
