//! What holds the lines of an audit together: each has a number, and a hash that the next one repeats.
//!
//! A line's hash is the SHA-256 of the line as it stands, without its line break and without its last field, `hash`, itself:
//! `{…,"sequence":2,"previous":"sha256:…"}`. As the hash of the line before is in it, no line can be changed, left out, put in
//! or moved without a new hash for each line after it.

use serde::{Deserialize, Serialize};
use soar_contract::digest::digest;
use soar_contract::text::json;
use std::fs::File;
use std::io::{self, Read as _, Seek as _, SeekFrom};

/// Where a chain has got to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Chain {
    /// How many lines it has.
    pub(super) sequence: u64,
    /// The hash of the last one.
    pub(super) last: Option<String>,
}

/// What begins the last field of a line.
const HASH: &[u8] = br#","hash":""#;

impl Chain {
    /// A record as the next line, with its line break; and the chain after it.
    pub(super) fn line(&self, event: &'static str, record: &impl Serialize) -> io::Result<(Vec<u8>, Self)> {
        #[derive(Serialize)]
        struct Line<'a, R> {
            event: &'static str,
            #[serde(flatten)]
            record: &'a R,
            sequence: u64,
            previous: Option<&'a str>,
        }
        let sequence = self.sequence.saturating_add(1);
        let mut line = Vec::new();
        json::write(&mut line, &Line { event, record, sequence, previous: self.last.as_deref() })?;
        let hash = digest(&line);
        line.pop();
        line.extend_from_slice(HASH);
        line.extend_from_slice(hash.as_bytes());
        line.extend_from_slice(b"\"}\n");
        Ok((line, Self { sequence, last: Some(hash) }))
    }

    /// The chain of a file so far, by its last whole line. One of lines without hashes, or without lines, has none.
    ///
    /// # Errors
    /// If the file can't be read, or its end is nothing that belongs into an audit.
    pub(super) fn of(file: &mut File) -> io::Result<Self> {
        /// How much is read first, and eight times as much after that.
        const FIRST: u64 = 64 << 10;
        /// Longer than any line.
        const MOST: u64 = 16 << 20;
        let size = file.seek(SeekFrom::End(0))?;
        let mut take = FIRST.min(size);
        loop {
            file.seek(SeekFrom::Start(size - take))?;
            let mut end = Vec::new();
            file.by_ref().take(take).read_to_end(&mut end)?;
            // What begins before it is not whole.
            let from = if take == size { Some(0) } else { end.iter().position(|byte| *byte == b'\n') };
            let lines = end.get(from.unwrap_or(end.len())..).unwrap_or_default();
            if let Some(link) = lines.rsplit(|byte| *byte == b'\n').find_map(Link::read) {
                return Ok(link.chain());
            }
            if take == size {
                return Ok(Self::default());
            }
            if take >= MOST {
                return Err(io::Error::other("its last 16 MiB have no whole record: expected the file of an audit"));
            }
            take = take.saturating_mul(8).min(MOST).min(size);
        }
    }
}

/// What is read of a line.
#[derive(Debug, Deserialize)]
pub(super) struct Link {
    pub(super) event: Option<String>,
    pub(super) call: Option<String>,
    pub(super) request: Option<u64>,
    pub(super) sequence: Option<u64>,
    pub(super) previous: Option<String>,
    pub(super) hash: Option<String>,
}

impl Link {
    /// Of a line without its line break; none if it is not whole, or nothing of an audit.
    pub(super) fn read(line: &[u8]) -> Option<Self> {
        serde_json::from_slice(line).ok()
    }

    /// The chain with this line as its last.
    fn chain(self) -> Chain {
        match (self.sequence, self.hash) {
            (Some(sequence), Some(hash)) => Chain { sequence, last: Some(hash) },
            _ => Chain::default(),
        }
    }
}

/// The hash that a line should have; none if `hash` is not its last field.
pub(super) fn hash(line: &[u8], hash: &str) -> Option<String> {
    let hashed = line.strip_suffix(b"\"}")?.strip_suffix(hash.as_bytes())?.strip_suffix(HASH)?;
    Some(digest(&[hashed, b"}"].concat()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;
    use std::io::Write;

    fn lines(count: u64) -> (Vec<Vec<u8>>, Chain) {
        let mut chain = Chain::default();
        let mut lines = Vec::new();
        for number in 0..count {
            let (line, next) = chain.line("call", &json!({ "call": "c", "number": number })).unwrap();
            chain = next;
            lines.push(line);
        }
        (lines, chain)
    }

    #[test]
    fn a_line_says_what_it_was_written_after() {
        let (lines, chain) = lines(2);
        let text = |line: &[u8]| String::from_utf8(line.to_vec()).unwrap();
        let first = "{\"event\":\"call\",\"call\":\"c\",\"number\":0,\"sequence\":1,\"previous\":null}";
        let hash_of_first = digest(first.as_bytes());
        assert_eq!(text(&lines[0]), format!("{},\"hash\":\"{hash_of_first}\"}}\n", first.strip_suffix('}').unwrap()));
        assert!(text(&lines[1]).contains(&format!("\"sequence\":2,\"previous\":\"{hash_of_first}\",\"hash\":\"")));
        let line = lines[1].strip_suffix(b"\n").unwrap();
        assert_eq!(hash(line, chain.last.as_deref().unwrap()), chain.last);
    }

    #[test]
    fn a_chain_goes_on_after_the_last_whole_line() {
        let (lines, chain) = lines(3);
        let whole = lines.concat();
        let (torn, none) = (&whole[..whole.len() - 9], Chain::default());
        let (before, zeros) = (b"{\"event\":\"call\",\"call\":\"c\"}\n".to_vec(), vec![b'0'; 100 << 10]);
        let second = Link::read(lines[1].trim_ascii_end()).unwrap().chain();
        assert_eq!((second.sequence, chain.sequence), (2, 3));
        for (content, expected) in [
            (Vec::new(), &none),
            (before.clone(), &none),
            ([before, whole.clone()].concat(), &chain),
            (torn.to_vec(), &second),
            ([torn, b"\n\n"].concat(), &second),
            // Further from the end than is looked at first.
            ([&whole[..], &zeros].concat(), &chain),
        ] {
            let mut file = tempfile::tempfile().unwrap();
            file.write_all(&content).unwrap();
            assert_eq!(Chain::of(&mut file).unwrap(), *expected);
        }
        let mut file = tempfile::tempfile().unwrap();
        file.set_len(17 << 20).unwrap();
        assert!(Chain::of(&mut file).unwrap_err().to_string().contains("expected the file of an audit"));
    }
}
