//! Whether the user trusts an instance file.
//!
//! An instance file sends secrets of this machine to a server that it names: it is code, and may be somebody else's. So it
//! is shown in words what it does, once for each content, before anything of it is sent.

use super::instance::{InstanceFile, Value};
use super::kind::Kind;
use super::load::Loaded;
use super::output::Output;
use super::problem::Problem;
use super::state::State;
use super::terminal::error_width;
use super::wrap::wrap;
use soar::manifest::ParameterKind;
use soar::policy::Origin;
use soar::text::{self, quoted};
use std::io::{self, BufRead, IsTerminal, Write};
use std::net::IpAddr;
use std::path::{Path, PathBuf};

/// The longest name, path or URL that is asked about, in characters: each is shown whole, or refused.
const LONGEST: usize = 1000;
/// From this length on, in characters, it is said how a host ends, which is what counts of it.
const LONG_HOST: usize = 40;

/// A file that is asked about.
pub struct Asked<'a> {
    /// The file.
    pub file: &'a InstanceFile,
    /// The component that gets it.
    pub loaded: &'a Loaded,
    /// What `--set` gives to parameters in this call.
    pub set: &'a [(String, String)],
    /// The digest of the CA certificates that the file names, if it does: another CA is another file.
    pub authority: Option<String>,
    /// Whether something is sent. In a replay the component only reads.
    pub sends: bool,
}

/// Makes sure that the user trusts the file with the component: because it was confirmed before as it is, because `accept` says
/// so, or by asking a person. Of the components that come with soar one is as good as another.
///
/// # Errors
/// If it is not trusted; the error says what the file would do.
pub fn confirm(asked: &Asked<'_>, accept: bool, output: Output) -> Result<(), Problem> {
    let state = State::open();
    if state.as_ref().is_ok_and(|state| is_known(state, asked)) {
        return Ok(());
    }
    let does = sentence(asked)?;
    let name = quoted(&asked.file.path.to_string_lossy());
    if !accept {
        if let Err(why) = state {
            let message = format!("{does}. An answer to that can't be remembered: {why}. Expected --trust each time");
            return Err(refuse(message));
        }
        if output.json || !io::stdin().is_terminal() || !io::stderr().is_terminal() {
            let message =
                format!("{does}. That was not confirmed for the file as it is; expected --trust if it is right");
            return Err(refuse(message));
        }
        if !ask(&does, error_width(), io::stderr().lock(), io::stdin().lock()) {
            return Err(refuse(format!("{name} is not trusted: nothing was sent")));
        }
    }
    if let Err(why) = remember(asked) {
        output
            .warn(&format!("that {name} is trusted is not remembered, nor which of its parameters are secrets: {why}"));
    }
    Ok(())
}

/// Remembers that the user trusts the file as it is.
///
/// # Errors
/// If it can't be remembered; words for people.
fn remember(asked: &Asked<'_>) -> Result<(), String> {
    let (place, content) = known(asked);
    State::open()?.remember(&[TRUST, &place, &content], format!("{place} {content}\n").as_bytes())
}

/// What is remembered of a file that is trusted.
const TRUST: &str = "trust";

fn is_known(state: &State, asked: &Asked<'_>) -> bool {
    let is_known = |asked: &Asked<'_>| {
        let (place, content) = known(asked);
        state.recall(&[TRUST, &place, &content]).is_ok_and(|recalled| recalled.is_some())
    };
    // Who may send may read.
    is_known(asked) || !asked.sends && is_known(&Asked { sends: true, authority: None, ..*asked })
}

/// By what a file is known again: its place, and the digests of what it says.
fn known(asked: &Asked<'_>) -> (String, String) {
    let component = (!asked.loaded.bundled).then(|| asked.loaded.component.digest());
    let authority = asked.authority.as_ref().map(|digest| format!("ca {digest}"));
    let replay = (!asked.sends).then_some("replay");
    let digests = [Some(&*asked.file.digest), component, authority.as_deref(), replay];
    let digests: Vec<&str> = digests.into_iter().flatten().collect();
    (asked.file.place().to_string_lossy().into_owned(), digests.join(" "))
}

