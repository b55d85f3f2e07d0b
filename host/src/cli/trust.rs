//! Whether the user trusts an instance file.
//!
//! An instance file sends secrets of this machine to a server that it names: it is code, and may be somebody else's. So it
//! is shown in words what it does, once for each content, before anything of it is sent.

use super::instance::{InstanceFile, Value};
use super::load::Loaded;
use super::output::{Output, Problem};
use super::state::State;
use super::terminal::error_width;
use super::wrap::wrap;
use soar::contract::ParameterKind;
use soar::files::shown;
use soar::policy::Origin;
use soar::text;
use std::borrow::Cow;
use std::io::{self, BufRead, IsTerminal, Write};
use std::path::Path;

/// The most that is shown of a word that is not ours, in characters.
const LONGEST: usize = 200;

/// Makes sure that the user trusts the file with the component: because it was confirmed before as it is, because `accept` says
/// so, or by asking a person. Of the components that come with soar one is as good as another.
///
/// # Errors
/// If it is not trusted; the error says what the file would do.
pub fn confirm(file: &InstanceFile, loaded: &Loaded, accept: bool, output: Output) -> Result<(), Problem> {
    let place = file.place();
    let place = place.to_string_lossy();
    let mut words = vec![TRUST, &*place, &*file.digest];
    if !loaded.bundled {
        words.push(loaded.component.digest());
    }
    let state = State::open();
    let is_known = |state: &State| state.recall(&words).is_ok_and(|recalled| recalled.is_some());
    if state.as_ref().is_ok_and(is_known) {
        return Ok(());
    }
    let does = sentence(file, loaded)?;
    if !accept {
        if let Err(why) = state {
            return Err(refuse(format!("{does}. That can't be asked once and for all: {why}, or --trust each time")));
        }
        if output.json || !io::stdin().is_terminal() || !io::stderr().is_terminal() {
            let message =
                format!("{does}. That was not confirmed for the file as it is; expected --trust if it is right");
            return Err(refuse(message));
        }
        if !ask(&does, error_width(), io::stderr().lock(), io::stdin().lock()) {
            return Err(refuse(format!("{} is not trusted: nothing was sent", shown(&file.path))));
        }
    }
    let content = format!("{}\n", words[1..].join(" "));
    if let Err(why) = state.and_then(|state| state.remember(&words, content.as_bytes())) {
        let file = shown(&file.path);
        output
            .warn(&format!("that {file} is trusted is not remembered, nor which of its parameters are secrets: {why}"));
    }
    Ok(())
}

/// What is remembered of a file that is trusted.
const TRUST: &str = "trust";

fn refuse(message: String) -> Problem {
    Problem::wrong("configuration", message)
}

/// Asks a person; only a yes is one.
fn ask(does: &str, width: Option<u16>, mut question: impl Write, mut answers: impl BufRead) -> bool {
    let asked = write!(question, "{}\nTrust this file? [y/N] ", wrap(&format!("{}.", text::line(does)), width))
        .and_then(|()| question.flush());
    let mut answer = String::new();
    asked.and_then(|()| answers.read_line(&mut answer)).is_ok()
        && matches!(answer.trim().to_lowercase().as_str(), "y" | "yes")
}

/// What a file does, in plain words.
///
/// # Errors
/// If its URL is none.
fn sentence(file: &InstanceFile, loaded: &Loaded) -> Result<String, Problem> {
    let integration = loaded.component.manifest();
    let of_kind = |kind| {
        let parameters = integration.parameters.iter().filter(move |parameter| parameter.kind == kind);
        parameters.filter_map(|parameter| Some((parameter.name.as_str(), file.value(&parameter.name)?)))
    };
    let secrets: Vec<String> = of_kind(ParameterKind::Secret)
        .map(|(name, value)| match value {
            Value::Text(_) => format!("{} (as it stands in the file)", word(name)),
            Value::Environment(variable) => format!("{} (from {} in the environment)", word(name), word(variable)),
            Value::File(path) => format!("{} (from the file {})", word(name), word_path(&file.folder.join(path))),
        })
        .collect();
    let what = match &secrets[..] {
        [] => "requests, without a token of its own,".to_owned(),
        [one] => one.clone(),
        [most @ .., last] => format!("{} and {last}", most.join(", ")),
    };
    let server = match of_kind(ParameterKind::ServerUrl).next() {
        Some((name, Value::Text(url))) => {
            let origin = Origin::parse(url)
                .map_err(|error| refuse(format!("{}: {name}: {error}", shown(&file.path))).with("parameter", name))?;
            word(origin.url()).into_owned()
        }
        _ => "the server that the command line names".to_owned(),
    };
    let is_on = |kind| {
        of_kind(kind).any(
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
    how.extend(file.network.files().map(|(what, path)| format!("{what} {}", word_path(path))));
    let how: String = how.iter().map(|how| format!(", {how}")).collect();
    let whose = if loaded.bundled { String::new() } else { format!("; {}", stranger(file, loaded)) };
    Ok(format!("{} sends {what} to {server}{how}{whose}", word_path(&file.path)))
}

/// A component from elsewhere, and what stands in the file for it to read.
fn stranger(file: &InstanceFile, loaded: &Loaded) -> String {
    let integration = loaded.component.manifest();
    let read: Vec<_> = integration
        .parameters
        .iter()
        .filter(|parameter| parameter.kind != ParameterKind::Secret && file.value(&parameter.name).is_some())
        .map(|parameter| word(&parameter.name))
        .collect();
    let reads = match &read[..] {
        [] => "nothing of the file".to_owned(),
        read => read.join(", "),
    };
    format!(
        "the component is {} ({}), which does not come with soar, and reads {reads}",
        word(&integration.name),
        loaded.component.digest()
    )
}

fn word_path(path: &Path) -> String {
    word(&path.to_string_lossy()).into_owned()
}

/// A word that is not ours, so that it neither looks like words of ours nor hides them.
fn word(text: &str) -> Cow<'_, str> {
    text::word(text, LONGEST)
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
    fn a_word_of_others_is_one_line_and_not_endless() {
        assert_eq!(word("/run/secrets/chat-token"), "/run/secrets/chat-token");
        assert_eq!(word("a\nb\u{1b}\u{202e}\u{200b}"), "a\\nb\\u{1b}\\u{202e}\\u{200b}");
        assert_eq!(word(&"x".repeat(500)).chars().count(), LONGEST + 1);
    }
}
