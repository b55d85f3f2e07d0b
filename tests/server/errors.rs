//! Mattermost's errors: by their id, with the server's message, and with what to do.

use crate::support::{self, Answer, Script, calls, fails, world};
use serde_json::json;

/// Status, id, kind, and a word of the advice.
const ERRORS: &[(u16, &str, &str, &str)] = &[
    (401, "api.context.session_expired.app_error", "unauthorized", "personal_access_token"),
    (403, "api.context.permissions.app_error", "forbidden", "view_team"),
    (404, "app.team.get_by_name.missing.app_error", "not_found", "no such team"),
    (404, "app.channel.get_by_name.missing.app_error", "not_found", "archived"),
    (404, "app.channel.get.existing.app_error", "not_found", "mattermost-list-channels"),
    (404, "app.user.missing_account.const", "not_found", "mattermost-list-users"),
    (400, "store.sql_channel.save_channel.exists.app_error", "conflict", "another name"),
    (400, "api.context.invalid_url_param.app_error", "rejected", "arguments"),
    (400, "api.context.invalid_body_param.app_error", "rejected", "arguments"),
    (400, "api.channel.delete_channel.deleted.app_error", "conflict", "archived"),
    (400, "api.post.create_post.can_not_post_to_deleted.error", "rejected", "archived"),
    (501, "api.ldap_groups.license_error", "license_required", "Professional or Enterprise"),
    (501, "api.license_error", "license_required", "Professional or Enterprise"),
    (400, "api.custom_groups.license_error", "license_required", "Professional or Enterprise"),
    (400, "api.custom_groups.feature_disabled", "disabled", "ServiceSettings.EnableCustomGroups"),
    (413, "api.context.request_body_too_large.app_error", "rejected", "larger"),
    (404, "app.group.no_rows", "not_found", "mattermost-list-groups"),
    (400, "app.group.user_not_found", "not_found", "Nobody was added or removed"),
    (400, "app.group.crud_permission", "rejected", "LDAP"),
    (500, "app.update_error", "server", "log"),
    (404, "api.context.404.app_error", "not_found", "/api/v4"),
    (403, "api.file.attachments.disabled.app_error", "disabled", "EnableFileAttachments"),
    // Ids of versions to come: the status decides.
    (401, "new.id", "unauthorized", "personal_access_token"),
    (403, "new.id", "forbidden", "view_team"),
    (404, "new.id", "not_found", "may not see it"),
    (400, "new.id", "rejected", "arguments"),
    (409, "new.id", "rejected", "arguments"),
    (422, "new.id", "rejected", "arguments"),
    (500, "new.id", "server", "log"),
    (501, "new.id", "server", "log"),
    (501, "new.license_error", "license_required", "plan"),
    (501, "api.new.disabled.app_error", "disabled", "administrator"),
];

#[test]
fn each_id_is_its_kind_with_message_advice_and_fields() {
    for (status, id, kind, advice) in ERRORS {
        let script = world::script().on("GET /api/v4/teams/name/panw", world::error(*status, id));
        let failure = fails(&script, "mattermost-get-team", &[("team_name", "panw")]);
        assert_eq!(failure.kind(), *kind, "{status} {id}");
        assert!(!failure.is_wrong_call());
        let message = format!("The server says {id}.");
        assert_eq!(failure.fields()["message"], message);
        assert_eq!(failure.fields()["id"], *id);
        assert_eq!(failure.fields()["status"], *status);
        assert_eq!(failure.fields()["request_id"], "dxh9k8wmtbyyp89eeyzyx67eka");
        let fields = failure.fields();
        let said = fields["advice"].as_str().expect("advice");
        assert!(said.contains(advice), "{status} {id}: {said}");
        // What people read has the server's message, id and status, what it is about, and the advice.
        for word in [message.trim_end_matches('.'), id, &status.to_string(), r#"Team "panw""#, advice] {
            assert!(failure.message().contains(word), "{word:?}: {failure}");
        }
        let error = &failure.to_json()["error"];
        assert_eq!((&error["kind"], &error["server_message"]), (&json!(kind), &json!(message)));
        assert_eq!(failure.fields().contains_key("permissions"), *kind == "forbidden");
    }
}

#[test]
fn the_message_does_not_decide() {
    let body = json!({ "id": "api.license_error", "message": "Kein Zugriff: forbidden 403", "status_code": 501 });
    let script = world::script().on("GET /api/v4/groups?page=0&per_page=50", Answer::Json(501, body));
    let failure = fails(&script, "mattermost-list-groups", &[]);
    assert_eq!(failure.kind(), "license_required");
    assert!(failure.message().contains("Kein Zugriff"), "{failure}");
    assert!(failure.fields()["request_id"].is_null());
}

/// A plugin's refusal has its own words for an id.
#[test]
fn what_a_plugin_says_is_its_own_reason_and_no_id() {
    for (status, words) in [
        (400, "Post rejected by plugin. The message contains a driver's license number."),
        (400, "Post rejected by plugin. Posting is disabled."),
        (403, "this is disabled"),
        (401, "license"),
        (404, "license_error"),
        (501, "No license. No post"),
    ] {
        let body = json!({ "id": words, "message": words, "request_id": "r", "status_code": status });
        let script = world::script().on("POST /api/v4/posts", Answer::Json(status, body));
        let failure = fails(&script, "send-notification", &[("message", "hello"), ("channel", "alerts")]);
        assert_eq!(failure.kind(), if status < 500 { "rejected" } else { "server" }, "{failure}");
        assert!(failure.message().contains(words.trim_end_matches('.')), "{failure}");
        assert_eq!(failure.fields()["message"], words);
        assert!(status >= 500 || failure.message().contains("plugin"), "{failure}");
    }
}

