//! Messages to channels and people.

use super::people::{Destination, People};
use super::posts;
use crate::bindings::exports::mattermost::integration::notifications::{Guest, SendNotificationArguments, SentMessage};
use crate::client::error::{Error, about};
use crate::client::refusals::Refusals;
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
const SEND_NOTIFICATION: Command = Command {
    name: "send-notification",
    aliases: &[],
    interface: "mattermost:integration/notifications",
    function: "send-notification",
    arguments: &[
        Argument::new("message", "message").bare(),
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
        (endpoint::USER, Credential::Bot),
        (endpoint::DIRECT_CHANNELS, Credential::Bot),
        (endpoint::GROUP_CHANNELS, Credential::Bot),
        (endpoint::CHANNEL_BY_NAME, Credential::Bot),
        (endpoint::CHANNEL, Credential::Bot),
        (endpoint::CHANNEL_BY_TEAM_ID, Credential::Bot),
        (endpoint::POSTS, Credential::Bot),
    ],
};

super::exported! {
    send_notification(arguments: SendNotificationArguments) -> SentMessage = SEND_NOTIFICATION, send_notification;
}

async fn send_notification(arguments: SendNotificationArguments) -> Result<SentMessage, Error> {
    let mut refusals = Refusals::default();
    let kind = name::given(arguments.message_type);
    if let Some(kind) = &kind {
        permit(&mut refusals, kind, config::optional(config::PERMITTED_NOTIFICATIONS)?);
    }
    if arguments.mattermost_ask {
        refusals.add("mattermost_ask", "is true, and this version can only send messages", "false");
    }
    let root = name::given(arguments.root_id);
    if let Some(root) = &root {
        id::check(&mut refusals, "root_id", root, id::POST);
    }
    let entry = name::given(arguments.entry).map(|entry| entry.trim().to_string());
    if let Some(entry) = entry.as_deref().filter(|entry| !name::is_given(entry)) {
        refusals.value("entry", entry, "an entry ID, one word such as 85@109,", None);
    }
    let to = arguments.to.map(|names| People::parse(&mut refusals, "to", &names));
    let destination = match Destination::new(&mut refusals, None, arguments.channel, to) {
        Some(destination) => destination,
        None => Destination::Channel { team: None, name: default_channel(&mut refusals, kind.as_deref())? },
    };
    let entry = entry.filter(|_| !arguments.ignore_add_url);
    let link = if arguments.ignore_add_url { Ok(None) } else { link(platform::investigation(), entry.as_deref()) };
    // What was asked for and can't be made is said.
    let unlinked = match (&link, &entry) {
        (Err(reason), Some(entry)) => {
            format!("\n\nWarning: the message has no link to the entry {}: {reason}.", Text(&shorten(entry)))
        }
        _ => String::new(),
    };
    let link = link.unwrap_or_default().unwrap_or_default();
    name::text(&mut refusals, "message", &arguments.message, &link, name::MESSAGE);
    refusals.end()?;
    let message = arguments.message + &link;

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

/// The channel of what names none.
fn default_channel(refusals: &mut Refusals, kind: Option<&str>) -> Result<String, Error> {
    // What belongs to one investigation is nothing for the channel of all notifications.
    if kind == Some(MIRROR_ENTRY) {
        let reason = "is missing, and no channel mirrors this investigation";
        refusals.add("channel", reason, "the channel to send the entry to");
        return Ok(String::new());
    }
    Ok(config::notification_channel()?.unwrap_or_else(|| {
        let reason = "is missing, and so are to and the parameter notification_channel";
        refusals.add("channel", reason, "a channel or people to send the message to");
        String::new()
    }))
}

/// Checks that a type of notification is to be sent.
fn permit(refusals: &mut Refusals, kind: &str, permitted: Option<String>) {
    let permitted = permitted.unwrap_or_default();
    let listed = || permitted.split(',').any(|known| known.trim().eq_ignore_ascii_case(kind));
    if ALWAYS.contains(&kind) || listed() {
        return;
    }
    refusals.add(
        "messageType",
        // In the words that playbooks may look for.
        &format!("is wrong (Message type is not in permitted options. Received: {})", Line(&shorten(kind))),
        &format!("{}, or a type listed in the parameter {}", ALWAYS.join(", "), config::PERMITTED_NOTIFICATIONS),
    );
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
        let told = |kind: &str, permitted: Option<&str>| {
            let mut refusals = Refusals::default();
            permit(&mut refusals, kind, permitted.map(Into::into));
            refusals.told().concat()
        };
        assert_eq!(told("externalAskSubmit", None), "");
        assert_eq!(told("mirrorEntry", None), "");
        assert_eq!(told("assign", Some("incidentOpened, assign")), "");
        assert_eq!(told("incidentOpened", Some("incidentopened")), "");
        let refused = told("assign", Some("incidentAssigned"));
        assert!(refused.contains("Message type is not in permitted options. Received: assign)"), "{refused}");
    }
}
