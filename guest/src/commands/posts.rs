//! Posting.

use crate::client::Client;
use crate::client::endpoint::{self, PENDING_POST_ID};
use crate::client::error::Error;
use crate::client::reply::Reply;
use serde_json::{Value, json};
use wasip2::clocks::{monotonic_clock, wall_clock};

/// Posts to a channel. Sent again with the same key, it is still one post.
pub async fn create(
    client: &Client,
    channel: &str,
    message: &str,
    more: Option<(&str, Value)>,
) -> Result<Reply, Error> {
    let mut body = json!({
        "channel_id": channel,
        "message": message,
        PENDING_POST_ID: key(channel, message),
    });
    if let Some((field, value)) = more {
        body[field] = value;
    }
    client.send(&endpoint::POSTS, &[], &[], Some(&body)).await
}

/// A key of this post alone: the server gives the first post for a second one with the same key.
fn key(channel: &str, message: &str) -> String {
    let wall = wall_clock::now();
    let content = hash(&[channel, message]);
    format!("soar-{}{:09}-{}-{content:016x}", wall.seconds, wall.nanoseconds, monotonic_clock::now())
}

/// FNV-1a, 64 bits, with a byte between the texts that none of them has.
fn hash(texts: &[&str]) -> u64 {
    texts
        .iter()
        .flat_map(|text| text.bytes().chain([0xff]))
        .fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_key_depends_on_where_and_what() {
        assert_eq!(hash(&[]), 0xcbf2_9ce4_8422_2325);
        assert_ne!(hash(&["a", "bc"]), hash(&["ab", "c"]));
        assert_ne!(hash(&["a", "b"]), hash(&["a", "c"]));
    }
}
