use super::super::{Checked, Verifier};
use super::*;
use proptest::prelude::*;
use serde_json::json;
use std::io::BufReader;
use std::path::PathBuf;
use std::sync::Arc;

fn folder() -> (tempfile::TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("audit.jsonl");
    (folder, path)
}

fn checked(path: &Path) -> Checked {
    Verifier::new().file(BufReader::new(File::open(path).unwrap())).unwrap()
}

/// The record of a call of this name.
fn record(lines: &JsonLines<impl Write>, call: &str) -> io::Result<()> {
    lines.line("call", &json!({ "call": call }))
}

#[test]
fn whoever_appends_goes_on_with_one_chain() {
    let (_folder, path) = folder();
    let writer = |name: &'static str| {
        let path = path.clone();
        std::thread::spawn(move || {
            let lines = JsonLines::open(path).unwrap();
            (0..50).for_each(|number| record(&lines, &format!("{name}{number}")).unwrap());
        })
    };
    let writers: Vec<_> = ["a", "b", "c"].into_iter().map(writer).collect();
    writers.into_iter().for_each(|writer| writer.join().unwrap());
    let checked = checked(&path);
    assert_eq!((checked.records, checked.first, checked.last, checked.wrong), (150, Some(1), Some(150), None));
}

#[test]
fn a_line_that_another_process_left_torn_stays_by_itself() {
    let (_folder, path) = folder();
    let lines = JsonLines::open(&path).unwrap();
    record(&lines, "a").unwrap();
    // Another one dies while it writes.
    File::options().append(true).open(&path).unwrap().write_all(b"{\"event\":\"ca").unwrap();
    record(&lines, "b").unwrap();
    record(&JsonLines::open(&path).unwrap(), "c").unwrap();
    let checked = checked(&path);
    assert_eq!((checked.records, checked.torn, checked.wrong), (3, vec![2], None));
}

#[test]
fn a_file_that_was_moved_away_keeps_its_chain_and_a_new_one_begins() {
    let (folder, path) = folder();
    let old = folder.path().join("audit.1.jsonl");
    let lines = JsonLines::open(&path).unwrap();
    record(&lines, "a").unwrap();
    std::fs::rename(&path, &old).unwrap();
    // Who has it open goes on with it.
    record(&lines, "b").unwrap();
    record(&JsonLines::open(&path).unwrap(), "c").unwrap();
    assert_eq!((checked(&old).last, checked(&path).last), (Some(2), Some(1)));
    let mut verifier = Verifier::new();
    for path in [&old, &path] {
        assert_eq!(verifier.file(BufReader::new(File::open(path).unwrap())).unwrap().wrong, None);
    }
}

#[test]
fn a_file_that_was_copied_and_emptied_begins_anew() {
    let (_folder, path) = folder();
    let lines = JsonLines::open(&path).unwrap();
    record(&lines, "a").unwrap();
    File::options().write(true).open(&path).unwrap().set_len(0).unwrap();
    record(&lines, "b").unwrap();
    assert_eq!((checked(&path).first, checked(&path).wrong), (Some(1), None));
}

#[test]
fn a_chain_begins_after_lines_that_have_no_hash() {
    let (_folder, path) = folder();
    std::fs::write(&path, "{\"event\":\"call\",\"call\":\"before\"}\n").unwrap();
    #[cfg(unix)]
    std::fs::set_permissions(&path, std::os::unix::fs::PermissionsExt::from_mode(0o600)).unwrap();
    record(&JsonLines::open(&path).unwrap(), "a").unwrap();
    let checked = checked(&path);
    assert_eq!((checked.records, checked.unchained, checked.first, checked.wrong), (2, 1, Some(1), None));
}

/// Takes so many bytes of each piece as it is told, and then fails once.
#[derive(Clone, Default)]
struct Faulty {
    written: Arc<Mutex<Vec<u8>>>,
    takes: Arc<Mutex<Vec<usize>>>,
    failing: bool,
}

impl Write for Faulty {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if std::mem::take(&mut self.failing) {
            return Err(io::Error::other("no space left on device"));
        }
        let most = self.takes.lock().unwrap().pop().unwrap_or(usize::MAX);
        let taken = most.min(bytes.len());
        self.failing = taken < bytes.len();
        self.written.lock().unwrap().extend_from_slice(&bytes[..taken]);
        if taken == 0 { Err(io::Error::other("no space left on device")) } else { Ok(taken) }
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

proptest! {
    #[test]
    fn wherever_a_line_breaks_off_the_chain_holds(takes in prop::collection::vec(0..250usize, 1..8)) {
        let out = Faulty { takes: Arc::new(Mutex::new(takes)), ..Faulty::default() };
        let lines = JsonLines::new(out.clone());
        for number in 0..20 {
            drop(record(&lines, &number.to_string()));
        }
        let written = out.written.lock().unwrap();
        let checked = Verifier::new().file(&**written).unwrap();
        prop_assert_eq!(checked.wrong, None);
        prop_assert!(checked.records >= 12);
    }
}
