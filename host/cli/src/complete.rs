//! Completion in a shell: of subcommands and options, and of commands, their arguments and values.

use super::bundled::fixtures;
use super::commands::first_sentence;
use super::kind::Kind;
use super::load::{self, Wanted};
use super::output::Output;
use super::problem::Problem;
use super::quote::quote;
use super::replay;
use clap::ValueEnum;
use clap_complete::CompleteEnv;
use clap_complete::engine::CompletionCandidate;
use clap_complete::env::Shells;
use soar::manifest::{Argument, Command, ParameterKind};
use soar::text;
use soar::{CommandHandle, Component, Limit};
use std::borrow::Cow;
use std::env;
use std::ffi::{OsStr, OsString};
use std::path::{Path, PathBuf};

/// The shells that can be told how to complete.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub enum Shell {
    Bash,
    Elvish,
    Fish,
    Powershell,
    Zsh,
}

/// The variable by which a shell asks for completions.
const ASKED: &str = "SOAR_COMPLETE";

/// Answers a shell that asks for completions, and ends the program then.
pub fn answer(definition: impl Fn() -> clap::Command) {
    CompleteEnv::with_factory(definition).var(ASKED).bin("soar").complete();
}

/// Prints what a shell must be told.
pub fn registration(shell: Shell, output: Output) -> Result<(), Problem> {
    let name = match shell {
        Shell::Bash => "bash",
        Shell::Elvish => "elvish",
        Shell::Fish => "fish",
        Shell::Powershell => "powershell",
        Shell::Zsh => "zsh",
    };
    let refuse = |error: String| Problem::failed(Kind::Completion, error);
    let shells = Shells::builtins();
    let completer = shells.completer(name).ok_or_else(|| refuse(format!("{name} can't be told how to complete")))?;
    let mut script = Vec::new();
    completer
        .write_registration(ASKED, "soar", "soar", &program(), &mut script)
        .map_err(|error| refuse(error.to_string()))?;
    output.text(&String::from_utf8_lossy(&script))
}

/// This program as a shell finds it from any folder.
fn program() -> String {
    let called = env::args_os().next().map(PathBuf::from).unwrap_or_else(|| "soar".into());
    let called = if called.components().count() > 1 { called.canonicalize().unwrap_or(called) } else { called };
    called.to_string_lossy().into_owned()
}

/// Completes the name of a command.
pub fn commands(current: &OsStr) -> Vec<CompletionCandidate> {
    let (Some(current), Some(component)) = (current.to_str(), component(&line().0)) else { return Vec::new() };
    let mut found = Vec::new();
    for command in component.commands() {
        let names = std::iter::once(&command.name).chain(&command.aliases).filter(|name| name.starts_with(current));
        let help = command.about().map(|text| text::line(first_sentence(text)).into_owned().into());
        found.extend(names.map(|name| CompletionCandidate::new(name).help(help.clone())));
    }
    found
}

/// Completes the name of an argument, or its value after the `=`.
pub fn arguments(current: &OsStr) -> Vec<CompletionCandidate> {
    let (words, index) = line();
    let (Some(current), Some(component)) = (current.to_str(), component(&words)) else { return Vec::new() };
    let Some(command) = command_of(&words, &component) else { return Vec::new() };
    let before = |back: usize| index.checked_sub(back).and_then(|index| words.get(index)).map(String::as_str);
    candidates(&command, &kinds(command), current, before(1), before(2))
        .into_iter()
        .map(CompletionCandidate::new)
        .collect()
}

/// Completes the name of a recorded case of the command.
pub fn cases(current: &OsStr) -> Vec<CompletionCandidate> {
    let (words, _) = line();
    let (Some(current), Some(component)) = (current.to_str(), component(&words)) else { return Vec::new() };
    let Some(command) = command_of(&words, &component) else { return Vec::new() };
    let cases = replay::cases(&fixtures(), &command).unwrap_or_default().into_iter();
    cases.filter(|(_, case)| case.starts_with(current)).map(|(_, case)| CompletionCandidate::new(case)).collect()
}

/// The command that the line calls.
fn command_of<'a>(words: &[String], component: &'a Component) -> Option<CommandHandle<'a>> {
    words.iter().skip(1).find_map(|word| component.command(word).ok())
}

