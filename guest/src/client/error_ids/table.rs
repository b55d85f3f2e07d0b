//! The rows: a refusal, an advice, and the ids that they are for. What \u{1} and \u{2} in an advice stand for is in
//! [`super::super::account`].

use super::{CHANNEL_ARCHIVED, CHANNEL_EXISTS, NOT_CHANNEL_MEMBER, NOT_GROUP_USER, ids};
use crate::client::error::Refusal;

type Row = (Refusal, &'static str, &'static [u32]);

/// What the ids mean that the commands can meet, and what to do about them.
pub(super) const IDS: &[Row] = &[
    (
        Refusal::NotFound,
        "The server has no such address: is the parameter url the server's base URL (without /api/v4), and the server new enough?",
        &ids(["api.context.404.app_error"]),
    ),
    (
        Refusal::NotFound,
        "There is no such team. A team's name is the one in its URL.",
        &ids(["app.team.get_by_name.missing.app_error", "app.team.get_by_name.app_error"]),
    ),
    (Refusal::NotFound, "There is no such team.", &ids(["app.team.get.find.app_error"])),
    (
        Refusal::NotFound,
        "The person is not in the channel's team: add them to the team first.",
        &ids(["app.team.get_member.missing.app_error"]),
    ),
    (
        Refusal::NotFound,
        "There is no such channel, it is archived, or it is private and \u{1} is not a member\u{2}. A channel's name is the one in its URL; mattermost-list-channels shows it.",
        &ids(["app.channel.get_by_name.missing.app_error"]),
    ),
    (
        Refusal::NotFound,
        "There is no such channel; mattermost-list-channels shows them.",
        &ids(["app.channel.get.existing.app_error"]),
    ),
    (
        Refusal::NotFound,
        "The person is not a member of the channel (mattermost-add-channel-member adds people).",
        &ids([NOT_CHANNEL_MEMBER]),
    ),
    (
        Refusal::NotFound,
        "There is no such user; mattermost-list-users shows them.",
        &ids(["app.user.missing_account.const", "app.user.get_by_username.app_error"]),
    ),
    (
        Refusal::Forbidden,
        "\u{1} may not look people up by their email: give the username, or let it see emails (PrivacySettings.ShowEmailAddress).",
        &ids(["api.user.get_user_by_email.permissions.app_error"]),
    ),
    (Refusal::NotFound, "There is no such group; mattermost-list-groups shows them.", &ids(["app.group.no_rows"])),
    (
        Refusal::NotFound,
        "Nobody was added or removed. One of the users is unknown, deactivated, or (to be removed) not a member of the group; the server's message has their ID.",
        &ids([NOT_GROUP_USER]),
    ),
    (
        Refusal::Conflict,
        "One of the users is in the group already, or was removed from it a moment ago.",
        &ids(["app.group.uniqueness_error"]),
    ),
    (
        Refusal::Conflict,
        "Choose another name.",
        &ids([CHANNEL_EXISTS, "store.sql_channel.save_channel.existing.app_error"]),
    ),
    (
        Refusal::Conflict,
        "An archived channel has this name: restore it, or choose another name.",
        &ids([
            "store.sql_channel.save.archived_channel.app_error",
            "store.sql_channel.save_channel.previously.app_error",
        ]),
    ),
    (
        Refusal::Rejected,
        "The person is deactivated: activate them first.",
        &ids(["app.channel.add_member.deleted_user.app_error"]),
    ),
    (
        Refusal::Rejected,
        "The person has left the channel's team: add them to the team first.",
        &ids([
            "api.channel.add_user.to.channel.failed.deleted.app_error",
            "api.team.remove_user_from_team.missing.app_error",
        ]),
    ),
    (
        Refusal::Rejected,
        "The channel's members are those of the groups it is bound to: change the groups' members, or unbind the channel.",
        &ids([
            "api.channel.add_members.user_denied",
            "api.channel.remove_member.group_constrained.app_error",
            "api.channel.remove_members.denied",
        ]),
    ),
    (
        Refusal::Rejected,
        "The channel has rules for who may join, and the person does not meet them: ask a system administrator.",
        &ids(["api.channel.add_user.to.channel.rejected"]),
    ),
    (
        Refusal::Rejected,
        "Only public and private channels have members that can be added or removed.",
        &ids([
            "api.channel.add_user_to_channel.type.app_error",
            "api.channel.remove_channel_member.type.app_error",
            "api.channel.remove_user_from_channel.app_error",
        ]),
    ),
    (
        Refusal::Rejected,
        "Nobody can be removed from the team's default channel.",
        &ids(["api.channel.remove.default.app_error"]),
    ),
    (
        Refusal::Rejected,
        "Guests have no other role in a channel, and others are no guests there: make the account a member or a guest of the server first.",
        &ids([
            "api.channel.update_channel_member_roles.guest_and_user.app_error",
            "api.channel.update_channel_member_roles.user_and_guest.app_error",
            "api.channel.update_channel_member_roles.guest.app_error",
            "api.channel.update_channel_member_roles.unset_user_scheme.app_error",
        ]),
    ),
    (
        Refusal::Rejected,
        "The server has not finished an upgrade that roles need: ask a system administrator to let it finish.",
        &ids(["app.schemes.is_phase_2_migration_completed.not_completed.app_error"]),
    ),
    (
        Refusal::Rejected,
        "The team's default channel can't be archived.",
        &ids(["api.channel.delete_channel.cannot.app_error"]),
    ),
    (
        Refusal::Rejected,
        "Only public and private channels can be archived.",
        &ids(["api.channel.delete_channel.type.invalid"]),
    ),
    (Refusal::Conflict, "The channel is archived.", &ids([CHANNEL_ARCHIVED])),
    (
        Refusal::Rejected,
        "A plugin of the server refuses it: the message has its reason.",
        &ids([
            "app.channel.add_user.to.channel.rejected_by_plugin",
            "app.channel.delete_channel.rejected_by_plugin",
            "app.upload.run_plugins_hook.rejected",
            "api.file.upload_file.rejected_by_plugin.app_error",
            "app.channel.create_channel.rejected_by_plugin",
        ]),
    ),
    (
        Refusal::Rejected,
        "The team has as many channels as it may: archive some, or raise TeamSettings.MaxChannelsPerTeam.",
        &ids([
            "api.channel.create_channel.max_channel_limit.app_error",
            "store.sql_channel.save_channel.limit.app_error",
        ]),
    ),
    (
        Refusal::Rejected,
        "This server wants a channel name of two characters at least, that begins and ends with a letter or a digit.",
        &ids(["model.channel.is_valid.2_or_more.app_error"]),
    ),
    (
        Refusal::Rejected,
        "This server wants a channel name that begins with a letter or a digit.",
        &ids(["model.channel.is_valid.1_or_more.app_error"]),
    ),
    (
        Refusal::Rejected,
        "The name has the form of a direct channel's: choose another one.",
        &ids([
            "model.channel.is_valid.name.app_error",
            "api.channel.create_channel.direct_channel.app_error",
            "store.sql_channel.save.direct_channel.app_error",
        ]),
    ),
    (
        Refusal::Rejected,
        "The display name is empty or longer than the 64 characters that the server takes.",
        &ids([
            "model.channel.is_valid.display_name.app_error",
            "api.channel.create_channel.missing_display_name.error",
        ]),
    ),
    (
        Refusal::Rejected,
        "The header is longer than the 1024 characters that the server takes.",
        &ids(["model.channel.is_valid.header.app_error"]),
    ),
    (
        Refusal::Rejected,
        "The purpose is longer than the 250 characters that the server takes.",
        &ids(["model.channel.is_valid.purpose.app_error"]),
    ),
    (
        Refusal::Rejected,
        "One of the people can't be written to.",
        &ids([
            "api.channel.create_direct_channel.invalid_user.app_error",
            "api.channel.create_group.bad_user.app_error",
            "store.sql_channel.save_direct_channel.not_direct.app_error",
        ]),
    ),
    (
        Refusal::Forbidden,
        "Direct messages need a team in common here: add the bot to a team of the person's, or set TeamSettings.RestrictDirectMessage to any.",
        &ids([
            "api.channel.create_channel.direct_channel.team_restricted_error",
            "api.post.create_post.can_not_post_in_restricted_dm.error",
            "api.file.upload_file.restricted_dm.error",
            "api.file.upload_file.get_channel.app_error",
            "app.upload.create.cannot_upload_to_restricted_dm.error",
        ]),
    ),
    (
        Refusal::Forbidden,
        "The person is of another server, which direct messages from here don't reach: write to a channel that both servers share.",
        &ids([
            "api.channel.create_channel.direct_channel.remote_restricted.app_error",
            "api.channel.create_group.remote_restricted.app_error",
            "app.post.create_post.shared_dm_or_gm.app_error",
        ]),
    ),
    (
        Refusal::Rejected,
        "A group message goes to two to seven people besides the bot.",
        &ids(["api.channel.create_group.bad_size.app_error"]),
    ),
    (
        Refusal::Rejected,
        "The channel is archived: restore it, or choose another one.",
        &ids([
            "api.post.create_post.can_not_post_to_deleted.error",
            "app.upload.create.cannot_upload_to_deleted_channel.app_error",
        ]),
    ),
    (
        Refusal::Forbidden,
        "The default channel is read-only here: let the bot post there (a system administrator can), or choose another channel.",
        &ids(["api.post.create_post.town_square_read_only"]),
    ),
    (
        Refusal::Rejected,
        "root_id is not the first post of a thread: give the ID of the post that the thread began with.",
        &ids(["api.post.create_post.root_id.app_error"]),
    ),
    (
        Refusal::Rejected,
        "root_id is a post of another channel.",
        &ids(["api.post.create_post.channel_root_id.app_error"]),
    ),
    (Refusal::NotFound, "There is no such post, or \u{1} may not see it.", &ids(["app.post.get.app_error"])),
    (Refusal::Forbidden, "The post is older than the server's plan shows.", &ids(["app.post.cloud.get.app_error"])),
    (
        Refusal::Rejected,
        "The message is longer than this server takes.",
        &ids(["model.post.is_valid.msg.app_error", "model.post.is_valid.message_length.app_error"]),
    ),
    (
        Refusal::Rejected,
        "The message has more hashtags than this server takes.",
        &ids(["model.post.is_valid.hashtags.app_error"]),
    ),
    (
        Refusal::Rejected,
        "The file is larger than FileSettings.MaxFileSize allows.",
        &ids(["api.file.upload_file.too_large_detailed.app_error", "app.upload.create.upload_too_large.app_error"]),
    ),
    (
        Refusal::Rejected,
        "The image has more pixels than FileSettings.MaxImageResolution allows: make it smaller, or send it as an archive.",
        &ids(["api.file.upload_file.large_image_detailed.app_error", "api.file.upload_file.large_image.app_error"]),
    ),
    (
        Refusal::Rejected,
        "The upload did not arrive whole: does a proxy before the server cut or change what is sent?",
        &ids(["api.file.upload_file.read_request.app_error", "api.file.upload_file.read_form_value.app_error"]),
    ),
    (
        Refusal::Rejected,
        "The request is larger than the server takes.",
        &ids(["api.context.request_body_too_large.app_error"]),
    ),
    (
        Refusal::Disabled,
        "Files are turned off: set FileSettings.EnableFileAttachments to true.",
        &ids(["api.file.attachments.disabled.app_error"]),
    ),
    (
        Refusal::Disabled,
        "The server has no place for files: set FileSettings.DriverName.",
        &ids(["api.file.upload_file.storage.app_error"]),
    ),
    (
        Refusal::Disabled,
        "Custom groups are turned off: set ServiceSettings.EnableCustomGroups to true.",
        &ids(["api.custom_groups.feature_disabled"]),
    ),
    (Refusal::Rejected, "The group comes from LDAP: change its members there.", &ids(["app.group.crud_permission"])),
    (
        Refusal::LicenseRequired,
        "Groups need a licence of Mattermost's Professional or Enterprise plan.",
        &ids(["api.license_error", "api.custom_groups.license_error", "app.group.license_error"]),
    ),
    (
        Refusal::LicenseRequired,
        "Groups from LDAP need a licence of Mattermost's Enterprise plan; custom ones, of Professional or Enterprise.",
        &ids(["api.ldap_groups.license_error"]),
    ),
    (
        Refusal::Unauthorized,
        "The server wants multi-factor authentication of this account: set it up for it, or use the token of a bot.",
        &ids(["api.context.mfa_required.app_error"]),
    ),
    (Refusal::Server, "The server sheds load: try again later.", &ids(["api.context.server_busy.app_error"])),
];
