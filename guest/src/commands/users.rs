//! Users.

use crate::bindings::exports::mattermost::integration::users::{Guest, ListUsersArguments, UserList};
use crate::client::error::{Error, about};
use crate::client::page::Plan;
use crate::client::refusals::Refusals;
use crate::client::{Client, Credential, endpoint, model, name};
use crate::manifest::{Argument, Command, LIMIT, Output, PAGE, PAGE_SIZE};
use crate::markdown::table;
use crate::text::Quoted;

/// `mattermost-list-users`
const LIST_USERS: Command = Command {
    name: "mattermost-list-users",
    aliases: &[],
    interface: "mattermost:integration/users",
    function: "list-users",
    arguments: &[Argument::new("team_name", "team-name"), Argument::new("channel", "channel"), PAGE, PAGE_SIZE, LIMIT],
    outputs: &[Output::new("Mattermost.User", "id", "users").names(&[
        ("timezone.automatic-timezone", "automaticTimezone"),
        ("timezone.manual-timezone", "manualTimezone"),
        ("timezone.use-automatic-timezone", "useAutomaticTimezone"),
    ])],
    permissions: "Requires an active session and (if specified) membership to the channel or team being selected from.",
    changes: false,
    endpoints: &[
        (endpoint::TEAM_BY_NAME, Credential::Personal),
        (endpoint::TEAM, Credential::Personal),
        (endpoint::CHANNEL_BY_NAME, Credential::Personal),
        (endpoint::CHANNEL, Credential::Personal),
        (endpoint::CHANNEL_BY_TEAM_ID, Credential::Personal),
        (endpoint::USERS, Credential::Personal),
        (endpoint::ME, Credential::Personal),
    ],
};

super::exported! {
    list_users(arguments: ListUsersArguments) -> UserList = LIST_USERS, list_users;
}

async fn list_users(arguments: ListUsersArguments) -> Result<UserList, Error> {
    let mut refusals = Refusals::default();
    let plan = Plan::new(&mut refusals, arguments.page, arguments.page_size, arguments.limit);
    let team = name::team(&mut refusals, "team_name", arguments.team_name);
    let channel = name::given(arguments.channel).map(|channel| name::channel(&mut refusals, "channel", &channel));
    if let (None, Some(channel)) = (&team, &channel) {
        let reason = format!("is missing, and the channel {} is given", Quoted(channel));
        refusals.add("team_name", &reason, "the name of the channel's team");
    }
    refusals.end()?;
    let client = Client::open(&LIST_USERS, Credential::Personal)?;
    let thing = match (&team, &channel) {
        (Some(team), Some(channel)) => format!("the users in channel {} of team {}", Quoted(channel), Quoted(team)),
        (Some(team), None) => format!("the users in team {}", Quoted(team)),
        _ => "the users".into(),
    };
    let place = match (&team, &channel) {
        (Some(team), None) => Some(("in_team", client.team(team).await?.id)),
        (Some(team), Some(channel)) => Some(("in_channel", client.channel(team, channel, false).await?.id)),
        (None, _) => None,
    };
    let load = async |page: u64, per_page: u32| {
        let (page, per_page) = (page.to_string(), per_page.to_string());
        let mut query = vec![("page", page.as_str()), ("per_page", per_page.as_str())];
        if let Some((filter, id)) = &place {
            query.insert(0, (filter, id));
        }
        client.get(&endpoint::USERS, &[], &query, model::users).await
    };
    let users = plan.fetch(load).await.map_err(|error| about(error, &thing))?;
    let rows =
        users.iter().map(|user| [&user.username, &user.email, &user.roles, &user.id].map(|cell| Some(cell.as_str())));
    let readable = table("Users:", ["username", "email", "roles", "id"], rows);
    Ok(UserList { users, readable })
}
