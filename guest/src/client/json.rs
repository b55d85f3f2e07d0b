//! The server's JSON, parsed once.
//!
//! Names and texts stay where they are, in the body, until a record takes one: `serde_json::Value` would copy each of them,
//! those that nobody reads too. By serde's derive, straight into records, the component would be a quarter larger.

use serde::de::{MapAccess, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer};
use std::borrow::Cow;
use std::fmt;

/// A value of JSON, so far as answers have it.
#[cfg_attr(test, derive(Debug, PartialEq))]
pub enum Json<'a> {
    /// `null`, or what is not there.
    Null,
    /// `true` or `false`.
    Flag(bool),
    /// A whole number.
    Whole(i64),
    /// Any other number. None is expected anywhere.
    Other,
    /// A text; of the body itself, if nothing in it is escaped.
    Text(Cow<'a, str>),
    /// A list.
    List(Vec<Json<'a>>),
    /// An object, with its fields in their order.
    Object(Vec<(Cow<'a, str>, Json<'a>)>),
}

/// Reads a body, or says why that can't be done.
pub fn parse(body: &[u8]) -> Result<Json<'_>, String> {
    let text = std::str::from_utf8(body).map_err(|error| error.to_string())?;
    serde_json::from_str(text).map_err(|error| error.to_string())
}

impl Json<'_> {
    /// The field of that name; null when it is missing, or this is no object.
    pub fn field(&self, name: &str) -> &Self {
        let Self::Object(fields) = self else { return &Self::Null };
        // The last one, should there be several.
        fields.iter().rev().find(|(field, _)| field == name).map_or(&Self::Null, |(_, value)| value)
    }

    /// Whether there is nothing.
    pub fn is_null(&self) -> bool {
        matches!(self, Self::Null)
    }

    /// The text, if it is one.
    pub fn text(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text),
            _ => None,
        }
    }

    /// The yes or no, if it is one.
    pub fn flag(&self) -> Option<bool> {
        match self {
            Self::Flag(flag) => Some(*flag),
            _ => None,
        }
    }

    /// The number, if it is a whole one.
    pub fn whole(&self) -> Option<i64> {
        match self {
            Self::Whole(number) => Some(*number),
            _ => None,
        }
    }

    /// The number, if it is a whole one from 0.
    pub fn count(&self) -> Option<u64> {
        self.whole()?.try_into().ok()
    }
}

impl<'de> Deserialize<'de> for Json<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Reader)
    }
}

/// A field's name.
#[derive(Deserialize)]
struct Name<'a>(#[serde(borrow)] Cow<'a, str>);

struct Reader;

impl<'de> Visitor<'de> for Reader {
    type Value = Json<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }

    fn visit_unit<E>(self) -> Result<Json<'de>, E> {
        Ok(Json::Null)
    }

    fn visit_bool<E>(self, flag: bool) -> Result<Json<'de>, E> {
        Ok(Json::Flag(flag))
    }

    fn visit_i64<E>(self, number: i64) -> Result<Json<'de>, E> {
        Ok(Json::Whole(number))
    }

    fn visit_u64<E>(self, number: u64) -> Result<Json<'de>, E> {
        Ok(number.try_into().map_or(Json::Other, Json::Whole))
    }

    fn visit_f64<E>(self, _: f64) -> Result<Json<'de>, E> {
        Ok(Json::Other)
    }

    fn visit_borrowed_str<E>(self, text: &'de str) -> Result<Json<'de>, E> {
        Ok(Json::Text(Cow::Borrowed(text)))
    }

    fn visit_str<E>(self, text: &str) -> Result<Json<'de>, E> {
        Ok(Json::Text(Cow::Owned(text.into())))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Json<'de>, A::Error> {
        let mut list = Vec::new();
        while let Some(item) = items.next_element()? {
            list.push(item);
        }
        Ok(Json::List(list))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut fields: A) -> Result<Json<'de>, A::Error> {
        let mut object = Vec::new();
        while let Some(Name(name)) = fields.next_key()? {
            object.push((name, fields.next_value()?));
        }
        Ok(Json::Object(object))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_what_they_are() {
        let json = parse(br#" {"a":[true,-7,1.5,18446744073709551615,null],"b":{"c":"x"},"d":"\u00fc\n"} "#).unwrap();
        assert_eq!(
            *json.field("a"),
            Json::List(vec![Json::Flag(true), Json::Whole(-7), Json::Other, Json::Other, Json::Null])
        );
        assert_eq!(json.field("b").field("c").text(), Some("x"));
        assert_eq!(json.field("d").text(), Some("ü\n"));
        assert_eq!(*json.field("e"), Json::Null);
        assert_eq!(*json.field("d").field("e"), Json::Null);
    }

    #[test]
    fn texts_stay_in_the_body() {
        let body = br#"{"id":"abc"}"#;
        let Json::Object(fields) = parse(body).unwrap() else { panic!() };
        assert!(matches!(&fields[..], [(Cow::Borrowed("id"), Json::Text(Cow::Borrowed("abc")))]));
    }

    #[test]
    fn of_fields_of_one_name_the_last_one_counts() {
        assert_eq!(parse(br#"{"a":1,"a":2}"#).unwrap().field("a").count(), Some(2));
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
