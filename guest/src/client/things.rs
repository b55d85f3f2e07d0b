//! What several commands ask for, with errors that name it.

use super::account::{Account, joining};
use super::error::{Error, Refusal, about};
use super::{Client, Credential, endpoint, id, model};
use crate::bindings::exports::mattermost::integration::types::{Channel, Team, User};
use crate::text::Quoted;

impl Client {
    /// A team, by the name in its URL or its id.
    pub async fn team(&self, name: &str) -> Result<Team, Error> {
        let reply = self.find(&endpoint::TEAM_BY_NAME, &[name], &[], &endpoint::TEAM, name).await?;
        self.read(reply, model::team).map_err(|error| about(error, &format!("team {}", Quoted(name))))
    }

    /// A channel, by the names in its URL or ids: its own is enough, whatever its team. By names, an archived one is found only
    /// when asked for.
    pub async fn channel(&self, team: &str, name: &str, archived_too: bool) -> Result<Channel, Error> {
        let (endpoint, query): (_, &[(&str, &str)]) = match archived_too {
            true => (&endpoint::CHANNEL_BY_NAME_OR_ARCHIVED, &[("include_deleted", "true")]),
            false => (&endpoint::CHANNEL_BY_NAME, &[]),
        };
        let path = [team, name];
        let first = if id::is_id(team) { &endpoint::CHANNEL_BY_TEAM_ID } else { endpoint };
        let mut reply = self.find(first, &path, query, &endpoint::CHANNEL, name).await?;
        if reply.status == 404 && id::is_id(team) {
            // It may be a name all the same.
            reply = self.send(endpoint, &path, query, None).await?;
        }
        self.read(reply, model::channel).map_err(|error| {
            let error = match error {
                // Whoever has the other token may see the channel.
                error if error.is(Refusal::NotFound) && self.place.credential == Credential::Bot => {
                    joining(error, team, name)
                }
                error => error,
            };
            about(error, &format!("channel {} in team {}", Quoted(name), Quoted(team)))
        })
    }

    /// A user, by id.
    pub async fn user(&self, id: &str) -> Result<User, Error> {
        self.get(&endpoint::USER, &[id], &[], model::user)
            .await
            .map_err(|error| about(error, &format!("user {}", Quoted(id))))
    }

    /// The account whose token is used.
    pub async fn me(&self) -> Result<Account, Error> {
        self.get(&endpoint::ME, &[], &[], model::account).await
    }
}
