//! Closing a channel.

use super::INTERFACE;
use crate::bindings::exports::mattermost::integration::channels::{CloseChannelArguments, ClosedChannel};
use crate::client::error::{Error, about};
use crate::client::error_ids::CHANNEL_ARCHIVED;
use crate::client::refusals::Refusals;
use crate::client::{Client, Credential, endpoint, id, model, name};
use crate::config;
use crate::manifest::{Argument, Command};
use crate::markdown::Text;
use crate::text::Quoted;

/// `mattermost-close-channel`
pub const CLOSE_CHANNEL: Command = Command {
    name: "mattermost-close-channel",
    aliases: &["close-channel"],
    interface: INTERFACE,
    function: "close-channel",
    arguments: &[
        Argument::new("team_name", "team-name"),
        Argument::new("channel", "channel").aliases(&["channel_name"]).bare(),
    ],
    outputs: &[],
    permissions: "delete_public_channel permission if the channel is public. delete_private_channel permission if the channel is private, or has manage_system permission.",
    changes: true,
    endpoints: &[
        (endpoint::CHANNEL_BY_NAME_OR_ARCHIVED, Credential::Personal),
        (endpoint::CHANNEL, Credential::Personal),
        (endpoint::CHANNEL_BY_TEAM_ID, Credential::Personal),
        (endpoint::CHANNEL_ARCHIVE, Credential::Personal),
        (endpoint::ME, Credential::Personal),
    ],
};

pub async fn close_channel(arguments: CloseChannelArguments) -> Result<ClosedChannel, Error> {
    let mut refusals = Refusals::default();
    let asked = name::channel(&mut refusals, "channel", &arguments.channel);
    let team = name::team(&mut refusals, "team_name", arguments.team_name);
    refusals.end()?;
    let team = config::team(team)?;
    let client = Client::open(&CLOSE_CHANNEL, Credential::Personal)?;
    let channel = client.channel(&team, &asked, true).await?;
    let mut already = channel.delete_at != 0;
    if !already {
        let path = [channel.id.as_str()];
        let reply = client.send(&endpoint::CHANNEL_ARCHIVE, &path, &[], None).await?;
        if reply.error_id() == CHANNEL_ARCHIVED {
            // By somebody else in between, or by an earlier try whose answer was lost.
            already = !reply.repeated;
        } else {
            let thing = format!("channel {} in team {}", Quoted(&asked), Quoted(&team));
            client.read(reply, model::nothing).map_err(|error| about(error, &thing))?;
        }
    }
    let done = if already { "was already archived" } else { "was deleted successfully" };
    let called = if id::is_id(&asked) { &channel.name } else { &asked };
    let readable = format!("The channel {} {done}.", Text(called));
    // The channel is as it was read: the server's answer to archiving it has no time, and none is made up.
    Ok(ClosedChannel { channel, already, readable })
}
