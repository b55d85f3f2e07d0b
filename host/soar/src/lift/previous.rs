//! What a component of the contract's version before says of itself, as the types of this one. It goes with the next version.

use super::all;
use crate::bindings::previous::manifest;
use soar_contract::manifest::{Argument, Command, Endpoint, Integration, Output, Parameter, ParameterKind};

impl From<manifest::Integration> for Integration {
    fn from(it: manifest::Integration) -> Self {
        let manifest::Integration { name, title, version, parameters, commands } = it;
        Self { name, title, version, parameters: all(parameters), commands: all(commands) }
    }
}

impl From<manifest::Parameter> for Parameter {
    fn from(it: manifest::Parameter) -> Self {
        let manifest::Parameter { name, title, description, kind, required, default, options, environment } = it;
        // It had no word for whose a secret is.
        Self { name, title, description, kind: kind.into(), required, default, options, environment, account: None }
    }
}

impl From<manifest::ParameterKind> for ParameterKind {
    fn from(kind: manifest::ParameterKind) -> Self {
        match kind {
            manifest::ParameterKind::Text => Self::Text,
            manifest::ParameterKind::Boolean => Self::Boolean,
            manifest::ParameterKind::ListOfText => Self::ListOfText,
            manifest::ParameterKind::ServerUrl => Self::ServerUrl,
            manifest::ParameterKind::Secret => Self::Secret,
            manifest::ParameterKind::Insecure => Self::Insecure,
            manifest::ParameterKind::Proxy => Self::Proxy,
        }
    }
}

impl From<manifest::Command> for Command {
    fn from(it: manifest::Command) -> Self {
        Self {
            name: it.name,
            aliases: it.aliases,
            interface: it.interface,
            function: it.function,
            arguments: all(it.arguments),
            outputs: all(it.outputs),
            permissions: it.permissions,
            changes: it.changes,
            endpoints: all(it.endpoints),
        }
    }
}

impl From<manifest::Argument> for Argument {
    fn from(it: manifest::Argument) -> Self {
        let manifest::Argument { name, aliases, field, default, options, minimum, bare } = it;
        Self { name, aliases, field, default, options, minimum, bare }
    }
}

impl From<manifest::Output> for Output {
    fn from(it: manifest::Output) -> Self {
        let manifest::Output { prefix, key, field, names } = it;
        Self { prefix, key, field, names }
    }
}

impl From<manifest::Endpoint> for Endpoint {
    fn from(it: manifest::Endpoint) -> Self {
        let manifest::Endpoint { method, path, credential, volatile, query, headers } = it;
        Self { method, path, credential, volatile, query, headers }
    }
}
