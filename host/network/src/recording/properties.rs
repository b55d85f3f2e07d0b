use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use percent_encoding::percent_decode_str;
use proptest::prelude::*;
use serde_json::{Value, json};

use super::samples::{self, FIREFOX, FORM, JSON, exchange};
use super::tests::{asked, matcher, take};
use super::*;

fn all_strings(value: &Value, strings: &mut Vec<String>) {
    match value {
        Value::String(text) => {
            strings.push(text.clone());
            strings.push(percent_decode_str(text).decode_utf8_lossy().into_owned());
            if let Ok(bytes) = STANDARD.decode(text) {
                strings.push(String::from_utf8_lossy(&bytes).into_owned());
            }
            if let Ok(value @ (Value::Object(_) | Value::Array(_))) = serde_json::from_str(text) {
                all_strings(&value, strings);
            }
        }
        Value::Array(items) => items.iter().for_each(|item| all_strings(item, strings)),
        Value::Object(fields) => {
            for (name, value) in fields {
                strings.push(name.clone());
                all_strings(value, strings);
            }
        }
        _ => {}
    }
}

proptest! {
    #[test]
    fn what_is_written_is_read_again(exchanges in prop::collection::vec(samples::exchanges(), 0..4)) {
        let recording = Recording::from(exchanges);
        let written = recording.write();
        prop_assert!(har::from_str(&written).is_ok());
        let read = Recording::read(&written).unwrap();
        prop_assert_eq!(&read, &recording);
        prop_assert_eq!(read.write(), written);
    }

    #[test]
    fn secrets_are_never_written(secret in "[!-~é😀]{8,24}") {
        prop_assume!(!REDACTED.contains(&secret));
        let redactor = Redactor::new(Secrets::new([&secret]));
        let recording = Recording::from(vec![samples::leaking(&secret)]);
        let written = recording.redacted(&redactor).write();
        prop_assert!(!written.contains(&secret));
        let mut strings = Vec::new();
        all_strings(&serde_json::from_str(&written).unwrap(), &mut strings);
        for text in strings {
            prop_assert!(!text.contains(&secret), "{}", text);
        }
        let again = Recording::read(&written).unwrap();
        prop_assert_eq!(again.write(), written);
    }

    #[test]
    fn a_redacted_request_still_matches(secret in "[!-~é]{8,24}") {
        let all = samples::encoded(&secret);
        let url = format!("http://h/{all}/x{all}y?q={all}&token={all}");
        let json = json!({"a": [format!("before {secret} after"), secret], "token": {"b": 1}});
        for (media_type, body) in [
            (JSON, json.to_string()),
            (FORM, format!("a={all}&password=x")),
            ("text/plain", format!("before {secret} after")),
        ] {
            let leaking = exchange("POST", &url, media_type, body.as_bytes());
            let redacted = Redactor::new(Secrets::new([&secret])).exchange(&leaking);
            prop_assert!(redacted != leaking);
            let taken = take(&matcher([redacted]), &Asked::of(&leaking.request), &[]);
            prop_assert!(taken.is_ok(), "{}", taken.unwrap_err());
        }
    }

    #[test]
    fn a_request_matches_its_own_recording(exchange in samples::exchanges()) {
        let asked = Asked::of(&exchange.request);
        let recording = Recording::from(vec![exchange]);
        let recording = Recording::read(recording.write()).unwrap();
        prop_assert!(take(&Matcher::new(recording), &asked, &[]).is_ok());
    }

    #[test]
    fn order_of_names_does_not_matter(
        path in samples::segments(),
        query in samples::pairs(),
        fields in prop::collection::btree_map("[a-d]{1,3}", samples::json(), 0..5),
    ) {
        let body = |fields: Vec<(String, Value)>| {
            Value::Object(fields.into_iter().collect()).to_string().into_bytes()
        };
        let forwards: Vec<_> = fields.clone().into_iter().collect();
        let backwards: Vec<_> = fields.into_iter().rev().collect();
        // Stable: equal names stay in their order.
        let mut sorted = query.clone();
        sorted.sort_by(|(a, _), (b, _)| b.cmp(a));
        let recorded = exchange("POST", &samples::url(&path, &query), JSON, &body(forwards));
        let asked = asked("POST", &samples::url(&path, &sorted), JSON, &body(backwards));
        prop_assert!(take(&matcher([recorded]), &asked, &[]).is_ok());
    }

    #[test]
    fn one_change_never_matches(recorded in samples::exchanges(), what in 0..4, text in "\\PC{1,4}") {
        let mut changed = recorded.request.clone();
        let text = samples::encoded(&text);
        match what {
            0 => changed.method = "PATCH".to_owned(),
            1 => changed.url = changed.url.replacen('?', &format!("{text}?"), 1),
            2 => changed.url.push_str(&format!("&z={text}")),
            _ if changed.media_type == JSON => {
                changed.body = format!("[{}]", String::from_utf8_lossy(&changed.body)).into();
            }
            _ => changed.body = [&changed.body[..], b"&z=1"].concat().into(),
        }
        prop_assert!(take(&matcher([recorded]), &Asked::of(&changed), &[]).is_err());
    }

    #[test]
    fn one_changed_value_never_matches(
        mut pairs in samples::pairs(),
        index in any::<prop::sample::Index>(),
        value in "\\PC{1,4}",
        is_query in any::<bool>(),
    ) {
        prop_assume!(!pairs.is_empty());
        let request = |pairs: &[(String, String)]| {
            let (query, body) = if is_query { (pairs, &[][..]) } else { (&[][..], pairs) };
            exchange("PUT", &samples::url(&[], query), FORM, samples::joined(body).as_bytes())
        };
        let recorded = request(&pairs);
        let index = index.index(pairs.len());
        pairs[index].1.push_str(&value);
        prop_assert!(take(&matcher([recorded]), &Asked::of(&request(&pairs).request), &[]).is_err());
    }

    #[test]
    fn reading_never_panics(
        value in samples::json(),
        keys in prop::collection::vec(any::<prop::sample::Index>(), 1..8),
    ) {
        let _ = Recording::read(value.to_string());
        // And with any JSON in any place of a file that is right.
        let mut file: Value = serde_json::from_str(FIREFOX).unwrap();
        let mut place = &mut file;
        for key in keys {
            let pointer = match &*place {
                Value::Object(fields) if !fields.is_empty() => {
                    fields.keys().nth(key.index(fields.len())).cloned().unwrap()
                }
                Value::Array(items) if !items.is_empty() => key.index(items.len()).to_string(),
                _ => break,
            };
            place = place.pointer_mut(&format!("/{pointer}")).unwrap();
        }
        *place = value;
        if let Ok(recording) = Recording::read(file.to_string()) {
            let _ = Matcher::new(recording.clone());
            prop_assert!(Recording::read(recording.write()).is_ok());
        }
    }

    #[test]
    fn reading_bytes_never_panics(bytes in prop::collection::vec(any::<u8>(), 0..64)) {
        let _ = Recording::read(bytes);
    }
}
