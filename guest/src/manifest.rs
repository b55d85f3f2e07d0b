//! The manifest: each command's row stands beside its code, and is collected here.

use crate::bindings::Component;
use crate::bindings::exports::soar::platform::manifest as wit;
use crate::client::Credential;
use crate::client::endpoint::{self, Endpoint};
use crate::{commands, config};
use wit::ParameterKind;

/// A command's row.
pub struct Command {
    /// The name in playbooks.
    pub name: &'static str,
    /// Other names.
    pub aliases: &'static [&'static str],
    /// The interface with its function.
    pub interface: &'static str,
    /// The function.
    pub function: &'static str,
    /// One for each field of the function's arguments.
    pub arguments: &'static [Argument],
    /// Where the result lands in the context.
    pub outputs: &'static [Output],
    /// What the account must be allowed to do.
    pub permissions: &'static str,
    /// Whether it changes anything on the server.
    pub changes: bool,
    /// Every request that it may make.
    pub endpoints: &'static [(Endpoint, Credential)],
}

/// An argument's row.
pub struct Argument {
    name: &'static str,
    aliases: &'static [&'static str],
    field: &'static str,
    default: Option<&'static str>,
    options: &'static [&'static str],
    minimum: Option<i64>,
    bare: bool,
}

impl Argument {
    /// An argument that fills a field of the WIT record.
    pub const fn new(name: &'static str, field: &'static str) -> Self {
        Self { name, aliases: &[], field, default: None, options: &[], minimum: None, bare: false }
    }

    /// With other names.
    pub const fn aliases(mut self, aliases: &'static [&'static str]) -> Self {
        self.aliases = aliases;
        self
    }

    /// With the value that it has when it is not given.
    pub const fn default(mut self, default: &'static str) -> Self {
        self.default = Some(default);
        self
    }

    /// With the only values allowed.
    pub const fn options(mut self, options: &'static [&'static str]) -> Self {
        self.options = options;
        self
    }

    /// Which may be given without its name.
    pub const fn bare(mut self) -> Self {
        self.bare = true;
        self
    }

    /// With the smallest number allowed.
    pub const fn minimum(mut self, minimum: i64) -> Self {
        self.minimum = Some(minimum);
        self
    }
}

/// The page to get.
pub const PAGE: Argument = Argument::new("page", "page").default("0").minimum(0);
/// How large a page is.
pub const PAGE_SIZE: Argument = Argument::new("page_size", "page-size").default("50").minimum(1);
/// How many items to get.
pub const LIMIT: Argument = Argument::new("limit", "limit").minimum(1);

/// An output's row.
pub struct Output {
    /// The path in the context.
    pub prefix: &'static str,
    /// The field by which an item is known again.
    pub key: &'static str,
    /// The field of the result.
    pub field: &'static str,
    /// Names that are not the WIT name in snake case.
    pub names: &'static [(&'static str, &'static str)],
}

impl Output {
    /// An output whose names are WIT's in snake case.
    pub const fn new(prefix: &'static str, key: &'static str, field: &'static str) -> Self {
        Self { prefix, key, field, names: &[] }
    }

    /// With names of its own.
    pub const fn names(mut self, names: &'static [(&'static str, &'static str)]) -> Self {
        self.names = names;
        self
    }
}

/// All commands, in the order in which they are listed.
fn all() -> impl Iterator<Item = &'static Command> {
    commands::INTERFACES.iter().flat_map(|rows| rows.iter().copied())
}

impl wit::Guest for Component {
    fn describe() -> wit::Integration {
        wit::Integration {
            name: "mattermost".into(),
            title: "Mattermost".into(),
            version: env!("CARGO_PKG_VERSION").into(),
            parameters: parameters(),
            commands: all().map(Command::describe).collect(),
        }
    }
}

