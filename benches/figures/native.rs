//! The client that a Rust user would write: reqwest, connections kept, serde.

use crate::sandbox::TOKEN;
use anyhow::Result;
use reqwest::Client;
use reqwest::header::ACCEPT;
use serde::Deserialize;
use serde::de::DeserializeOwned;

pub struct Native {
    client: Client,
    url: String,
}

#[derive(Deserialize)]
#[allow(dead_code)]
pub struct Team {
    pub id: String,
    create_at: i64,
    update_at: i64,
    delete_at: i64,
    display_name: String,
    pub name: String,
    description: String,
    email: String,
    #[serde(rename = "type")]
    kind: String,
    company_name: String,
    allowed_domains: String,
    invite_id: String,
    allow_open_invite: bool,
    scheme_id: Option<String>,
    policy_id: Option<String>,
}

#[derive(Deserialize)]
#[allow(dead_code)]
pub struct Channel {
    id: String,
    create_at: i64,
    update_at: i64,
    delete_at: i64,
    team_id: String,
    #[serde(rename = "type")]
    kind: String,
    display_name: String,
    name: String,
    header: String,
    purpose: String,
    last_post_at: i64,
    total_msg_count: i64,
    extra_update_at: i64,
    creator_id: String,
    scheme_id: Option<String>,
}

#[derive(Deserialize)]
#[allow(dead_code)]
pub struct User {
    id: String,
    create_at: i64,
    update_at: i64,
    delete_at: i64,
    username: String,
    auth_data: String,
    auth_service: String,
    email: String,
    nickname: String,
    first_name: String,
    last_name: String,
    position: String,
    roles: String,
    locale: String,
    timezone: Timezone,
}

#[derive(Deserialize)]
#[allow(dead_code)]
#[serde(rename_all = "camelCase")]
pub struct Timezone {
    automatic_timezone: String,
    manual_timezone: String,
    use_automatic_timezone: String,
}

impl Native {
    pub fn new(url: &str) -> Self {
        Self { client: Client::new(), url: url.into() }
    }

    async fn get<T: DeserializeOwned>(&self, path: &str) -> Result<T> {
        let request = self.client.get(format!("{}/api/v4{path}", self.url));
        let answer = request.header(ACCEPT, "application/json").bearer_auth(TOKEN).send().await?;
        Ok(answer.error_for_status()?.json().await?)
    }

    pub async fn team(&self, name: &str) -> Result<Team> {
        self.get(&format!("/teams/name/{name}")).await
    }

    pub async fn channels(&self, team: &str) -> Result<Vec<Channel>> {
        let team = self.team(team).await?;
        self.get(&format!("/teams/{}/channels?page=0&per_page=50", team.id)).await
    }

    /// So many users, in pages of 200, one after another.
    pub async fn users(&self, limit: usize) -> Result<Vec<User>> {
        let mut users = Vec::new();
        for page in 0.. {
            let more: Vec<User> = self.get(&format!("/users?page={page}&per_page=200")).await?;
            let last = more.len() < 200;
            users.extend(more);
            if last || users.len() >= limit {
                break;
            }
        }
        users.truncate(limit);
        Ok(users)
    }
}
