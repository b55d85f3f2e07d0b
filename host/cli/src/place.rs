//! Where a setting comes from.

use soar::text;
use std::fmt;

/// A place that a setting comes from. Displayed, it is a name for people.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Place {
    /// What the integration, or soar, takes when nothing is said.
    Default,
    /// A variable of the environment that nobody named for this call.
    Variable(String),
    /// The instance file, by its path as it is shown.
    File(String),
    /// `--env`, with its variable.
    Env(String),
    /// `--set`.
    Set,
    /// `--limit`.
    Limit,
}

impl Place {
    /// What it is for programs, and which one of these it is: the variable, or the path.
    pub fn for_programs(&self) -> (&'static str, Option<&str>) {
        match self {
            Self::Default => ("default", None),
            Self::Variable(name) => ("environment", Some(name)),
            Self::File(path) => ("instance_file", Some(path)),
            Self::Env(name) => ("env", Some(name)),
            Self::Set => ("set", None),
            Self::Limit => ("limit", None),
        }
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Default => f.write_str("the default"),
            Self::Variable(name) => f.write_str(&text::line(name)),
            Self::File(path) => write!(f, "the instance file {path}"),
            Self::Env(name) => write!(f, "--env {}", text::line(name)),
            Self::Set => f.write_str("--set"),
            Self::Limit => f.write_str("--limit"),
        }
    }
}

/// A value that was given and is not used, as something else comes before it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unused {
    /// The setting.
    pub name: String,
    /// The value that is not used, as it is shown; none of a secret.
    pub value: Option<String>,
    /// Where that is from.
    pub from: Place,
    /// The value that is used, as it is shown; none of a secret.
    pub used: Option<String>,
    /// Where that is from.
    pub instead: Place,
}

impl fmt::Display for Unused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { name, value, from, used, instead } = self;
        match (value, used) {
            (Some(value), Some(used)) => {
                write!(f, "{name}: {value} (from {from}) is not used: {instead} says {used}")
            }
            _ => write!(f, "{name}: the one from {from} is not used: {instead} has another"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_places_are_named_and_no_secret() {
        let mut unused = Unused {
            name: "url".into(),
            value: Some("https://a".into()),
            from: Place::Variable("CHAT_URL".into()),
            used: Some("https://b".into()),
            instead: Place::File("chat.toml".into()),
        };
        assert_eq!(
            unused.to_string(),
            "url: https://a (from CHAT_URL) is not used: the instance file chat.toml says https://b"
        );
        (unused.value, unused.used, unused.instead) = (None, None, Place::Env("MINE".into()));
        assert_eq!(unused.to_string(), "url: the one from CHAT_URL is not used: --env MINE has another");
    }
}
