use super::{Decoding, NAME, Places, Secrets, decode, is_secret_field};

/// The deepest nesting that is followed; `serde_json` reads no deeper either.
const DEEPEST: usize = 128;

/// The longest number that is looked at, in bytes.
const NUMBER: usize = 1 << 10;

/// How much of a string is looked at at once, in bytes.
const WINDOW: usize = if cfg!(test) { 4 << 10 } else { 64 << 10 };

/// Goes through JSON that comes in parts: covers the values of fields that are credentials, numbers that hold a
/// secret, and what is a secret only after a string's escapes are undone, as in JSON within JSON.
///
/// What is no JSON does no harm: then something may be covered that is none.
#[derive(Debug)]
pub(in super::super) struct Json<'a> {
    secrets: &'a Secrets,
    /// How much of the text was seen.
    at: usize,
    token: Token,
    /// Whether each open container is an object.
    open: Vec<bool>,
    /// Whether a name is expected.
    name_next: bool,
    /// Whether the name before was that of a credential.
    secret_next: bool,
    /// A container that is a credential: where it begins, and how many are open around it.
    covering: Option<(usize, usize)>,
    /// What is kept of the token as it is written, and where that begins.
    kept: Vec<u8>,
    kept_at: usize,
    /// The least that two windows of a string have in common.
    common: usize,
    /// Whether it goes on: not in what is nested too deep.
    on: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Token {
    /// Nothing yet.
    Start,
    /// Between the others.
    Between,
    /// A string: where its content begins, whether it is a name, whether a backslash was in it, and just now.
    String { start: usize, name: bool, escapes: bool, escaped: bool },
    /// A number, true, false, null: where it begins.
    Word { start: usize },
}

impl<'a> Json<'a> {
    pub fn new(secrets: &'a Secrets) -> Self {
        Self {
            secrets,
            at: 0,
            token: Token::Start,
            open: Vec::new(),
            name_next: false,
            secret_next: false,
            covering: None,
            kept: Vec::new(),
            kept_at: 0,
            common: (4 << 10usize).max(secrets.longest().saturating_mul(12)),
            on: true,
        }
    }

    pub fn part(&mut self, part: &[u8], places: &mut Places) {
        let mut rest = part;
        while let (true, Some(byte)) = (self.on, rest.first()) {
            let seen = match self.token {
                Token::String { start, name, escapes, escaped } => {
                    // To the next byte that means something.
                    let plain = match escaped {
                        true => 0,
                        false => memchr::memchr2(b'"', b'\\', rest).unwrap_or(rest.len()),
                    };
                    match plain {
                        0 => self.string(*byte, (start, name, escapes, escaped), places),
                        _ => self.keep(&rest[..plain], name, escapes, places),
                    }
                    plain.max(1)
                }
                _ => {
                    self.outside(*byte, places);
                    1
                }
            };
            self.at += seen;
            rest = &rest[seen..];
        }
    }

    pub fn end(mut self, places: &mut Places) {
        match self.token {
            Token::String { start, name, escapes, .. } => self.end_string((start, name, escapes), places),
            Token::Word { start } => self.end_word(start, places),
            _ => {}
        }
        // It was cut: all that is left of a credential.
        if let Some((start, _)) = self.covering {
            places.add(start..usize::MAX, true);
        }
    }

    fn string(&mut self, byte: u8, of: (usize, bool, bool, bool), places: &mut Places) {
        let (start, name, escapes, escaped) = of;
        match byte {
            b'"' if !escaped => {
                self.end_string((start, name, escapes), places);
                self.token = Token::Between;
            }
            _ => {
                let escapes = escapes || byte == b'\\';
                self.token = Token::String { start, name, escapes, escaped: byte == b'\\' && !escaped };
                self.keep(&[byte], name, escapes, places);
            }
        }
    }

