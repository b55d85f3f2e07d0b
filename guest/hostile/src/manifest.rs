//! The manifest of all these components.

use crate::wit::{Argument, Command, Endpoint, Integration, Parameter, ParameterKind};

/// One command, two endpoints, a server, a credential that they name and one that they don't.
#[must_use]
pub fn describe() -> Integration {
    let endpoint = |method: &str, path: &str| Endpoint {
        method: method.into(),
        path: path.into(),
        credential: Some("token".into()),
        volatile: Vec::new(),
        query: vec!["page".into()],
        headers: vec!["x-declared".into()],
    };
    Integration {
        name: "hostile".into(),
        title: "Hostile".into(),
        version: "0.1.0".into(),
        parameters: vec![
            parameter("url", ParameterKind::ServerUrl, true),
            parameter("token", ParameterKind::Secret, true),
            parameter("other_token", ParameterKind::Secret, false),
        ],
        commands: vec![Command {
            name: "attack".into(),
            aliases: Vec::new(),
            interface: "hostile:guest/attack".into(),
            function: "run".into(),
            arguments: vec![Argument {
                name: "given".into(),
                aliases: Vec::new(),
                field: "given".into(),
                default: None,
                options: Vec::new(),
                minimum: None,
                bare: false,
            }],
            outputs: Vec::new(),
            permissions: String::new(),
            changes: true,
            endpoints: vec![endpoint("GET", "/api/ok"), endpoint("POST", "/api/write")],
        }],
    }
}

fn parameter(name: &str, kind: ParameterKind, required: bool) -> Parameter {
    Parameter {
        name: name.into(),
        title: name.into(),
        description: name.into(),
        kind,
        required,
        default: None,
        options: Vec::new(),
        environment: None,
        account: None,
    }
}
