//! Lists of channels.

use super::INTERFACE;
use crate::bindings::exports::mattermost::integration::channels::{
    ChannelList, ListChannelsArguments, ListPrivateChannelsForUserArguments, UserChannelList, UserChannels,
};
use crate::bindings::exports::mattermost::integration::types::Channel;
use crate::client::endpoint::Endpoint;
use crate::client::error::{Error, about};
use crate::client::error_ids::NO_CHANNELS;
use crate::client::page::Plan;
use crate::client::refusals::Refusals;
use crate::client::{Client, Credential, endpoint, id, model, name};
use crate::config;
use crate::manifest::{Argument, Command, LIMIT, Output, PAGE, PAGE_SIZE};
use crate::markdown::{self, Text};
use crate::text::Quoted;
use futures_util::future::join;

/// `mattermost-list-channels`
pub const LIST_CHANNELS: Command = Command {
    name: "mattermost-list-channels",
    aliases: &[],
    interface: INTERFACE,
    function: "list-channels",
    arguments: &[
        Argument::new("team", "team").bare(),
        Argument::new("include_private_channels", "include-private-channels").default("false"),
        PAGE,
        PAGE_SIZE,
        LIMIT,
    ],
    outputs: &[Output::new("Mattermost.Channel", "id", "channels")],
    permissions: "manage_system",
    changes: false,
    endpoints: &[
        (endpoint::TEAM_BY_NAME, Credential::Personal),
        (endpoint::TEAM, Credential::Personal),
        (endpoint::CHANNELS_OF_TEAM, Credential::Personal),
        (endpoint::CHANNELS_OF_TEAM_PRIVATE, Credential::Personal),
        (endpoint::ME, Credential::Personal),
    ],
};

/// `mattermost-list-private-channels-for-user`
pub const LIST_PRIVATE_CHANNELS_FOR_USER: Command = Command {
    name: "mattermost-list-private-channels-for-user",
    aliases: &[],
    interface: INTERFACE,
    function: "list-private-channels-for-user",
    arguments: &[Argument::new("team_name", "team-name"), Argument::new("user_id", "user-id").bare()],
    outputs: &[Output::new("Mattermost.User", "id", "user").names(&[("channels", "Channels")])],
    permissions: "Logged in as the user, or have edit_other_users permission, and view_team permission for the team.",
    changes: false,
    endpoints: &[
        (endpoint::TEAM_BY_NAME, Credential::Personal),
        (endpoint::TEAM, Credential::Personal),
        (endpoint::USER, Credential::Personal),
        (endpoint::CHANNELS_OF_USER, Credential::Personal),
        (endpoint::ME, Credential::Personal),
    ],
};

pub async fn list_channels(arguments: ListChannelsArguments) -> Result<ChannelList, Error> {
    let mut refusals = Refusals::default();
    let plan = Plan::new(&mut refusals, arguments.page, arguments.page_size, arguments.limit);
    let team = name::team(&mut refusals, "team", arguments.team);
    refusals.end()?;
    let team = config::team(team)?;
    let client = Client::open(&LIST_CHANNELS, Credential::Personal)?;
    let id = client.team(&team).await?.id;
    let public = pages(&client, &plan, &endpoint::CHANNELS_OF_TEAM, &id);
    let private = async {
        if arguments.include_private_channels {
            pages(&client, &plan, &endpoint::CHANNELS_OF_TEAM_PRIVATE, &id).await
        } else {
            Ok(Vec::new())
        }
    };
    let (public, private) = join(public, private).await;
    let thing = format!("the channels of team {}", Quoted(&team));
    let mut both = public.map_err(|error| about(error, &thing))?;
    let thing = format!("the private channels of team {}", Quoted(&team));
    both.extend(private.map_err(|error| about(error, &thing))?);
    // A channel that was made private in between is in both lists.
    let mut channels = model::once(both);
    if arguments.limit.is_some() {
        channels.truncate(plan.most());
    }
    let readable = table("Channels:", &channels);
    Ok(ChannelList { channels, readable })
}

async fn pages(client: &Client, plan: &Plan, endpoint: &Endpoint, team: &str) -> Result<Vec<Channel>, Error> {
    let load = async |page: u64, per_page: u32| {
        let (page, per_page) = (page.to_string(), per_page.to_string());
        let query = [("page", page.as_str()), ("per_page", per_page.as_str())];
        client.get(endpoint, &[team], &query, model::channels).await
    };
    plan.fetch(load).await
}

pub async fn list_private_channels_for_user(
    arguments: ListPrivateChannelsForUserArguments,
) -> Result<UserChannelList, Error> {
    let user = arguments.user_id;
    let mut refusals = Refusals::default();
    id::check(&mut refusals, "user_id", &user, id::USER);
    let team = name::team(&mut refusals, "team_name", arguments.team_name);
    refusals.end()?;
    let team = config::team(team)?;
    let client = Client::open(&LIST_PRIVATE_CHANNELS_FOR_USER, Credential::Personal)?;
    let (team, person) = join(client.team(&team), client.user(&user)).await;
    let (team, person) = (team?, person?);
    let reply = client.send(&endpoint::CHANNELS_OF_USER, &[&user, &team.id], &[], None).await?;
    let mut channels = if reply.error_id() == NO_CHANNELS {
        Vec::new()
    } else {
        let thing = format!("the channels of user {} in team {}", Quoted(&user), Quoted(&team.name));
        client.read(reply, model::channels).map_err(|error| about(error, &thing))?
    };
    // The answer has the team's public channels too, and direct ones of any team.
    channels.retain(|channel| channel.type_ == "P");
    let readable = table(&format!("Channels for {}:", Text(&person.username)), &channels);
    let user = UserChannels { id: user, channels };
    Ok(UserChannelList { user, readable })
}

fn table(title: &str, channels: &[Channel]) -> String {
    let rows = channels.iter().map(|channel| {
        [&channel.name, &channel.display_name, &channel.type_, &channel.id].map(|cell| Some(cell.clone()))
    });
    markdown::table(title, ["name", "display_name", "type", "id"], rows)
}
