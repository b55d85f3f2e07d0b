//! JSON of a file that may come from elsewhere.

use super::most;
use bytesize::ByteSize;
use serde_json::Value;

/// Why it can't be read.
#[derive(Debug, thiserror::Error)]
pub enum JsonError {
    /// It would take too much memory.
    #[error(
        "so many values would take more than {} of memory, the most that is used to read it",
        ByteSize::b(most::READ).display().iec()
    )]
    TooMuch,
    /// It is no JSON.
    #[error("expected JSON: {0}")]
    Wrong(#[from] serde_json::Error),
}

/// Reads it, if it takes no more memory than [`most::READ`]: small values take many times what they have in the file.
///
/// # Errors
/// If it would take more, or is no JSON.
pub fn json(bytes: &[u8]) -> Result<Value, JsonError> {
    match weight(bytes) > most::READ {
        true => Err(JsonError::TooMuch),
        false => Ok(serde_json::from_slice(bytes)?),
    }
}

/// At least what the values take in memory, known from the marks between them, in bytes.
fn weight(bytes: &[u8]) -> u64 {
    const VALUE: u64 = size_of::<Value>() as u64;
    // An object has place for four fields from the first on, a list for four items; both grow by doubling.
    const FIELD: u64 = size_of::<String>() as u64 + VALUE + 32;
    const OBJECT: u64 = 4 * FIELD + 64;
    const LIST: u64 = 4 * VALUE;
    // What an allocator adds and rounds up.
    const TEXT: u64 = 48;
    let (mut weight, mut quoted, mut escaped) = (VALUE, false, false);
    for byte in bytes {
        if quoted {
            weight += 1;
            match byte {
                _ if escaped => escaped = false,
                b'\\' => escaped = true,
                b'"' => quoted = false,
                _ => {}
            }
            continue;
        }
        weight += match byte {
            b'"' => {
                quoted = true;
                TEXT
            }
            b'{' => OBJECT,
            b'[' => LIST,
            b',' => 2 * FIELD,
            _ => 0,
        };
    }
    weight
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn values() -> impl Strategy<Value = Value> {
        let leaf = prop_oneof![Just(Value::Null), any::<i64>().prop_map(Value::from), ".{0,20}".prop_map(Value::from)];
        leaf.prop_recursive(4, 64, 8, |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..8).prop_map(Value::from),
                prop::collection::btree_map(".{0,8}", inner, 0..8)
                    .prop_map(|fields| Value::Object(fields.into_iter().collect())),
            ]
        })
    }

    proptest! {
        #[test]
        fn what_is_read_weighs_at_least_what_a_copy_takes(value in values()) {
            let mut budget = soar_contract::budget::Budget::endless();
            budget.take_copy(&value).unwrap();
            let taken = u64::MAX - budget.left();
            let text = value.to_string();
            prop_assert!(weight(text.as_bytes()) >= taken, "{} < {taken}: {text}", weight(text.as_bytes()));
            prop_assert_eq!(json(text.as_bytes()).unwrap(), value);
        }
    }

    #[test]
    fn many_small_values_are_not_read() {
        let many = format!("[{}{{}}]", "{\"id\":\"1\"},".repeat(4_000_000));
        assert!(many.len() as u64 <= most::CONTEXT);
        assert!(matches!(json(many.as_bytes()), Err(JsonError::TooMuch)));
        // As long as a text, it is one value.
        let text = serde_json::to_string(&"{[,\\\"".repeat(4_000_000)).unwrap();
        assert!(json(text.as_bytes()).unwrap().is_string());
        assert!(matches!(json(b"{"), Err(JsonError::Wrong(_))));
    }
}
