//! Where the server of a recording lives.

use std::collections::HashMap;

use super::Recording;
use super::address::Address;
use crate::policy::{Origin, Rules};

/// The longest URL that is looked at, in bytes: no request of a command has one.
const LONGEST: usize = 8 << 10;

/// The base URL of the server of a recording, without a slash at its end: of the recorded requests that a command may make, by its
/// rules, what stands before the declared path. With the sub-path, if the server lives below one:
/// `https://chat.example.com/sub-path`.
///
/// If there are several it is the one with the most of these requests, and of those the first. Without any such request there
/// is none.
#[must_use]
pub fn base(recording: &Recording, rules: &Rules) -> Option<String> {
    of(recording.exchanges.iter().map(|exchange| (&*exchange.request.method, &*exchange.request.url)), rules)
}

/// The base of these requests: their methods and URLs.
pub(super) fn of<'a>(requests: impl Iterator<Item = (&'a str, &'a str)>, rules: &Rules) -> Option<String> {
    /// How many requests it has, and where the first of them is.
    type Found = (usize, usize);
    let mut found: HashMap<String, Option<Found>> = HashMap::new();
    for (index, (method, url)) in requests.enumerate().filter(|(_, (_, url))| url.len() <= LONGEST) {
        let address = Address::of(url);
        let Some(before) = rules.iter().find_map(|rule| rule.before(method, &address.path)) else { continue };
        // An empty part is none that a server lives below.
        if before.ends_with('/') {
            continue;
        }
        let base = format!("{}{before}", address.origin);
        let seen = found.entry(base).or_insert_with_key(|base| Origin::parse(base).is_ok().then_some((0, index)));
        // What can't be set as a URL is no base.
        if let Some((count, _)) = seen {
            *count += 1;
        }
    }
    let most = found.into_iter().filter_map(|(base, found)| Some((base, found?)));
    let (base, _) = most.max_by_key(|(_, (count, first))| (*count, std::cmp::Reverse(*first)))?;
    Origin::parse(&base).ok().map(|origin| origin.url().to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use soar_contract::manifest::Endpoint;

    fn rules(declared: &[(&str, &str)]) -> Rules {
        let endpoints: Vec<Endpoint> = declared
            .iter()
            .map(|(method, path)| Endpoint {
                method: (*method).into(),
                path: (*path).into(),
                credential: None,
                volatile: Vec::new(),
                query: Vec::new(),
                headers: Vec::new(),
            })
            .collect();
        Rules::parse(&endpoints).unwrap()
    }

    fn base_of(requests: &[(&str, &str)]) -> Option<String> {
        let rules = rules(&[("GET", "/api/teams/{team}"), ("POST", "/api/posts"), ("GET", "/api/users/{user}/image")]);
        of(requests.iter().copied(), &rules)
    }

    #[test]
    fn a_base_stands_before_the_declared_path() {
        for (requests, expected) in [
            (&[("GET", "https://h/api/teams/a?x=/api/posts")][..], Some("https://h")),
            (&[("GET", "https://H:443/sub/path/api/teams/a")], Some("https://h/sub/path")),
            (
                &[("GET", "data:x"), ("GET", "https://cdn/x.js"), ("POST", "http://h:81/s/api/posts")],
                Some("http://h:81/s"),
            ),
            // The one with the most, and of these the first.
            (&[("POST", "http://a/api/posts"), ("POST", "http://b/api/posts")], Some("http://a")),
            (
                &[("POST", "http://a/api/posts"), ("POST", "http://b/api/posts"), ("GET", "http://b/api/teams/c")],
                Some("http://b"),
            ),
            (&[("POST", "https://h/api/teams/a"), ("GET", "https://h/api/teams")], None),
            (&[("GET", "https://h/api/teams/a/b"), ("GET", "ws://h/api/teams/a")], None),
            (&[("GET", "https://h/a%20b/api/teams/a"), ("GET", "https://h//api/teams/a")], None),
            (&[], None),
        ] {
            assert_eq!(base_of(requests).as_deref(), expected, "{requests:?}");
        }
    }

    proptest! {
        #[test]
        fn a_base_and_a_declared_path_are_the_url(
            sub in prop::collection::vec("[a-z0-9._-]{0,3}[a-z]", 0..3),
            team in "[a-z0-9]{1,8}",
        ) {
            let base = [&["https://h".to_owned()][..], &sub].concat().join("/");
            let url = format!("{base}/api/teams/{team}");
            prop_assert_eq!(base_of(&[("GET", &url)]), Some(base));
        }
    }
}
