//! The server's error ids: which of the contract's refusals each is, and what to do about it.

mod table;

use super::error::Refusal;
use table::IDS;

/// A post with this key is being made: the answer to a second try while the first is under way.
pub const POST_PENDING: &str = "api.post.deduplicate_create_post.pending";
/// A user has no channel in a team: 404 instead of an empty list.
pub const NO_CHANNELS: &str = "app.channel.get_channels.not_found.app_error";
/// The name of a new channel is taken, by an archived or an invisible one too.
pub const CHANNEL_EXISTS: &str = "store.sql_channel.save_channel.exists.app_error";
/// The channel to archive is archived.
pub const CHANNEL_ARCHIVED: &str = "api.channel.delete_channel.deleted.app_error";
/// The user is not a member of the channel.
pub const NOT_CHANNEL_MEMBER: &str = "app.channel.get_member.missing.app_error";
/// A user to add or remove is unknown, deactivated or not a member of the group.
pub const NOT_GROUP_USER: &str = "app.group.user_not_found";

/// A hash of an id, FNV-1a in 32 bits: with their names the table would take twice the room.
const fn hash(id: &str) -> u32 {
    let (bytes, mut hash, mut at) = (id.as_bytes(), 0x811c_9dc5_u32, 0);
    while at < bytes.len() {
        hash = (hash ^ bytes[at] as u32).wrapping_mul(0x0100_0193);
        at += 1;
    }
    hash
}

const fn ids<const N: usize>(names: [&str; N]) -> [u32; N] {
    let (mut hashes, mut at) = ([0; N], 0);
    while at < N {
        hashes[at] = hash(names[at]);
        at += 1;
    }
    hashes
}

/// Which refusal an id is, and what to do about it, if the commands can meet it.
pub fn known(id: &str) -> Option<(Refusal, &'static str)> {
    let hash = hash(id);
    let (refusal, advice, _) = IDS.iter().find(|(.., ids)| ids.contains(&hash))?;
    Some((*refusal, advice))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeMap;

    /// Which ids the routes of the commands can give, of 5.37 and 11.6, with their status and where they are from: what a
    /// search through the handlers and all that they call finds in both servers' sources.
    const REACHABLE: &str = include_str!("error_ids/reachable.txt");
    /// What the status alone says enough of, or what the place of the error is told with.
    const BY_STATUS: [&str; 4] = [
        "api.context.permissions.app_error",
        "api.context.invalid_url_param.app_error",
        "api.context.invalid_body_param.app_error",
        "api.context.invalid_param.app_error",
    ];

    #[test]
    fn each_id_stands_once_and_has_advice() {
        let mut all = BTreeMap::new();
        for (_, advice, ids) in IDS {
            assert!(advice.ends_with(['.', '?']), "{advice}");
            for id in *ids {
                assert_eq!(all.insert(*id, advice), None, "{advice}");
            }
        }
    }

    #[test]
    fn what_the_routes_can_give_has_an_advice_of_its_own() {
        let mut hashes = BTreeMap::new();
        for line in REACHABLE.lines().filter(|line| !line.starts_with('#')) {
            let (id, _) = line.split_once('\t').expect("an id and where it is from");
            assert!(hashes.insert(hash(id), id).is_none_or(|other| other == id), "{id} has the hash of another");
            assert!(known(id).is_some() || BY_STATUS.contains(&id), "{id}");
        }
        assert!(hashes.len() > 80);
        assert!(known("api.channel.new.app_error").is_none());
    }
}