    fn outside(&mut self, byte: u8, places: &mut Places) {
        if let Token::Word { start } = self.token {
            if !matches!(byte, b',' | b':' | b'[' | b']' | b'{' | b'}' | b'"' | b' ' | b'\t' | b'\n' | b'\r') {
                if self.kept.len() < NUMBER {
                    self.kept.push(byte);
                }
                return;
            }
            self.end_word(start, places);
            self.token = Token::Between;
        }
        match byte {
            b' ' | b'\t' | b'\n' | b'\r' => {}
            b'{' | b'[' => self.opens(byte == b'{', places),
            // Only what begins as an object or a list is gone through: the rest is text.
            _ if self.token == Token::Start => self.on = false,
            b'}' | b']' => self.closes(places),
            b',' => {
                self.name_next = self.open.last() == Some(&true);
                self.secret_next = false;
            }
            b':' => self.name_next = false,
            b'"' => {
                self.keep_from(self.at + 1);
                let name = self.name_next;
                self.token = Token::String { start: self.at + 1, name, escapes: false, escaped: false };
            }
            _ => {
                self.keep_from(self.at);
                self.kept.push(byte);
                self.token = Token::Word { start: self.at };
            }
        }
    }

    fn opens(&mut self, object: bool, places: &mut Places) {
        self.token = Token::Between;
        if std::mem::take(&mut self.secret_next) && self.covering.is_none() {
            self.covering = Some((self.at, self.open.len()));
        }
        if self.open.len() == DEEPEST {
            self.on = false;
            if let Some((start, _)) = self.covering.take() {
                places.add(start..usize::MAX, true);
            }
            return;
        }
        self.open.push(object);
        self.name_next = object;
    }

    fn closes(&mut self, places: &mut Places) {
        self.open.pop();
        self.name_next = false;
        if let Some((start, around)) = self.covering
            && self.open.len() <= around
        {
            places.add(start..self.at + 1, true);
            self.covering = None;
        }
    }

    fn end_string(&mut self, (start, name, escapes): (usize, bool, bool), places: &mut Places) {
        if escapes {
            self.look(places);
        }
        if name {
            self.name_next = false;
            let written = self.kept_at == start && self.kept.len() <= NAME;
            self.secret_next = written && is_secret_field(&String::from_utf8_lossy(&self.unescaped()));
        } else if std::mem::take(&mut self.secret_next) {
            places.add(start..self.at, false);
        }
    }

    fn end_word(&mut self, start: usize, places: &mut Places) {
        let secret = std::mem::take(&mut self.secret_next) && !matches!(&self.kept[..], b"null" | b"true" | b"false");
        if secret || self.kept.len() >= self.secrets.shortest() && !self.secrets.find(&self.kept).is_empty() {
            places.add(start..self.at, true);
        }
    }

    fn keep_from(&mut self, at: usize) {
        self.kept.clear();
        self.kept_at = at;
    }

    /// Keeps a part of a string, of which only names matter where there is nothing to look for.
    fn keep(&mut self, part: &[u8], name: bool, escapes: bool, places: &mut Places) {
        if self.secrets.is_empty() {
            if name && self.kept.len() <= NAME {
                self.kept.extend_from_slice(&part[..part.len().min(NAME + 1)]);
            }
            return;
        }
        let full = WINDOW + 2 * self.common;
        for part in part.chunks(WINDOW) {
            self.kept.extend_from_slice(part);
            if self.kept.len() < full {
                continue;
            }
            if escapes {
                self.look(places);
            }
            // Not in the middle of an escape.
            let mut gone = self.kept.len() - self.common;
            let backslashes = self.kept[..gone].iter().rev().take_while(|byte| **byte == b'\\').count();
            gone -= backslashes % 2;
            self.kept.drain(..gone);
            self.kept_at += gone;
        }
    }

    /// Looks through what is kept of a string as it reads.
    fn look(&self, places: &mut Places) {
        if self.covering.is_some() || self.secrets.is_empty() {
            return;
        }
        let found = self.secrets.find(&self.unescaped());
        for place in Decoding::ESCAPES.places(&self.kept, &found) {
            places.add(self.kept_at + place.start..self.kept_at + place.end, false);
        }
    }

    fn unescaped(&self) -> zeroize::Zeroizing<Vec<u8>> {
        decode(&self.kept, Decoding::ESCAPES)
    }
}