#[expect(clippy::too_many_lines, reason = "a table: a row for each parameter")]
fn parameters() -> Vec<wit::Parameter> {
    let parameter = |name: &str, title: &str, description: &str, kind, required, environment: &str| wit::Parameter {
        name: name.into(),
        title: title.into(),
        description: description.into(),
        kind,
        required,
        default: None,
        options: Vec::new(),
        environment: Some(environment.into()),
        account: None,
    };
    // Not from the environment: who trusts any certificate should have said so for this instance.
    let switch = |name: &str, title: &str, description: &str, kind| wit::Parameter {
        environment: None,
        ..parameter(name, title, description, kind, false, "")
    };
    // Mattermost gives each token's own account, whatever the token may do.
    let token = |name: &str, title: &str, description: &str, environment: &str| wit::Parameter {
        account: Some(wit::AccountLookup {
            path: endpoint::ME.path.into(),
            id: "id".into(),
            name: Some("username".into()),
        }),
        ..parameter(name, title, description, ParameterKind::Secret, true, environment)
    };
    vec![
        parameter(
            config::URL,
            "Server URL",
            "The base URL of the Mattermost server, such as https://chat.example.org. A sub-path and a slash at its end are fine.",
            ParameterKind::ServerUrl,
            true,
            "MATTERMOST_URL",
        ),
        token(
            config::BOT_ACCESS_TOKEN,
            "Bot Access Token",
            "The Bot Access Token to use for connection.",
            "MATTERMOST_ACCESS_TOKEN",
        ),
        token(
            config::PERSONAL_ACCESS_TOKEN,
            "Personal Access Token",
            "The Personal Access Token to use for connection.",
            "MATTERMOST_PERSONAL_ACCESS_TOKEN",
        ),
        parameter(
            config::TEAM_NAME,
            "Team Name",
            "The name of the team, as in its URL, or its ID, for commands that name none.",
            ParameterKind::Text,
            true,
            "MATTERMOST_TEAM_NAME",
        ),
        parameter(
            config::NOTIFICATION_CHANNEL,
            "Default Notifications Channel",
            "The name of the channel, as in its URL, or its ID, for notifications that name none.",
            ParameterKind::Text,
            false,
            "MATTERMOST_NOTIFICATION_CHANNEL",
        ),
        wit::Parameter {
            options: owned(commands::notifications::TYPES),
            ..parameter(
                config::PERMITTED_NOTIFICATIONS,
                "Types of Notifications to Send",
                "Notifications of type 'externalAskSubmit' or 'externalFormSubmit' are not configurable because they are required to allow Ask tasks to be sent correctly.",
                ParameterKind::ListOfText,
                false,
                "MATTERMOST_PERMITTED_NOTIFICATIONS",
            )
        },
        switch(
            config::INSECURE,
            "Trust any certificate (not secure)",
            "Whoever is on the way to the server can then read and change everything, the tokens too.",
            ParameterKind::Insecure,
        ),
        switch(
            config::PROXY,
            "Use system proxy settings",
            "Whether the server is reached through the proxies of the system: HTTPS_PROXY, HTTP_PROXY, ALL_PROXY, NO_PROXY.",
            ParameterKind::Proxy,
        ),
    ]
}

fn owned(texts: &[&str]) -> Vec<String> {
    texts.iter().map(|text| (*text).to_string()).collect()
}

impl Command {
    fn describe(&self) -> wit::Command {
        wit::Command {
            name: self.name.into(),
            aliases: owned(self.aliases),
            interface: self.interface.into(),
            function: self.function.into(),
            arguments: self.arguments.iter().map(Argument::describe).collect(),
            outputs: self.outputs.iter().map(Output::describe).collect(),
            permissions: self.permissions.into(),
            changes: self.changes,
            endpoints: self.endpoints.iter().map(describe_endpoint).collect(),
        }
    }
}

impl Argument {
    fn describe(&self) -> wit::Argument {
        wit::Argument {
            name: self.name.into(),
            aliases: owned(self.aliases),
            field: self.field.into(),
            default: self.default.map(Into::into),
            options: owned(self.options),
            minimum: self.minimum,
            bare: self.bare,
        }
    }
}

impl Output {
    fn describe(&self) -> wit::Output {
        let owned = |(path, name): &(&str, &str)| (path.to_string(), name.to_string());
        wit::Output {
            prefix: self.prefix.into(),
            key: self.key.into(),
            field: self.field.into(),
            names: self.names.iter().map(owned).collect(),
        }
    }
}

fn describe_endpoint((endpoint, credential): &(Endpoint, Credential)) -> wit::Endpoint {
    wit::Endpoint {
        method: endpoint.method.name().into(),
        path: endpoint.path.into(),
        credential: Some(credential.parameter().into()),
        volatile: if endpoint.has_key() { vec![endpoint::PENDING_POST_ID.into()] } else { Vec::new() },
        query: owned(endpoint.query),
        headers: Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;
    use wit::Guest;

    #[test]
    fn no_name_is_taken_twice() {
        let names: Vec<&str> =
            all().flat_map(|command| command.aliases.iter().copied().chain([command.name])).collect();
        assert_eq!(names.iter().collect::<BTreeSet<_>>().len(), names.len());
        for command in all() {
            let fields: BTreeSet<_> = command.arguments.iter().map(|a| a.field).collect();
            assert_eq!(fields.len(), command.arguments.len(), "{}", command.name);
        }
    }

    #[test]
    fn what_only_reads_changes_nothing() {
        for command in all() {
            let writes = command.endpoints.iter().any(|(endpoint, _)| endpoint.method != endpoint::Method::Get);
            assert_eq!(writes, command.changes, "{}", command.name);
        }
    }

    #[test]
    fn posts_alone_differ_from_call_to_call() {
        let integration = Component::describe();
        for command in integration.commands {
            for endpoint in command.endpoints {
                assert!(endpoint.path.starts_with("/api/v4/"));
                assert_eq!(endpoint.volatile.is_empty(), endpoint.path != "/api/v4/posts");
            }
        }
    }

    #[test]
    fn tokens_are_secret() {
        for parameter in parameters() {
            let secret = matches!(parameter.kind, ParameterKind::Secret);
            assert_eq!(secret, parameter.name.ends_with("token"), "{}", parameter.name);
            assert_eq!(parameter.account.is_some(), secret, "{}", parameter.name);
        }
    }
}
