use std::sync::Arc;

use serde_json::{Value, json};

use super::samples::{CHROME, FIREFOX, FORM, JSON, REAL, exchange};
use super::*;

mod bounds;
mod redactions;

pub(super) fn asked(method: &str, url: &str, media_type: &str, body: &[u8]) -> Asked {
    Asked::of(&exchange(method, url, media_type, body).request)
}

pub(super) fn matcher(exchanges: impl Into<Vec<Exchange>>) -> Matcher {
    Matcher::new(exchanges.into().into())
}

/// Looks for an exchange for as long as it takes.
pub(super) fn take(matcher: &Matcher, asked: &Asked, volatile: &[String]) -> Result<Arc<Exchange>, Box<Miss>> {
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    runtime.block_on(matcher.take(asked, volatile, None))
}

#[test]
fn samples_are_read_and_written() {
    for sample in [REAL, CHROME, FIREFOX] {
        let recording = Recording::read(sample).unwrap();
        let written = recording.write();
        let again = Recording::read(&written).unwrap();
        assert_eq!(again.write(), written);
        assert_eq!(again.exchanges.len(), recording.exchanges.len());
        har::from_str(&written).unwrap();
    }
    // The real one was written by this crate.
    assert_eq!(Recording::read(REAL).unwrap().write(), REAL);
}

#[test]
fn browsers_files_keep_what_matters_and_no_credentials() {
    let chrome = Recording::read(CHROME).unwrap();
    let [post, image, data] = &chrome.exchanges[..] else {
        panic!("three entries");
    };
    assert_eq!(post.request.headers.len(), 1);
    let vary: Vec<_> = post.answer.headers[2..].iter().map(|(_, value)| value).collect();
    assert_eq!(vary, ["Accept-Encoding", "Origin"]);
    assert_eq!(post.answer.content, Content::Kept("{\"id\":\"p1\",\"ok\":true}\n".into()));
    assert!(post.is_playable() && !image.is_playable() && !data.is_playable());
    assert_eq!(image.answer.content, Content::Lost(4096));

    let firefox = Recording::read(FIREFOX).unwrap();
    let form = &firefox.exchanges[0];
    assert_eq!(form.started.to_string(), "2026-03-02T10:15:30.123Z");
    assert_eq!(form.request.media_type, FORM);
    assert_eq!(form.request.body, "name=%C3%A4%20b&page=1");
    assert!(matches!(&form.answer.content, Content::Kept(body) if body.starts_with(b"GIF89a")));
    assert!(!firefox.exchanges[1].is_playable());
    for recording in [chrome, firefox] {
        assert!(!format!("{recording:?}").contains("made-up"));
    }
}

#[test]
fn what_is_no_har_file_is_refused_by_its_field() {
    for (file, expected) in [
        (json!([]), "the file is a list; an object was expected"),
        (json!({}), "log is missing; an object was expected"),
        (json!({"log": {}}), "log.entries is missing; a list was expected"),
        (json!({"log": {"version": "2.0", "entries": 1}}), "log.entries is a number; a list was expected"),
    ] {
        let error = Recording::read(file.to_string()).unwrap_err().to_string();
        let words = "the recording is not a HAR file that can be read: ";
        assert_eq!(error.strip_prefix(words), Some(expected));
    }
    let error = Recording::read("{").unwrap_err().to_string();
    assert!(error.starts_with("the recording is not JSON: EOF"), "{error}");
}

#[test]
fn an_entry_that_can_not_be_read_is_left_out_and_told() {
    let right = || json!({"request": {"method": "GET", "url": "http://h/"}, "response": {"status": 200}});
    for (entry, expected) in [
        (json!(5), "it is a number; an object was expected"),
        (json!({}), "request is missing; an object was expected"),
        (json!({"request": {"method": "GET"}}), "request.url is missing; a text was expected"),
        (json!({"request": {"url": "http://h/"}}), "request.method is missing; a text was expected"),
        (json!({"request": {"method": "GET", "url": {}}}), "request.url is an object; a text was expected"),
        (
            json!({"request": {"method": "GET", "url": "x", "headers": 5}}),
            "request.headers is a number; a list was expected",
        ),
        (
            json!({"request": {"method": "GET", "url": "x"}, "response": {"status": 200, "content": {"text": {}}}}),
            "response.content.text is an object; a text was expected",
        ),
        (
            json!({"request": {"method": "POST", "url": "x", "postData": {"_file": "1"}}}),
            "request.postData.text can't be had: its body is in the file \"1\", and files beside a recording are not read here",
        ),
    ] {
        let file = |entries: Value| Recording::read(json!({"log": {"entries": entries}}).to_string());
        let read = file(json!([right(), entry, right()])).unwrap();
        assert_eq!((read.exchanges.len(), read.entry(0), read.entry(1)), (2, 0, 2));
        assert_eq!(read.unreadable, [Unreadable { entry: 1, why: expected.into() }]);
        let error = file(json!([entry, entry])).unwrap_err().to_string();
        assert_eq!(error, format!("none of its 2 entries could be read; the first: entry 0: {expected}"));
        // Whoever asks for something else is told.
        let matcher = Matcher::new(read);
        let miss = take(&matcher, &asked("GET", "http://h/x", "", b""), &[]).unwrap_err().to_string();
        assert!(miss.ends_with(&format!("\n  1 entry could not be read: entry 1: {expected}")), "{miss}");
        let used = |_| take(&matcher, &asked("GET", "http://h/", "", b""), &[]);
        assert!((0..2).map(used).all(|used| used.is_ok()));
        let miss = used(2).unwrap_err().to_string();
        assert!(miss.contains("closest: GET http://h/ (entry 2)"), "{miss}");
    }
}

