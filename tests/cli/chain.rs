//! What holds the lines of `--audit` together, and `soar audit verify`.

use super::{Ran, soar};
use crate::support::{program, root};
use serde_json::Value;
use std::path::Path;

const CALL: [&str; 3] = ["run", "mattermost-get-team", "team_name=panw"];

fn run(file: &Path, more: &[&str]) -> Ran {
    let audit = ["--audit", file.to_str().expect("text")];
    soar(&[&CALL[..], &audit, more].concat()).ends(0)
}

fn verify(file: &Path, more: &[&str]) -> Ran {
    soar(&[&["audit", "verify", file.to_str().expect("text")], more].concat())
}

fn text(file: &Path) -> String {
    std::fs::read_to_string(file).expect("an audit")
}

fn records(file: &Path) -> Vec<Value> {
    text(file).lines().map(|line| serde_json::from_str(line).expect("JSON")).collect()
}

/// A copy of an audit, changed.
fn altered(file: &Path, change: impl FnOnce(&mut Vec<String>)) -> tempfile::NamedTempFile {
    let mut lines: Vec<String> = text(file).lines().map(str::to_owned).collect();
    change(&mut lines);
    let copy = tempfile::NamedTempFile::new().expect("a file");
    std::fs::write(copy.path(), lines.join("\n") + "\n").expect("written");
    copy
}

#[test]
fn runs_go_on_with_the_chain_and_what_was_changed_is_found() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("audit.jsonl");
    run(&file, &[]);
    run(&file, &[]);
    let all = records(&file);
    let numbers: Vec<_> = all.iter().filter_map(|record| record["sequence"].as_u64()).collect();
    assert_eq!(numbers, (1..=all.len() as u64).collect::<Vec<_>>());
    let last = all.last().expect("a record")["hash"].as_str().expect("a hash").to_owned();
    let ran = verify(&file, &[]).ends(0);
    assert!(ran.out.contains(&format!("whole, records 1 to {}, the last hash is {last}", all.len())), "{ran:?}");

    let changed = altered(&file, |lines| lines[1] = lines[1].replacen("\"allow\"", "\"deny\"", 1));
    let ran = verify(changed.path(), &[]).ends(1);
    assert!(ran.out.contains("line 2: it was changed"), "{ran:?}");
    let object = verify(changed.path(), &["--json"]).ends(1).object();
    assert_eq!((&object["whole"], &object["files"][0]["wrong"]["line"]), (&false.into(), &2.into()), "{object}");
    let missing = altered(&file, |lines| drop(lines.remove(2)));
    assert!(verify(missing.path(), &[]).ends(1).out.contains("line 3: it has the number 4; expected 3"));

    // Cut off at its end: only who knows the last hash can tell.
    let cut = altered(&file, |lines| drop(lines.pop()));
    verify(cut.path(), &[]).ends(0);
    let ran = verify(cut.path(), &["--last-hash", &last]).ends(1);
    assert!(ran.out.contains("no line has the hash"), "{ran:?}");
    run(&file, &[]);
    let object = verify(&file, &["--last-hash", &last, "--json"]).ends(0).object();
    assert_eq!((&object["whole"], &object["last_hash_found"]), (&true.into(), &true.into()), "{object}");
}

#[test]
fn an_audit_without_hashes_is_from_before() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("audit.jsonl");
    run(&file, &[]);
    let before = altered(&file, |lines| {
        for line in lines.iter_mut() {
            let (record, _) = line.split_once(",\"sequence\"").expect("a number");
            *line = format!("{record}}}");
        }
    });
    let ran = verify(before.path(), &[]).ends(3);
    assert!(ran.out.contains("no record has a hash, so nothing is proved of them"), "{ran:?}");
    assert_eq!(verify(before.path(), &["--json"]).ends(3).object()["files"][0]["wrong"], Value::Null);
}

#[test]
fn what_is_no_audit_is_said_to_be_none() {
    let ran = verify(&root().join("README.md"), &[]).ends(1);
    assert!(ran.out.contains("line 1: it is no record of an audit"), "{ran:?}");
    let ran = verify(&root().join("no.jsonl"), &[]).ends(2);
    assert!(ran.err.contains("no.jsonl"), "{ran:?}");
    verify(&root().join("README.md"), &["--last-hash", "abc"]).ends(2);
}

#[test]
fn processes_that_write_at_once_make_one_chain() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("audit.jsonl");
    let arguments = [&CALL[..], &["--audit", file.to_str().expect("text")]].concat();
    let command = || program::command(env!("CARGO_BIN_EXE_soar"), &arguments);
    let quiet = std::process::Stdio::null;
    let start = |_| command().stdout(quiet()).stderr(quiet()).spawn().expect("it starts");
    for mut running in (0..6).map(start).collect::<Vec<_>>() {
        assert!(running.wait().expect("it ends").success());
    }
    verify(&file, &[]).ends(0);
    let calls = records(&file).iter().filter(|record| record["event"] == "call").count();
    assert_eq!(calls, 6);
}

#[test]
fn who_asked_is_in_it_if_that_was_said() {
    let folder = tempfile::tempdir().expect("a folder");
    let (file, instance) = (folder.path().join("audit.jsonl"), folder.path().join("prod.toml"));
    std::fs::write(&instance, "team_name = \"panw\"\n").expect("written");
    let instance = instance.to_str().expect("text");
    run(&file, &["--actor", "anna@soc.example", "--correlation-id", "task 7", "--instance", instance]);
    run(&file, &[]);
    let all = records(&file);
    let (named, unnamed) = all.split_at(all.len() / 2);
    for record in named {
        assert_eq!(record["actor"], "anna@soc.example");
        assert_eq!(record["correlation_id"], "task 7");
        assert_eq!(record["instance"], "prod");
    }
    // Whose process it was is nobody who asked.
    for name in ["actor", "correlation_id", "instance"] {
        assert!(unnamed.iter().all(|record| record[name].is_null()));
    }
    for wrong in [&["--actor", "anna"][..], &["--correlation-id", "a\nb"], &["--correlation-id", ""]] {
        soar(&[&CALL[..], wrong].concat()).ends(2);
    }
}
