//! Files.

use super::people::{Destination, People};
use super::posts;
use crate::bindings::exports::mattermost::integration::files::{Guest, SendFileArguments, SentFile};
use crate::bindings::soar::platform::files::File;
use crate::client::error::{ApiError, ArgumentError, Error, IncompleteError, Refusal, about, incomplete};
use crate::client::refusals::Refusals;
use crate::client::{Client, Credential, endpoint, model, name};
use crate::manifest::{Argument, Command};
use crate::markdown::Text;
use crate::platform::{FileError, open_file};
use crate::text::{Line, Quoted};
use serde_json::json;

/// `mattermost-send-file`
const SEND_FILE: Command = Command {
    name: "mattermost-send-file",
    aliases: &[],
    interface: "mattermost:integration/files",
    function: "send-file",
    arguments: &[
        Argument::new("team_name", "team-name"),
        Argument::new("channel", "channel"),
        Argument::new("message", "message"),
        Argument::new("entry_id", "entry-id"),
        Argument::new("to", "to"),
    ],
    outputs: &[],
    permissions: "Must have upload_file permission.",
    changes: true,
    endpoints: &[
        (endpoint::ME, Credential::Bot),
        (endpoint::USER_BY_USERNAME, Credential::Bot),
        (endpoint::USER_BY_EMAIL, Credential::Bot),
        (endpoint::USER, Credential::Bot),
        (endpoint::DIRECT_CHANNELS, Credential::Bot),
        (endpoint::CHANNEL_BY_NAME, Credential::Bot),
        (endpoint::CHANNEL, Credential::Bot),
        (endpoint::CHANNEL_BY_TEAM_ID, Credential::Bot),
        (endpoint::FILES, Credential::Bot),
        (endpoint::POSTS, Credential::Bot),
    ],
};

super::exported! {
    send_file(arguments: SendFileArguments) -> SentFile = SEND_FILE, send_file;
}

async fn send_file(arguments: SendFileArguments) -> Result<SentFile, Error> {
    let mut refusals = Refusals::default();
    name::text(&mut refusals, "message", &arguments.message, "", name::MESSAGE);
    let to = name::given(arguments.to).map(|name| People::parse(&mut refusals, "to", &[name]));
    let team = name::team(&mut refusals, "team_name", arguments.team_name);
    let destination = Destination::new(&mut refusals, team, arguments.channel, to).unwrap_or_else(|| {
        refusals.add("channel", "is missing, and so is to", "one of the two");
        Destination::Channel { team: None, name: String::new() }
    });
    let mut file = refusals.end_with(open(&arguments.entry_id))?;
    let client = Client::open(&SEND_FILE, Credential::Bot)?;
    let (channel, recipient) = destination.open(&client).await?;
    let (file_id, size) =
        upload(&client, &channel, &arguments.entry_id, &mut file).await.map_err(|error| destination.refused(error))?;
    let uploaded = format!("the file {} was uploaded as {file_id}", Line(&file.name));
    let files = json!([file_id]);
    let more = Some(("file_ids", files));
    let posted = match posts::create(&client, &channel, &arguments.message, more).await {
        Ok(reply) => client.read(reply, model::post_with_files),
        Err(error) => Err(error),
    };
    let (post, shown) = posted.map_err(|error| {
        let failed = match error {
            Error::Refused(ApiError { kind: Refusal::Server, .. }) | Error::Network(_) | Error::UnexpectedAnswer(_) => {
                "it is not sure that the post that shows it was made"
            }
            _ => "the post that shows it was not made",
        };
        destination.refused(incomplete(uploaded.clone(), failed, &error))
    })?;
    if !shown.contains(&file_id) {
        return Err(Error::Incomplete(IncompleteError {
            done: format!("{uploaded}, and the message was sent as {}", post.id),
            failed: "the server left the file out of the post".into(),
            cause: "unexpected-answer".into(),
        }));
    }
    let mut readable = format!("file {} was successfully sent to {}", Text(&file.name), Text(&recipient));
    if size != file.size {
        readable.push_str(&format!(
            "\n\nThe server counted {size} bytes of {}: a plugin of it may have changed the file.",
            file.size
        ));
    }
    Ok(SentFile { post, file_id, size, readable })
}

/// The file behind an entry, or what is wrong with the argument.
fn open(entry: &str) -> Result<File, ArgumentError> {
    let (reason, expected) = match open_file(entry) {
        Ok(file) if file.size == 0 => {
            (format!("is an empty file: {}", Quoted(&file.name)), "a file with something in it")
        }
        Ok(file) => return Ok(file),
        Err(_) if entry.trim().is_empty() => ("is empty".into(), "the entry ID of a file"),
        Err(FileError::NotFound) => {
            (format!("is no entry: {}", Quoted(entry)), "the entry ID (such as 85@109) of a file in the War Room")
        }
        Err(FileError::NotAFile(what)) => {
            (format!("is not a file: {} ({})", Quoted(entry), Line(&what)), "the entry ID of a file")
        }
        Err(FileError::Unreadable(reason)) => {
            (format!("can't be read: {} ({})", Quoted(entry), Line(&reason)), "a file that the platform can read")
        }
    };
    Err(ArgumentError { argument: "entry_id".into(), reason, expected: expected.into(), suggestion: None })
}

/// The file's id on the server, and the size that it counted. A server that is too busy for it gets it again from its
/// beginning.
async fn upload(client: &Client, channel: &str, entry: &str, file: &mut File) -> Result<(String, u64), Error> {
    let mut attempts = 0;
    let reply = loop {
        let query = [("channel_id", channel), ("filename", file.name.as_str())];
        let reply = client.upload(&endpoint::FILES, &query, &file.content, file.size).await?;
        attempts += 1;
        if !client.wait_after(&reply, attempts).await {
            break reply;
        }
        *file = Refusals::default().end_with(open(entry))?;
    };
    let (id, size) = client
        .read(reply, model::uploaded)
        .map_err(|error| about(error, &format!("file {} of {} bytes", Quoted(&file.name), file.size)))?;
    Ok((id, size))
}
