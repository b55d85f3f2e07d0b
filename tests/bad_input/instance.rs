//! Instances that are configured wrongly.

use crate::support::{self, BOT_TOKEN, PERSONAL_TOKEN, Script, calls, world};
use soar::{ConfigurationError, Embedded, Failure, Instance, Secret, Settings};
use std::sync::Arc;

fn configured(settings: Settings, script: &Script) -> Result<Instance, ConfigurationError> {
    support::component()
        .instance(settings)
        .transport(Arc::new(script.clone()))
        .platform(Arc::new(Embedded::new()))
        .build()
}

fn with_url(url: &str, script: &Script) -> Result<Instance, ConfigurationError> {
    let mut settings = support::settings();
    settings.parameters.insert("url".into(), url.into());
    configured(settings, script)
}

/// That an instance with this url is refused, by the host as a rule, or by the component when it is asked.
fn refuses_url(url: &str) -> String {
    let script = Script::new();
    match with_url(url, &script) {
        Err(error) => {
            assert_eq!(error.parameter, "url");
            assert!(error.expected.contains("such as https://"), "{error}");
            error.to_string()
        }
        Ok(instance) => {
            let failure = support::call(&instance, "mattermost-get-team", &[("team_name", "panw")]).unwrap_err();
            assert_eq!((failure.kind(), failure.is_wrong_call()), ("configuration", true), "{url}: {failure}");
            assert_eq!(failure.fields()["parameter"], "url");
            assert!(script.requests().is_empty());
            failure.message()
        }
    }
}

#[test]
fn a_url_that_is_no_base_url_is_refused() {
    for (url, reason) in [
        ("chat.example.org", "no scheme"),
        ("chat.example.org:8065", "no scheme"),
        ("//chat.example.org", "no scheme"),
        ("ftp://chat.example.org", "scheme"),
        ("file:///etc/passwd", "scheme"),
        ("javascript://alert(1)", "scheme"),
        ("https://chat.example.org?team=a", "query"),
        ("https://chat.example.org/#x", "fragment"),
        ("https://", "not a URL"),
        ("https://chat example.org", "not a URL"),
        ("https://chat.example.org:99999", "not a URL"),
        (" https://chat.example.org", "blanks"),
        ("https://chat.example.org/a b", "path"),
        ("https://chat.example.org/%2e%2e", "path"),
        ("https://chat.example.org/a//b", "path"),
        ("https://chat.example.org/a/../b", "path"),
        ("https://chat.example.org/.", "path"),
        ("https://bücher.example", "host"),
    ] {
        let message = refuses_url(url);
        assert!(message.contains(reason), "{url}: {message}");
    }
}

#[test]
fn a_password_in_the_url_is_refused_and_never_shown() {
    for url in [
        "https://admin:hunter2@chat.example.org",
        "https://hunter2@chat.example.org/x",
        "https://:hunter2@chat.example.org",
    ] {
        let message = refuses_url(url);
        assert!(message.contains("password") && !message.contains("hunter2"), "{message}");
    }
}

#[test]
fn a_url_with_a_path_or_a_slash_at_its_end_works() {
    for (url, prefix) in [
        ("http://mattermost.test/", ""),
        ("http://mattermost.test//", ""),
        ("http://mattermost.test/chat", "/chat"),
        ("http://mattermost.test/chat/", "/chat"),
        ("http://mattermost.test/a/b/", "/a/b"),
        ("HTTP://MATTERMOST.test:80/chat", "/chat"),
        ("http://mattermost.test:8065", ""),
        ("https://mattermost.test:443", ""),
        ("http://[::1]:8065/chat", "/chat"),
    ] {
        let script = world::script();
        let instance = with_url(url, &script).unwrap_or_else(|error| panic!("{url}: {error}"));
        let entry = support::call(&instance, "mattermost-get-team", &[("team_name", "panw")]);
        entry.unwrap_or_else(|failure| panic!("{url}: {failure}"));
        assert_eq!(script.lines(), [format!("GET {prefix}/api/v4/teams/name/panw")]);
        assert_eq!(script.requests()[0].authorization, format!("Bearer {PERSONAL_TOKEN}"));
    }
}

