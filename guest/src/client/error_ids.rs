//! The server's error ids: which case of the contract's error each is, and what to do about it.

use super::error::{ApiError, Error};

/// The cases of the contract's error that an API error can become.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Case {
    Unauthorized,
    Forbidden,
    NotFound,
    Conflict,
    License,
    Disabled,
    Rejected,
    Server,
}

impl Case {
    /// The error of this case.
    pub fn with(self, error: ApiError) -> Error {
        match self {
            Self::Unauthorized => Error::Unauthorized(error),
            Self::Forbidden => Error::Forbidden(error),
            Self::NotFound => Error::NotFound(error),
            Self::Conflict => Error::Conflict(error),
            Self::License => Error::LicenseRequired(error),
            Self::Disabled => Error::Disabled(error),
            Self::Rejected => Error::Rejected(error),
            Self::Server => Error::Server(error),
        }
    }
}

/// A post with this key is being made: the answer to a second try while the first is under way.
pub const POST_PENDING: &str = "api.post.deduplicate_create_post.pending";
/// A user has no channel in a team: 404 instead of an empty list.
pub const NO_CHANNELS: &str = "app.channel.get_channels.not_found.app_error";
/// The name of a new channel is taken, by an archived or an invisible one too.
pub const CHANNEL_EXISTS: &str = "store.sql_channel.save_channel.exists.app_error";
/// The channel to archive is archived.
pub const CHANNEL_ARCHIVED: &str = "api.channel.delete_channel.deleted.app_error";
/// The user is not a member of the channel.
pub const NOT_CHANNEL_MEMBER: &str = "app.channel.get_member.missing.app_error";
/// A user to add or remove is unknown, deactivated or not a member of the group.
pub const NOT_GROUP_USER: &str = "app.group.user_not_found";

const GROUP_PLAN: &str = "Groups need a licence of Mattermost's Professional or Enterprise plan.";

/// What the ids mean that the commands can meet, and what to do about them.
pub const IDS: &[(&str, Case, &str)] = &[
    (
        "api.context.404.app_error",
        Case::NotFound,
        "The server has no such address: is the parameter url the server's base URL (without /api/v4), and the server new enough?",
    ),
    (
        "app.team.get_by_name.missing.app_error",
        Case::NotFound,
        "There is no such team, or the account may not see it. A team's name is the one in its URL.",
    ),
    ("app.team.get.find.app_error", Case::NotFound, "There is no such team."),
    (
        "app.team.get_member.missing.app_error",
        Case::NotFound,
        "The person is not in the channel's team: add them to the team first.",
    ),
    (
        "app.channel.get_by_name.missing.app_error",
        Case::NotFound,
        "There is no such channel, it is archived, or it is private and the account is not a member. A channel's name is the one in its URL; mattermost-list-channels shows it.",
    ),
    (
        "app.channel.get.existing.app_error",
        Case::NotFound,
        "There is no such channel; mattermost-list-channels shows them.",
    ),
    (
        NOT_CHANNEL_MEMBER,
        Case::NotFound,
        "The person is not a member of the channel (mattermost-add-channel-member adds people).",
    ),
    ("app.user.missing_account.const", Case::NotFound, "There is no such user; mattermost-list-users shows them."),
    ("app.user.get_by_username.app_error", Case::NotFound, "There is no such user; mattermost-list-users shows them."),
    ("app.group.no_rows", Case::NotFound, "There is no such group; mattermost-list-groups shows them."),
    (
        NOT_GROUP_USER,
        Case::NotFound,
        "Nobody was added or removed. One of the users is unknown, deactivated, or (to be removed) not a member of the group; the server's message has their ID.",
    ),
    (CHANNEL_EXISTS, Case::Conflict, "Choose another name."),
    (
        "app.channel.add_member.deleted_user.app_error",
        Case::Rejected,
        "The person is deactivated: activate them first.",
    ),
    (
        "api.channel.add_user.to.channel.failed.deleted.app_error",
        Case::Rejected,
        "The person has left the channel's team: add them to the team first.",
    ),
    (
        "api.channel.add_user_to_channel.type.app_error",
        Case::Rejected,
        "Only public and private channels have members that can be added.",
    ),
    ("api.channel.remove.default.app_error", Case::Rejected, "Nobody can be removed from the team's default channel."),
    ("api.channel.delete_channel.cannot.app_error", Case::Rejected, "The team's default channel can't be archived."),
    ("api.channel.delete_channel.type.invalid", Case::Rejected, "Only public and private channels can be archived."),
    (CHANNEL_ARCHIVED, Case::Conflict, "The channel is archived."),
    (
        "api.channel.create_channel.max_channel_limit.app_error",
        Case::Rejected,
        "The team has as many channels as it may: archive some, or raise TeamSettings.MaxChannelsPerTeam.",
    ),
    (
        "model.channel.is_valid.2_or_more.app_error",
        Case::Rejected,
        "This server wants a channel name of two characters at least, that begins and ends with a letter or a digit.",
    ),
    (
        "model.channel.is_valid.1_or_more.app_error",
        Case::Rejected,
        "This server wants a channel name that begins with a letter or a digit.",
    ),
    (
        "model.channel.is_valid.name.app_error",
        Case::Rejected,
        "The name has the form of a direct channel's: choose another one.",
    ),
    (
        "api.channel.create_direct_channel.invalid_user.app_error",
        Case::Rejected,
        "One of the people can't be written to.",
    ),
    ("api.channel.create_group.bad_user.app_error", Case::Rejected, "One of the people can't be written to."),
    (
        "api.channel.create_group.bad_size.app_error",
        Case::Rejected,
        "A group message goes to two to seven people besides the bot.",
    ),
    (
        "api.post.create_post.can_not_post_to_deleted.error",
        Case::Rejected,
        "The channel is archived: restore it, or choose another one.",
    ),
    (
        "api.post.create_post.root_id.app_error",
        Case::Rejected,
        "root_id is not the first post of a thread: give the ID of the post that the thread began with.",
    ),
    ("api.post.create_post.channel_root_id.app_error", Case::Rejected, "root_id is a post of another channel."),
    ("model.post.is_valid.msg.app_error", Case::Rejected, "The message is longer than this server takes."),
    ("model.post.is_valid.message_length.app_error", Case::Rejected, "The message is longer than this server takes."),
    (
        "api.file.upload_file.too_large_detailed.app_error",
        Case::Rejected,
        "The file is larger than FileSettings.MaxFileSize allows.",
    ),
    ("api.context.request_body_too_large.app_error", Case::Rejected, "The request is larger than the server takes."),
    (
        "api.file.attachments.disabled.app_error",
        Case::Disabled,
        "Files are turned off: set FileSettings.EnableFileAttachments to true.",
    ),
    (
        "api.custom_groups.feature_disabled",
        Case::Disabled,
        "Custom groups are turned off: set ServiceSettings.EnableCustomGroups to true.",
    ),
    ("app.group.crud_permission", Case::Rejected, "The group comes from LDAP: change its members there."),
    ("api.license_error", Case::License, GROUP_PLAN),
    (
        "api.ldap_groups.license_error",
        Case::License,
        "Groups from LDAP need a licence of Mattermost's Enterprise plan; custom ones, of Professional or Enterprise.",
    ),
    ("api.custom_groups.license_error", Case::License, GROUP_PLAN),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_id_stands_once_and_has_advice() {
        for (at, (id, _, advice)) in IDS.iter().enumerate() {
            assert!(IDS[at + 1..].iter().all(|(other, ..)| other != id), "{id}");
            assert!(advice.ends_with(['.', '?']), "{id}");
        }
    }
}
