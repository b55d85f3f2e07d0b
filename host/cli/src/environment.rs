//! Which environment variables a component may have.
//!
//! A component says in its manifest which variables it would like. Only of the one that comes with soar is that
//! believed: another could ask for any secret that is there. It has what the user names for it.

use soar::manifest::{Integration, Parameter, ParameterKind};
use soar::text;
use std::ffi::OsString;

/// Finds an environment variable.
pub type Lookup<'a> = &'a dyn Fn(&str) -> Option<OsString>;

/// What a variable holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Held {
    /// Text.
    Text(String),
    /// Nothing: it is not set, or empty, which counts as not set.
    Nothing,
    /// Something that is no text.
    NoText,
}

/// What a variable holds.
pub fn held(variable: &str, lookup: Lookup<'_>) -> Held {
    match lookup(variable).filter(|value| !value.is_empty()).map(OsString::into_string) {
        None => Held::Nothing,
        Some(Ok(value)) => Held::Text(value),
        Some(Err(_)) => Held::NoText,
    }
}

/// The value of a variable that must have one.
///
/// # Errors
/// If it has none, or one that is no text: words for people, with what would be right.
pub fn set(variable: &str, lookup: Lookup<'_>) -> Result<String, String> {
    let shown = text::line(variable);
    match held(variable, lookup) {
        Held::Text(value) => Ok(value),
        Held::Nothing => Err(format!("{shown} is not set in the environment; expected the value there")),
        Held::NoText => Err(format!("what {shown} has in the environment is no text; expected UTF-8")),
    }
}

/// A variable that was named on the command line: `--env NAME` or `--env PARAMETER=NAME`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Named {
    /// The parameter; the one that the variable is known for if it was not said.
    pub parameter: Option<String>,
    /// The variable.
    pub variable: String,
}

impl Named {
    /// Reads what follows `--env`.
    ///
    /// # Errors
    /// If one of the names is empty. The text says what would be right.
    pub fn parse(word: &str) -> Result<Self, String> {
        let (parameter, variable) = match word.split_once('=') {
            Some((parameter, variable)) => (Some(parameter.to_owned()), variable),
            None => (None, word),
        };
        if variable.is_empty() || parameter.as_deref() == Some("") {
            return Err(format!("{word:?} is no variable; expected NAME or PARAMETER=NAME"));
        }
        Ok(Self { parameter, variable: variable.to_owned() })
    }
}

/// The variable from which a parameter comes without being asked for: that of the manifest, if the manifest is believed. Of
/// another component only the secrets come from one, under the integration's name: the other parameters it reads, and which
/// they are it says itself, also what they and it are called.
pub fn variable(integration: &Integration, parameter: &Parameter, bundled: bool) -> Option<String> {
    match bundled {
        true => parameter.environment.clone(),
        false if parameter.kind == ParameterKind::Secret => own(integration, parameter),
        false => None,
    }
}

/// `SOAR_<INTEGRATION>__<PARAMETER>`: no variable of another program has such a name, and of no other integration, as neither
/// name has two `_` in it. None if one of the names has nothing but marks.
fn own(integration: &Integration, parameter: &Parameter) -> Option<String> {
    let (integration, parameter) = (capitals(&integration.name), capitals(&parameter.name));
    (!integration.is_empty() && !parameter.is_empty()).then(|| format!("SOAR_{integration}__{parameter}"))
}

fn capitals(name: &str) -> String {
    let words = name.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| !word.is_empty());
    words.map(str::to_ascii_uppercase).collect::<Vec<_>>().join("_")
}

/// A variable that looks as if a parameter came from it, where the parameter comes from another one or from none:
/// `CHAT_PROXY` beside `CHAT_URL`, or `SOAR_CHAT__URL` beside `SOAR_CHAT__TOKEN`.
pub fn alike(integration: &Integration, parameter: &Parameter, bundled: bool) -> Option<String> {
    let alike = match bundled {
        true => format!("{}_{}", capitals(&integration.name), capitals(&parameter.name)),
        false => own(integration, parameter)?,
    };
    let is_one = |known: &Parameter| variable(integration, known, bundled).as_deref() == Some(&*alike);
    (!integration.parameters.iter().any(is_one)).then_some(alike)
}