#[test]
fn types_times_and_absent_fields_decide_nothing() {
    let plain = json!({"log": {"version": 1.2, "entries": [{
        "startedDateTime": "2026-01-13T15:41:11.497Z", "time": 5,
        "request": {"method": "GET", "url": "http://h/", "headers": [{"name": "a", "value": "5"}]},
        "response": {"status": 200, "statusText": "OK", "content": {"mimeType": "application/json", "text": "5"}},
    }]}});
    let expected = Recording::read(plain.to_string()).unwrap();
    let change = |pointer: &str, value: Value| {
        let mut changed = plain.clone();
        *changed.pointer_mut(pointer).unwrap() = value;
        Recording::read(changed.to_string()).unwrap()
    };
    for (pointer, value) in [
        ("/log/version", json!("2.0")),
        ("/log/version", json!({"a": 1})),
        ("/log/version", json!(null)),
        ("/log/entries/0/time", json!("5")),
        ("/log/entries/0/startedDateTime", json!("2026-01-13T15:41:11.497")),
        ("/log/entries/0/startedDateTime", json!("2026-01-13T16:41:11.497+01:00")),
        ("/log/entries/0/request/method", json!("get")),
        ("/log/entries/0/request/headers", json!({"a": 5})),
        ("/log/entries/0/request/headers/0/value", json!(5)),
        ("/log/entries/0/response/status", json!("200")),
        ("/log/entries/0/response/content/text", json!(5)),
    ] {
        assert_eq!(change(pointer, value.clone()), expected, "{pointer} {value}");
    }
    for (pointer, values) in [
        ("/log/entries/0/startedDateTime", [json!("yesterday"), json!(5), json!(null), json!([])]),
        ("/log/entries/0/time", [json!(-1), json!("x"), json!(null), json!({})]),
        ("/log/entries/0/response/statusText", [json!(5), json!(true), json!(null), json!([])]),
    ] {
        for value in values {
            let read = change(pointer, value);
            assert_eq!(read.exchanges[0].answer.content, expected.exchanges[0].answer.content);
            assert!(read.exchanges[0].is_playable());
        }
    }
}

