//! The integration's own set-up.

use crate::bindings::exports::mattermost::integration::setup::Guest;
use crate::bindings::exports::mattermost::integration::types::Done;
use crate::client::account::{Account, tell};
use crate::client::error::{Error, Refusal, about};
use crate::client::{Client, Credential, endpoint};
use crate::config;
use crate::manifest::Command;
use crate::markdown::Text;
use futures_util::future::join;

/// `test-module`
const TEST_MODULE: Command = Command {
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
        (endpoint::TEAM, Credential::Personal),
        (endpoint::CHANNEL_BY_NAME, Credential::Bot),
        (endpoint::CHANNEL, Credential::Bot),
        (endpoint::CHANNEL_BY_TEAM_ID, Credential::Bot),
    ],
};

super::exported! {
    test_module() -> Done = TEST_MODULE, test_module;
}

async fn test_module() -> Result<Done, Error> {
    let personal = Client::open(&TEST_MODULE, Credential::Personal)?;
    let bot = Client::open(&TEST_MODULE, Credential::Bot)?;
    let team = config::team(None)?;
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
    let person = person.map_err(|error| of(error, Credential::Personal, None, config::PERSONAL_ACCESS_TOKEN))?;
    let robot = robot.map_err(|error| of(error, Credential::Bot, None, config::BOT_ACCESS_TOKEN))?;
    team.map_err(|error| of(error, Credential::Personal, Some(&person), config::TEAM_NAME))?;
    channel.map_err(|error| of(error, Credential::Bot, Some(&robot), config::NOTIFICATION_CHANNEL))?;
    Ok(Done { readable: readable(&person, &robot) })
}

/// Whose the tokens are, and what may be wrong with that.
fn readable(person: &Account, robot: &Account) -> String {
    // Platforms look for this line.
    let mut lines = String::from("ok\n");
    for (credential, account) in [(Credential::Personal, person), (Credential::Bot, robot)] {
        let shown = account.shown();
        lines.push_str(&format!("\n{}: {}, {}", credential.parameter(), Text(&shown), Text(&account.roles)));
    }
    let warning = match (person.bot, robot.bot) {
        _ if person.id == robot.id => "both tokens are of one account, and one should be a bot's, the other a person's",
        (true, false) => {
            "the tokens look swapped: bot_access_token should be the bot's, personal_access_token the person's"
        }
        (true, true) if !person.roles.contains("system_admin") => {
            "personal_access_token is a bot's, and most commands need a system administrator's"
        }
        (false, false) => "bot_access_token is a person's, and what is sent comes from them",
        (_, true) => return lines,
    };
    format!("{lines}\n\nWarning: {warning}.")
}

/// Which parameter an error comes from. A refused token's advice says it already.
fn of(error: Error, credential: Credential, account: Option<&Account>, parameter: &str) -> Error {
    let error = tell(error, credential, account);
    match error {
        error if error.is(Refusal::Unauthorized) => error,
        error => about(error, &format!("the parameter {parameter}")),
    }
}
