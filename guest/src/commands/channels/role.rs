//! The role of a member.

use super::INTERFACE;
use crate::bindings::exports::mattermost::integration::channels::{ChannelRole, SetChannelRoleArguments};
use crate::bindings::exports::mattermost::integration::types::Done;
use crate::client::error::{Error, about, argument};
use crate::client::refusals::Refusals;
use crate::client::{Client, Credential, endpoint, id, model};
use crate::manifest::{Argument, Command};
use crate::markdown::Text;
use crate::text::Quoted;
use futures_util::future::join;
use serde_json::json;

/// `mattermost-set-channel-role`
pub const SET_CHANNEL_ROLE: Command = Command {
    name: "mattermost-set-channel-role",
    aliases: &[],
    interface: INTERFACE,
    function: "set-channel-role",
    arguments: &[
        Argument::new("channel_id", "channel-id"),
        Argument::new("user_id", "user-id"),
        Argument::new("role", "role").default("Member").options(&["Admin", "Member"]),
    ],
    outputs: &[],
    permissions: "Must have manage_channel_roles permission for the channel.",
    changes: true,
    endpoints: &[
        (endpoint::CHANNEL_MEMBER, Credential::Personal),
        (endpoint::USER, Credential::Personal),
        (endpoint::CHANNEL_MEMBER_ROLES, Credential::Personal),
        (endpoint::ME, Credential::Personal),
    ],
};

pub async fn set_channel_role(arguments: SetChannelRoleArguments) -> Result<Done, Error> {
    let SetChannelRoleArguments { channel_id, user_id, role } = arguments;
    let mut refusals = Refusals::default();
    id::check(&mut refusals, "channel_id", &channel_id, id::CHANNEL);
    id::check(&mut refusals, "user_id", &user_id, id::USER);
    refusals.end()?;
    let client = Client::open(&SET_CHANNEL_ROLE, Credential::Personal)?;
    let path = [channel_id.as_str(), user_id.as_str()];
    let member = client.get(&endpoint::CHANNEL_MEMBER, &path, &[], model::channel_member);
    let (member, user) = join(member, client.user(&user_id)).await;
    let user = user?;
    let thing = format!("user {} in channel {}", Quoted(&user.username), Quoted(&channel_id));
    let member = member.map_err(|error| about(error, &thing))?;
    let (admin, role) = match role {
        ChannelRole::Admin => (true, "Admin"),
        ChannelRole::Member => (false, "Member"),
    };
    let done = format!("Set channel role for {} successfully to {role}.", Text(&user.username));
    if member.guest {
        // The role of guests is not to be written: they would lose it.
        if admin {
            let reason = format!("can't be Admin for {}, who is a guest", user.username);
            return Err(argument("role", reason, "Member or another user"));
        }
        return Ok(Done { readable: format!("{done} They are a guest, and stay one.") });
    }
    let roles = json!({ "scheme_user": true, "scheme_admin": admin });
    client
        .put(&endpoint::CHANNEL_MEMBER_ROLES, &path, &roles, model::nothing)
        .await
        .map_err(|error| about(error, &thing))?;
    Ok(Done { readable: done })
}
