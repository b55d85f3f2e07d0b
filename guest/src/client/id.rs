//! Ids: 26 lower-case letters and digits. One of another shape is refused before it comes near a path.

use super::error::{Error, argument};
use crate::text::{Quoted, shorten};

/// What an id looks like.
pub const SHAPE: &str = "26 lower-case letters and digits";

/// Whether a text has the shape of an id.
pub fn is_id(text: &str) -> bool {
    text.len() == 26 && text.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit())
}

fn check(name: &str, id: &str, source: &str) -> Result<(), Error> {
    if is_id(id) {
        return Ok(());
    }
    Err(argument(name, format!("is not an ID: {}", Quoted(&shorten(id))), format!("{SHAPE}, as {source} shows them")))
}

/// Checks the id of a user.
pub fn user(argument: &str, id: &str) -> Result<(), Error> {
    check(argument, id, "mattermost-list-users")
}

/// Checks the id of a channel.
pub fn channel(argument: &str, id: &str) -> Result<(), Error> {
    check(argument, id, "mattermost-list-channels")
}

/// Checks the id of a group.
pub fn group(argument: &str, id: &str) -> Result<(), Error> {
    check(argument, id, "mattermost-list-groups")
}

/// Checks the id of a post.
pub fn post(argument: &str, id: &str) -> Result<(), Error> {
    check(argument, id, "send-notification")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_has_26_letters_and_digits() {
        assert!(is_id("gb3fnuc5bigzuckruzu79zqp3c"));
        for wrong in [
            "",
            "gb3fnuc5bigzuckruzu79zqp3",
            "gb3fnuc5bigzuckruzu79zqp3cc",
            "GB3FNUC5BIGZUCKRUZU79ZQP3C",
            "../../users/gb3fnuc5bigzuc",
            "gb3fnuc5bigzuckruzu79zqp3\n",
            "größßßßßßßßßßß",
        ] {
            assert!(!is_id(wrong), "{wrong}");
        }
    }

    #[test]
    fn a_wrong_one_is_named() {
        let Err(Error::Argument(error)) = user("user_id", "../../../users/victim?x=") else { panic!() };
        assert_eq!(error.argument, "user_id");
        assert_eq!(error.reason, "is not an ID: \"../../../users/victim?x=\"");
        assert!(error.expected.contains("mattermost-list-users"));
    }
}
