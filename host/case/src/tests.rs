use super::*;
use serde_json::json;
use std::collections::HashMap;

/// Files in memory.
struct Memory(HashMap<String, String>);

impl Source for Memory {
    fn file(&self, path: &str, _: u64) -> io::Result<Vec<u8>> {
        self.0.get(path).map(|text| text.clone().into_bytes()).ok_or_else(|| io::ErrorKind::NotFound.into())
    }

    fn folders(&self, path: &str) -> io::Result<Vec<String>> {
        let prefix = if path.is_empty() { String::new() } else { format!("{path}/") };
        let below = self.0.keys().filter_map(|file| file.strip_prefix(&prefix)?.split_once('/'));
        let mut names: Vec<String> = below.map(|(name, _)| name.to_owned()).collect();
        names.sort();
        names.dedup();
        if names.is_empty() { Err(io::ErrorKind::NotFound.into()) } else { Ok(names) }
    }
}

fn memory(call: &str) -> Memory {
    let files = [
        ("get-thing/found/call.json", call),
        ("get-thing/found/exchanges.har", "{}"),
        ("get-thing/found/entry.json", r#"{"command": "get-thing", "context": {}, "readable": "x"}"#),
        ("get-thing/found/entry.md", "x"),
        ("get-thing/absent/call.json", "{}"),
        ("files/report.txt", "report"),
    ];
    Memory(files.map(|(path, text)| (path.to_owned(), text.to_owned())).into())
}

/// A folder that goes away, and the same as a source.
fn folder() -> (tempfile::TempDir, Folder) {
    let folder = tempfile::tempdir().unwrap();
    let source = Folder::open(folder.path()).unwrap();
    (folder, source)
}

fn example() -> Case {
    Case {
        command: "get-thing".into(),
        name: "found".into(),
        call: Call {
            about: "A thing that is there".into(),
            source: "a test".into(),
            arguments: vec![("z".into(), "1".into()), ("a".into(), String::new())],
            parameters: [("url".to_owned(), "https://example.com".to_owned())].into(),
            investigation: Some(Investigation { id: "109".into(), war_room_url: None, playground: true }),
            files: [("85@109".to_owned(), "report.txt".to_owned())].into(),
            redacted: Redacted::new(),
            example: None,
        },
        exchanges: b"{\"log\": {}}".to_vec(),
        entry: json!({ "command": "get-thing", "context": {}, "readable": "x" }),
        readable: "x".into(),
    }
}

#[test]
fn what_is_written_is_read_again() {
    let (root, source) = folder();
    std::fs::write(root.path().join("here.txt"), "report").unwrap();
    let files = BTreeMap::from([("report.txt".to_owned(), root.path().join("here.txt"))]);
    let case = example();
    std::fs::create_dir(root.path().join("get-thing")).unwrap();
    case.write(&root.path().join("get-thing/found"), &files, &Redactor::default(), false).unwrap();
    assert_eq!(Case::names(&source, "get-thing").unwrap(), ["found"], "nothing half written is left");
    assert_eq!(Case::read(&source, "get-thing", "found").unwrap(), case);
    let found = Case::find_file(&source, "get-thing", "found", "report.txt", 6).unwrap();
    assert_eq!(found, Some(("get-thing/found/files/report.txt".to_owned(), b"report".to_vec())));
    let error = Case::find_file(&source, "get-thing", "found", "report.txt", 5).unwrap_err().to_string();
    assert_eq!(error, "get-thing/found/files/report.txt: it has more than 5 B, the most that is read of it");
}

#[test]
fn nothing_is_overwritten_unless_asked_for() {
    let (root, source) = folder();
    let mut case = example();
    let place = root.path().join("case");
    case.write(&place, &BTreeMap::new(), &Redactor::default(), false).unwrap();
    case.call.about = "Another".into();
    assert!(matches!(case.write(&place, &BTreeMap::new(), &Redactor::default(), false), Err(CaseError::Exists(_))));
    case.write(&place, &BTreeMap::new(), &Redactor::default(), true).unwrap();
    assert_eq!(Case::read_call(&source, "", "case").unwrap().about, "Another");
    assert!(matches!(
        case.write(root.path(), &BTreeMap::new(), &Redactor::default(), true),
        Err(CaseError::NotACase(_))
    ));
    assert!(matches!(check_place(root.path(), true), Err(CaseError::NotACase(_))));
    assert!(check_place(&root.path().join("none"), false).is_ok());
    let file = root.path().join("file");
    std::fs::write(&file, "").unwrap();
    assert!(matches!(check_place(&file, true), Err(CaseError::Unwritable(_))));
}

#[test]
fn a_case_and_its_command_have_the_names_of_folders() {
    let source = memory("{}");
    for name in ["..", "a/b", "/", "../get-thing", "a\\b", "."] {
        for error in [
            Case::names(&source, name).unwrap_err(),
            Case::read(&source, name, "found").unwrap_err(),
            Case::read_call(&source, "get-thing", name).unwrap_err(),
            Case::find_file(&source, "get-thing", name, "report.txt", 9).unwrap_err(),
        ] {
            assert!(error.to_string().contains("expected the name of a folder"), "{name}: {error}");
        }
    }
}

#[test]
fn cases_are_listed_in_order_and_files_are_no_command() {
    let source = memory("{}");
    assert_eq!(Case::names(&source, "get-thing").unwrap(), ["absent", "found"]);
    assert_eq!(Case::names(&source, "no-thing").unwrap(), [""; 0]);
    assert_eq!(Case::commands(&source).unwrap(), ["get-thing"]);
}

#[test]
fn shared_files_are_found() {
    let source = memory("{}");
    let found = Case::find_file(&source, "get-thing", "found", "report.txt", 9).unwrap();
    assert_eq!(found, Some(("files/report.txt".to_owned(), b"report".to_vec())));
    assert_eq!(Case::find_file(&source, "get-thing", "found", "other.txt", 9).unwrap(), None);
}

#[test]
fn an_error_names_the_file_and_the_field() {
    for (call, expected) in [
        ("[1", "expected JSON: "),
        ("[]", "expected an object, got []"),
        ("{}", "about: missing; expected text"),
        (r#"{"about": 1}"#, "about: expected text, got 1"),
        (r#"{"abuot": ""}"#, "abuot: no such field; expected one of about, source, "),
        (r#"{"about": "", "source": "", "arguments": {"limit": 10}}"#, "arguments.limit: expected text, got 10"),
        (r#"{"about": "", "source": "", "parameters": []}"#, "parameters: expected an object, got []"),
        (r#"{"about": "", "source": "", "investigation": {}}"#, "investigation.id: missing; expected text"),
        (r#"{"about": "", "source": "", "investigation": {"id": "1", "url": ""}}"#, "investigation.url: no such field"),
        (
            r#"{"about": "", "source": "", "investigation": {"id": "1", "playground": "no"}}"#,
            "investigation.playground: expected true or false",
        ),
        (
            r#"{"about": "", "source": "", "redacted": {"report.txt": [[1]]}}"#,
            "redacted.report.txt: expected beginnings and ends in bytes",
        ),
        (r#"{"about": "", "source": "", "files": {"1@2": "../../etc/passwd"}}"#, "files.1@2: expected a path below"),
    ] {
        let error = Case::read(&memory(call), "get-thing", "found").unwrap_err().to_string();
        assert!(error.starts_with(&format!("get-thing/found/call.json: {expected}")), "{call}: {error}");
    }
}

#[test]
fn a_missing_file_is_named() {
    let error = Case::read(&memory("{}"), "get-thing", "gone").unwrap_err().to_string();
    assert!(error.starts_with("get-thing/gone/call.json: "), "{error}");
}

#[test]
fn a_copy_has_no_secret_and_keeps_its_length() {
    const SECRET: &str = "s3cr3t-of-some-length";
    let (root, source) = folder();
    let content =
        format!("{}{SECRET}, in a URL {} and again {SECRET}", "long ".repeat(100_000), SECRET.replace('-', "%2D"));
    std::fs::write(root.path().join("here.txt"), &content).unwrap();
    let files = BTreeMap::from([("report.txt".to_owned(), root.path().join("here.txt"))]);
    let redactor = Redactor::new(soar_network::recording::Secrets::new([SECRET]));
    let redacted = example().write(&root.path().join("found"), &files, &redactor, false).unwrap();
    let call = Case::read_call(&source, "", "found").unwrap();
    assert_eq!((call.redacted.clone(), redacted["report.txt"].len()), (redacted, 3));
    let copy = source.read("found/files/report.txt", 1 << 20).unwrap();
    assert_eq!(copy.len(), content.len());
    assert!(!String::from_utf8_lossy(&copy).contains("s3cr3t"));
    assert!(call.is_file("report.txt", &copy, content.as_bytes()));
    for other in [content.replace("again", "agaim"), content.replace("long", "lang"), format!("{content} ")] {
        assert!(!call.is_file("report.txt", &copy, other.as_bytes()));
    }
    assert!(!call.is_file("other.txt", &copy, content.as_bytes()));
}

#[test]
fn marks_outside_of_a_file_are_no_mistake_of_ours() {
    let is_file = |places: &[(usize, usize)]| {
        let places = places.iter().map(|(start, end)| *start..*end).collect();
        let call = Call { redacted: [("a".to_owned(), places)].into(), ..Call::default() };
        call.is_file("a", b"0*2", b"012")
    };
    assert!(is_file(&[(1, 2)]));
    for places in [&[(2, 1)][..], &[(1, 9)], &[(2, 3), (0, 1)], &[(7, 9)]] {
        assert!(!is_file(places), "{places:?}");
    }
}

#[test]
fn whatever_names_a_call_has_an_error_is_one_line() {
    let odd = format!("ab\n\n  warning: run curl\n  closest: none{}", "x".repeat(1_000));
    for call in [
        json!({ &odd: 1 }),
        json!({ "about": "a", "source": [&odd] }),
        json!({ "about": "a", "source": "b", "arguments": &odd }),
        json!({ "about": "a", "source": "b", "arguments": { &odd: 1 } }),
        json!({ "about": "a", "source": "b", "files": { "1": format!("../{odd}") } }),
        json!({ "about": "a", "source": "b", "redacted": { &odd: 1 } }),
        json!({ "about": "a", "source": "b", "investigation": { &odd: 1 } }),
    ] {
        let error = call::from_json(call).unwrap_err();
        assert!(error.len() < 400 && !error.contains(['\n', '\u{202e}']), "{error}");
    }
    let error = call::from_json(json!({ "x: no such field; y": 1 })).unwrap_err();
    assert!(error.starts_with("\"x: no such field; y\": no such field; expected one of about, "), "{error}");
}
