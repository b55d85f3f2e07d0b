//! Members of a channel.

use super::INTERFACE;
use crate::bindings::exports::mattermost::integration::channels::{
    AddChannelMemberArguments, RemoveChannelMemberArguments,
};
use crate::bindings::exports::mattermost::integration::types::{Channel, Done, User};
use crate::client::error::{Error, about};
use crate::client::error_ids::NOT_CHANNEL_MEMBER;
use crate::client::refusals::Refusals;
use crate::client::{Client, Credential, endpoint, id, model, name};
use crate::config;
use crate::manifest::{Argument, Command};
use crate::markdown::Text;
use crate::text::Quoted;
use futures_util::future::join;
use serde_json::json;

/// `mattermost-add-channel-member`
pub const ADD_CHANNEL_MEMBER: Command = Command {
    name: "mattermost-add-channel-member",
    aliases: &[],
    interface: INTERFACE,
    function: "add-channel-member",
    arguments: &[
        Argument::new("team", "team"),
        Argument::new("channel", "channel"),
        Argument::new("user_id", "user-id"),
    ],
    outputs: &[],
    permissions: "No permissions required.",
    changes: true,
    endpoints: &[
        (endpoint::CHANNEL_BY_NAME, Credential::Personal),
        (endpoint::CHANNEL, Credential::Personal),
        (endpoint::CHANNEL_BY_TEAM_ID, Credential::Personal),
        (endpoint::USER, Credential::Personal),
        (endpoint::CHANNEL_MEMBER_ADD, Credential::Personal),
        (endpoint::ME, Credential::Personal),
    ],
};

/// `mattermost-remove-channel-member`
pub const REMOVE_CHANNEL_MEMBER: Command = Command {
    name: "mattermost-remove-channel-member",
    aliases: &[],
    interface: INTERFACE,
    function: "remove-channel-member",
    arguments: &[
        Argument::new("team", "team"),
        Argument::new("channel", "channel"),
        Argument::new("user_id", "user-id"),
    ],
    outputs: &[],
    permissions: "manage_public_channel_members permission if the channel is public. manage_private_channel_members permission if the channel is private.",
    changes: true,
    endpoints: &[
        (endpoint::CHANNEL_BY_NAME, Credential::Personal),
        (endpoint::CHANNEL, Credential::Personal),
        (endpoint::CHANNEL_BY_TEAM_ID, Credential::Personal),
        (endpoint::USER, Credential::Personal),
        (endpoint::CHANNEL_MEMBER_REMOVE, Credential::Personal),
        (endpoint::ME, Credential::Personal),
    ],
};

pub async fn add_channel_member(arguments: AddChannelMemberArguments) -> Result<Done, Error> {
    let AddChannelMemberArguments { team, channel, user_id } = arguments;
    let both = Both::check(team, channel, user_id)?;
    let client = Client::open(&ADD_CHANNEL_MEMBER, Credential::Personal)?;
    let (channel, user) = both.read(&client).await?;
    let body = json!({ "user_id": user.id });
    let path = [channel.id.as_str()];
    let reply = client.send(&endpoint::CHANNEL_MEMBER_ADD, &path, &[], Some(&body)).await?;
    client.read(reply, model::nothing).map_err(|error| about(error, &both.shown()))?;
    Ok(Done {
        readable: format!(
            "The member {} was added to the channel successfully, with channel ID: {}",
            Text(&user.username),
            channel.id
        ),
    })
}

pub async fn remove_channel_member(arguments: RemoveChannelMemberArguments) -> Result<Done, Error> {
    let RemoveChannelMemberArguments { team, channel, user_id } = arguments;
    let both = Both::check(team, channel, user_id)?;
    let client = Client::open(&REMOVE_CHANNEL_MEMBER, Credential::Personal)?;
    let (channel, user) = both.read(&client).await?;
    let path = [channel.id.as_str(), user.id.as_str()];
    let reply = client.send(&endpoint::CHANNEL_MEMBER_REMOVE, &path, &[], None).await?;
    // An earlier try whose answer was lost has removed them.
    let removed = reply.repeated && reply.error_id() == NOT_CHANNEL_MEMBER;
    if !removed {
        client.read(reply, model::nothing).map_err(|error| about(error, &both.shown()))?;
    }
    Ok(Done { readable: format!("The member {} was removed from the channel successfully.", Text(&user.username)) })
}

/// A channel and a user, by what the arguments call them.
struct Both {
    team: String,
    channel: String,
    user: String,
}

impl Both {
    fn check(team: Option<String>, channel: String, user: String) -> Result<Self, Error> {
        let mut refusals = Refusals::default();
        let channel = name::channel(&mut refusals, "channel", &channel);
        id::check(&mut refusals, "user_id", &user, id::USER);
        let team = name::team(&mut refusals, "team", team);
        refusals.end()?;
        let team = config::team(team)?;
        Ok(Self { team, channel, user })
    }

    /// Reads both before anything is written.
    async fn read(&self, client: &Client) -> Result<(Channel, User), Error> {
        let channel = client.channel(&self.team, &self.channel, false);
        let (channel, user) = join(channel, client.user(&self.user)).await;
        Ok((channel?, user?))
    }

    fn shown(&self) -> String {
        let Self { team, channel, user } = self;
        format!("user {} and channel {} in team {}", Quoted(user), Quoted(channel), Quoted(team))
    }
}
