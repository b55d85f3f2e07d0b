//! What of a JSON text is kept in memory.

use serde::de::{DeserializeSeed, Deserializer, Error, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Value};
use std::fmt;

/// What is kept of a value. All else is read over: objects and lists are empty then.
#[derive(Debug)]
pub(super) enum Shape {
    /// What is neither an object nor a list.
    Plain,
    /// The fields of an object that have these names.
    Fields(&'static [(&'static str, Shape)]),
    /// The items of a list, and one more than so many to tell that there are more.
    Items(&'static Shape, usize),
    /// Nothing, but each item of the list is shown.
    Each(&'static Shape),
    /// Names and values: the items of a list, or the fields of an object; so many, and one more.
    Pairs(usize),
    /// One of them in a list: an object with a name and a value, or a list of the two.
    Pair,
    /// What an object has by a name: a value, or some.
    Values,
}

/// The most values that an object has by one name.
const VALUES: usize = 100;

impl Shape {
    /// What is kept of a field, of which an object has some already.
    fn field(&self, name: &str, kept: usize) -> Option<&'static Shape> {
        match self {
            Self::Fields(names) => names.iter().find(|(known, _)| *known == name).map(|(_, shape)| shape),
            Self::Pairs(most) => (kept <= *most).then_some(&Self::Values),
            Self::Pair => matches!(name, "name" | "value").then_some(&Self::Plain),
            Self::Plain | Self::Items(..) | Self::Each(_) | Self::Values => None,
        }
    }
}

/// Is shown the items of a list, one at a time.
pub(super) trait Items {
    /// Takes the item at this place; `false` if it wants no more.
    fn item(&mut self, index: usize, item: Value) -> bool;
}

/// Reads a value as far as it is kept.
pub(super) struct Keep<'a, I>(pub &'static Shape, pub &'a mut I);

impl<'de, I: Items> DeserializeSeed<'de> for Keep<'_, I> {
    type Value = Value;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de, I: Items> Visitor<'de> for Keep<'_, I> {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("any JSON")
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_i64<E>(self, value: i64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_u64<E>(self, value: u64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_f64<E>(self, value: f64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_str<E>(self, value: &str) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_string<E>(self, value: String) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Value, A::Error> {
        let Keep(shape, items) = self;
        let mut kept = Vec::new();
        match shape {
            Shape::Items(shape, most) => {
                while kept.len() <= *most
                    && let Some(item) = list.next_element_seed(Keep(shape, items))?
                {
                    kept.push(item);
                }
            }
            Shape::Each(shape) => {
                let mut index = 0;
                while let Some(item) = list.next_element_seed(Keep(shape, items))? {
                    if !items.item(index, item) {
                        return Err(A::Error::custom("it was not wanted any further"));
                    }
                    index += 1;
                }
            }
            Shape::Pairs(most) => {
                while kept.len() <= *most
                    && let Some(item) = list.next_element_seed(Keep(&Shape::Pair, items))?
                {
                    kept.push(item);
                }
            }
            Shape::Pair | Shape::Values => {
                let most = if matches!(shape, Shape::Pair) { 2 } else { VALUES };
                while kept.len() < most
                    && let Some(item) = list.next_element_seed(Keep(&Shape::Plain, items))?
                {
                    kept.push(item);
                }
            }
            Shape::Plain | Shape::Fields(_) => {}
        }
        while list.next_element::<IgnoredAny>()?.is_some() {}
        Ok(Value::Array(kept))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut object: A) -> Result<Value, A::Error> {
        let Keep(shape, items) = self;
        let mut kept = Map::new();
        while let Some(name) = object.next_key::<String>()? {
            match shape.field(&name, kept.len()) {
                Some(shape) => {
                    let value = object.next_value_seed(Keep(shape, items))?;
                    kept.insert(name, value);
                }
                None => drop(object.next_value::<IgnoredAny>()?),
            }
        }
        Ok(Value::Object(kept))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    impl Items for Vec<(usize, Value)> {
        fn item(&mut self, index: usize, item: Value) -> bool {
            self.push((index, item));
            index < 1
        }
    }

    fn keep(shape: &'static Shape, text: &str) -> (Option<Value>, Vec<(usize, Value)>) {
        let mut items = Vec::new();
        let mut reader = serde_json::Deserializer::from_str(text);
        (Keep(shape, &mut items).deserialize(&mut reader).ok(), items)
    }

    #[test]
    fn what_is_not_asked_for_is_read_over() {
        const SHAPE: Shape = Shape::Fields(&[
            ("a", Shape::Plain),
            ("b", Shape::Items(&Shape::Plain, 2)),
            ("c", Shape::Each(&Shape::Fields(&[("d", Shape::Plain)]))),
        ]);
        let text = r#"{"x": [[{}]], "a": {"y": 1}, "b": [1, [2], {"z": 3}, 4], "c": [{"d": 1, "e": 2}]}"#;
        let kept = json!({ "a": {}, "b": [1, [], {}], "c": [] });
        assert_eq!(keep(&SHAPE, text), (Some(kept), vec![(0, json!({ "d": 1 }))]));
        assert_eq!(
            keep(&SHAPE, r#"{"a": -1.5, "b": null, "c": "x"}"#).0,
            Some(json!({ "a": -1.5, "b": null, "c": "x" }))
        );
        let (kept, items) = keep(&SHAPE, r#"{"c": [true, "1", 2]}"#);
        assert_eq!((kept, items.len()), (None, 2));
    }

    #[test]
    fn pairs_are_kept_however_they_are_written_and_no_more_than_so_many() {
        const SHAPE: Shape = Shape::Pairs(1);
        for (text, kept) in [
            (r#"[{"name": "a", "value": 1, "x": []}, ["b", {}, 3]]"#, json!([{"name": "a", "value": 1}, ["b", {}]])),
            (r#"[1, 2, 3]"#, json!([1, 2])),
            (r#"{"a": 1, "b": [2, {"x": 3}], "c": 3}"#, json!({"a": 1, "b": [2, {}]})),
        ] {
            assert_eq!(keep(&SHAPE, text).0, Some(kept));
        }
    }
}