#[test]
fn a_required_parameter_that_is_missing_or_empty_is_named() {
    for (parameter, title) in [("url", "Server URL"), ("team_name", "Team Name")] {
        let mut settings = support::settings();
        settings.parameters.insert(parameter.into(), String::new());
        let empty = configured(settings.clone(), &Script::new()).err().expect("it is required");
        settings.parameters.remove(parameter);
        let missing = configured(settings, &Script::new()).err().expect("it is required");
        assert_eq!(empty, missing);
        assert_eq!(missing.parameter, parameter);
        assert!(missing.expected.contains(title), "{missing}");
        // Which variables count is for whoever reads them to say.
        assert!(!missing.to_string().contains("MATTERMOST_"), "{missing}");
    }
}

fn without_token(parameter: &str, value: Option<&str>, command: &str) -> Failure {
    let script = Script::new();
    let mut settings = support::settings();
    settings.secrets.remove(parameter);
    if let Some(value) = value {
        settings.secrets.insert(parameter.into(), Secret::new(value.into()));
    }
    let platform = Arc::new(support::platform());
    let instance = support::component()
        .instance(settings)
        .transport(Arc::new(script.clone()))
        .platform(platform)
        .build()
        .expect("tokens come later");
    let arguments = calls::arguments(command);
    let arguments: Vec<_> = arguments.iter().map(|(name, value)| (*name, value.as_str())).collect();
    let failure = support::call(&instance, command, &arguments).expect_err("the token is missing");
    assert!(script.requests().is_empty(), "{command}: {:?}", script.lines());
    failure
}

#[test]
fn a_missing_token_is_named_by_every_command_that_needs_it() {
    for command in support::component().manifest().commands.clone() {
        for parameter in ["bot_access_token", "personal_access_token"] {
            if !command.endpoints.iter().any(|endpoint| endpoint.credential.as_deref() == Some(parameter)) {
                continue;
            }
            for value in [None, Some("")] {
                let failure = without_token(parameter, value, &command.name);
                assert_eq!((failure.kind(), failure.is_wrong_call()), ("configuration", true), "{failure}");
                assert_eq!(failure.fields()["parameter"], parameter);
                assert!(
                    failure.message().contains(parameter) && failure.message().contains("in the instance"),
                    "{failure}"
                );
            }
        }
    }
}

#[test]
fn a_token_that_cannot_stand_in_a_header_is_a_wrong_configuration_and_is_never_shown() {
    for (token, why) in [
        ("hunter2\nhunter3", "a line break"),
        ("hunter2\r\nx-evil: 1", "a line break"),
        ("hunter2 hunter3", "a blank"),
        ("hunter2\u{a0}hunter3", "a blank"),
        ("hunter2ü", "no ASCII"),
        ("hunter2\0", "a control character"),
        ("hunter2\u{7f}x", "a control character"),
        ("\"hunter2hunter2hunter2\"", "in quotation marks"),
        ("'hunter2hunter2hunter2'\n", "in quotation marks"),
        ("“hunter2hunter2hunter2”", "in quotation marks"),
        ("${hunter2hunter2hunter2}", "the name of a value"),
        ("${vault.hunter2 | default}", "the name of a value"),
        ("$HUNTER2_HUNTER2_TOKEN", "the name of a value"),
        ("{{ hunter2hunter2hunter2 }}", "the name of a value"),
        ("<hunter2-hunter2-hunter2>", "the name of a value"),
        ("Bearer hunter2hunter2hunter2", "\"Bearer \""),
        (" bearer  hunter2hunter2hunter2", "\"Bearer \""),
        ("Authorization: Bearer hunter2hunter2", "\"Authorization:\""),
    ] {
        let mut settings = support::settings();
        settings.secrets.insert("personal_access_token".into(), Secret::new(token.into()));
        let error = configured(settings, &Script::new()).err().expect("it can't be sent");
        assert_eq!(error.parameter, "personal_access_token");
        assert!(error.reason.contains(why), "{error}");
        assert!(error.expected.contains("the token alone"), "{error}");
        assert!(!error.to_string().contains("hunter"), "{error}");
    }
}

/// A password may begin with a dollar sign, or have braces in it.
#[test]
fn a_token_that_only_looks_a_little_like_a_variable_is_one() {
    for token in [
        "$ecret-secret-secret-secret",
        "$2b$10$abcdefghijklmnop",
        "a${B}cdefghijklmnopqrst",
        "{abcdefghijklmnopqrstuv}",
    ] {
        let script = support::world::script();
        let mut settings = support::settings();
        settings.secrets.insert("personal_access_token".into(), Secret::new(token.into()));
        let instance = configured(settings, &script).expect("a token");
        support::call(&instance, "mattermost-get-team", &[("team_name", "panw")]).expect("it works");
        assert_eq!(script.requests()[0].authorization, format!("Bearer {token}"));
    }
}