#[test]
fn an_unknown_address_may_be_json_or_text() {
    // 5.37 sends it as text, 11.6 as JSON.
    let body = json!({ "id": "api.context.404.app_error", "message": "Not here.", "status_code": 404 });
    for kind in ["text/plain; charset=utf-8", "application/json"] {
        let answer = Answer::Bytes(404, kind, body.to_string().into_bytes());
        let script = world::script().on("GET /api/v4/teams/name/panw", answer);
        let failure = fails(&script, "mattermost-get-team", &[("team_name", "panw")]);
        assert_eq!(failure.kind(), "not_found");
        assert!(failure.message().contains("parameter url"), "{failure}");
    }
}

#[test]
fn a_token_that_is_refused_is_the_one_that_was_sent() {
    let expired = || world::error(401, "api.context.session_expired.app_error");
    let script = world::script().on("GET /api/v4/teams/name/panw/channels/name/alerts", expired());
    let failure = fails(&script, "send-notification", &[("message", "hello"), ("channel", "alerts")]);
    assert!(failure.message().contains("bot_access_token"), "{failure}");
    assert!(!failure.message().contains("personal_access_token"), "{failure}");
    assert!(failure.message().contains("EnableUserAccessTokens"), "{failure}");
}

#[test]
fn the_test_of_an_instance_says_which_parameter_is_wrong() {
    let answers: [(&str, Answer, &str, &str); 2] = [
        (
            "GET /api/v4/teams/name/panw",
            world::error(404, "app.team.get_by_name.missing.app_error"),
            "not_found",
            "The parameter team_name",
        ),
        (
            "GET /api/v4/users/me",
            world::error(401, "api.context.session_expired.app_error"),
            "unauthorized",
            "the parameter personal_access_token",
        ),
    ];
    for (line, answer, kind, words) in answers {
        let failure = fails(&world::script().on(line, answer), "test-module", &[]);
        assert_eq!(failure.kind(), kind);
        assert!(failure.message().contains(words), "{failure}");
    }
}

/// Every command passes on what a server refuses at any of its steps.
#[test]
fn no_step_of_any_command_hides_a_refusal() {
    for command in support::component().manifest().commands.clone() {
        let arguments = calls::replaced(&command.name, "", "");
        let arguments: Vec<_> = arguments.into_iter().filter(|(name, _)| !name.is_empty()).collect();
        let script = world::script();
        support::call_there(&script, &command.name, &arguments).unwrap_or_else(|failure| panic!("{failure}"));
        let mut lines = script.lines();
        lines.dedup();
        assert!(!lines.is_empty());
        for line in lines {
            let refused: Script = world::script().on(&line, world::error(403, "api.context.permissions.app_error"));
            let result = support::call_there(&refused, &command.name, &arguments);
            // Once members of a group are changed, that their names can't be read is said and is no failure.
            let named = command.name.ends_with("group-member") && line.starts_with("GET");
            match result {
                Ok(entry) if named => assert!(entry.readable.contains("could not be read"), "{}", entry.readable),
                Ok(entry) => panic!("{} hides a refusal of {line}: {}", command.name, entry.readable),
                Err(failure) => {
                    // The file was uploaded by then.
                    let expected = if line == "POST /api/v4/posts" && command.name == "mattermost-send-file" {
                        "incomplete"
                    } else {
                        "forbidden"
                    };
                    assert_eq!(failure.kind(), expected, "{} {line}: {failure}", command.name);
                }
            }
        }
    }
}

#[test]
fn what_it_means_comes_before_the_servers_words() {
    let line = "GET /api/v4/teams/name/panw";
    let words = "Kein Team mit diesem Namen: \"panw\"";
    let body = json!({ "id": "app.team.get_by_name.missing.app_error", "message": words, "status_code": 404 });
    let script = world::script().on(line, Answer::Json(404, body));
    let failure = support::fails(&script, "mattermost-get-team", &[("team_name", "panw")]);
    assert!(failure.message().starts_with("Team \"panw\": "), "{failure}");
    let said =
        r#". The server said: "Kein Team mit diesem Namen: \"panw\"" (404, app.team.get_by_name.missing.app_error)"#;
    assert!(failure.message().ends_with(said), "{failure}");
}

#[test]
fn an_answer_without_an_id_is_quoted_once() {
    let line = "GET /api/v4/teams/name/panw";
    for (kind, body, said) in [
        (
            "text/html",
            "<html>\n<b>\"no\"</b>",
            r#"an HTML page. The server failed: try again, and look into its log. The server said: "<html> <b>\"no\"</b>" (500)"#,
        ),
        (
            "text/plain",
            "out of order",
            "a body that is not JSON. The server failed: try again, and look into its log. The server said: out of order (500)",
        ),
        (
            "text/plain",
            "",
            "an empty body. The server failed: try again, and look into its log. The server answered HTTP 500",
        ),
    ] {
        let script = world::script().on(line, Answer::Bytes(500, kind, body.into()));
        let failure = support::fails(&script, "mattermost-get-team", &[("team_name", "panw")]);
        assert_eq!(failure.message(), format!("Team \"panw\": {line}: status 500, with {said}"));
        assert_eq!(failure.fields()["message"], body.replace('\n', " "));
    }
}
