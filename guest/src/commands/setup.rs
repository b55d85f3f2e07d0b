//! The integration's own set-up.

use crate::bindings::Component;
use crate::bindings::exports::mattermost::integration::setup::Guest;
use crate::bindings::exports::mattermost::integration::types::Done;
use crate::client::error::{Error, about};
use crate::client::reactor::{block_on, join};
use crate::client::{Client, Credential, endpoint};
use crate::config;
use crate::manifest::Command;

/// `test-module`
pub const TEST_MODULE: Command = Command {
    name: "test-module",
    aliases: &[],
    interface: "mattermost:integration/setup",
    function: "test-module",
    arguments: &[],
    outputs: &[],
    permissions: "The account behind the personal access token must be able to see the team, and the bot the default channel.",
    changes: false,
    endpoints: &[
        (endpoint::ME, Credential::Personal),
        (endpoint::ME, Credential::Bot),
        (endpoint::TEAM_BY_NAME, Credential::Personal),
        (endpoint::CHANNEL_BY_NAME, Credential::Bot),
    ],
};

impl Guest for Component {
    fn test_module() -> Result<Done, Error> {
        block_on(test_module())
    }
}

async fn test_module() -> Result<Done, Error> {
    let personal = Client::open(&TEST_MODULE, Credential::Personal)?;
    let bot = Client::open(&TEST_MODULE, Credential::Bot)?;
    let team = config::team("", None)?;
    let channel = config::notification_channel()?;
    let default_channel = async {
        match &channel {
            Some(channel) => bot.channel(&team, channel, false).await.map(Some),
            None => Ok(None),
        }
    };
    let accounts = join(personal.me(), bot.me());
    let places = join(personal.team(&team), default_channel);
    let ((person, robot), (team, channel)) = join(accounts, places).await;
    person.map_err(|error| of(error, config::PERSONAL_ACCESS_TOKEN))?;
    robot.map_err(|error| of(error, config::BOT_ACCESS_TOKEN))?;
    team.map_err(|error| of(error, config::TEAM_NAME))?;
    channel.map_err(|error| of(error, config::NOTIFICATION_CHANNEL))?;
    Ok(Done { readable: "ok".into() })
}

/// Which parameter an error comes from. A refused token's advice says it already.
fn of(error: Error, parameter: &str) -> Error {
    match error {
        Error::Unauthorized(_) => error,
        _ => about(error, &format!("the parameter {parameter}")),
    }
}
