//! What an instance is configured with, gathered from where it may come from.

use super::instance::{InstanceFile, Value};
use super::network;
use super::output::Problem;
use soar::Secret;
use soar::Settings;
use soar::contract::{Parameter, ParameterKind, nearest};
use std::collections::BTreeMap;
use zeroize::Zeroizing;

/// What stands for each secret in a replay, where it is sent nowhere: as long as a token.
const REPLAYED: &str = "replayreplayreplayreplay26";

/// Finds an environment variable.
pub type Lookup<'a> = &'a dyn Fn(&str) -> Option<String>;

/// Where settings come from. What comes later wins: the instance file, the environment, `--set`. Those of a recorded
/// case and defaults are for the others to fill in.
pub struct Sources<'a> {
    /// The parameters that there are.
    pub parameters: &'a [Parameter],
    /// The instance file.
    pub file: Option<&'a InstanceFile>,
    /// Whether the variables that the manifest names count.
    pub environment: bool,
    /// Those of `--set`.
    pub set: &'a [(String, String)],
    /// Those of `--limit`.
    pub limits: &'a [(String, String)],
    /// Whether a placeholder does for each secret, since it is sent nowhere.
    pub replay: bool,
}

/// Settings, and what people should know about them.
#[derive(Debug)]
pub struct Gathered {
    /// The settings.
    pub settings: Settings,
    /// The parameters that were said for this call: in the instance file or by `--set`.
    pub explicit: BTreeMap<String, String>,
    /// Warnings, each a line.
    pub warnings: Vec<String>,
}

impl Sources<'_> {
    /// Gathers the settings.
    ///
    /// # Errors
    /// A name that is no parameter, a secret given with `--set`, or a reference to something that is not there.
    pub fn gather(&self, lookup: Lookup<'_>) -> Result<Gathered, Problem> {
        self.check_names()?;
        let mut settings = Settings::default();
        if let Some(file) = self.file {
            settings.network = file.network.policy.clone();
            settings.limits = file.limits.clone();
        }
        for (name, text) in self.limits {
            network::set_limit(&mut settings.limits, name, text)
                .map_err(|message| Problem::wrong("configuration", format!("--limit {message}")))?;
        }
        let mut gathered = Gathered { settings, explicit: BTreeMap::new(), warnings: Vec::new() };
        for parameter in self.parameters {
            if parameter.kind == ParameterKind::Secret {
                self.secret(parameter, lookup, &mut gathered)?;
            } else {
                self.parameter(parameter, lookup, &mut gathered)?;
            }
        }
        Ok(gathered)
    }

    fn check_names(&self) -> Result<(), Problem> {
        for (name, _) in self.set {
            match self.parameters.iter().find(|parameter| parameter.name == *name) {
                None => return Err(self.unknown(&format!("--set {name}"), name)),
                Some(parameter) if parameter.kind == ParameterKind::Secret => {
                    let environment = parameter.environment.as_deref().unwrap_or("NAME");
                    let message = format!(
                        "--set {name}: it is a secret, and others on this machine can read command lines; expected {environment} in the \
                         environment, or {name} = {{ env = \"NAME\" }} or {{ file = \"PATH\" }} in an instance file"
                    );
                    return Err(Problem::wrong("configuration", message).with("parameter", name.as_str()));
                }
                Some(_) => {}
            }
        }
        let Some(file) = self.file else { return Ok(()) };
        match file.values.iter().find(|(key, _)| !self.parameters.iter().any(|parameter| parameter.name == *key)) {
            Some((key, _)) => Err(self.unknown(&format!("{}: {key}", file.path.display()), key)),
            None => Ok(()),
        }
    }

    fn unknown(&self, place: &str, name: &str) -> Problem {
        let names = || self.parameters.iter().map(|parameter| parameter.name.as_str());
        let advice = match nearest(name, names()) {
            Some(nearest) => format!("did you mean {nearest}?"),
            None => format!("expected one of {}", names().collect::<Vec<_>>().join(", ")),
        };
        Problem::wrong("configuration", format!("{place}: there is no such parameter; {advice}"))
            .with("parameter", name)
    }

    fn parameter(&self, parameter: &Parameter, lookup: Lookup<'_>, gathered: &mut Gathered) -> Result<(), Problem> {
        let name = &parameter.name;
        let set = self.set.iter().rev().find(|(set, _)| set == name).map(|(_, value)| value.clone());
        let file = match self.in_file(name) {
            Some((file, value)) if set.is_none() => Some(resolve(file, name, value, lookup)?),
            _ => None,
        };
        let explicit = set.or(if self.in_environment(parameter, lookup).is_none() { file.clone() } else { None });
        let value = explicit.clone().or_else(|| self.in_environment(parameter, lookup)).or(file);
        if let Some(explicit) = explicit {
            gathered.explicit.insert(name.clone(), explicit);
        }
        if let Some(value) = value {
            gathered.settings.parameters.insert(name.clone(), value);
        }
        Ok(())
    }

    fn secret(&self, parameter: &Parameter, lookup: Lookup<'_>, gathered: &mut Gathered) -> Result<(), Problem> {
        let name = &parameter.name;
        let in_file = self.in_file(name);
        if let Some((file, Value::Text(_))) = in_file {
            let environment = parameter.environment.as_deref().unwrap_or("NAME");
            gathered.warnings.push(format!(
                "{}: {name} is a secret in plain text; better: {name} = {{ env = \"{environment}\" }} or {name} = {{ file = \"PATH\" }}",
                file.path.display()
            ));
        }
        let value = if self.replay {
            Some(REPLAYED.to_owned())
        } else {
            match (self.in_environment(parameter, lookup), in_file) {
                (Some(value), _) => Some(value),
                (None, Some((file, value))) => Some(resolve(file, name, value, lookup)?),
                (None, None) => None,
            }
        };
        if let Some(value) = value {
            gathered.settings.secrets.insert(name.clone(), Secret::new(value));
        }
        Ok(())
    }

    fn in_file(&self, name: &str) -> Option<(&InstanceFile, &Value)> {
        let file = self.file?;
        file.values.iter().find(|(key, _)| key == name).map(|(_, value)| (file, value))
    }

    /// An empty variable counts as none.
    fn in_environment(&self, parameter: &Parameter, lookup: Lookup<'_>) -> Option<String> {
        let name = parameter.environment.as_deref().filter(|_| self.environment)?;
        lookup(name).filter(|value| !value.is_empty())
    }
}

