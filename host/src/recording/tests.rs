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
    Matcher::new(Recording { exchanges: exchanges.into() })
}

/// Looks for an exchange for as long as it takes.
pub(super) fn take(matcher: &Matcher, asked: &Asked, volatile: &[String]) -> Result<Arc<Exchange>, Box<Miss>> {
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    runtime.block_on(matcher.take(asked, volatile))
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
fn errors_name_the_entry_and_the_field() {
    let entry = |request: Value, response: Value| {
        json!({"log": {"version": "1.2", "entries": [
            {"request": {"method": "GET", "url": "http://h/"}, "response": {"status": 200}},
            {"request": request, "response": response},
        ]}})
    };
    let request = || json!({"method": "GET", "url": "http://h/"});
    for (file, expected) in [
        (json!([]), "the file is an array; an object was expected"),
        (json!({}), "log is missing; an object was expected"),
        (json!({"log": {}}), "log.entries is missing; an array was expected"),
        (json!({"log": {"version": "2.0"}}), "log.version is \"2.0\"; versions 1.x are read"),
        (entry(json!({"method": "GET"}), json!({})), "log.entries[1].request.url is missing; a string was expected"),
        (
            entry(json!({"headers": [{"name": "a"}, {"name": 5}]}), json!({})),
            "log.entries[1].request.headers[1].name is a number; a string was expected",
        ),
        (
            entry(request(), json!({"status": 1000})),
            "log.entries[1].response.status is 1000; a status of three digits, or 0, was expected",
        ),
        (
            entry(request(), json!({"content": {"text": "!", "encoding": "base64"}})),
            "log.entries[1].response.content.text should be base64: Invalid symbol 33, offset 0.",
        ),
        (
            entry(request(), json!({"content": {"text": "", "encoding": "gzip"}})),
            "log.entries[1].response.content.encoding is \"gzip\"; \"base64\" or nothing was expected",
        ),
    ] {
        let error = Recording::read(file.to_string()).unwrap_err().to_string();
        let words = "the recording is not a HAR file that can be read: ";
        assert_eq!(error.strip_prefix(words), Some(expected));
    }
    let error = Recording::read("{").unwrap_err().to_string();
    assert!(error.starts_with("the recording is not JSON: EOF"), "{error}");
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
         used up: the recording has 2 such requests"
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
        _ = matcher.take(&asked, &[]) => panic!("it was done in one go"),
        () = std::future::ready(()) => {}
    }
    assert!(matcher.take(&asked, &[]).await.unwrap_err().to_string().contains("body[1]: is 2, recorded 1"));
    // But for those who look for another one in it: the trees of all would be in memory at once.
    let (first, none) = (matcher.take(&asked, &[]), super::tests::asked("GET", "http://h/none", "", b""));
    let (mut first, mut second) = (std::pin::pin!(first), std::pin::pin!(matcher.take(&none, &[])));
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
    assert!(lost.to_string().ends_with("\n  its answer is not in the recording"));
}

#[test]
fn coded_answers_are_kept_in_memory_and_not_written() {
    let mut coded = exchange("GET", "http://h/", "", b"");
    coded.answer.headers = vec![("Content-Encoding".to_owned(), "gzip".to_owned())];
    coded.answer.content = Content::Kept(b"\x1f\x8b\x08secret"[..].into());
    assert!(coded.is_playable());
    let written = Recording { exchanges: vec![coded] }.write();
    let read = Recording::read(written).unwrap();
    assert_eq!(read.exchanges[0].answer.content, Content::Lost(9));
}
