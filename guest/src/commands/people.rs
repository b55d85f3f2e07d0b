//! People that something is sent to, by username or email.

use crate::bindings::exports::mattermost::integration::types::User;
use crate::client::account::{Account, joining};
use crate::client::error::{ApiError, Error, Refusal, argument};
use crate::client::reactor::join_all;
use crate::client::refusals::Refusals;
use crate::client::{Client, endpoint, id, model, name};
use crate::config;
use crate::text::is_hidden;
use futures_util::future::join;
use serde_json::json;

/// The most people besides the bot that one message goes to.
const MOST: usize = 7;

/// A person, as an argument names them.
#[derive(Debug, PartialEq)]
enum Person {
    Username(String),
    Email(String),
}

impl Person {
    fn parse(text: &str) -> Option<Self> {
        let written = text.trim();
        let name = written.strip_prefix('@').unwrap_or(written).to_ascii_lowercase();
        let email = name.split_once('@').is_some_and(|(user, host)| !user.is_empty() && !host.is_empty());
        let odd = |c: char| is_hidden(c) || c.is_whitespace() || "/?#%\\".contains(c);
        if email && !name.contains(odd) && name.len() <= 128 {
            return Some(Self::Email(name));
        }
        // Of old accounts, bots and what a directory has, the first character may be any of these. Two names mean other
        // places in a path.
        let username = (1..=64).contains(&name.len())
            && !matches!(&*name, "." | "..")
            && name.bytes().all(|b| b.is_ascii_alphanumeric() || b"._-".contains(&b));
        username.then_some(Self::Username(name))
    }

    fn text(&self) -> &str {
        match self {
            Self::Username(name) | Self::Email(name) => name,
        }
    }

    async fn find(&self, client: &Client) -> Result<User, Error> {
        let name = self.text();
        let endpoint = match self {
            Self::Username(_) => &endpoint::USER_BY_USERNAME,
            Self::Email(_) => &endpoint::USER_BY_EMAIL,
        };
        let reply = client.find(endpoint, &[name], &[], &endpoint::USER, name).await?;
        client.read(reply, model::user)
    }
}

/// The people that an argument names, each once, before they are looked up.
pub struct People {
    argument: &'static str,
    people: Vec<Person>,
}

impl People {
    /// Reads an argument.
    pub fn parse(refusals: &mut Refusals, argument: &'static str, names: &[String]) -> Self {
        let mut people = Vec::new();
        for name in names {
            match Person::parse(name) {
                Some(person) if people.contains(&person) => {}
                Some(person) => people.push(person),
                None => refusals.value(argument, name.trim(), "a username, an email or a user's ID", None),
            }
        }
        if names.is_empty() {
            refusals.add(argument, "names nobody", FEW);
        }
        // Nobody has more than a username and an email.
        if people.len() > 2 * MOST {
            refusals.add(argument, &too_many(people.len()), FEW);
        }
        Self { argument, people }
    }

    /// Looks everybody up, and the bot too: the bot, and the others. An error when anybody can't be written to.
    pub async fn find(&self, client: &Client) -> Result<(Account, Vec<User>), Error> {
        let lookups = self.people.iter().map(|person| person.find(client));
        let (bot, found) = join(client.me(), join_all(lookups)).await;
        let bot = bot?;
        let mut users: Vec<User> = Vec::new();
        let mut unknown: Vec<(&str, ApiError)> = Vec::new();
        for (person, found) in self.people.iter().zip(found) {
            match found {
                Ok(user) if users.iter().all(|known| known.id != user.id) => users.push(user),
                Ok(_) => {}
                Err(Error::Refused(error)) if error.kind == Refusal::NotFound => unknown.push((person.text(), error)),
                Err(error) => return Err(error),
            }
        }
        if let Some(error) = missing(unknown) {
            return Err(Error::Refused(error));
        }
        let gone: Vec<&str> =
            users.iter().filter(|user| user.delete_at != 0).map(|user| user.username.as_str()).collect();
        if !gone.is_empty() {
            let reason = format!("names deactivated users: {}", gone.join(", "));
            return Err(argument(self.argument, reason, "a list of active users"));
        }
        if users.len() > 1 {
            users.retain(|user| user.id != bot.id);
        }
        if users.len() > MOST {
            return Err(argument(self.argument, too_many(users.len()), FEW));
        }
        Ok((bot, users))
    }
}

/// Whom a message goes to.
const FEW: &str = "a list of one to seven usernames or emails";

fn too_many(number: usize) -> String {
    format!("names {number} people")
}

/// The error for all who are unknown, if there is one.
fn missing(unknown: Vec<(&str, ApiError)>) -> Option<ApiError> {
    let names: Vec<&str> = unknown.iter().map(|(name, _)| *name).collect();
    let advice = format!(
        "No such user: {}. Nothing was sent to anybody; mattermost-list-users shows the usernames.",
        names.join(", ")
    );
    let (_, error) = unknown.into_iter().next()?;
    Some(ApiError { advice, ..error })
}

/// Where something is sent: to a channel or to people, never both.
pub enum Destination {
    /// A channel, by the names in its URL; without its team it is in the instance's.
    Channel { team: Option<String>, name: String },
    /// People.
    People(People),
}

