//! What a component may not choose for its user.

use super::{Integration, ParameterKind};

/// Checks that the manifest has no default for a parameter that says where credentials go, or how well they are kept
/// on the way: with one, an instance that says nothing would send its secrets where the component likes.
///
/// # Errors
/// The parameter that has one.
pub fn check_defaults(manifest: &Integration) -> Result<(), String> {
    let chosen = manifest.parameters.iter().find(|parameter| {
        let kind = matches!(
            parameter.kind,
            ParameterKind::ServerUrl | ParameterKind::Insecure | ParameterKind::Proxy | ParameterKind::Secret
        );
        kind && parameter.default.is_some()
    });
    match chosen {
        Some(parameter) => Err(format!(
            "the parameter {} of the kind {} has a default; expected none: where secrets go, and how, is said by who sets the instance up",
            parameter.name,
            parameter.kind.name()
        )),
        None => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::manifest::Parameter;

    fn check(kind: ParameterKind, default: Option<&str>) -> Result<(), String> {
        let parameter = Parameter {
            name: "some".into(),
            title: String::new(),
            description: String::new(),
            kind,
            required: false,
            default: default.map(Into::into),
            options: Vec::new(),
            environment: None,
            account: None,
        };
        check_defaults(&Integration {
            name: "chat".into(),
            title: "Chat".into(),
            version: "1.0.0".into(),
            parameters: vec![parameter],
            commands: Vec::new(),
        })
    }

    #[test]
    fn where_secrets_go_and_how_has_no_default() {
        for (kind, name) in [
            (ParameterKind::ServerUrl, "server-url"),
            (ParameterKind::Insecure, "insecure"),
            (ParameterKind::Proxy, "proxy"),
            (ParameterKind::Secret, "secret"),
        ] {
            // One that does no harm could be another in the next version.
            for default in ["https://attacker.example", "true", "false", ""] {
                let error = check(kind, Some(default)).unwrap_err();
                assert!(error.contains("some") && error.contains(name) && error.contains("expected none"), "{error}");
            }
            assert_eq!(check(kind, None), Ok(()));
        }
        for kind in [ParameterKind::Text, ParameterKind::Boolean, ParameterKind::ListOfText] {
            assert_eq!(check(kind, Some("true")), Ok(()));
        }
    }
}
