use super::*;
use soar::Limit;
use soar::files::Folder;
use soar::manifest::Endpoint;
use std::path::PathBuf;

mod names;
mod recorded;

fn parameter(name: &str, kind: ParameterKind) -> Parameter {
    Parameter {
        name: name.into(),
        title: name.into(),
        description: String::new(),
        kind,
        required: true,
        default: None,
        options: Vec::new(),
        environment: Some(format!("CHAT_{}", name.to_uppercase())),
        account: None,
    }
}

fn command(credentials: &[&str]) -> Command {
    let endpoint = |credential: &&str| Endpoint {
        method: "GET".into(),
        path: "/".into(),
        credential: Some((*credential).into()),
        volatile: Vec::new(),
        query: Vec::new(),
        headers: Vec::new(),
    };
    Command {
        name: "chat-get".into(),
        aliases: Vec::new(),
        interface: String::new(),
        function: String::new(),
        arguments: Vec::new(),
        outputs: Vec::new(),
        permissions: String::new(),
        changes: false,
        endpoints: credentials.iter().map(endpoint).collect(),
    }
}

fn integration() -> Integration {
    Integration {
        name: "my-chat".into(),
        title: "Chat".into(),
        version: "1.0.0".into(),
        parameters: vec![
            parameter("url", ParameterKind::ServerUrl),
            parameter("team", ParameterKind::Text),
            parameter("token", ParameterKind::Secret),
            parameter("other", ParameterKind::Secret),
            parameter("insecure", ParameterKind::Insecure),
            parameter("proxy", ParameterKind::Proxy),
        ],
        commands: Vec::new(),
    }
}

fn file(values: Vec<(&str, Value)>) -> InstanceFile {
    InstanceFile {
        path: PathBuf::from("prod.toml"),
        folder: Folder::open(std::path::Path::new("/")).unwrap(),
        digest: String::new(),
        component: None,
        values: values.into_iter().map(|(key, value)| (key.to_owned(), value)).collect(),
        network: Default::default(),
        limits: Default::default(),
    }
}

fn text(text: &str) -> Value {
    Value::Text(text.into())
}

/// Where settings come from in a test, and what is done with them.
struct Given<'a> {
    file: Option<InstanceFile>,
    environment: &'a [(&'a str, &'a str)],
    named: &'a [&'a str],
    set: &'a [(&'a str, &'a str)],
    limits: &'a [(&'a str, &'a str)],
    /// Nothing is sent.
    replay: bool,
    /// The component does not come with soar.
    foreign: bool,
    /// The call is recorded.
    recorded: bool,
}

const NOTHING: Given<'_> = Given {
    file: None,
    environment: &[],
    named: &[],
    set: &[],
    limits: &[],
    replay: false,
    foreign: false,
    recorded: false,
};

impl Given<'_> {
    fn gather(&self) -> Result<Gathered, Problem> {
        let owned = |pairs: &[(&str, &str)]| -> Vec<(String, String)> {
            pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
        };
        let named: Vec<Named> = self.named.iter().map(|word| Named::parse(word).unwrap()).collect();
        let command = command(&["token"]);
        let sources = Sources {
            integration: &integration(),
            bundled: !self.foreign,
            file: self.file.as_ref(),
            environment: !self.replay,
            named: &named,
            set: &owned(self.set),
            limits: &owned(self.limits),
            no_env: false,
            folders: &SecretFolders::default(),
            sends: (!self.replay).then_some(&command),
            recorded: self.recorded,
        };
        sources
            .gather(&|name| self.environment.iter().find(|(known, _)| *known == name).map(|(_, value)| (*value).into()))
    }

    fn refused(&self) -> String {
        let problem = self.gather().unwrap_err();
        assert_eq!((problem.kind(), problem.code), ("configuration", 2), "{problem:?}");
        problem.message()
    }
}

fn team(gathered: &Gathered) -> Option<&str> {
    gathered.settings.parameters.get("team").map(String::as_str)
}

fn token(gathered: &Gathered) -> Option<&str> {
    gathered.settings.secrets.get("token").map(Secret::expose)
}