fn refuse(message: String) -> Problem {
    Problem::wrong(Kind::Configuration, message)
}

/// Asks a person; only a yes is one.
fn ask(does: &str, width: Option<u16>, mut question: impl Write, mut answers: impl BufRead) -> bool {
    let asked = write!(question, "{}\nTrust this file? [y/N] ", wrap(&format!("{}.", text::line(does)), width))
        .and_then(|()| question.flush());
    let mut answer = String::new();
    asked.and_then(|()| answers.read_line(&mut answer)).is_ok()
        && matches!(answer.trim().to_lowercase().as_str(), "y" | "yes")
}

/// What a file does, in plain words. What is not ours is whole, and in quotation marks.
///
/// # Errors
/// If its URL is none, or something in it is too long to be shown.
fn sentence(asked: &Asked<'_>) -> Result<String, Problem> {
    let file = asked.file;
    if !asked.sends {
        return Ok(format!("{} is for a replay; {}", word(file, &file.path.to_string_lossy())?, stranger(asked)));
    }
    let manifest = asked.loaded.component.manifest();
    let of_kind = |kind| manifest.of_kind(kind).map(|parameter| parameter.name.as_str());
    let in_file = |kind| of_kind(kind).filter_map(|name| Some((name, file.value(name)?)));
    let mut secrets = Vec::new();
    for (name, value) in in_file(ParameterKind::Secret) {
        let from = match value {
            Value::Text(_) => "as it stands in the file".to_owned(),
            Value::Environment(variable) => format!("from {} in the environment", word(file, variable)?),
            Value::File(path) => format!("from the file {}", below(file, path)?),
        };
        secrets.push(format!("{} ({from})", text::line(name)));
    }
    let what = match &secrets[..] {
        [] => "requests, without a token of its own,".to_owned(),
        [one] => one.clone(),
        [most @ .., last] => format!("{} and {last}", most.join(", ")),
    };
    let server = match in_file(ParameterKind::ServerUrl).next() {
        Some((name, Value::Text(url))) => server(file, name, url)?,
        _ => "the server that the command line names".to_owned(),
    };
    let is_on = |kind| {
        in_file(kind).any(
            |(_, value)| matches!(value, Value::Text(text) if !matches!(&*text.to_lowercase(), "false" | "no" | "")),
        )
    };
    let mut how = Vec::new();
    if is_on(ParameterKind::Insecure) {
        how.push("trusting any certificate".to_owned());
    }
    if is_on(ParameterKind::Proxy) {
        how.push("through the system's proxies".to_owned());
    }
    for (what, path) in file.network.files() {
        how.push(format!("{what} {}", below(file, path)?));
    }
    let how: String = how.iter().map(|how| format!(", {how}")).collect();
    let instead = match of_kind(ParameterKind::ServerUrl).find_map(|name| set(asked, name)) {
        Some(url) => format!("; this call goes to {} instead, as --set says", word(file, url)?),
        None => String::new(),
    };
    let whose = if asked.loaded.bundled { String::new() } else { format!("; {}", stranger(asked)) };
    Ok(format!("{} sends {what} to {server}{how}{instead}{whose}", word(file, &file.path.to_string_lossy())?))
}

/// The parameters that a component reads of a file.
pub fn read<'a>(file: &'a InstanceFile, loaded: &'a Loaded) -> impl Iterator<Item = &'a str> {
    let parameters = &loaded.component.manifest().parameters;
    let read = parameters.iter().filter(|parameter| parameter.kind != ParameterKind::Secret);
    read.map(|parameter| parameter.name.as_str()).filter(|name| file.value(name).is_some())
}

/// A component from elsewhere, and what stands in the file for it to read.
fn stranger(asked: &Asked<'_>) -> String {
    let integration = asked.loaded.component.manifest();
    let read: Vec<_> = read(asked.file, asked.loaded).map(text::line).collect();
    let reads = if read.is_empty() { "nothing of the file".to_owned() } else { read.join(", ") };
    format!(
        "the component is {} ({}), which does not come with soar, and reads {reads}",
        quoted(&integration.name),
        asked.loaded.component.digest()
    )
}

