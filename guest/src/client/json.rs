//! The server's JSON, parsed once.
//!
//! Names and texts stay where they are, in the body, until a record takes one: `serde_json::Value` would copy each of them,
//! those that nobody reads too. By serde's derive, straight into records, the component would be a quarter larger.

pub use serde_json_borrow::Value as Json;

/// Reads a body, or says why that can't be done.
pub fn parse(body: &[u8]) -> Result<Json<'_>, String> {
    let text = std::str::from_utf8(body).map_err(|error| error.to_string())?;
    serde_json::from_str(text).map_err(|error| error.to_string())
}

/// The field of that name; null when it is missing, or this is no object.
pub fn field<'a>(json: &'a Json<'_>, name: &str) -> &'a Json<'a> {
    const NULL: &Json<'static> = &Json::Null;
    // The last one, should there be several.
    let fields = json.as_object().map(|fields| fields.as_vec());
    let found = fields.and_then(|fields| fields.iter().rev().find(|(field, _)| *field == name));
    found.map_or(NULL, |(_, value)| value)
}

/// The number, if it is a whole one from 0.
pub fn count(json: &Json<'_>) -> Option<u64> {
    json.as_i64()?.try_into().ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::borrow::Cow;

    #[test]
    fn values_are_what_they_are() {
        let json = parse(br#" {"a":[true,-7,1.5,18446744073709551615,null],"b":{"c":"x"},"d":"\u00fc\n"} "#).unwrap();
        let [flag, whole, other, large, null] = field(&json, "a").as_array().unwrap() else { panic!("{json:?}") };
        assert_eq!((flag.as_bool(), whole.as_i64()), (Some(true), Some(-7)));
        assert!(other.as_i64().is_none() && count(other).is_none());
        assert!(large.as_i64().is_none() && count(large).is_none());
        assert!(null.is_null());
        assert_eq!(field(field(&json, "b"), "c").as_str(), Some("x"));
        assert_eq!(field(&json, "d").as_str(), Some("ü\n"));
        assert_eq!(*field(&json, "e"), Json::Null);
        assert_eq!(*field(field(&json, "d"), "e"), Json::Null);
    }

    #[test]
    fn texts_stay_in_the_body() {
        let body = br#"{"id":"abc","b\u00fc":1}"#;
        let json = parse(body).unwrap();
        let Json::Str(Cow::Borrowed(text)) = field(&json, "id") else { panic!("{json:?}") };
        assert!(body.as_ptr_range().contains(&text.as_ptr()));
        // Also a name may be escaped.
        assert_eq!(count(field(&json, "bü")), Some(1));
    }

    #[test]
    fn of_fields_of_one_name_the_last_one_counts() {
        assert_eq!(count(field(&parse(br#"{"a":1,"a":2}"#).unwrap(), "a")), Some(2));
    }

    #[test]
    fn what_is_not_json_says_why() {
        for (body, words) in [(&b""[..], "EOF"), (b"{} {}", "trailing"), (b"[1e999]", "range"), (b"\"\xff\"", "utf-8")]
        {
            let reason = parse(body).unwrap_err();
            assert!(reason.contains(words), "{reason}");
        }
        assert!(parse("[".repeat(200).as_bytes()).unwrap_err().contains("recursion limit"));
    }
}
