//! Teams.

use crate::bindings::exports::mattermost::integration::teams::{GetTeamArguments, Guest, TeamDetails};
use crate::client::error::Error;
use crate::client::refusals::Refusals;
use crate::client::{Client, Credential, endpoint, name};
use crate::manifest::{Argument, Command, Output};
use crate::markdown::table;

/// `mattermost-get-team`
const GET_TEAM: Command = Command {
    name: "mattermost-get-team",
    aliases: &[],
    interface: "mattermost:integration/teams",
    function: "get-team",
    arguments: &[Argument::new("team_name", "team-name").bare()],
    outputs: &[Output::new("Mattermost.Team", "id", "team")],
    permissions: "Must be authenticated and have the view_team permission.",
    changes: false,
    endpoints: &[
        (endpoint::TEAM_BY_NAME, Credential::Personal),
        (endpoint::TEAM, Credential::Personal),
        (endpoint::ME, Credential::Personal),
    ],
};

super::exported! {
    get_team(arguments: GetTeamArguments) -> TeamDetails = GET_TEAM, get_team;
}

async fn get_team(arguments: GetTeamArguments) -> Result<TeamDetails, Error> {
    let mut refusals = Refusals::default();
    let name = name::existing(&mut refusals, "team_name", arguments.team_name.trim());
    refusals.end()?;
    let client = Client::open(&GET_TEAM, Credential::Personal)?;
    let team = client.team(&name).await?;
    let row = [&team.name, &team.display_name, &team.type_, &team.id];
    let readable = table(
        "Team details:",
        ["name", "display_name", "type", "id"],
        std::iter::once(row.map(|cell| Some(cell.clone()))),
    );
    Ok(TeamDetails { team, readable })
}
