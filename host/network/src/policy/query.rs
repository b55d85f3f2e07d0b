//! The names in a query: the same for rules, patterns and requests.

use percent_encoding::percent_decode;

/// The names of a query, as they read, in the order of their pairs. Their values are not looked at but for what could
/// end them elsewhere.
///
/// # Errors
/// What makes it a query that could be read in more than one way: a pair without a name, a semicolon (at which some
/// servers cut), a `%` that encodes nothing, a name that reads as anything but letters, digits and `-._~[]`.
pub(super) fn names(query: &str) -> Result<Vec<String>, String> {
    if query.is_empty() {
        return Ok(Vec::new());
    }
    query.split('&').map(name).collect()
}

fn name(pair: &str) -> Result<String, String> {
    let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
    if name.is_empty() {
        return Err("a pair without a name".into());
    }
    for text in [name, value] {
        if text.contains(';') {
            return Err("a semicolon, at which some servers cut; encode it as %3B".into());
        }
        if !is_encoded(text) {
            return Err("a % that encodes nothing".into());
        }
    }
    let decoded: Vec<u8> = percent_decode(name.as_bytes()).collect();
    match String::from_utf8(decoded) {
        Ok(name) if is_name(&name) => Ok(name),
        _ => Err(format!("the name {name:?}, which servers read in more than one way")),
    }
}

/// Whether a text can be the name of a query's pair, for everybody in the same way.
pub(super) fn is_name(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-._~[]".contains(&byte))
}

/// Whether each `%` is followed by two hexadecimal digits.
fn is_encoded(text: &str) -> bool {
    text.split('%').skip(1).all(|rest| rest.len() >= 2 && rest.bytes().take(2).all(|byte| byte.is_ascii_hexdigit()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_read_in_one_way() {
        for (query, expected) in [
            ("", &[][..]),
            ("page=1&per_page=%C3%A9&q", &["page", "per_page", "q"]),
            ("%70age=1&a[]=x&a[]=/?=y", &["page", "a[]", "a[]"]),
        ] {
            assert_eq!(names(query).unwrap(), expected, "{query}");
        }
        for query in [
            "&",
            "a&",
            "&a",
            "a&&b",
            "=1",
            "a;b",
            "a=1;permanent=true",
            "a=%",
            "a=%4",
            "a=%zz",
            "%26=1",
            "a%3Db=1",
            "a+b=1",
            "%00=1",
            "%ff=1",
            "a%20=1",
            "ä=1",
            "a b=1",
        ] {
            assert!(names(query).is_err(), "{query}");
        }
    }
}
