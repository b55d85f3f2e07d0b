use super::*;
use crate::manifest::ParameterKind;

fn manifest() -> Integration {
    let output = |prefix: &str| Output {
        prefix: prefix.into(),
        key: "id".into(),
        field: "team".into(),
        names: vec![("people.create-at".into(), "CreateAt".into())],
    };
    let command = Command {
        name: "chat-get-team".into(),
        aliases: vec!["get_team".into()],
        interface: "chat:integration/teams".into(),
        function: "get-team".into(),
        arguments: vec![Argument {
            options: vec!["Öffentlich 公".into()],
            ..Argument::plain("team_name", "team-name")
        }],
        outputs: vec![output("Chat.Team"), output("Chat")],
        permissions: "None.".into(),
        changes: false,
        endpoints: vec![Endpoint {
            method: "GET".into(),
            path: "/teams/{team}".into(),
            credential: Some("token".into()),
            volatile: Vec::new(),
            query: vec!["filter[name]".into()],
            headers: Vec::new(),
        }],
    };
    let parameter = Parameter {
        name: "token".into(),
        title: "Token".into(),
        description: "What the server asks for.".into(),
        kind: ParameterKind::Secret,
        required: false,
        default: None,
        options: Vec::new(),
        environment: Some("CHAT_TOKEN".into()),
        account: Some(AccountLookup { path: "/people/me".into(), id: "id".into(), name: Some("name".into()) }),
    };
    Integration {
        name: "chat".into(),
        title: "Chat & more".into(),
        version: "1.0.0-beta+5".into(),
        parameters: vec![parameter],
        commands: vec![command],
    }
}

/// What is said of a manifest in which something was changed.
fn said(change: impl FnOnce(&mut Integration)) -> String {
    let mut manifest = manifest();
    change(&mut manifest);
    check(&manifest).expect_err("it is wrong")
}

#[test]
fn an_account_is_learnt_by_a_request_without_anything_variable() {
    let lookup = |path: &str, id: &str| Some(AccountLookup { path: path.into(), id: id.into(), name: None });
    for path in ["/people/{id}", "/people/*", "/people/me?a=b", "people/me", "", "/people/me#a"] {
        let error = said(|it| it.parameters[0].account = lookup(path, "id"));
        assert!(error.contains("the path of its account is"), "{error}");
    }
    let error = said(|it| it.parameters[0].account = lookup("/people\u{202e}", "id"));
    assert!(error.contains("the path of its account"), "{error}");
    let error = said(|it| it.parameters[0].account = lookup("/people/me", ""));
    assert!(error.contains("its account has no field for its id"), "{error}");
    let error = said(|it| it.parameters[0].kind = ParameterKind::Text);
    assert!(error.contains("it has an account, and is no secret"), "{error}");
}

#[test]
fn what_is_usual_is_right() {
    assert_eq!(check(&manifest()), Ok(()));
}

#[test]
fn names_are_what_people_and_shells_write() {
    let long = "a".repeat(65);
    for name in ["", "a b", ";id", "-x", "--live", ".", "..", ".ssh", "a/b", "a\n", "ä", "a\u{200b}", "$(id)", &long] {
        let name = || name.to_owned();
        for error in [
            said(|it| it.name = name()),
            said(|it| it.parameters[0].name = name()),
            said(|it| it.parameters[0].environment = Some(name())),
            said(|it| it.commands[0].name = name()),
            said(|it| it.commands[0].aliases[0] = name()),
            said(|it| it.commands[0].arguments[0].name = name()),
            said(|it| it.commands[0].arguments[0].aliases = vec![name()]),
            said(|it| it.commands[0].outputs[0].key = name()),
            said(|it| it.commands[0].outputs[0].prefix = format!("Chat.{}", name().replace('.', "/"))),
            said(|it| it.commands[0].outputs[0].names[0].1 = name()),
        ] {
            assert!(error.contains("expected 1 to 64 characters") && !error.contains('\n'), "{error}");
            assert!(error.len() < 400, "{error}");
        }
    }
}

#[test]
fn lines_are_one_line_that_is_seen_as_it_is() {
    for hidden in ['\n', '\r', '\t', '\u{1b}', '\u{200b}', '\u{200e}', '\u{202e}', '\u{2028}', '\u{feff}', '\u{61c}'] {
        let line = || format!("a{hidden}b");
        for error in [
            said(|it| it.title = line()),
            said(|it| it.parameters[0].title = line()),
            said(|it| it.parameters[0].default = Some(line())),
            said(|it| it.parameters[0].options = vec![line()]),
            said(|it| it.commands[0].interface = line()),
            said(|it| it.commands[0].arguments[0].default = Some(line())),
            said(|it| it.commands[0].arguments[0].options[0] = line()),
            said(|it| it.commands[0].endpoints[0].path = line()),
            said(|it| it.commands[0].endpoints[0].query[0] = line()),
            said(|it| it.commands[0].endpoints[0].headers = vec![line()]),
        ] {
            assert!(error.contains("expected one line of visible characters") && !error.contains(hidden), "{error:?}");
        }
    }
    assert!(said(|it| it.title = "a".repeat(201)).contains("the title has 201 characters; expected 200 at most"));
    let long = said(|it| it.parameters[0].description = "a\n".repeat(2_001));
    assert!(long.contains("the parameter token: its description has 4002 characters; expected 4000 at most"), "{long}");
    assert!(said(|it| it.version = "1 or 2".into()).contains("expected one such as 1.0.0"));
}

#[test]
fn nothing_is_there_without_end() {
    let many = |count: usize| (0..count).map(|number| format!("a{number}")).collect::<Vec<_>>();
    for (error, words) in [
        (said(|it| it.commands[0].aliases = many(21)), "chat-get-team: it has 21 aliases; expected 20 at most"),
        (said(|it| it.commands[0].endpoints[0].query = many(65)), "it has 65 names of the query; expected 64 at most"),
        (
            said(|it| it.commands[0].arguments[0].options = many(501)),
            "chat-get-team: the argument team_name: it has 501 options; expected 500 at most",
        ),
        (
            said(|it| it.commands[0].outputs[0].prefix = vec!["Chat"; 17].join(".")),
            "chat-get-team: it has 17 segments in the prefix of an output; expected 16 at most",
        ),
        (said(|it| it.parameters = vec![it.parameters[0].clone(); 101]), "it has 101 parameters; expected 100 at most"),
        (said(|it| it.parameters = vec![it.parameters[0].clone(); 2]), "two parameters are called token"),
        (
            said(|it| it.commands[0].endpoints = vec![it.commands[0].endpoints[0].clone(); 101]),
            "chat-get-team: it has 101 endpoints; expected 100 at most",
        ),
    ] {
        assert!(error.contains(words), "{error}");
    }
}

#[test]
fn an_integration_has_one_place_in_the_context() {
    let error = said(|it| it.commands[0].outputs[1].prefix = "Other.Team".into());
    assert!(error.contains("the output Other.Team begins with Other") && error.contains("expected one"), "{error}");
}

#[test]
fn one_argument_at_most_goes_without_its_name() {
    let bare = |name: &str| Argument { bare: true, ..Argument::plain(name, name) };
    let mut one = manifest();
    one.commands[0].arguments.push(bare("channel"));
    assert_eq!(check(&one), Ok(()));
    let error = said(|manifest| manifest.commands[0].arguments.extend([bare("channel"), bare("user")]));
    assert!(error.starts_with("chat-get-team: several of its arguments may be given without their names"), "{error}");
}