#[test]
fn blanks_and_line_breaks_around_a_token_are_no_part_of_it() {
    for token in [" {}", "{}\n", "{}\r\n", "\t{} \n\n", "\u{feff}{}", "\u{a0}{}\u{200b}"] {
        let script = support::world::script();
        let mut settings = support::settings();
        let padded = token.replace("{}", support::PERSONAL_TOKEN);
        settings.secrets.insert("personal_access_token".into(), Secret::new(padded));
        let instance = configured(settings, &script).expect("a token");
        support::call(&instance, "mattermost-get-team", &[("team_name", "panw")]).expect("it works");
        assert_eq!(script.requests()[0].authorization, format!("Bearer {}", support::PERSONAL_TOKEN), "{token:?}");
    }
    // What is nothing else is nothing.
    assert_eq!(without_token("personal_access_token", Some(" \n"), "mattermost-get-team").kind(), "configuration");
}

#[test]
fn a_token_among_the_parameters_is_refused_since_the_component_could_read_it() {
    let mut settings = support::settings();
    settings.secrets.remove("bot_access_token");
    settings.parameters.insert("bot_access_token".into(), BOT_TOKEN.into());
    let error = configured(settings, &Script::new()).err().expect("it would not be sealed");
    assert_eq!(error.parameter, "bot_access_token");
    assert!(error.expected.contains("among the secrets") && !error.to_string().contains(BOT_TOKEN), "{error}");

    let mut settings = support::settings();
    settings.secrets.insert("team_name".into(), Secret::new("panwpanwpanwpanw".into()));
    let error = configured(settings, &Script::new()).err().expect("its placeholder would be the team");
    assert_eq!(error.parameter, "team_name");
    assert!(error.expected.contains("among the parameters"), "{error}");
}

#[test]
fn a_setting_that_does_not_exist_is_named() {
    let mut settings = support::settings();
    settings.parameters.insert("team".into(), "panw".into());
    let error = configured(settings, &Script::new()).err().expect("there is none");
    assert_eq!(error.parameter, "team");
    assert!(error.expected.contains("team_name"), "{error}");
    let mut settings = support::settings();
    settings.secrets.insert("token".into(), Secret::new(BOT_TOKEN.into()));
    let error = configured(settings, &Script::new()).err().expect("there is none");
    assert!(!error.to_string().contains(BOT_TOKEN), "{error}");
}

#[test]
fn a_team_or_channel_of_the_instance_that_is_no_name_is_the_configurations_fault() {
    for (parameter, command) in
        [("team_name", "mattermost-list-channels"), ("notification_channel", "send-notification")]
    {
        let script = Script::new();
        let mut settings = support::settings();
        settings.parameters.insert(parameter.into(), "../admin?x=".into());
        let instance = configured(settings, &script).expect("the component looks at names");
        let arguments: &[(&str, &str)] = if command == "send-notification" { &[("message", "hello")] } else { &[] };
        let failure = support::call(&instance, command, arguments).unwrap_err();
        assert_eq!((failure.kind(), failure.is_wrong_call()), ("configuration", true), "{failure}");
        assert_eq!(failure.fields()["parameter"], parameter);
        assert!(script.requests().is_empty());
    }
}

#[test]
fn types_that_may_be_permitted_are_checked() {
    let mut settings = support::settings();
    settings.parameters.insert("permitted_notifications".into(), "assign, incidentOpend".into());
    let error = configured(settings, &Script::new()).err().expect("there is no such type");
    assert_eq!(error.parameter, "permitted_notifications");
    assert!(error.reason.contains("incidentOpend") && error.expected.contains("incidentOpened"), "{error}");
    // A list is one however it is written.
    for types in ["assign, incidentOpened", r#"["assign", "incidentOpened"]"#, "['assign', 'incidentOpened']"] {
        let script = world::script();
        let mut settings = support::settings();
        settings.parameters.insert("permitted_notifications".into(), types.into());
        let instance = configured(settings, &script).expect("a list of types");
        let arguments = [("message", "hello"), ("to", "anna"), ("messageType", "incidentOpened")];
        support::call(&instance, "send-notification", &arguments)
            .unwrap_or_else(|failure| panic!("{types}: {failure}"));
    }
}