#[test]
fn what_comes_later_wins() {
    let from_file = || Some(file(vec![("team", text("file"))]));
    let environment = &[("CHAT_TEAM", "environment"), ("MINE", "named")][..];
    for (given, expected, explicit) in [
        (NOTHING, None, false),
        (Given { environment, ..NOTHING }, Some("environment"), false),
        (Given { file: Some(file(vec![])), environment, ..NOTHING }, Some("environment"), false),
        (Given { file: from_file(), ..NOTHING }, Some("file"), true),
        (Given { file: from_file(), environment, ..NOTHING }, Some("file"), true),
        (Given { file: from_file(), environment, named: &["team=MINE"], ..NOTHING }, Some("named"), true),
        (
            Given { file: from_file(), environment, set: &[("team", "a"), ("team", "set")], ..NOTHING },
            Some("set"),
            true,
        ),
    ] {
        let gathered = given.gather().unwrap();
        assert_eq!(team(&gathered), expected);
        assert_eq!(gathered.explicit.get("team").map(String::as_str), expected.filter(|_| explicit));
    }
}

#[test]
fn a_limit_of_the_command_line_wins_over_the_files() {
    let from_file = || {
        let mut from_file = file(Vec::new());
        from_file.limits.set("time", "1 s").unwrap();
        from_file.limits.set("requests", "7").unwrap();
        from_file
    };
    let limits = |limits| Given { file: Some(from_file()), limits, replay: true, ..NOTHING };
    let set = limits(&[("time", "2 s"), ("time", "3 s")]).gather().unwrap().settings.limits;
    assert_eq!([Limit::Time, Limit::Requests].map(|limit| set.number(limit)), [3_000, 7]);
    assert_eq!(limits(&[]).gather().unwrap().settings.limits, from_file().limits);
    assert_eq!(limits(&[("tme", "2 s")]).refused(), "--limit tme: there is no such limit; did you mean time?");
}

#[test]
fn an_empty_variable_is_none_and_in_a_replay_none_counts() {
    let given = Given { environment: &[("CHAT_TEAM", "")], ..NOTHING };
    assert_eq!(team(&given.gather().unwrap()), None);
    let given = Given { environment: &[("CHAT_TEAM", "x"), ("CHAT_TOKEN", "secret")], replay: true, ..NOTHING };
    let gathered = given.gather().unwrap();
    assert_eq!((team(&gathered), token(&gathered)), (None, Some(PLACEHOLDER)));
}

#[test]
fn a_secret_comes_from_one_place() {
    let from_file = || Some(file(vec![("token", Value::Environment("MINE".into()))]));
    let both = &[("MINE", "a"), ("CHAT_TOKEN", "b"), ("THIRD", "c")][..];
    for (given, expected) in [
        (Given { environment: both, ..NOTHING }, Some("b")),
        (Given { file: from_file(), environment: both, ..NOTHING }, Some("a")),
        (Given { file: from_file(), environment: both, named: &["token=THIRD"], ..NOTHING }, Some("c")),
        (Given { file: from_file(), environment: both, named: &["CHAT_TOKEN"], ..NOTHING }, Some("b")),
        (Given { file: Some(file(vec![("token", text("plain"))])), environment: both, ..NOTHING }, Some("plain")),
        (NOTHING, None),
        (Given { file: from_file(), replay: true, ..NOTHING }, Some(PLACEHOLDER)),
    ] {
        assert_eq!(token(&given.gather().unwrap()), expected);
    }
    for environment in [&[][..], &[("MINE", "")]] {
        let message = Given { file: from_file(), environment, ..NOTHING }.refused();
        assert_eq!(message, "prod.toml: token: MINE is not set in the environment; expected the value there");
    }
    let message = Given { named: &["token=THIRD"], ..NOTHING }.refused();
    assert_eq!(message, "--env token: THIRD is not set in the environment; expected the value there");
}

