//! Ids: 26 lower-case letters and digits. One of another shape is refused before it comes near a path.

use super::refusals::Refusals;
use crate::text::{Quoted, shorten};

/// What an id looks like.
pub const SHAPE: &str = "26 lower-case letters and digits";

/// Whether a text has the shape of an id.
pub fn is_id(text: &str) -> bool {
    text.len() == 26 && text.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit())
}

/// The commands that show the ids of users, channels, groups and posts.
pub const USER: &str = "mattermost-list-users";
pub const CHANNEL: &str = "mattermost-list-channels";
pub const GROUP: &str = "mattermost-list-groups";
pub const POST: &str = "send-notification";

/// Checks an id; `source` is the command that shows such ids.
pub fn check(refusals: &mut Refusals, argument: &str, id: &str, source: &str) {
    if !is_id(id) {
        let reason = format!("is {}, which is not an ID", Quoted(&shorten(id)));
        refusals.add(argument, &reason, &format!("an ID of {SHAPE} from {source}"));
    }
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
        let mut refusals = Refusals::default();
        check(&mut refusals, "user_id", "../../../users/victim?x=", USER);
        let [told] = &refusals.told()[..] else { panic!() };
        assert!(told.starts_with("user_id is \"../../../users/victim?x=\", which is not an ID; "), "{told}");
        assert!(told.ends_with("from mattermost-list-users"), "{told}");
    }
}
