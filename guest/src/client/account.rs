//! Who was refused: an advice that speaks of the account names it.
//!
//! In the advices stand characters for it, which no word of others has: [`crate::text`] shows all that isn't seen. They
//! are put into words where the command ends. Only then is the server asked who the account is, once, and nothing
//! depends on its answer.

use super::error::{Error, text};
use super::reactor::block_on;
use super::{Client, Credential, endpoint};
use crate::manifest::Command;
use crate::text::Line;

/// The account: `the bot impulse (8tjb…)`.
pub const ACCOUNT: char = '\u{1}';
/// How it gets into the channel, or nothing.
const JOIN: char = '\u{2}';
/// Its id.
const ID: char = '\u{3}';

/// An account of the server's, so far as it is told who it is.
pub struct Account {
    /// The ID of the user.
    pub id: String,
    /// Their username.
    pub username: String,
    /// Their roles on the server, separated by blanks.
    pub roles: String,
    /// Whether it is a bot's.
    pub bot: bool,
}

impl Account {
    /// `bot impulse (8tjb…)`
    pub fn shown(&self) -> String {
        let kind = if self.bot { "bot" } else { "user" };
        format!("{kind} {} ({})", Line(&self.username), self.id)
    }
}

/// Runs a command to its end. An error that speaks of the account names it.
pub fn run<T>(command: &Command, work: impl Future<Output = Result<T, Error>>) -> Result<T, Error> {
    block_on(work).map_err(|error| named(command, error))
}

fn named(command: &Command, mut error: Error) -> Error {
    if !text(&mut error).is_some_and(|text| text.contains(ACCOUNT)) {
        return error;
    }
    let declared = command.endpoints.iter().find(|(endpoint, _)| endpoint.path == endpoint::ME.path);
    let credential = declared.or(command.endpoints.first()).map_or(Credential::Personal, |(_, credential)| *credential);
    let account = declared.and_then(|_| {
        let client = Client::open(command, credential).ok()?;
        block_on(client.hasty().me()).ok()
    });
    tell(error, credential, account.as_ref())
}

/// Puts into words who the account is, as far as that is known.
pub fn tell(mut error: Error, credential: Credential, account: Option<&Account>) -> Error {
    let Some(text) = text(&mut error) else { return error };
    let mut told = String::new();
    for c in text.chars() {
        match c {
            ACCOUNT => {
                told.push_str(if told.is_empty() || told.ends_with(": ") { "The " } else { "the " });
                told.push_str(&account.map_or_else(|| "account".into(), Account::shown));
                // Not the kind of account that belongs there, or not known.
                if account.is_none_or(|account| account.bot != (credential == Credential::Bot)) {
                    told.push_str(&format!(" behind {}", credential.parameter()));
                }
            }
            JOIN => {}
            ID => told.push_str(account.map_or("… (test-module shows the ID)", |account| &account.id)),
            c => told.push(c),
        }
    }
    *text = told;
    error
}

/// Says where the advice has a place for it how the account gets into a channel.
pub fn joining(mut error: Error, team: &str, channel: &str) -> Error {
    if let Some(text) = text(&mut error)
        && let Some((before, after)) = text.split_once(JOIN)
    {
        *text = format!(
            "{before}: add it with mattermost-add-channel-member team={team} channel={channel} user_id={ID}{after}"
        );
    }
    error
}