#[test]
fn what_belongs_to_one_server_is_not_taken_from_two_places() {
    let with_url = || Some(file(vec![("url", text("https://staging.example"))]));
    let with_token = || Some(file(vec![("token", text("plain"))]));
    let given = Given { file: with_url(), environment: &[("CHAT_TOKEN", "a")], ..NOTHING };
    assert_eq!(
        given.refused(),
        "token: it is in the environment (CHAT_TOKEN) and not in prod.toml, and what belongs to one server is not taken from \
         two places; expected token = { env = \"CHAT_TOKEN\" } in prod.toml, or --env CHAT_TOKEN to say that it is meant"
    );
    for (name, variable) in [("url", "CHAT_URL"), ("insecure", "CHAT_INSECURE"), ("proxy", "CHAT_PROXY")] {
        for replay in [false, true] {
            let environment = &[(variable, "true")][..];
            let given = Given { file: with_token(), environment, ..NOTHING };
            let message = given.refused();
            assert!(message.starts_with(&format!("{name}: it is in the environment ({variable})")), "{message}");
            assert!(message.contains(&format!("or --env {variable}")), "{message}");
            // Said on the command line it is meant, and so is what the file says itself.
            for given in [
                Given { set: &[(name, "false")], ..given },
                Given { file: Some(file(vec![(name, text("false"))])), environment, ..NOTHING },
                Given { file: with_token(), environment, named: &[variable], ..NOTHING },
                Given { environment, ..NOTHING },
            ] {
                Given { replay, ..given }.gather().unwrap();
            }
        }
    }
}

#[test]
fn a_secret_that_the_command_does_not_send_is_neither_read_nor_missed() {
    let environment = &[("CHAT_OTHER", "a"), ("CHAT_TOKEN", "b")][..];
    let gathered = Given { environment, ..NOTHING }.gather().unwrap();
    assert_eq!(gathered.settings.secrets.keys().collect::<Vec<_>>(), ["token"]);
    for other in [Value::Environment("UNSET".into()), Value::File("/nowhere".into()), Value::File("/dev/zero".into())] {
        let values = vec![("token", text("plain")), ("other", other)];
        let gathered = Given { file: Some(file(values)), environment, ..NOTHING }.gather().unwrap();
        assert_eq!(gathered.settings.secrets.keys().collect::<Vec<_>>(), ["token"]);
    }
    let gathered = Given { named: &["other=UNSET"], environment, ..NOTHING }.gather().unwrap();
    assert_eq!(gathered.settings.secrets.keys().collect::<Vec<_>>(), ["token"]);
    // Where nothing is sent, nothing is read.
    let values = vec![("token", Value::File("/dev/zero".into())), ("other", Value::Environment("UNSET".into()))];
    Given { file: Some(file(values)), replay: true, ..NOTHING }.gather().unwrap();
}

#[test]
fn references_are_for_secrets_alone() {
    for (name, kind) in [("team", "text"), ("url", "server-url"), ("insecure", "insecure"), ("proxy", "proxy")] {
        for (value, form) in [
            (Value::Environment("CHAT_TOKEN".into()), "{ env = … }"),
            (Value::File("token.txt".into()), "{ file = … }"),
        ] {
            for replay in [false, true] {
                let value = match &value {
                    Value::Environment(name) => Value::Environment(name.clone()),
                    _ => Value::File("token.txt".into()),
                };
                let given = Given {
                    file: Some(file(vec![(name, value)])),
                    environment: &[("CHAT_TOKEN", "hunter2")],
                    replay,
                    ..NOTHING
                };
                let message = given.refused();
                assert!(
                    message.starts_with(&format!("prod.toml: {name}: {form} is for secrets alone"))
                        && message.contains(&format!("of the kind {kind}, which the component reads; expected the value itself, or --set {name}=VALUE")),
                    "{message}"
                );
            }
        }
    }
}

#[test]
fn another_component_gets_only_variables_that_are_named_for_it() {
    let own = "SOAR_MY_CHAT__TOKEN";
    let environment = &[("CHAT_TOKEN", "a"), ("CHAT_TEAM", "b"), (own, "c"), ("SOAR_MY_CHAT__TEAM", "d")][..];
    let foreign = |environment| Given { environment, foreign: true, ..NOTHING };
    let gathered = foreign(&environment[..2]).gather().unwrap();
    assert_eq!((team(&gathered), token(&gathered)), (None, None));
    // What it would read comes from none, whatever it is called.
    let gathered = foreign(environment).gather().unwrap();
    assert_eq!((team(&gathered), token(&gathered)), (None, Some("c")));
    for word in ["CHAT_TOKEN", "token=CHAT_TOKEN"] {
        let gathered = Given { named: &[word], ..foreign(environment) }.gather().unwrap();
        assert_eq!(token(&gathered), Some("a"));
    }
    for word in ["CHAT_TEAM", "team=CHAT_TOKEN", "team=SOAR_MY_CHAT__TEAM"] {
        let message = Given { named: &[word], ..foreign(environment) }.refused();
        assert!(message.contains("to this component team is no secret but of the kind text"), "{message}");
    }
    let given = Given { file: Some(file(vec![("url", text("https://a.example"))])), ..foreign(environment) };
    let message = given.refused();
    assert!(message.contains(&format!("({own})")) && message.contains(&format!("--env token={own}")), "{message}");
}