/// Completes the name of a parameter that is no secret.
pub fn parameters(current: &OsStr) -> Vec<CompletionCandidate> {
    let (Some(current), Some(component)) = (current.to_str(), component(&line().0)) else { return Vec::new() };
    let parameters = component.manifest().parameters.iter().filter(|parameter| parameter.kind != ParameterKind::Secret);
    let words = parameters.map(|parameter| format!("{}=", parameter.name));
    words.filter(|word| word.starts_with(current)).map(CompletionCandidate::new).collect()
}

/// Completes the name of a parameter that a variable may be named for.
pub fn variables(current: &OsStr) -> Vec<CompletionCandidate> {
    let (Some(current), Some(component)) = (current.to_str(), component(&line().0)) else { return Vec::new() };
    let words = component.manifest().parameters.iter().map(|parameter| format!("{}=", parameter.name));
    words.filter(|word| word.starts_with(current)).map(CompletionCandidate::new).collect()
}

/// Completes the name of a limit.
pub fn limits(current: &OsStr) -> Vec<CompletionCandidate> {
    let Some(current) = current.to_str() else { return Vec::new() };
    let fitting = Limit::ALL.into_iter().filter(|limit| limit.name().starts_with(current));
    fitting
        .map(|limit| CompletionCandidate::new(format!("{}=", limit.name())).help(Some(limit.about().into())))
        .collect()
}

/// What may be where the cursor is. Shells such as bash make words of their own of `name`, `=` and the value; then
/// only the value is completed.
fn candidates(
    command: &Command,
    values: &[(String, Vec<String>)],
    current: &str,
    before: Option<&str>,
    before_that: Option<&str>,
) -> Vec<String> {
    let argument = |name: &str| command.argument(name);
    let values = |argument: &Argument| {
        let of = values.iter().find(|(name, _)| *name == argument.name);
        of.map(|(_, values)| values.clone()).unwrap_or_default()
    };
    let below = |argument: &Argument, typed: &str, prefix: &str| {
        let fitting =
            values(argument).into_iter().filter(|value| value.to_lowercase().starts_with(&typed.to_lowercase()));
        // A shell runs what it completes: a value that it would read as more than a word is not offered.
        let fitting = fitting.filter(|value| matches!(quote(value), Cow::Borrowed(_)));
        fitting.map(|value| format!("{prefix}{value}")).collect()
    };
    if let Some((name, typed)) = current.split_once('=') {
        return argument(name).map(|argument| below(argument, typed, &format!("{name}="))).unwrap_or_default();
    }
    if let (Some("="), Some(argument)) = (before, before_that.and_then(argument)) {
        return below(argument, current, "");
    }
    if let (true, Some(argument)) = (current.is_empty(), before.and_then(argument)) {
        return below(argument, "", "");
    }
    let names = command.arguments.iter().map(|argument| format!("{}=", argument.name));
    let names = names.filter(|name| name.starts_with(current));
    // The word behind the command may be a value alone.
    let is_first =
        before.is_some_and(|word| *word == *command.name || command.aliases.iter().any(|alias| alias == word));
    let bare = command.bare_argument().filter(|_| is_first).map(|argument| below(argument, current, ""));
    names.chain(bare.unwrap_or_default()).collect()
}

/// The values that an argument may have, where they can be listed.
fn kinds(command: CommandHandle<'_>) -> Vec<(String, Vec<String>)> {
    let schema = command.schema();
    let listed = |argument: &Argument| {
        if !argument.options.is_empty() {
            return argument.options.clone();
        }
        let property = &schema["properties"][&argument.name];
        match (&property["enum"], &property["type"]) {
            (serde_json::Value::Array(values), _) => {
                values.iter().filter_map(|value| value.as_str().map(str::to_owned)).collect()
            }
            (_, kind) if kind == "boolean" => vec!["true".to_owned(), "false".to_owned()],
            _ => Vec::new(),
        }
    };
    command.arguments.iter().map(|argument| (argument.name.clone(), listed(argument))).collect()
}

