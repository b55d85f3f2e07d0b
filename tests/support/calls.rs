//! One call of each command that succeeds on the server of `world`, with as many arguments as go together.

use soar::contract::Command;

pub const USER: &str = "user0user0user0user0user00";
pub const OTHER: &str = "other0other0other0other000";
pub const CHANNEL: &str = "channel0channel0channel000";
pub const GROUP: &str = "group0group0group0group000";
pub const POST: &str = "post0post0post0post0post00";
/// The entry id of a file that `platform` has.
pub const ENTRY: &str = "85@109";

pub type Arguments = Vec<(&'static str, String)>;

/// The arguments of the call of a command.
pub fn arguments(command: &str) -> Arguments {
    let users = format!("{USER},{OTHER}");
    let pairs: &[(&str, &str)] = match command {
        "test-module" => &[],
        "mattermost-get-team" => &[("team_name", "panw")],
        "mattermost-list-channels" => &[
            ("team", "panw"),
            ("include_private_channels", "true"),
            ("page", "0"),
            ("page_size", "50"),
            ("limit", "9"),
        ],
        "mattermost-list-private-channels-for-user" => &[("team_name", "panw"), ("user_id", USER)],
        "mattermost-create-channel" => &[
            ("display_name", "War Room"),
            ("name", "war-room"),
            ("type", "private"),
            ("purpose", "to talk"),
            ("header", "about it"),
            ("team", "panw"),
        ],
        "mattermost-add-channel-member" | "mattermost-remove-channel-member" => {
            &[("team", "panw"), ("channel", "war-room"), ("user_id", USER)]
        }
        "mattermost-close-channel" | "close-channel" => &[("team_name", "panw"), ("channel", "war-room")],
        "mattermost-set-channel-role" => &[("channel_id", CHANNEL), ("user_id", USER), ("role", "Admin")],
        "mattermost-list-users" => {
            &[("team_name", "panw"), ("channel", "war-room"), ("page", "0"), ("page_size", "50"), ("limit", "9")]
        }
        "mattermost-list-groups" => &[("page", "0"), ("page_size", "50"), ("limit", "9"), ("group", "analysts")],
        "mattermost-list-group-members" => &[("page", "0"), ("page_size", "50"), ("limit", "9"), ("group_id", GROUP)],
        "mattermost-add-group-member" | "mattermost-remove-group-member" => {
            &[("group_id", GROUP), ("user_ids", &users)]
        }
        "send-notification" => &[
            ("message", "It is done."),
            ("channel", "war-room"),
            ("entry", ENTRY),
            ("ignoreAddURL", "false"),
            ("mattermost_ask", "false"),
            ("root_id", POST),
            ("messageType", "externalAskSubmit"),
        ],
        "mattermost-send-file" => {
            &[("team_name", "panw"), ("channel", "war-room"), ("message", "The report"), ("entry_id", ENTRY)]
        }
        other => panic!("no call of {other}"),
    };
    pairs.iter().map(|(name, value)| (*name, (*value).to_owned())).collect()
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

/// The commands by all their names.
pub fn names(command: &Command) -> impl Iterator<Item = &str> {
    std::iter::once(&command.name).chain(&command.aliases).map(String::as_str)
}