#[test]
fn a_variable_that_could_be_for_two_parameters_or_none_is_refused() {
    let mut integration = integration();
    integration.parameters[1].environment = Some("CHAT_TOKEN".into());
    let gather = |word: &str| {
        let sources = Sources {
            integration: &integration,
            bundled: false,
            file: None,
            environment: true,
            named: &[Named::parse(word).unwrap()],
            set: &[],
            limits: &[],
            no_env: false,
            folders: &SecretFolders::default(),
            sends: Some(&command(&["token"])),
            recorded: false,
        };
        sources.gather(&|name| (name == "CHAT_TOKEN").then(|| "a".into()))
    };
    assert_eq!(
        gather("CHAT_TOKEN").unwrap_err().message(),
        "--env CHAT_TOKEN: team and token could both be meant; expected --env team=CHAT_TOKEN or --env token=CHAT_TOKEN"
    );
    assert_eq!(token(&gather("token=CHAT_TOKEN").unwrap()), Some("a"));
    assert_eq!(
        gather("HOME").unwrap_err().message(),
        "--env HOME: no parameter is known to come from it; expected --env PARAMETER=HOME"
    );
    assert_eq!(
        gather("tokn=HOME").unwrap_err().message(),
        "--env tokn: there is no such parameter; did you mean token?"
    );
    let both = Given { named: &["CHAT_TEAM"], set: &[("team", "a")], environment: &[("CHAT_TEAM", "b")], ..NOTHING };
    assert_eq!(both.refused(), "team: --env and --set both give it; expected one of them");
}

#[test]
fn a_variable_is_of_one_parameter() {
    let mut integration = integration();
    integration.parameters.push(parameter("TOKEN", ParameterKind::Secret));
    let gather = |bundled| {
        let sources = Sources {
            integration: &integration,
            bundled,
            file: None,
            environment: true,
            named: &[],
            set: &[],
            limits: &[],
            no_env: false,
            folders: &SecretFolders::default(),
            sends: Some(&command(&["token"])),
            recorded: false,
        };
        sources.gather(&|name| matches!(name, "CHAT_TOKEN" | "SOAR_MY_CHAT__TOKEN").then(|| "hunter2".into()))
    };
    let message = gather(false).unwrap_err().message();
    assert!(message.starts_with("SOAR_MY_CHAT__TOKEN could be for token and for TOKEN of this component"), "{message}");
    assert_eq!(token(&gather(true).unwrap()), Some("hunter2"));
}

#[test]
fn a_secret_in_plain_text_works_with_a_warning_that_does_not_repeat_it() {
    for (foreign, variable) in [(false, "CHAT_TOKEN"), (true, "SOAR_MY_CHAT__TOKEN")] {
        let given = Given { file: Some(file(vec![("token", text("hunter2hunter2"))])), foreign, ..NOTHING };
        let gathered = given.gather().unwrap();
        assert_eq!(token(&gathered), Some("hunter2hunter2"));
        let [warning] = &gathered.warnings[..] else { panic!("{:?}", gathered.warnings) };
        let advice = format!("token = {{ env = \"{variable}\" }} or token = {{ file = \"PATH\" }}");
        assert!(warning.contains(&advice), "{warning}");
        assert!(!warning.contains("hunter2hunter2"));
    }
}

#[test]
fn a_secret_is_not_taken_from_the_command_line() {
    let message = Given { set: &[("token", "hunter2")], ..NOTHING }.refused();
    assert!(message.starts_with("--set token: it is a secret") && !message.contains("hunter2"));
}