/// The words of the line that is being completed, and which of them the cursor is at.
fn line() -> (Vec<String>, usize) {
    let words: Vec<OsString> = env::args_os().skip_while(|word| word != "--").skip(1).collect();
    let words: Vec<String> = words.into_iter().map(|word| word.to_string_lossy().into_owned()).collect();
    let index = env::var("_CLAP_COMPLETE_INDEX").ok().and_then(|index| index.parse().ok());
    let last = words.len().saturating_sub(1);
    (words, index.unwrap_or(last))
}

fn component(words: &[String]) -> Option<Component> {
    let after = words.iter().skip_while(|word| *word != "--component").nth(1);
    let joined = words.iter().find_map(|word| word.strip_prefix("--component="));
    let file = joined.or(after.map(String::as_str)).map(Path::new);
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().ok()?;
    let pairs = words.windows(2).filter(|pair| pair[0] == "--limit").filter_map(|pair| pair[1].split_once('='));
    let limits: Vec<_> = pairs.map(|(name, text)| (name.to_owned(), text.to_owned())).collect();
    runtime.block_on(load::component(Wanted { file, limits: &limits })).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn argument(name: &str) -> Argument {
        Argument {
            name: name.into(),
            aliases: Vec::new(),
            field: String::new(),
            default: None,
            options: Vec::new(),
            minimum: None,
            bare: false,
        }
    }

    fn complete(current: &str, before: Option<&str>, before_that: Option<&str>) -> Vec<String> {
        complete_of(&command(None), current, before, before_that)
    }

    fn command(bare: Option<usize>) -> Command {
        let mut command = Command {
            name: "list".into(),
            aliases: Vec::new(),
            interface: String::new(),
            function: String::new(),
            arguments: vec![argument("limit"), argument("list_all"), argument("type")],
            outputs: Vec::new(),
            permissions: String::new(),
            changes: false,
            endpoints: Vec::new(),
        };
        if let Some(bare) = bare {
            command.arguments[bare].bare = true;
        }
        command
    }

    fn complete_of(command: &Command, current: &str, before: Option<&str>, before_that: Option<&str>) -> Vec<String> {
        let strings = |texts: &[&str]| texts.iter().map(|text| (*text).to_owned()).collect::<Vec<_>>();
        let values = [
            ("list_all".to_owned(), strings(&["true", "false"])),
            ("type".to_owned(), strings(&["Public", "Private", "Public;touch${IFS}x", "$(x)", "a b", "P\u{202e}"])),
        ];
        candidates(command, &values, current, before, before_that)
    }

    #[test]
    fn the_word_behind_the_command_may_be_a_value_alone() {
        let bare = |current, before| complete_of(&command(Some(2)), current, Some(before), None);
        assert_eq!(bare("p", "list"), ["Public", "Private"]);
        assert_eq!(bare("", "list"), ["limit=", "list_all=", "type=", "Public", "Private"]);
        // Behind another argument it would be a part of that one's value.
        assert_eq!(bare("p", "limit=2"), [""; 0]);
        assert_eq!(complete("p", Some("list"), None), [""; 0]);
    }

    #[test]
    fn names_and_then_values() {
        assert_eq!(complete("li", Some("list"), None), ["limit=", "list_all="]);
        assert_eq!(complete("", Some("list"), None), ["limit=", "list_all=", "type="]);
        assert_eq!(complete("list_all=t", None, None), ["list_all=true"]);
        assert_eq!(complete("type=p", None, None), ["type=Public", "type=Private"]);
        assert_eq!(complete("limit=", None, None), [""; 0]);
        assert_eq!(complete("nothing=", None, None), [""; 0]);
    }

    #[test]
    fn a_value_that_a_shell_would_run_is_not_offered() {
        for typed in ["$", "a", "Public;"] {
            assert_eq!(complete(&format!("type={typed}"), None, None), [""; 0]);
        }
    }

    #[test]
    fn a_shell_that_splits_words_at_the_equals_sign() {
        assert_eq!(complete("t", Some("="), Some("list_all")), ["true"]);
        assert_eq!(complete("", Some("type"), Some("list")), ["Public", "Private"]);
        assert_eq!(complete("", Some("="), Some("type")), ["Public", "Private"]);
    }
}