#[test]
fn of_a_file_that_was_cut_the_entries_before_that_are_read() {
    let entry = |index: usize| {
        json!({"request": {"method": "GET", "url": format!("http://h/{index}")}, "response": {"status": 200}})
            .to_string()
    };
    let whole = format!(r#"{{"log": {{"entries": [{}, {}, {}]}}}}"#, entry(0), entry(1), entry(2));
    let second = whole.find("http://h/2").unwrap();
    for (file, count, words) in [
        (whole[..second].to_owned(), 2, "the file was cut: it ends in or after entry 1"),
        (format!("{}{}", &whole[..second], "\0".repeat(9000)), 2, "the file was cut: it ends in or after entry 1"),
        (whole[..whole.len() - 1].to_owned(), 3, "the file was cut: it ends in or after entry 2"),
        (whole.replace("http://h/2\"", "http://h/2\" \"x"), 2, "after entry 1 the file is no JSON (line 1, column "),
        (format!("{whole}{whole}"), 3, "the file goes on after the end of the recording, and that was not read"),
    ] {
        let read = Recording::read(&file).unwrap();
        assert_eq!(read.exchanges.len(), count, "{file}");
        let left_out = read.left_out().unwrap();
        assert!(left_out.starts_with(words), "{left_out}");
    }
    for rest in ["", "\n\n", "\0\0"] {
        assert_eq!(Recording::read(format!("{whole}{rest}")).unwrap().left_out(), None);
    }
    // What other tools write and is no JSON.
    for (from, to) in
        [("http://h/2", "http://h/2\\ud83d"), ("200", "200, \"time\": NaN"), ("}]", "},]"), ("h/2", "h/\t2")]
    {
        let read = Recording::read(whole.replace(from, to)).unwrap();
        assert_eq!((read.exchanges.len(), read.left_out()), (3, None), "{to}");
    }
    let mut odd = whole.clone().into_bytes();
    odd[second + 9] = 0xff;
    assert!(Recording::read(odd).unwrap().exchanges[2].request.url.contains('\u{fffd}'));
}

#[test]
fn requests_match_by_meaning() {
    let url = "http://h:1/base/a-b/c%2Fd?page=1&page=2&q=x+y";
    let body = br#"{"a": 1, "b": {"c": [1, 2], "d": null}, "id": "old"}"#;
    let recorded = || matcher([exchange("POST", url, JSON, body)]);
    let other = br#"{"id":"new","b":{"d":null,"c":[1,2]},"a":1}"#;
    let same = "https://other/base/a%2Db/c%2fd?q=x%20y&page=1&page=2";
    let volatile = ["id".to_owned()];

    let taken = take(&recorded(), &asked("POST", same, JSON, other), &volatile);
    assert_eq!(taken.unwrap().answer.status, 200);

    for (method, url, body, difference) in [
        ("PUT", url, &other[..], "method: is PUT, recorded POST"),
        (
            "POST",
            "http://h/base/a-b/c/d?page=1&page=2&q=x+y",
            other,
            "path: is /base/a-b/c/d, recorded /base/a-b/c%2Fd",
        ),
        (
            "POST",
            "http://h/base/a-b/c%2Fd?page=2&page=1&q=x+y",
            other,
            "query: page is 2, recorded 1\n  query: page is 1, recorded 2",
        ),
        (
            "POST",
            "http://h/base/a-b/c%2Fd?page=1&q=x+y&r",
            other,
            "query: page is missing, recorded 2\n  query: r is , not recorded",
        ),
        (
            "POST",
            url,
            br#"{"a":1,"b":{"c":[1,3,"\u001b[2J"],"d":null},"e":"x"}"#,
            "body.b.c[1]: is 3, recorded 2\n  body.b.c[2]: is \"\\u001b[2J\", not recorded\n  \
             body.e: is \"x\", not recorded",
        ),
        ("POST", url, b"text", "body: is \"text\", recorded JSON"),
        ("POST", url, b"", "body: is missing, recorded JSON"),
    ] {
        let miss = take(&recorded(), &asked(method, url, JSON, body), &volatile).unwrap_err();
        let shown = miss.to_string();
        assert!(shown.ends_with(&format!("(entry 0)\n  {difference}")), "{shown}");
    }
}

#[test]
fn each_exchange_answers_once_in_order() {
    let mut exchanges: Vec<_> = (0..3)
        .map(|index| {
            let mut exchange = exchange("GET", "http://h/a", "", b"");
            exchange.answer.status = 200 + index;
            exchange
        })
        .collect();
    exchanges[1].answer.status = 101;
    let matcher = matcher(exchanges);
    assert_eq!(matcher.unused().len(), 2);
    let asked = asked("GET", "http://h/a", "", b"");
    assert_eq!(take(&matcher, &asked, &[]).unwrap().answer.status, 200);
    assert_eq!(take(&matcher, &asked, &[]).unwrap().answer.status, 202);
    assert_eq!(
        take(&matcher, &asked, &[]).unwrap_err().to_string(),
        "no recorded request matches GET http://h/a\n  closest: GET http://h/a (entry 2)\n  \
         used up: the recording has 2 such requests\n  \
         entry 1 is this request as well, and can't answer it: it was answered with 101 alone, as web sockets are"
    );
    assert!(matcher.unused().is_empty());
}

#[tokio::test]
async fn others_have_their_turn_while_an_exchange_is_looked_for() {
    let body = |last: &str| format!("[\"{}\", {last}]", "x".repeat(600 << 10));
    let (one, other) = (body("1"), body("2"));
    let matcher = matcher(vec![exchange("POST", "http://h/", JSON, one.as_bytes()); 3]);
    let asked = asked("POST", "http://h/", JSON, other.as_bytes());
    tokio::select! {
        biased;
        _ = matcher.take(&asked, &[], None) => panic!("it was done in one go"),
        () = std::future::ready(()) => {}
    }
    assert!(matcher.take(&asked, &[], None).await.unwrap_err().to_string().contains("body[1]: is 2, recorded 1"));
    // But for those who look for another one in it: the trees of all would be in memory at once.
    let (first, none) = (matcher.take(&asked, &[], None), super::tests::asked("GET", "http://h/none", "", b""));
    let (mut first, mut second) = (std::pin::pin!(first), std::pin::pin!(matcher.take(&none, &[], None)));
    tokio::select! {
        biased;
        _ = &mut first => panic!("it was done in one go"),
        _ = &mut second => panic!("two were compared at once"),
        () = std::future::ready(()) => {}
    }
    assert!(first.await.is_err() && second.await.is_err());
}

#[test]
fn no_more_is_written_of_what_differs_than_is_shown() {
    struct Endless(std::cell::Cell<usize>);
    impl std::fmt::Display for Endless {
        fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
            loop {
                self.0.set(self.0.get() + 1);
                f.write_str("\u{e4}")?;
            }
        }
    }
    let endless = Endless(Default::default());
    assert!(super::difference::written(&endless).len() < 2_000 && endless.0.get() < 2_000);
}