/// The parameters that a variable is known for.
pub fn parameters_of<'a>(integration: &'a Integration, variable: &str, bundled: bool) -> Vec<&'a Parameter> {
    let known = |parameter: &&Parameter| {
        parameter.environment.as_deref() == Some(variable)
            || self::variable(integration, parameter, bundled).as_deref() == Some(variable)
    };
    integration.parameters.iter().filter(known).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_named_variable_has_a_parameter_or_not() {
        let named = |parameter: Option<&str>| Named { parameter: parameter.map(str::to_owned), variable: "A_B".into() };
        assert_eq!(Named::parse("A_B"), Ok(named(None)));
        assert_eq!(Named::parse("token=A_B"), Ok(named(Some("token"))));
        for wrong in ["", "=", "=A", "token="] {
            assert!(Named::parse(wrong).unwrap_err().contains("expected NAME or PARAMETER=NAME"), "{wrong}");
        }
    }

    fn parameter(name: &str, kind: ParameterKind) -> Parameter {
        Parameter {
            name: name.into(),
            title: String::new(),
            description: String::new(),
            kind,
            required: false,
            default: None,
            options: Vec::new(),
            environment: Some("AWS_SECRET_ACCESS_KEY".into()),
            account: None,
        }
    }

    fn integration(name: &str, parameter: &Parameter) -> Integration {
        Integration {
            name: name.into(),
            title: String::new(),
            version: String::new(),
            parameters: vec![parameter.clone()],
            commands: Vec::new(),
        }
    }

    #[test]
    fn only_of_the_bundled_component_the_manifest_names_variables() {
        let key = parameter("secret.access-key", ParameterKind::Secret);
        let aws = integration("aws", &key);
        assert_eq!(variable(&aws, &key, true).as_deref(), Some("AWS_SECRET_ACCESS_KEY"));
        assert_eq!(variable(&aws, &key, false).as_deref(), Some("SOAR_AWS__SECRET_ACCESS_KEY"));
        let marked = integration("_my aws//ü", &key);
        assert_eq!(variable(&marked, &key, false).as_deref(), Some("SOAR_MY_AWS__SECRET_ACCESS_KEY"));
        assert_eq!(variable(&integration("._-", &key), &key, false), None);
        for known in ["AWS_SECRET_ACCESS_KEY", "SOAR_AWS__SECRET_ACCESS_KEY"] {
            assert_eq!(parameters_of(&aws, known, false).len(), 1);
        }
        assert!(parameters_of(&aws, "HOME", false).is_empty());
    }

    #[test]
    fn a_variable_that_only_looks_like_a_parameters_is_known() {
        let key = parameter("secret.access-key", ParameterKind::Secret);
        let url = Parameter { environment: None, ..parameter("url", ParameterKind::ServerUrl) };
        let mut aws = integration("aws", &key);
        aws.parameters.push(url.clone());
        assert_eq!(alike(&aws, &key, true), None);
        assert_eq!(alike(&aws, &url, true).as_deref(), Some("AWS_URL"));
        assert_eq!((alike(&aws, &key, false), alike(&aws, &url, false)), (None, Some("SOAR_AWS__URL".into())));
    }

    #[test]
    fn what_is_no_text_is_not_the_same_as_nothing() {
        #[cfg(unix)]
        let odd: OsString = std::os::unix::ffi::OsStringExt::from_vec(vec![b'a', 0xff]);
        #[cfg(not(unix))]
        let odd: OsString = std::os::windows::ffi::OsStringExt::from_wide(&[0xd800]);
        let lookup = |name: &str| match name {
            "TEXT" => Some("a".into()),
            "EMPTY" => Some(OsString::new()),
            "ODD" => Some(odd.clone()),
            _ => None,
        };
        let all = ["TEXT", "EMPTY", "NONE", "ODD"].map(|name| held(name, &lookup));
        assert_eq!(all, [Held::Text("a".into()), Held::Nothing, Held::Nothing, Held::NoText]);
        assert_eq!(set("ODD", &lookup).unwrap_err(), "what ODD has in the environment is no text; expected UTF-8");
    }

    #[test]
    fn what_another_component_reads_comes_from_no_variable() {
        for kind in ParameterKind::ALL.into_iter().filter(|kind| *kind != ParameterKind::Secret) {
            let read = parameter("access_token", kind);
            assert_eq!(variable(&integration("chat", &read), &read, false), None);
        }
    }

    proptest! {
        /// `soc` with `ops_token` is not `soc-ops` with `token`.
        #[test]
        fn a_variable_is_of_one_integration(
            [one, other] in prop::array::uniform2("[ab._-]{1,5}"),
            [its, others] in prop::array::uniform2("[ab._-]{1,5}"),
        ) {
            let own = |name: &str, of: &str| {
                let parameter = parameter(of, ParameterKind::Secret);
                own(&integration(name, &parameter), &parameter)
            };
            let words = |name: &str| -> Vec<String> {
                name.split(['.', '_', '-']).filter(|word| !word.is_empty()).map(str::to_owned).collect()
            };
            if let (Some(one_s), Some(other_s)) = (own(&one, &its), own(&other, &others)) {
                prop_assert_eq!(one_s == other_s, (words(&one), words(&its)) == (words(&other), words(&others)));
            }
        }
    }
}
