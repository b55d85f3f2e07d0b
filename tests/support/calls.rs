//! One call of each command that succeeds on the server of `world`, with as many arguments as go together: those of its
//! manifest, each with the value that its name has here.

use soar::manifest::Command;

pub const USER: &str = "user0user0user0user0user00";
pub const OTHER: &str = "other0other0other0other000";
pub const CHANNEL: &str = "channel0channel0channel000";
pub const GROUP: &str = "group0group0group0group000";
pub const POST: &str = "post0post0post0post0post00";
/// The entry id of a file that `platform` has.
pub const ENTRY: &str = "85@109";

pub type Arguments = Vec<(&'static str, String)>;

/// A value for each argument, by its name: it is the same in all commands.
const VALUES: [(&str, &str); 25] = [
    ("channel", "war-room"),
    ("channel_id", CHANNEL),
    ("display_name", "War Room"),
    ("entry", ENTRY),
    ("entry_id", ENTRY),
    ("group", "analysts"),
    ("group_id", GROUP),
    ("header", "about it"),
    ("ignoreAddURL", "false"),
    ("include_private_channels", "true"),
    ("limit", "9"),
    ("mattermost_ask", "false"),
    ("message", "It is done."),
    ("messageType", "externalAskSubmit"),
    ("name", "war-room"),
    ("page", "0"),
    ("page_size", "50"),
    ("purpose", "to talk"),
    ("role", "Admin"),
    ("root_id", POST),
    ("team", "panw"),
    ("team_name", "panw"),
    ("type", "private"),
    ("user_id", USER),
    ("user_ids", "user0user0user0user0user00,other0other0other0other000"),
];
/// Arguments in whose place these calls have another: both together are refused.
const LEFT_OUT: [&str; 1] = ["to"];

/// The arguments of the call of a command.
pub fn arguments(command: &str) -> Arguments {
    let component = super::component();
    let entry = component.manifest().command(command).unwrap_or_else(|| panic!("there is no command {command}"));
    let given = entry.arguments.iter().map(|argument| argument.name.as_str()).filter(|name| !LEFT_OUT.contains(name));
    let value = |name: &str| {
        let found = VALUES.iter().find(|(known, _)| *known == name);
        let (name, value) = found.unwrap_or_else(|| {
            panic!(
                "{command} has the argument {name}: give it a value in VALUES of tests/support/calls.rs, or name it in \
                 LEFT_OUT if it excludes another"
            )
        });
        (*name, (*value).to_owned())
    };
    given.map(value).collect()
}

/// The call of a command with another value for one argument; one that excludes others takes their place.
pub fn replaced(command: &str, argument: &str, value: &str) -> Vec<(String, String)> {
    let mut pairs: Vec<(String, String)> =
        arguments(command).into_iter().map(|(name, value)| (name.to_owned(), value)).collect();
    pairs.retain(|(name, _)| name != argument && !(argument == "to" && name == "channel"));
    pairs.push((argument.to_owned(), value.to_owned()));
    pairs
}

/// The same without one argument.
pub fn without(command: &str, argument: &str) -> Vec<(String, String)> {
    let mut pairs = replaced(command, argument, "");
    pairs.pop();
    pairs
}

/// All arguments whose names are such, each with its command.
pub fn with(is_such: impl Fn(&str) -> bool) -> Vec<(String, String)> {
    let component = super::component();
    let of = |command: &Command| {
        let names = command.arguments.iter().map(|argument| argument.name.clone()).filter(|name| is_such(name));
        names.map(|name| (command.name.clone(), name)).collect::<Vec<_>>()
    };
    component.manifest().commands.iter().flat_map(of).collect()
}

/// The commands by all their names.
pub fn names(command: &Command) -> impl Iterator<Item = &str> {
    std::iter::once(&command.name).chain(&command.aliases).map(String::as_str)
}
