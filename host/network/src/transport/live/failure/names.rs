//! Why a name has no address.

use std::io::Error;

use soar_contract::text;

use super::LONGEST;

/// Words that systems have for a name that does not exist, for one that can't be asked for now, and for one without an address.
/// The standard library gives no more than them: glibc's, musl's, and those of macOS and the BSDs.
const MEANINGS: [(&[&str], &str); 4] = [
    (
        &[
            "name or service not known",
            "name does not resolve",
            "nodename nor servname",
            "no such host is known",
            "unknown host",
        ],
        "there is no such name: is the host in url spelled right, and is this machine in the network that knows it?",
    ),
    (
        &["temporary failure", "try again", "temporary error"],
        "no name server answered: is this machine connected, and is its name server reachable?",
    ),
    (
        &["no address associated", "name has no usable address", "address family for hostname", "no data"],
        "the name exists, and has no address of a kind that this machine uses",
    ),
    (
        &["non-recoverable", "nonrecoverable", "unrecoverable"],
        "the name server refused to answer, or can't: the fault is with it, or with this machine's settings for names",
    ),
];

/// The same as Winsock's numbers.
#[cfg(windows)]
const NUMBERS: [(i32, usize); 4] = [(11001, 0), (11002, 1), (11004, 2), (11003, 3)];

/// What an error of a look-up means.
pub(in crate::transport::live) fn unresolved(error: &Error) -> String {
    #[cfg(windows)]
    if let Some((_, meaning)) = NUMBERS.iter().find(|(number, _)| Some(*number) == error.raw_os_error()) {
        return MEANINGS[*meaning].1.to_owned();
    }
    let words = error.to_string();
    let lower = words.to_ascii_lowercase();
    let known = MEANINGS.iter().find(|(systems, _)| systems.iter().any(|system| lower.contains(system)));
    match known {
        Some((_, meaning)) => (*meaning).to_owned(),
        None => {
            let words = words.rsplit_once(" (os error ").map_or(&*words, |(words, _)| words);
            text::word(words.trim_start_matches("failed to lookup address information: "), LONGEST).into_owned()
        }
    }
}
