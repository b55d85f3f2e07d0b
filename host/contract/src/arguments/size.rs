//! How much one argument may be.

use crate::check::ValueError;
use crate::ty::Type;
use serde_json::Value as Json;

/// The most values of one argument, those inside others included. Each takes many times its own size before the call
/// and its limits begin.
const MOST: usize = 100_000;

/// Refuses what has too many values, before any of them is read.
pub(super) fn check(json: &Json, ty: &Type, path: &str) -> Result<(), ValueError> {
    let is_over = match json {
        Json::String(_) if matches!(ty, Type::String | Type::Char) => false,
        // However it is written, this many marks are between its values.
        Json::String(text) => text.bytes().filter(|byte| b",[{".contains(byte)).take(MOST).count() >= MOST,
        json => left(json, MOST).is_none(),
    };
    match is_over {
        true => {
            let (path, expected) = (path.to_owned(), format!("a list of at most {MOST} values"));
            Err(ValueError { path, expected, found: "a longer list".to_owned() })
        }
        false => Ok(()),
    }
}

/// What is left of so many values; none if they were not enough. As deep as the JSON is, which who gave it could make.
fn left(json: &Json, most: usize) -> Option<usize> {
    let most = most.checked_sub(1)?;
    match json {
        Json::Array(items) => items.iter().try_fold(most, |most, item| left(item, most)),
        Json::Object(fields) => fields.values().try_fold(most, |most, field| left(field, most)),
        _ => Some(most),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn is_over(json: &Json, ty: &Type) -> bool {
        check(json, ty, "to").is_err_and(|error| {
            assert_eq!(error.to_string(), "to: expected a list of at most 100000 values, got a longer list");
            true
        })
    }

    #[test]
    fn many_values_are_refused_however_they_are_written() {
        let (list, text) = (Type::U8, Type::String);
        let many = "a,".repeat(MOST);
        assert!(is_over(&json!(many), &list) && !is_over(&json!(many), &text));
        assert!(!is_over(&json!(many[4..]), &list));
        assert!(is_over(&json!(vec![0; MOST]), &list) && !is_over(&json!(vec![0; MOST - 1]), &list));
        assert!(is_over(&json!([vec![json!([[]]); MOST / 2], 1]), &list));
        assert!(is_over(&json!("[".repeat(MOST)), &list));
    }
}
