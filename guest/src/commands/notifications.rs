//! Messages to channels and people.

use super::people::{Destination, People};
use super::posts;
use crate::bindings::Component;
use crate::bindings::exports::mattermost::integration::notifications::{Guest, SendNotificationArguments, SentMessage};
use crate::client::account::run;
use crate::client::error::{Error, about, argument};
use crate::client::{Client, Credential, endpoint, id, model, name};
use crate::config;
use crate::manifest::{Argument, Command, Output};
use crate::markdown::Text;
use crate::platform::{self, Investigation};
use crate::text::{Line, shorten};

/// The types of notifications that an instance may permit.
pub const TYPES: &[&str] = &[
    "incidentAssigned",
    "assign",
    "incidentOpened",
    "incidentChanged",
    "investigationClosed",
    "investigationDeleted",
    "incidentReminderSLA",
    "taskCompleted",
    "incidentStatusChanged",
    "failedFetchIncidents",
    "mentionNew",
    "mentionOld",
];

/// What a War Room sends to the channel that mirrors it.
const MIRROR_ENTRY: &str = "mirrorEntry";
/// The types that are always sent, so that mirroring and questions to people work.
const ALWAYS: [&str; 3] = [MIRROR_ENTRY, "externalAskSubmit", "externalFormSubmit"];

/// `send-notification`
pub const SEND_NOTIFICATION: Command = Command {
    name: "send-notification",
    aliases: &[],
    interface: "mattermost:integration/notifications",
    function: "send-notification",
    arguments: &[
        Argument::new("message", "message"),
        Argument::new("channel", "channel"),
        Argument::new("entry", "entry"),
        Argument::new("to", "to"),
        Argument::new("ignoreAddURL", "ignore-add-url").default("false"),
        Argument::new("mattermost_ask", "mattermost-ask").default("false"),
        Argument::new("root_id", "root-id"),
        Argument::new("messageType", "message-type"),
    ],
    outputs: &[Output::new("Mattermost.Post", "id", "post")],
    permissions: "Must have create_post permission for the channel the post is being created in.",
    changes: true,
    endpoints: &[
        (endpoint::ME, Credential::Bot),
        (endpoint::USER_BY_USERNAME, Credential::Bot),
        (endpoint::USER_BY_EMAIL, Credential::Bot),
        (endpoint::DIRECT_CHANNELS, Credential::Bot),
        (endpoint::GROUP_CHANNELS, Credential::Bot),
        (endpoint::CHANNEL_BY_NAME, Credential::Bot),
        (endpoint::POSTS, Credential::Bot),
    ],
};

impl Guest for Component {
    fn send_notification(arguments: SendNotificationArguments) -> Result<SentMessage, Error> {
        run(&SEND_NOTIFICATION, send_notification(arguments))
    }
}

async fn send_notification(arguments: SendNotificationArguments) -> Result<SentMessage, Error> {
    name::filled("message", &arguments.message)?;
    let kind = name::given(arguments.message_type);
    if let Some(kind) = &kind {
        permit(kind, config::optional(config::PERMITTED_NOTIFICATIONS)?)?;
    }
    if arguments.mattermost_ask {
        let reason = "is true, and this version can only send messages";
        return Err(argument("mattermost_ask", reason, "false"));
    }
    let root = name::given(arguments.root_id);
    if let Some(root) = &root {
        id::post("root_id", root)?;
    }
    let to = arguments.to.map(|names| People::parse("to", &names)).transpose()?;
    let team = || config::team("", None);
    let destination = match Destination::new(arguments.channel, to, team)? {
        Some(destination) => destination,
        // What belongs to one investigation is nothing for the channel of all notifications.
        None if kind.as_deref() == Some(MIRROR_ENTRY) => {
            let reason = "is missing, and no channel mirrors this investigation";
            return Err(argument("channel", reason, "the channel to send the entry to"));
        }
        None => {
            Destination::Channel { name: config::notification_channel()?.ok_or_else(no_destination)?, team: team()? }
        }
    };
    let entry = name::given(arguments.entry).filter(|_| !arguments.ignore_add_url);
    let link = if arguments.ignore_add_url { Ok(None) } else { link(platform::investigation(), entry.as_deref()) };
    // What was asked for and can't be made is said.
    let unlinked = match (&link, &entry) {
        (Err(reason), Some(entry)) => {
            format!("\n\nWarning: the message has no link to the entry {}: {reason}.", Text(&shorten(entry)))
        }
        _ => String::new(),
    };
    let message = with_link(arguments.message, link.unwrap_or_default())?;

    let client = Client::open(&SEND_NOTIFICATION, Credential::Bot)?;
    let (channel, recipient) = destination.open(&client).await?;
    let more = root.map(|root| ("root_id", root.into()));
    let reply = posts::create(&client, &channel, &message, more).await?;
    let post = client
        .read(reply, model::post)
        .map_err(|error| destination.refused(about(error, &format!("the post to {recipient}"))))?;
    let readable = format!("Message sent to MatterMost successfully. Message ID is: {}{unlinked}", post.id);
    Ok(SentMessage { readable, post })
}

