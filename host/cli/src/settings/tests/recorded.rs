use super::*;

/// A recording must not have the secrets either that its call does not send.
#[test]
fn for_a_recording_all_secrets_are_read_wherever_they_come_from() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("other"), "from a file\n").unwrap();
    let environment = &[("CHAT_OTHER", "of the environment"), ("CHAT_TOKEN", "sent-sent"), ("MINE", "named")][..];
    let others = |values: Vec<(&str, Value)>, named, recorded| {
        let mut file = file(values);
        file.folder = Folder::open(folder.path()).unwrap();
        let given = Given { file: Some(file), environment, named, recorded, ..NOTHING };
        let gathered = given.gather().unwrap();
        assert_eq!(gathered.settings.secrets.keys().collect::<Vec<_>>(), ["token"]);
        let others: Vec<String> = gathered.others.iter().map(|secret| secret.expose().to_owned()).collect();
        (others, gathered.warnings)
    };
    let token = || ("token", Value::Environment("CHAT_TOKEN".into()));
    let all = ["sent-sent", "sent-sent", "named", "from a file", "of the environment"].map(str::to_owned);
    let values = || vec![token(), ("other", Value::File("other".into()))];
    assert_eq!(others(values(), &["other=MINE"], true).0, all);
    assert_eq!(others(values(), &["other=MINE"], false).0, [""; 0]);
    // One that can't be read is said; one that is not set is nowhere.
    let (kept, warnings) = others(vec![token(), ("other", Value::File("nowhere".into()))], &[], true);
    assert!(kept.contains(&"of the environment".into()), "{kept:?}");
    let [warning] = &warnings[..] else { panic!("{warnings:?}") };
    assert!(
        warning.starts_with("prod.toml: other: ") && warning.ends_with("not taken out of the recording"),
        "{warning}"
    );
    let (_, warnings) = others(vec![token(), ("other", Value::Environment("UNSET".into()))], &["other=UNSET"], true);
    assert!(warnings.is_empty(), "{warnings:?}");
    assert!(Given { environment, recorded: true, replay: true, ..NOTHING }.gather().unwrap().others.is_empty());
}