impl Destination {
    /// Reads the two arguments; none when neither is given.
    pub fn new(
        refusals: &mut Refusals,
        team: Option<String>,
        channel: Option<String>,
        to: Option<People>,
    ) -> Option<Self> {
        let Some(channel) = name::given(channel) else { return to.map(Self::People) };
        if to.is_some() {
            refusals.add("channel", "is given together with to", "one of the two");
        }
        Some(Self::Channel { team, name: name::channel(refusals, "channel", &channel) })
    }

    /// An error of what is sent there, with how the bot gets into the channel.
    pub fn refused(&self, error: Error) -> Error {
        let Self::Channel { team, name } = self else { return error };
        match config::team(team.clone()) {
            Ok(team) => joining(error, &team, name),
            Err(_) => error,
        }
    }

    /// The id of the channel, and what to call the destination. The channel for one person (direct) or several
    /// (group) is made if there is none yet.
    pub async fn open(&self, client: &Client) -> Result<(String, String), Error> {
        let people = match self {
            Self::Channel { team, name } => {
                let channel = client.channel(&config::team(team.clone())?, name, false).await?;
                let called = if id::is_id(name) { &channel.name } else { name };
                return Ok((channel.id, format!("channel {called}")));
            }
            Self::People(people) => people,
        };
        let (bot, users) = people.find(client).await?;
        let names: Vec<&str> = users.iter().map(|user| user.username.as_str()).collect();
        let ids = users.iter().map(|user| user.id.as_str());
        let (endpoint, members): (_, Vec<&str>) = if users.len() == 1 {
            (&endpoint::DIRECT_CHANNELS, std::iter::once(bot.id.as_str()).chain(ids).collect())
        } else {
            (&endpoint::GROUP_CHANNELS, ids.chain([bot.id.as_str()]).collect())
        };
        let members = json!(members);
        let reply = client.send(endpoint, &[], &[], Some(&members)).await?;
        Ok((client.read(reply, model::channel)?.id, names.join(", ")))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(names: &[&str]) -> Result<Vec<Person>, String> {
        let names: Vec<String> = names.iter().map(|name| (*name).into()).collect();
        let mut refusals = Refusals::default();
        let people = People::parse(&mut refusals, "to", &names).people;
        if refusals.told().is_empty() { Ok(people) } else { Err(refusals.told().join("\n")) }
    }

    #[test]
    fn people_are_usernames_or_emails_and_each_is_one() {
        assert_eq!(
            parse(&["@Dev", "dev", " Dev@example.test ", "u.2_x-y"]).unwrap(),
            [
                Person::Username("dev".into()),
                Person::Email("dev@example.test".into()),
                Person::Username("u.2_x-y".into()),
            ]
        );
    }

    #[test]
    fn a_username_may_begin_with_any_of_its_characters() {
        for name in ["_svc", ".svc", "-svc", "7svc", "_", "-", "...", "a.", "svc-"] {
            for written in [name.to_string(), format!("@{name}"), name.to_uppercase()] {
                assert_eq!(parse(&[&written]).unwrap(), [Person::Username(name.into())], "{written}");
            }
        }
    }

    #[test]
    fn what_could_leave_its_place_in_a_path_is_nobody() {
        for wrong in ["", "@", ".", "..", "@..", "a/b", "../me?x@y", "a%2f@b", "a b@c", "ö", "a@"] {
            assert!(parse(&[wrong]).unwrap_err().starts_with("to is \""), "{wrong}");
        }
        assert!(parse(&[]).unwrap_err().starts_with("to names nobody"));
        assert_eq!(parse(&["Anna Smith", "dev", "a/b"]).unwrap_err().lines().count(), 2, "each that is wrong");
    }

    #[test]
    fn there_is_a_most() {
        let names: Vec<String> = (0..15).map(|n| format!("u{n}")).collect();
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        assert_eq!(parse(&names[..14]).unwrap().len(), 14);
        assert!(parse(&names).unwrap_err().starts_with("to names 15 people"));
    }

    #[test]
    fn all_who_are_unknown_are_named() {
        let error = |id: &str| ApiError {
            kind: Refusal::NotFound,
            id: id.into(),
            status: 404,
            message: "m".into(),
            advice: String::new(),
            request_id: None,
        };
        let error = missing(vec![("ghost", error("a")), ("x@y", error("b"))]).unwrap();
        assert_eq!(error.id, "a");
        assert!(error.advice.contains("ghost, x@y"));
        assert!(missing(vec![]).is_none());
    }

    #[test]
    fn there_is_one_destination() {
        let destination = |channel: Option<&str>, to: Option<&str>| {
            let mut refusals = Refusals::default();
            let to = to.map(|name| People::parse(&mut refusals, "to", &[name.into()]));
            let destination = Destination::new(&mut refusals, None, channel.map(Into::into), to);
            refusals.end().map(|()| destination)
        };
        assert!(matches!(destination(Some("a"), Some("dev")), Err(Error::Argument(_))));
        assert!(matches!(destination(Some(" "), Some("dev")), Ok(Some(Destination::People(_)))));
        assert!(matches!(destination(Some("#a"), None), Ok(Some(Destination::Channel { name, .. })) if name == "a"));
        assert!(matches!(destination(Some("a/b"), None), Err(Error::Argument(_))));
        assert!(matches!(destination(None, None), Ok(None)));
    }
}
