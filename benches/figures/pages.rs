//! What the server answers: bodies from the recordings in `fixtures/`.

use anyhow::{Context, Result};
use bytes::Bytes;
use serde_json::Value;
use soar::recording::{Content, Recording};

/// The pages of 200 users that there are.
pub const USER_PAGES: usize = 50;

pub struct Pages {
    pub team: Bytes,
    pub channels: Bytes,
    pub channel: Bytes,
    pub post: Bytes,
    users: Vec<Bytes>,
    uploaded: Value,
}

/// The recording of a case.
pub fn recording(case: &str) -> Result<Recording> {
    let file = format!(concat!(env!("CARGO_MANIFEST_DIR"), "/../fixtures/{}/exchanges.har"), case);
    Ok(Recording::read(std::fs::read(&file).context(file)?)?)
}

fn body(case: &str, exchange: usize) -> Result<Bytes> {
    let recording = recording(case)?;
    match recording.exchanges.get(exchange).map(|exchange| exchange.answer.content.clone()) {
        Some(Content::Kept(body)) => Ok(body),
        _ => anyhow::bail!("{case} has no body {exchange}"),
    }
}

impl Pages {
    pub fn recorded() -> Result<Self> {
        let users: Vec<Value> = serde_json::from_slice(&body("mattermost-list-users/limit-450", 1)?)?;
        anyhow::ensure!(users.len() == 200, "the recorded page has {} users", users.len());
        Ok(Self {
            team: body("mattermost-get-team/panw", 0)?,
            channels: body("mattermost-list-channels/defaults", 1)?,
            channel: body("mattermost-send-file/channel", 0)?,
            uploaded: serde_json::from_slice(&body("mattermost-send-file/channel", 1)?)?,
            post: body("mattermost-send-file/channel", 2)?,
            users: (0..USER_PAGES).map(|page| page_of(&users, page)).collect::<Result<_>>()?,
        })
    }

    pub fn users(&self, page: usize) -> Bytes {
        self.users.get(page).cloned().unwrap_or(Bytes::from_static(b"[]"))
    }

    /// What is said of a file of so many bytes.
    pub fn uploaded(&self, size: u64) -> Bytes {
        let mut uploaded = self.uploaded.clone();
        uploaded["file_infos"][0]["size"] = size.into();
        uploaded.to_string().into()
    }
}

/// The recorded users under ids and names of their own.
fn page_of(users: &[Value], page: usize) -> Result<Bytes> {
    let mut users = users.to_vec();
    for user in &mut users {
        let id = user["id"].as_str().context("no id")?;
        user["id"] = format!("{}{page:02}", &id[..id.len() - 2]).into();
        user["username"] = format!("{}-{page:02}", user["username"].as_str().context("no name")?).into();
    }
    Ok(serde_json::to_vec(&users)?.into())
}
