//! The interface `soar:platform/manifest`: what its `describe` gives.

use crate::names::nearest;

/// An integration and all its commands.
#[derive(Clone, Debug)]
pub struct Integration {
    /// The name that identifies it, in lower case.
    pub name: String,
    /// The name shown to people.
    pub title: String,
    /// The integration's version, semantic versioning.
    pub version: String,
    /// What an instance of it is configured with.
    pub parameters: Vec<Parameter>,
    /// The commands, in the order in which they are listed.
    pub commands: Vec<Command>,
}

/// A value that an instance is configured with, once for all its commands.
#[derive(Clone, Debug)]
pub struct Parameter {
    /// The key under which the integration reads it from `wasi:config/store`.
    pub name: String,
    /// The label shown to people.
    pub title: String,
    /// What it is for.
    pub description: String,
    /// How it is read.
    pub kind: ParameterKind,
    /// Whether an instance without it is refused; without a secret, the commands that need it are.
    pub required: bool,
    /// The value when none is configured.
    pub default: Option<String>,
    /// The only values allowed; empty when any is.
    pub options: Vec<String>,
    /// The environment variable it may come from.
    pub environment: Option<String>,
    /// Of a secret: how a host learns whose it is, if the server says so.
    pub account: Option<AccountLookup>,
}

/// A request by which a host learns whose a secret is: a GET without a query. The answer is a JSON object.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AccountLookup {
    /// The path below the server's base URL.
    pub path: String,
    /// The field of the answer with the account's id.
    pub id: String,
    /// The field with its name for people, if there is one.
    pub name: Option<String>,
}

/// How a parameter's value is read, and what the platform does with it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ParameterKind {
    /// Any text.
    Text,
    /// `true` or `false`.
    Boolean,
    /// Values separated by commas.
    ListOfText,
    /// The base URL of the server, with a sub-path if it has one. Requests go to this origin alone.
    ServerUrl,
    /// A credential. The integration gets a placeholder, never the value.
    Secret,
    /// `true` or `false`: whether the host takes any TLS certificate of the server.
    Insecure,
    /// `true` or `false`: whether the host goes through the system's proxy.
    Proxy,
}

impl ParameterKind {
    /// All of them.
    pub const ALL: [Self; 7] =
        [Self::Text, Self::Boolean, Self::ListOfText, Self::ServerUrl, Self::Secret, Self::Insecure, Self::Proxy];

    /// Its name in the WIT.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Boolean => "boolean",
            Self::ListOfText => "list-of-text",
            Self::ServerUrl => "server-url",
            Self::Secret => "secret",
            Self::Insecure => "insecure",
            Self::Proxy => "proxy",
        }
    }

    /// The kind of this name in the WIT.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.name() == name)
    }
}

/// A command that a playbook or a person can run.
#[derive(Clone, Debug)]
pub struct Command {
    /// The name in playbooks.
    pub name: String,
    /// Other names for the same command.
    pub aliases: Vec<String>,
    /// The exported WIT interface with the command's function, no version.
    pub interface: String,
    /// The command's function in that interface.
    pub function: String,
    /// One for each field of the function's record of arguments, in any order.
    pub arguments: Vec<Argument>,
    /// Where fields of the result land in the context.
    pub outputs: Vec<Output>,
    /// What the account behind the credentials must be allowed to do on the server.
    pub permissions: String,
    /// Whether it changes anything on the server.
    pub changes: bool,
    /// Every request it may make. What is not listed here is refused by the host.
    pub endpoints: Vec<Endpoint>,
}

/// An argument of a command, by its name in playbooks.
#[derive(Clone, Debug)]
pub struct Argument {
    /// The name in playbooks.
    pub name: String,
    /// Other names for the same argument.
    pub aliases: Vec<String>,
    /// The field of the WIT record that it fills.
    pub field: String,
    /// What it is when it is not given.
    pub default: Option<String>,
    /// The only values allowed, as playbooks write them; empty when any is. Compared without regard to case.
    pub options: Vec<String>,
    /// The smallest number allowed.
    pub minimum: Option<i64>,
    /// Whether it may be given without its name, as the one word behind the command's: of a command's arguments one at most.
    pub bare: bool,
}

/// A field of a command's result that goes into the context.
#[derive(Clone, Debug)]
pub struct Output {
    /// The path in the context, with dots.
    pub prefix: String,
    /// The field by which an item is known again, so that it is updated and not added a second time.
    pub key: String,
    /// The field of the result record.
    pub field: String,
    /// Context names that are not the WIT name in snake case: the WIT path inside the field and the name.
    pub names: Vec<(String, String)>,
}

