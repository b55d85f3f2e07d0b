//! Which environment variables a component may have.
//!
//! A component says in its manifest which variables it would like. Only of the one that comes with soar is that
//! believed: another could ask for any secret that is there. It has what the user names for it.

use soar::contract::{Integration, Parameter};

/// Finds an environment variable.
pub type Lookup<'a> = &'a dyn Fn(&str) -> Option<String>;

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

/// The variable from which a parameter comes without being asked for: that of the manifest, if the manifest is believed, or one
/// under the integration's name.
pub fn variable(integration: &Integration, parameter: &Parameter, bundled: bool) -> Option<String> {
    match bundled {
        true => parameter.environment.clone(),
        false => Some(own(integration, parameter)),
    }
}

/// `SOAR_<INTEGRATION>_<PARAMETER>`: no variable of another program has such a name.
fn own(integration: &Integration, parameter: &Parameter) -> String {
    let capitals = |name: &str| -> String {
        name.chars().map(|c| if c.is_ascii_alphanumeric() { c.to_ascii_uppercase() } else { '_' }).collect()
    };
    format!("SOAR_{}_{}", capitals(&integration.name), capitals(&parameter.name))
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
    use soar::contract::ParameterKind;

    #[test]
    fn a_named_variable_has_a_parameter_or_not() {
        let named = |parameter: Option<&str>| Named { parameter: parameter.map(str::to_owned), variable: "A_B".into() };
        assert_eq!(Named::parse("A_B"), Ok(named(None)));
        assert_eq!(Named::parse("token=A_B"), Ok(named(Some("token"))));
        for wrong in ["", "=", "=A", "token="] {
            assert!(Named::parse(wrong).unwrap_err().contains("expected NAME or PARAMETER=NAME"), "{wrong}");
        }
    }

    #[test]
    fn only_of_the_bundled_component_the_manifest_names_variables() {
        let parameter = Parameter {
            name: "secret.access-key".into(),
            title: String::new(),
            description: String::new(),
            kind: ParameterKind::Text,
            required: false,
            default: None,
            options: Vec::new(),
            environment: Some("AWS_SECRET_ACCESS_KEY".into()),
        };
        let integration = |name: &str| Integration {
            name: name.into(),
            title: String::new(),
            version: String::new(),
            parameters: vec![parameter.clone()],
            commands: Vec::new(),
        };
        let aws = integration("aws");
        assert_eq!(variable(&aws, &parameter, true).as_deref(), Some("AWS_SECRET_ACCESS_KEY"));
        assert_eq!(variable(&aws, &parameter, false).as_deref(), Some("SOAR_AWS_SECRET_ACCESS_KEY"));
        assert_eq!(
            variable(&integration("my aws/ü"), &parameter, false).as_deref(),
            Some("SOAR_MY_AWS___SECRET_ACCESS_KEY")
        );
        for known in ["AWS_SECRET_ACCESS_KEY", "SOAR_AWS_SECRET_ACCESS_KEY"] {
            assert_eq!(parameters_of(&aws, known, false).len(), 1);
        }
        assert!(parameters_of(&aws, "HOME", false).is_empty());
    }
}
