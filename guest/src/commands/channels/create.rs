//! Creating a channel.

use super::INTERFACE;
use crate::bindings::exports::mattermost::integration::channels::{
    ChannelType, CreateChannelArguments, CreatedChannel,
};
use crate::bindings::exports::mattermost::integration::types::Channel;
use crate::client::error::{ApiError, Error, Refusal, about};
use crate::client::error_ids::CHANNEL_EXISTS;
use crate::client::refusals::Refusals;
use crate::client::{Client, Credential, endpoint, model, name};
use crate::config;
use crate::manifest::{Argument, Command, Output};
use crate::markdown::Text;
use crate::text::Quoted;
use serde_json::json;

/// The most characters of a display name, a purpose and a header.
const DISPLAY_NAME: usize = 64;
const PURPOSE: usize = 250;
const HEADER: usize = 1024;

/// `mattermost-create-channel`
pub const CREATE_CHANNEL: Command = Command {
    name: "mattermost-create-channel",
    aliases: &[],
    interface: INTERFACE,
    function: "create-channel",
    arguments: &[
        Argument::new("display_name", "display-name"),
        Argument::new("name", "name"),
        Argument::new("type", "type").default("public").options(&["public", "private"]),
        Argument::new("purpose", "purpose"),
        Argument::new("header", "header"),
        Argument::new("team", "team"),
    ],
    outputs: &[Output::new("Mattermost.Channel", "id", "channel")],
    permissions: "If creating a public channel, create_public_channel permission is required. If creating a private channel, create_private_channel permission is required.",
    changes: true,
    endpoints: &[
        (endpoint::TEAM_BY_NAME, Credential::Personal),
        (endpoint::TEAM, Credential::Personal),
        (endpoint::CHANNEL_CREATE, Credential::Personal),
        (endpoint::CHANNEL_BY_TEAM_ID, Credential::Personal),
        (endpoint::ME, Credential::Personal),
    ],
};

pub async fn create_channel(arguments: CreateChannelArguments) -> Result<CreatedChannel, Error> {
    let mut refusals = Refusals::default();
    name::text(&mut refusals, "display_name", &arguments.display_name, "", DISPLAY_NAME);
    let name = name::new_channel(&mut refusals, "name", &arguments.name);
    let [purpose, header] = [("purpose", arguments.purpose, PURPOSE), ("header", arguments.header, HEADER)].map(
        |(argument, text, most)| {
            let text = name::given(text)?;
            name::text(&mut refusals, argument, &text, "", most);
            Some(text)
        },
    );
    let team = name::team(&mut refusals, "team", arguments.team);
    refusals.end()?;
    let team = config::team(team)?;
    let client = Client::open(&CREATE_CHANNEL, Credential::Personal)?;
    let team = client.team(&team).await?;

    let kind = match arguments.type_ {
        ChannelType::Public => "O",
        ChannelType::Private => "P",
    };
    let fields = [
        ("team_id", Some(team.id.clone())),
        ("name", Some(name.clone())),
        ("display_name", Some(arguments.display_name)),
        ("type", Some(kind.into())),
        ("purpose", purpose),
        ("header", header),
    ];
    // One by one: to collect them would bring in a sort, 6 KB of code.
    let mut body = json!({});
    for (field, value) in fields {
        if let Some(value) = value {
            body[field] = value.into();
        }
    }
    let reply = client.send(&endpoint::CHANNEL_CREATE, &[], &[], Some(&body)).await?;
    let taken = reply.error_id() == CHANNEL_EXISTS;
    let thing = format!("channel {} in team {}", Quoted(&name), Quoted(&team.name));
    match client.read(reply, model::channel) {
        Ok(channel) => Ok(CreatedChannel {
            readable: format!("Channel {} was created successfully.", Text(&channel.display_name)),
            channel,
            created: true,
        }),
        Err(Error::Refused(conflict)) if taken && conflict.kind == Refusal::Conflict => {
            let channel = existing(&client, &team.id, &name, conflict).await.map_err(|error| about(error, &thing))?;
            Ok(CreatedChannel { readable: already(&channel, kind), channel, created: false })
        }
        Err(error) => Err(about(error, &thing)),
    }
}

/// The live channel that has the name, or why there is none to give.
async fn existing(client: &Client, team_id: &str, name: &str, mut conflict: ApiError) -> Result<Channel, Error> {
    let path = [team_id, name];
    let query = [("include_deleted", "true")];
    let found = client.get(&endpoint::CHANNEL_BY_TEAM_ID, &path, &query, model::channel).await;
    conflict.advice = match found {
        Ok(channel) if channel.delete_at == 0 => return Ok(channel),
        Ok(channel) => format!(
            "An archived channel has this name (ID {}): restore it in Mattermost, or choose another name.",
            channel.id
        ),
        Err(error) if error.is(Refusal::NotFound) => {
            "A channel that \u{1} can't see has this name: choose another one.".into()
        }
        Err(error) => return Err(error),
    };
    Err(Error::Refused(conflict))
}

fn already(channel: &Channel, wanted: &str) -> String {
    let text = format!("Channel {} already exists.", Text(&channel.display_name));
    if channel.type_ == wanted {
        return text;
    }
    let (is, not) = if channel.type_ == "P" { ("private", "public") } else { ("public", "private") };
    format!("{text}\nIt is {is}, not {not}.")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::client::json::parse;

    #[test]
    fn a_channel_of_another_type_is_said() {
        let channel = |kind: &str| {
            let answer = json!({"id": "channelchannelchannelchann", "display_name": "War Room", "type": kind});
            model::channel(&parse(answer.to_string().as_bytes()).unwrap()).unwrap()
        };
        assert_eq!(already(&channel("O"), "O"), "Channel War Room already exists.");
        assert_eq!(already(&channel("P"), "O"), "Channel War Room already exists.\nIt is private, not public.");
    }
}
