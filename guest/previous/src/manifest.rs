//! What it says of itself, as the contract's version before has it.

use crate::bindings::Component;
use crate::bindings::exports::soar::platform::manifest::{
    Argument, Command, Endpoint, Guest, Integration, Output, Parameter, ParameterKind,
};

impl Guest for Component {
    fn describe() -> Integration {
        Integration {
            name: "previous".into(),
            title: "Previous".into(),
            version: "1.0.0".into(),
            parameters: vec![parameter("url", ParameterKind::ServerUrl), parameter("token", ParameterKind::Secret)],
            commands: vec![Command {
                name: "get-person".into(),
                aliases: vec!["person".into()],
                interface: "previous:guest/people".into(),
                function: "get-person".into(),
                arguments: vec![argument("name"), argument("entry")],
                outputs: vec![Output {
                    prefix: "Previous.Person".into(),
                    key: "id".into(),
                    field: "person".into(),
                    names: Vec::new(),
                }],
                permissions: "None.".into(),
                changes: false,
                endpoints: vec![Endpoint {
                    method: "GET".into(),
                    path: "/api/people/{name}".into(),
                    credential: Some("token".into()),
                    volatile: Vec::new(),
                    query: Vec::new(),
                    headers: Vec::new(),
                }],
            }],
        }
    }
}

fn parameter(name: &str, kind: ParameterKind) -> Parameter {
    Parameter {
        name: name.into(),
        title: name.into(),
        description: name.into(),
        kind,
        required: true,
        default: None,
        options: Vec::new(),
        environment: None,
    }
}

fn argument(name: &str) -> Argument {
    Argument {
        name: name.into(),
        aliases: Vec::new(),
        field: name.into(),
        default: None,
        options: Vec::new(),
        minimum: None,
        bare: false,
    }
}