fn resolve(file: &InstanceFile, name: &str, value: &Value, lookup: Lookup<'_>) -> Result<String, Problem> {
    let refuse = |why: String| {
        Problem::wrong("configuration", format!("{}: {name}: {why}", file.path.display())).with("parameter", name)
    };
    match value {
        Value::Text(text) => Ok(text.clone()),
        Value::Environment(variable) => lookup(variable)
            .filter(|value| !value.is_empty())
            .ok_or_else(|| refuse(format!("{variable} is not set in the environment; expected the value there"))),
        Value::File(path) => {
            let text = std::fs::read_to_string(path).map_err(|error| refuse(format!("{}: {error}", path.display())))?;
            // It may be a secret: what is passed on is a copy.
            let text = Zeroizing::new(text);
            let text = text.trim_end_matches(['\r', '\n']);
            match text.is_empty() {
                true => Err(refuse(format!("{} is empty; expected the value there", path.display()))),
                false => Ok(text.to_owned()),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use soar::Limit;
    use std::path::PathBuf;

    fn parameter(name: &str, kind: ParameterKind) -> Parameter {
        Parameter {
            name: name.into(),
            title: name.into(),
            description: String::new(),
            kind,
            required: true,
            default: None,
            options: Vec::new(),
            environment: Some(format!("CHAT_{}", name.to_uppercase())),
        }
    }

    fn parameters() -> [Parameter; 3] {
        [
            parameter("url", ParameterKind::ServerUrl),
            parameter("team", ParameterKind::Text),
            parameter("token", ParameterKind::Secret),
        ]
    }

    fn file(values: Vec<(&str, Value)>) -> InstanceFile {
        InstanceFile {
            path: PathBuf::from("prod.toml"),
            values: values.into_iter().map(|(key, value)| (key.to_owned(), value)).collect(),
            network: Default::default(),
            limits: Default::default(),
        }
    }

    fn text(text: &str) -> Value {
        Value::Text(text.into())
    }

    /// What is configured, given these sources.
    fn gather(
        file: Option<&InstanceFile>,
        environment: &[(&str, &str)],
        set: &[(&str, &str)],
        replay: bool,
    ) -> Result<Gathered, Problem> {
        let set: Vec<_> = set.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        let sources = Sources { parameters: &parameters(), file, environment: !replay, set: &set, limits: &[], replay };
        sources
            .gather(&|name| environment.iter().find(|(known, _)| *known == name).map(|(_, value)| (*value).to_owned()))
    }

    fn team(gathered: &Gathered) -> Option<&str> {
        gathered.settings.parameters.get("team").map(String::as_str)
    }

    fn token(gathered: &Gathered) -> Option<&str> {
        gathered.settings.secrets.get("token").map(Secret::expose)
    }

    #[test]
    fn what_comes_later_wins() {
        let from_file = file(vec![("team", text("file"))]);
        let environment = [("CHAT_TEAM", "environment")];
        let gathered = gather(None, &[], &[], false).unwrap();
        assert_eq!((team(&gathered), gathered.explicit.len()), (None, 0));
        let gathered = gather(Some(&from_file), &[], &[], false).unwrap();
        assert_eq!((team(&gathered), gathered.explicit["team"].as_str()), (Some("file"), "file"));
        let gathered = gather(Some(&from_file), &environment, &[], false).unwrap();
        assert_eq!((team(&gathered), gathered.explicit.len()), (Some("environment"), 0));
        let gathered = gather(Some(&from_file), &environment, &[("team", "set")], false).unwrap();
        assert_eq!((team(&gathered), gathered.explicit["team"].as_str()), (Some("set"), "set"));
    }

    #[test]
    fn a_limit_of_the_command_line_wins_over_the_files() {
        let mut from_file = file(Vec::new());
        from_file.limits.set("time", "1 s").unwrap();
        from_file.limits.set("requests", "7").unwrap();
        let limits = |given: &[(&str, &str)]| {
            let given: Vec<_> = given.iter().map(|(name, text)| ((*name).to_owned(), (*text).to_owned())).collect();
            let sources = Sources {
                parameters: &parameters(),
                file: Some(&from_file),
                environment: false,
                set: &[],
                limits: &given,
                replay: true,
            };
            sources.gather(&|_| None).map(|gathered| gathered.settings.limits)
        };
        let set = limits(&[("time", "2 s"), ("time", "3 s")]).unwrap();
        assert_eq!([Limit::Time, Limit::Requests].map(|limit| set.get(limit)), [3_000, 7]);
        assert_eq!(limits(&[]).unwrap(), from_file.limits);
        let problem = limits(&[("tme", "2 s")]).unwrap_err();
        assert_eq!(
            (problem.message.as_str(), problem.code),
            ("--limit tme: there is no such limit; did you mean time?", 2)
        );
    }

    #[test]
    fn an_empty_variable_is_none_and_in_a_replay_none_counts() {
        let from_file = file(vec![("team", text("file"))]);
        assert_eq!(team(&gather(Some(&from_file), &[("CHAT_TEAM", "")], &[], false).unwrap()), Some("file"));
        let gathered = gather(None, &[("CHAT_TEAM", "environment"), ("CHAT_TOKEN", "secret")], &[], true).unwrap();
        assert_eq!((team(&gathered), token(&gathered)), (None, Some(REPLAYED)));
    }

    #[test]
    fn a_secret_comes_from_the_environment_or_a_reference() {
        let from_file = file(vec![("token", Value::Environment("MINE".into()))]);
        assert_eq!(token(&gather(Some(&from_file), &[("MINE", "a")], &[], false).unwrap()), Some("a"));
        let both = [("MINE", "a"), ("CHAT_TOKEN", "b")];
        assert_eq!(token(&gather(Some(&from_file), &both, &[], false).unwrap()), Some("b"));
        assert_eq!(token(&gather(None, &[], &[], false).unwrap()), None);
        for environment in [&[][..], &[("MINE", "")]] {
            let problem = gather(Some(&from_file), environment, &[], false).unwrap_err();
            assert_eq!(
                problem.message,
                "prod.toml: token: MINE is not set in the environment; expected the value there"
            );
        }
        assert_eq!(token(&gather(Some(&from_file), &[], &[], true).unwrap()), Some(REPLAYED));
    }

    #[test]
    fn a_secret_file_is_trimmed_and_must_hold_something() {
        let path = std::env::temp_dir().join(format!("soar-settings-{}", std::process::id()));
        let from_file = file(vec![("token", Value::File(path.clone()))]);
        std::fs::write(&path, " a b \r\n").unwrap();
        assert_eq!(token(&gather(Some(&from_file), &[], &[], false).unwrap()), Some(" a b "));
        std::fs::write(&path, "\n").unwrap();
        assert!(
            gather(Some(&from_file), &[], &[], false)
                .unwrap_err()
                .message
                .ends_with("is empty; expected the value there")
        );
        std::fs::remove_file(&path).unwrap();
        assert!(gather(Some(&from_file), &[], &[], false).unwrap_err().message.starts_with("prod.toml: token: "));
    }

    #[test]
    fn a_secret_in_plain_text_works_with_a_warning_that_does_not_repeat_it() {
        let gathered = gather(Some(&file(vec![("token", text("hunter2"))])), &[], &[], false).unwrap();
        assert_eq!(token(&gathered), Some("hunter2"));
        let [warning] = &gathered.warnings[..] else { panic!("{:?}", gathered.warnings) };
        assert!(warning.contains("token = { env = \"CHAT_TOKEN\" } or token = { file = \"PATH\" }"), "{warning}");
        assert!(!warning.contains("hunter2"));
    }

    #[test]
    fn a_secret_is_not_taken_from_the_command_line() {
        let problem = gather(None, &[], &[("token", "hunter2")], false).unwrap_err();
        assert!(problem.message.starts_with("--set token: it is a secret") && !problem.message.contains("hunter2"));
        assert_eq!(problem.code, 2);
    }

    #[test]
    fn an_unknown_name_is_refused_with_the_nearest() {
        let problem = gather(Some(&file(vec![("tema", text("x"))])), &[], &[], true).unwrap_err();
        assert_eq!(problem.message, "prod.toml: tema: there is no such parameter; did you mean team?");
        let problem = gather(None, &[], &[("qqq", "x")], false).unwrap_err();
        assert_eq!(problem.message, "--set qqq: there is no such parameter; expected one of url, team, token");
    }
}
