//! Messages that are too long.

use crate::support::{self, assert_argument, calls, world};
use soar::{CallContext, Investigation};

const MOST: usize = 16_383;

#[test]
fn a_message_has_16383_runes_at_most() {
    for command in ["send-notification", "mattermost-send-file"] {
        for letter in ["a", "世", "🦀", "\n"] {
            // Blanks alone are no message.
            let text = |length: usize| format!("x{}", letter.repeat(length - 1));
            let mut arguments = calls::replaced(command, "message", &text(MOST));
            arguments.retain(|(name, _)| name != "ignoreAddURL");
            if command == "send-notification" {
                arguments.push(("ignoreAddURL".into(), "true".into()));
            }
            let script = world::script();
            support::call_there(&script, command, &arguments).unwrap_or_else(|failure| panic!("{command}: {failure}"));
            let posts = script.of_method("POST");
            assert_eq!(posts.last().expect("a post").json()["message"], text(MOST));

            let script = world::script();
            arguments.retain(|(name, _)| name != "message");
            arguments.push(("message".into(), text(MOST + 1)));
            let failure = support::call_there(&script, command, &arguments).unwrap_err();
            assert_argument(&failure, "message");
            assert!(failure.message().contains("16383 at most"), "{failure}");
            assert!(failure.message().len() < 300, "it does not repeat the message");
            assert!(script.requests().is_empty());
        }
    }
}

#[test]
fn the_war_room_link_counts_as_part_of_the_message() {
    let url = "https://soar.test/#/WarRoom/109".to_owned();
    let investigation = Investigation { id: "109".into(), war_room_url: Some(url.clone()), playground: false };
    let link = format!("\n View it on: {url}");
    let call = |length: usize, ignore: &str, investigation: &Investigation| {
        let script = world::script();
        let context = CallContext::new().with_investigation(investigation.clone());
        let message = "🦀".repeat(length);
        let arguments = [("message", message.as_str()), ("channel", "alerts"), ("ignoreAddURL", ignore)];
        let result = support::call_in(&context, &support::instance(&script), "send-notification", &arguments);
        (result, script)
    };
    let room = MOST - link.chars().count();
    let (result, script) = call(room, "false", &investigation);
    result.unwrap_or_else(|failure| panic!("{failure}"));
    let posted = script.of_method("POST")[0].json()["message"].as_str().expect("text").to_owned();
    assert_eq!((posted.chars().count(), posted.ends_with(&link)), (MOST, true));

    let (result, script) = call(room + 1, "false", &investigation);
    let failure = result.unwrap_err();
    assert_argument(&failure, "message");
    let said = "has 16384 characters with the War Room link; 16383 at most was expected";
    assert!(failure.message().contains(said), "{failure}");
    assert!(script.requests().is_empty());

    // Without the link there is room for it.
    call(room + 1, "true", &investigation).0.unwrap_or_else(|failure| panic!("{failure}"));
    let playground = Investigation { playground: true, ..investigation };
    call(MOST, "false", &playground).0.unwrap_or_else(|failure| panic!("{failure}"));
}

#[test]
fn a_type_that_the_instance_does_not_permit_is_refused_in_the_words_that_playbooks_know() {
    let arguments = [("message", "hello"), ("channel", "alerts"), ("messageType", "incidentOpened")];
    let failure = support::refused_for("send-notification", &arguments, "messageType");
    assert!(
        failure.message().contains("Message type is not in permitted options. Received: incidentOpened"),
        "{failure}"
    );
    assert!(failure.message().contains("permitted_notifications"), "{failure}");
}

#[test]
fn a_question_is_refused_as_long_as_there_are_none() {
    let arguments = [("message", "hello?"), ("channel", "alerts"), ("mattermost_ask", "true")];
    let failure = support::refused_for("send-notification", &arguments, "mattermost_ask");
    assert_eq!(failure.fields()["expected"], "false");
}
