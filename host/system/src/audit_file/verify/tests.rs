use super::*;
use serde_json::{Value, json};

fn request(call: &str, event: &'static str, number: u64) -> (&'static str, Value) {
    (event, json!({ "call": call, "request": number }))
}

fn call(call: &str) -> (&'static str, Value) {
    ("call", json!({ "call": call }))
}

fn usual() -> Vec<(&'static str, Value)> {
    let a = [request("a", "sending", 1), request("a", "request", 1), call("a")];
    let b = [request("b", "sending", 1), request("b", "request", 2), request("b", "request", 1), call("b")];
    a.into_iter().chain(b).collect()
}

/// These records as lines that go on after a chain.
fn after(chain: &mut Chain, records: &[(&'static str, Value)]) -> Vec<Vec<u8>> {
    let mut lines = Vec::new();
    for (event, record) in records {
        let (line, next) = chain.line(event, record).unwrap();
        *chain = next;
        lines.push(line);
    }
    lines
}

fn lines() -> Vec<Vec<u8>> {
    after(&mut Chain::default(), &usual())
}

fn check(lines: &[Vec<u8>]) -> Checked {
    Verifier::new().file(&*lines.concat()).unwrap()
}

fn wrong(lines: &[Vec<u8>]) -> (u64, Why) {
    let wrong = check(lines).wrong.expect("something is wrong");
    (wrong.line, wrong.why)
}

#[test]
fn what_was_written_is_whole() {
    let (lines, mut chain) = (lines(), Chain::default());
    after(&mut chain, &usual());
    let (first, last, last_hash) = (Some(1), Some(7), chain.last);
    let whole = Checked { records: 7, first, last, last_hash, ..Checked::default() };
    assert_eq!(check(&lines), whole);
    assert_eq!(check(&[]), Checked::default());
}

#[test]
fn the_first_line_that_is_wrong_is_told_and_why() {
    let all = lines();
    let altered = |change: &dyn Fn(&mut Vec<Vec<u8>>)| {
        let mut lines = all.clone();
        change(&mut lines);
        wrong(&lines)
    };
    let replace = |line: &mut Vec<u8>, old: &str, new: &str| {
        *line = String::from_utf8(line.clone()).unwrap().replacen(old, new, 1).into_bytes();
    };
    assert_eq!(altered(&|lines| replace(&mut lines[2], "\"a\"", "\"x\"")), (3, Why::Changed));
    assert_eq!(altered(&|lines| replace(&mut lines[2], "\"sequence\":3", "\"sequence\":2")), (3, Why::Changed));
    assert_eq!(altered(&|lines| replace(&mut lines[2], "}", ",\"more\":1}")), (3, Why::Changed));
    assert_eq!(altered(&|lines| drop(lines.remove(0))), (1, Why::Begins(2)));
    assert_eq!(altered(&|lines| drop(lines.remove(3))), (4, Why::Missing { number: 5, expected: 4 }));
    assert_eq!(altered(&|lines| lines.swap(3, 4)), (4, Why::Missing { number: 5, expected: 4 }));
    assert_eq!(altered(&|lines| lines.insert(4, lines[3].clone())), (5, Why::Moved { number: 4, expected: 5 }));
    assert_eq!(altered(&|lines| lines.insert(2, b"so it was\n".to_vec())), (3, Why::NoRecord));
    assert_eq!(altered(&|lines| lines.insert(2, b"{\"a\":1}\n".to_vec())), (3, Why::NoRecord));
    let unchained = b"{\"event\":\"call\",\"call\":\"z\"}\n";
    assert_eq!(altered(&|lines| lines.insert(2, unchained.to_vec())), (3, Why::Unchained));
    let again = after(&mut Chain::default(), &[call("c")]);
    assert_eq!(altered(&|lines| lines.extend(again.clone())), (8, Why::BeginsAgain(7)));
    // A line of another file, with the right number and a hash that is its own.
    let mut other = Chain { sequence: 3, last: Some("sha256:0".into()) };
    let other = after(&mut other, &[call("c")]);
    assert_eq!(altered(&|lines| lines.splice(3..4, other.clone()).for_each(drop)), (4, Why::After));
}

#[test]
fn a_record_after_the_end_of_what_it_is_of_is_out_of_order() {
    for (records, line, said) in [
        (vec![call("a"), request("a", "request", 1)], 2, "it is of the call a, which had ended"),
        (vec![call("a"), call("a")], 2, "it is of the call a, which had ended"),
        (vec![request("a", "request", 1), request("a", "sending", 1)], 2, "request 1 of its call had ended"),
        (vec![request("a", "request", 1), request("a", "request", 1)], 2, "request 1 of its call had ended"),
        (vec![request("a", "sending", 1), request("a", "sending", 1)], 2, "request 1 of its call leaves twice"),
    ] {
        let (at, why) = wrong(&after(&mut Chain::default(), &records));
        assert_eq!((at, why.to_string().as_str()), (line, said));
    }
}

#[test]
fn lines_that_are_not_whole_are_counted() {
    let (mut chain, records) = (Chain::default(), usual());
    let mut lines = after(&mut chain, &records[..3]);
    let torn = lines[2][..40].to_vec();
    // The next one was written after what is whole.
    lines.insert(3, [&torn[..], b"\n\n"].concat());
    lines.extend(after(&mut chain, &records[3..]));
    lines.push(b"{\"ev".to_vec());
    let checked = check(&lines);
    assert_eq!((checked.records, checked.torn, checked.wrong), (7, vec![4, 10], None));
}

#[test]
fn lines_from_before_are_told_as_such() {
    let before: Vec<_> = usual()
        .into_iter()
        .map(|(event, record)| {
            let mut line = json!({ "event": event });
            line.as_object_mut().unwrap().extend(record.as_object().unwrap().clone());
            format!("{line}\n").into_bytes()
        })
        .collect();
    let checked = check(&before);
    assert_eq!((checked.records, checked.unchained, checked.last_hash, checked.wrong), (7, 7, None, None));
    // A chain begins after them.
    let more = after(&mut Chain::default(), &[call("c")]);
    let checked = check(&[before, more].concat());
    assert_eq!((checked.records, checked.unchained, checked.first, checked.wrong), (8, 7, Some(1), None));
}

#[test]
fn a_file_begins_anew_or_goes_on_with_the_one_before() {
    let mut chain = Chain::default();
    let (one, two) = (after(&mut chain, &usual()).concat(), after(&mut chain, &[call("c")]).concat());
    let three = after(&mut Chain::default(), &[call("d")]).concat();
    let mut verifier = Verifier::new();
    for file in [&one, &two, &three] {
        assert_eq!(verifier.file(&**file).unwrap().wrong, None);
    }
    let alone = Verifier::new().file(&*two).unwrap().wrong.unwrap();
    assert_eq!(alone, Wrong { line: 1, why: Why::Begins(8) });
}

#[test]
fn who_makes_the_chain_again_is_found_by_the_hash_that_was_published() {
    let mut chain = Chain::default();
    after(&mut chain, &usual());
    let published = chain.last.unwrap();
    let found = |lines: &[Vec<u8>]| {
        let mut verifier = Verifier::new().looking_for(&*published);
        let checked = verifier.file(&*lines.concat()).unwrap();
        (checked.wrong, verifier.found())
    };
    let mut grown = Chain::default();
    let grown = [after(&mut grown, &usual()), after(&mut grown, &[call("c")])].concat();
    assert_eq!(found(&grown), (None, true));
    // Cut, and made again without a record: each is a chain, and neither is the one that was published.
    assert_eq!(found(&lines()[..5]), (None, false));
    let without: Vec<_> = usual().into_iter().skip(3).collect();
    assert_eq!(found(&after(&mut Chain::default(), &without)), (None, false));
}

/// A line that was written to its end is no torn one, whatever is wrong with it: or a record could be put in as such.
#[test]
fn a_line_that_ends_is_a_record_or_wrong() {
    let record = String::from_utf8(lines()[2].clone()).unwrap();
    let line = record.trim_end();
    for put_in in [
        line.replacen("{\"event\":\"", "{\"event\":\"sending\",\"event\":\"", 1),
        line.replace("\"sequence\":3", "\"sequence\":3.0"),
        format!("{line} x"),
        format!("{line}{line}"),
        "{\"event\":\"sending\"}}".to_owned(),
    ] {
        let mut lines = lines();
        lines.insert(3, format!("{put_in}\n").into_bytes());
        assert_eq!(wrong(&lines).0, 4, "{put_in}");
    }
}

#[test]
fn a_line_may_break_off_anywhere_and_zeros_may_follow() {
    let mut chain = Chain::default();
    let whole = after(&mut chain, &usual());
    let (line, _) = chain.line("request", &json!({ "call": "c", "request": 1, "duration_ms": 12.345 })).unwrap();
    for end in 0..line.len() - 1 {
        for zeros in [0, 200] {
            let mut lines = whole.clone();
            lines.push([&line[..end], &vec![0; zeros]].concat());
            let checked = check(&lines);
            assert!(checked.wrong.is_none(), "{}: {:?}", String::from_utf8_lossy(&line[..end]), checked.wrong);
        }
    }
}
