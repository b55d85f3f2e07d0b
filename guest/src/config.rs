//! The instance's parameters, from `wasi:config/store`.

use crate::bindings::wasi::config::store;
use crate::client::error::{Error, configuration};
use crate::client::name;
use crate::text::{Line, Quoted, shorten};

/// The server's base URL.
pub const URL: &str = "url";
/// The bot's token.
pub const BOT_ACCESS_TOKEN: &str = "bot_access_token";
/// The person's token.
pub const PERSONAL_ACCESS_TOKEN: &str = "personal_access_token";
/// The team of commands that name none.
pub const TEAM_NAME: &str = "team_name";
/// The channel of notifications that name none.
pub const NOTIFICATION_CHANNEL: &str = "notification_channel";
/// The types of notifications that are sent.
pub const PERMITTED_NOTIFICATIONS: &str = "permitted_notifications";

/// Whether any certificate is trusted. The platform acts on it.
pub const INSECURE: &str = "insecure";
/// Whether the system's proxy is used. The platform acts on it.
pub const PROXY: &str = "proxy";

/// How long the call may take from its start to its end, in milliseconds: what a host says that limits it.
const CALL_TIME: &str = "soar:limits/time";
/// What a host allows as a rule, in milliseconds.
const USUAL_TIME: u64 = 300_000;

/// For how long a call may wait for a server, in milliseconds: not quite as long as it may take, so that it ends with the
/// server's reason and not with the host's.
pub fn patience() -> u64 {
    let time = store::get(CALL_TIME).ok().flatten().and_then(|time| time.parse().ok()).unwrap_or(USUAL_TIME);
    time / 10 * 9
}

/// A parameter; none when it is not configured or empty.
pub fn optional(parameter: &str) -> Result<Option<String>, Error> {
    match store::get(parameter) {
        Ok(value) => Ok(name::given(value)),
        Err(store::Error::Upstream(reason) | store::Error::Io(reason)) => Err(configuration(
            parameter,
            format!("can't be read: {}", Line(&reason)),
            "a configuration that the host can read",
        )),
    }
}

/// A parameter that must be configured.
pub fn required(parameter: &str) -> Result<String, Error> {
    optional(parameter)?.ok_or_else(|| configuration(parameter, "is not configured", "a value for this instance"))
}

/// The name of the team: the argument's, or else the instance's.
pub fn team(given: Option<String>) -> Result<String, Error> {
    match given {
        Some(team) => Ok(team),
        None => named(TEAM_NAME, &required(TEAM_NAME)?),
    }
}

/// The channel of notifications that name none.
pub fn notification_channel() -> Result<Option<String>, Error> {
    let channel = optional(NOTIFICATION_CHANNEL)?;
    channel.map(|channel| named(NOTIFICATION_CHANNEL, name::bare_channel(channel.trim()))).transpose()
}

fn named(parameter: &str, value: &str) -> Result<String, Error> {
    let value = value.trim();
    if name::is_name(value) {
        return Ok(value.into());
    }
    let reason = format!("is not a name: {}", Quoted(&shorten(value)));
    Err(configuration(parameter, reason, name::NAME))
}