/// The message with the link after it, if that is not too long.
fn with_link(message: String, link: Option<String>) -> Result<String, Error> {
    let whole = match &link {
        Some(link) => message + link,
        None => message,
    };
    let length = whole.chars().count();
    if length > name::MESSAGE {
        let with = if link.is_some() { " with the War Room link" } else { "" };
        let reason = format!("has {length} characters{with}");
        return Err(argument("message", reason, format!("{} at most", name::MESSAGE)));
    }
    Ok(whole)
}

fn no_destination() -> Error {
    argument(
        "channel",
        "is missing, and so are to and the parameter notification_channel",
        "a channel or people to send the message to",
    )
}

/// Checks that a type of notification is to be sent.
fn permit(kind: &str, permitted: Option<String>) -> Result<(), Error> {
    let permitted = permitted.unwrap_or_default();
    let listed = || permitted.split(',').any(|known| known.trim().eq_ignore_ascii_case(kind));
    if ALWAYS.contains(&kind) || listed() {
        return Ok(());
    }
    Err(argument(
        "messageType",
        format!("Message type is not in permitted options. Received: {}", Line(&shorten(kind))),
        format!("{}, or a type listed in the parameter {}", ALWAYS.join(", "), config::PERMITTED_NOTIFICATIONS),
    ))
}

/// The line with the War Room's address, or why there is none that others could follow.
fn link(investigation: Option<Investigation>, entry: Option<&str>) -> Result<Option<String>, &'static str> {
    let investigation = investigation.ok_or("the command runs in no investigation")?;
    if investigation.playground {
        return Err("nobody else sees a playground");
    }
    let url = investigation.war_room_url.ok_or("the platform gives no address of the War Room")?;
    let entry = entry.map(|entry| format!("/{entry}")).unwrap_or_default();
    Ok(Some(format!("\n View it on: {url}{entry}")))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn investigation(playground: bool, url: Option<&str>) -> Option<Investigation> {
        Some(Investigation { war_room_url: url.map(Into::into), playground })
    }

    #[test]
    fn the_link_leads_to_the_entry() {
        let url = Some("https://soar/#/WarRoom/109");
        let made = |entry| link(investigation(false, url), entry).unwrap().unwrap();
        assert_eq!(made(None), "\n View it on: https://soar/#/WarRoom/109");
        assert_eq!(made(Some("85@109")), "\n View it on: https://soar/#/WarRoom/109/85@109");
        let left_out = |investigation, entry| link(investigation, entry).unwrap_err();
        assert!(left_out(investigation(true, url), None).contains("playground"));
        assert!(left_out(investigation(false, None), Some("85@109")).contains("address"));
        assert!(left_out(None, None).contains("no investigation"));
    }

    #[test]
    fn types_that_are_not_permitted_are_refused() {
        assert!(permit("externalAskSubmit", None).is_ok());
        assert!(permit("mirrorEntry", None).is_ok());
        assert!(permit("assign", Some("incidentOpened, assign".into())).is_ok());
        assert!(permit("incidentOpened", Some("incidentopened".into())).is_ok());
        let Err(Error::Argument(error)) = permit("assign", Some("incidentAssigned".into())) else { panic!() };
        assert_eq!(error.reason, "Message type is not in permitted options. Received: assign");
    }
}
