use super::super::samples::encoded;
use super::*;

const SECRET: &str = "t0p-s3cr3t-t0ken";

/// Requests with this text in each place that is compared.
fn with(text: &str) -> Vec<Exchange> {
    let encoded = encoded(text);
    vec![
        exchange("POST", "http://h/a", JSON, json!({ "message": text }).to_string().as_bytes()),
        exchange("POST", "http://h/a", JSON, json!([{ "message": ["x", text] }]).to_string().as_bytes()),
        exchange("POST", "http://h/a", FORM, format!("message={encoded}").as_bytes()),
        exchange("POST", "http://h/a", "text/plain", format!("a {text} b").as_bytes()),
        exchange("GET", &format!("http://h/a/{encoded}/b"), "", b""),
        exchange("GET", &format!("http://h/a?q={encoded}"), "", b""),
    ]
}

fn replays(recorded: &Exchange, asked: &Exchange) -> bool {
    let written = Recording::from(vec![recorded.clone()]).write();
    let read = Recording::read(&written).unwrap();
    assert_eq!(read.write(), written);
    take(&Matcher::new(read), &Asked::of(&asked.request), &[]).is_ok()
}

#[test]
fn what_says_redacted_is_a_text_like_any_other() {
    let recorded = with(REDACTED).into_iter().map(|exchange| Redactor::new(Secrets::new([SECRET])).exchange(&exchange));
    let all = recorded.zip(with(REDACTED)).zip(with("another message"));
    for ((recorded, same), other) in all {
        assert!(recorded.request.redactions.is_empty());
        assert!(replays(&recorded, &same), "{same:?}");
        assert!(!replays(&recorded, &other), "{other:?}");
    }
}

#[test]
fn what_was_taken_out_is_marked_and_stands_for_anything_in_its_place() {
    let redactor = Redactor::new(Secrets::new([SECRET]));
    let text = |secret: &str| format!("{REDACTED} {secret}");
    let all = with(&text(SECRET)).into_iter().zip(with(&text("another"))).zip(with("[redacte] another"));
    for ((sent, again), other) in all {
        let recorded = redactor.exchange(&sent);
        assert_eq!(recorded.request.redactions.url.len() + recorded.request.redactions.body.len(), 1, "{recorded:?}");
        assert!(replays(&recorded, &sent) && replays(&recorded, &again), "{recorded:?}");
        assert!(!replays(&recorded, &other), "{recorded:?}");
        assert_eq!(redactor.exchange(&recorded), recorded);
    }
}

#[test]
fn a_miss_shows_what_was_taken_out_as_such() {
    let recorded = Redactor::new(Secrets::new([SECRET]));
    let recorded: Vec<_> = with(SECRET).iter().map(|exchange| recorded.exchange(exchange)).collect();
    for (index, asked) in with("x").into_iter().enumerate() {
        let mut asked = asked.request;
        asked.method = "DELETE".into();
        let miss = take(&matcher([recorded[index].clone()]), &Asked::of(&asked), &[]).unwrap_err();
        let shown = format!("{miss} {}", serde_json::to_value(&miss).unwrap());
        assert!(!shown.contains("any-"), "{shown}");
    }
}

#[test]
fn a_mark_stands_where_something_was_taken_out_or_is_refused() {
    let file = |marks: Value| {
        json!({"log": {"entries": [{
            "request": {
                "method": "POST", "url": "http://h/a?q=%5Bredacted%5D",
                "postData": { "mimeType": "text/plain", "text": "ä [redacted][redacted]" },
                "_redactions": marks,
            },
            "response": { "status": 200 },
        }]}})
        .to_string()
    };
    let right = Recording::read(file(json!({ "url": [[13, 27]], "body": [[3, 13], [13, 23]] }))).unwrap();
    let redactions = &right.exchanges[0].request.redactions;
    assert_eq!((redactions.url.len(), redactions.body.len()), (1, 2));
    assert!(Recording::read(file(json!({ "body": null }))).unwrap().exchanges[0].request.redactions.is_empty());
    for (marks, place) in [
        (json!([]), "_redactions is a list"),
        (json!({ "url": {} }), "_redactions.url is an object"),
        (json!({ "url": [[9, 27]] }), "_redactions.url[0] is [9,27]"),
        (json!({ "url": [[13, 900]] }), "_redactions.url[0] is [13,900]"),
        (json!({ "url": [[27, 13]] }), "_redactions.url[0] is [27,13]"),
        (json!({ "url": [[13]] }), "_redactions.url[0] is [13]"),
        (json!({ "url": ["x"] }), "_redactions.url[0] is \"x\""),
        (json!({ "body": [[0, 24]] }), "_redactions.body[0] is [0,24]"),
        (json!({ "body": [[3, 13], [3, 13]] }), "_redactions.body[1] is [3,13]"),
        (json!({ "body": [[-1, 3.5]] }), "_redactions.body[0] is [-1,3.5]"),
    ] {
        let error = Recording::read(file(marks)).unwrap_err().to_string();
        assert!(error.contains(&format!("could not be read: request.{place}")), "{error}");
    }
}