/// What `--set` gives to a parameter.
fn set<'a>(asked: &Asked<'a>, name: &str) -> Option<&'a str> {
    asked.set.iter().rev().find(|(set, _)| set == name).map(|(_, value)| value.as_str())
}

/// A server, with the end of its host if that is hard to see.
fn server(file: &InstanceFile, name: &str, url: &str) -> Result<String, Problem> {
    let path = quoted(&file.path.to_string_lossy());
    let origin = Origin::parse(url);
    let origin = origin.map_err(|error| refuse(format!("{path}: {name}: {error}")).of_parameter(name))?;
    let whole = word(file, origin.url())?;
    Ok(match ending(origin.url()) {
        Some(end) => format!("{whole} (its host ends in {})", quoted(end)),
        None => whole,
    })
}

/// The last names of a long host: whoever has these has all that are before them.
fn ending(url: &str) -> Option<&str> {
    let authority = url.split_once("://").map_or(url, |(_, rest)| rest).split('/').next().unwrap_or_default();
    let host = authority.rsplit_once(':').map_or(authority, |(host, _)| host).trim_end_matches('.');
    if host.chars().count() < LONG_HOST || host.starts_with('[') || host.parse::<IpAddr>().is_ok() {
        return None;
    }
    let dots: Vec<usize> = host.rmatch_indices('.').map(|(at, _)| at).collect();
    let at = match dots[..] {
        // As `example.co.uk`.
        [_, second, third, ..] if host.len() - second <= "..co.uk".len() => third,
        [_, second, ..] => second,
        _ => return None,
    };
    Some(&host[at + 1..])
}

/// A path of the file's, as it is meant: from its folder.
fn below(file: &InstanceFile, path: &Path) -> Result<String, Problem> {
    // Without `.` and doubled slashes, which make it long.
    let whole: PathBuf = file.folder.path().join(path).components().collect();
    word(file, &whole.to_string_lossy())
}

/// A word that is not ours, whole, so that it does not look like words of ours.
fn word(file: &InstanceFile, text: &str) -> Result<String, Problem> {
    match text.chars().count() {
        0..=LONGEST => Ok(quoted(text)),
        long => Err(refuse(format!(
            "{}: it names something of {long} characters, {} and so on; expected at most {LONGEST}, which can be shown whole",
            quoted(&file.path.to_string_lossy()),
            text::word(text, 40)
        ))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_yes_is_one() {
        for (answer, trusted) in [
            ("y\n", true),
            ("Yes\n", true),
            (" y ", true),
            ("", false),
            ("\n", false),
            ("n\n", false),
            ("yep\n", false),
        ] {
            let mut question = Vec::new();
            assert_eq!(ask("prod.toml sends a\u{1b}", None, &mut question, answer.as_bytes()), trusted, "{answer:?}");
            assert_eq!(question, b"prod.toml sends a\\u{1b}.\nTrust this file? [y/N] ");
        }
        assert!(!ask("", None, Vec::new(), &b"\xff\n"[..]));
    }

    #[test]
    fn of_a_long_host_the_end_is_said() {
        let long = "a".repeat(60);
        for (url, end) in [
            ("https://chat.example.com".to_owned(), None),
            (format!("https://chat.example.com.{long}.evil.example"), Some("evil.example")),
            (format!("https://{long}.evil.co.uk:8443/sub/path"), Some("evil.co.uk")),
            (format!("https://evil.{long}.example/"), Some(&format!("{long}.example")[..])),
            (format!("https://{long}"), None),
            ("http://[2001:db8:aaaa:bbbb:cccc:dddd:eeee:ffff]:8080".to_owned(), None),
        ] {
            assert_eq!(ending(&url), end.map(|end| end.to_owned()).as_deref(), "{url}");
        }
    }
}