/// A request that a command may make.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Endpoint {
    /// The method, in capitals.
    pub method: String,
    /// The path below the server's base URL; `{…}` stands for one segment.
    pub path: String,
    /// The secret parameter whose credential goes with it; none for a request without credentials.
    pub credential: Option<String>,
    /// Fields of the JSON body that are new in each call. A recorded request matches without regard to them.
    pub volatile: Vec<String>,
    /// The names that its query may have.
    pub query: Vec<String>,
    /// Headers that it may have beside the usual ones, in lower case.
    pub headers: Vec<String>,
}

impl Integration {
    /// The command with this name or alias.
    pub fn command(&self, name: &str) -> Option<&Command> {
        let named = self.commands.iter().find(|command| command.name == name);
        named.or_else(|| self.commands.iter().find(|command| command.aliases.iter().any(|alias| alias == name)))
    }

    /// The name or alias of a command that was probably meant by one that does not exist.
    pub fn nearest(&self, name: &str) -> Option<&str> {
        let names = self.commands.iter().flat_map(|command| command.aliases.iter().chain([&command.name]));
        nearest(name, names.map(String::as_str))
    }

    /// The parameter with this name.
    pub fn parameter(&self, name: &str) -> Option<&Parameter> {
        self.parameters.iter().find(|parameter| parameter.name == name)
    }

    /// The parameters of this kind.
    pub fn of_kind(&self, kind: ParameterKind) -> impl Iterator<Item = &Parameter> {
        self.parameters.iter().filter(move |parameter| parameter.kind == kind)
    }
}

impl Command {
    /// The argument with this name or alias.
    pub fn argument(&self, name: &str) -> Option<&Argument> {
        let named = self.arguments.iter().find(|argument| argument.name == name);
        named.or_else(|| self.arguments.iter().find(|argument| argument.aliases.iter().any(|alias| alias == name)))
    }

    /// The argument that fills this field of the WIT record.
    pub fn argument_of_field(&self, field: &str) -> Option<&Argument> {
        self.arguments.iter().find(|argument| argument.field == field)
    }

    /// The argument that may be given without its name.
    pub fn bare_argument(&self) -> Option<&Argument> {
        self.arguments.iter().find(|argument| argument.bare)
    }

    /// The name or alias of an argument that was probably meant by one that does not exist.
    pub fn nearest_argument(&self, name: &str) -> Option<&str> {
        let names = self.arguments.iter().flat_map(|argument| argument.aliases.iter().chain([&argument.name]));
        nearest(name, names.map(String::as_str))
    }
}

#[cfg(test)]
impl Argument {
    /// An argument of a test, with nothing but its name and its field.
    pub(crate) fn plain(name: &str, field: &str) -> Argument {
        Argument {
            name: name.into(),
            aliases: Vec::new(),
            field: field.into(),
            default: None,
            options: Vec::new(),
            minimum: None,
            bare: false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn command(name: &str, aliases: &[&str]) -> Command {
        Command {
            name: name.into(),
            aliases: aliases.iter().map(|alias| alias.to_string()).collect(),
            interface: String::new(),
            function: String::new(),
            arguments: Vec::new(),
            outputs: Vec::new(),
            permissions: String::new(),
            changes: false,
            endpoints: Vec::new(),
        }
    }

    fn integration() -> Integration {
        Integration {
            name: "chat".into(),
            title: "Chat".into(),
            version: "1.0.0".into(),
            parameters: Vec::new(),
            commands: vec![
                command("chat-get-team", &[]),
                command("chat-list-channels", &[]),
                command("chat-close-channel", &["close-channel"]),
            ],
        }
    }

    #[test]
    fn a_command_is_found_by_name_and_by_alias() {
        let integration = integration();
        assert_eq!(integration.command("chat-get-team").map(|command| &*command.name), Some("chat-get-team"));
        assert_eq!(integration.command("close-channel").map(|command| &*command.name), Some("chat-close-channel"));
        assert!(integration.command("Chat-Get-Team").is_none());
    }

    #[test]
    fn a_misspelt_command_has_a_nearest_one() {
        let integration = integration();
        assert_eq!(integration.nearest("chat-list-chanels"), Some("chat-list-channels"));
        assert_eq!(integration.nearest("CLOSE-CHANEL"), Some("close-channel"));
        assert_eq!(integration.nearest("list-channels"), Some("chat-list-channels"));
        assert_eq!(integration.nearest("xyzzy"), None);
        assert_eq!(integration.nearest(""), None);
    }
}