/// It would be copied for each item.
#[test]
fn a_long_name_of_a_long_list_is_compared_once() {
    let body = |last: &str| format!("{{\"{}\": [{}{last}]}}", "n".repeat(400 << 10), "0,".repeat(300 << 10));
    let (one, other) = (body("1"), body("2"));
    let matcher = matcher([exchange("POST", "http://h/", JSON, one.as_bytes())]);
    let found = |body: &str| take(&matcher, &asked("POST", "http://h/", JSON, body.as_bytes()), &[]);
    let miss = found(&other).unwrap_err();
    let Some(Closest { why: Why::Differs { differences }, .. }) = &miss.closest else { panic!("{miss}") };
    assert!(differences[0].name.starts_with(".nnn") && differences[0].name.len() < 2000, "{miss}");
    assert!(found(&one).is_ok());
}

#[test]
fn misses_say_what_came_closest_without_credentials() {
    let none = take(&matcher([]), &asked("GET", "http://h/", "", b""), &[]).unwrap_err();
    assert_eq!(none.to_string(), "no recorded request matches GET http://h/\n  the recording is empty");

    let matcher = matcher([
        exchange("GET", "http://h/api/teams", "", b""),
        exchange("GET", "http://h/api/users/me", "", b""),
        exchange("POST", "http://h/api/users?token=t1", JSON, br#"{"password": "p1"}"#),
    ]);
    let far = take(&matcher, &asked("GET", "http://h/api/users/you?page=1", "", b""), &[]);
    assert_eq!(
        far.unwrap_err().to_string(),
        "no recorded request matches GET http://h/api/users/you?page=1\n  \
         closest: GET http://h/api/users/me (entry 1)\n  \
         path: is /api/users/you, recorded /api/users/me"
    );
    let url = "http://u:p2@h/api/users?token=t2";
    let near = take(&matcher, &asked("POST", url, JSON, br#"{"password": "p2"}"#), &[]);
    let near = near.unwrap_err();
    assert_eq!(
        near.to_string(),
        "no recorded request matches POST http://h/api/users?token=%5Bredacted%5D\n  \
         closest: POST http://h/api/users?token=%5Bredacted%5D (entry 2)\n  \
         query: token is [redacted], recorded [redacted]\n  \
         body.password: is [redacted], recorded [redacted]"
    );
    let json = serde_json::to_value(&*near).unwrap();
    assert_eq!(json["closest"]["why"]["differs"]["differences"][0]["part"], "query");
    let lost = Matcher::new(Recording::read(CHROME).unwrap());
    let lost = take(&lost, &asked("GET", "http://h/logo.png", "", b""), &[]).unwrap_err();
    assert_eq!(
        lost.to_string(),
        "no recorded answer to GET http://h/logo.png\n  entry 1 is this request, and can't answer it: its body of 4096 \
         bytes is not in the file; save it with the content of the answers"
    );
}

#[test]
fn coded_answers_are_kept_in_memory_and_not_written() {
    let mut coded = exchange("GET", "http://h/", "", b"");
    coded.answer.headers = vec![("Content-Encoding".to_owned(), "gzip".to_owned())];
    coded.answer.content = Content::Kept(b"\x1f\x8b\x08secret"[..].into());
    assert!(coded.is_playable());
    let written = Recording::from(vec![coded]).write();
    let read = Recording::read(written).unwrap();
    assert_eq!(read.exchanges[0].answer.content, Content::Lost(9));
}
