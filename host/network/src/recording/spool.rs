use std::cell::Cell;
use std::fs::File;
use std::io::{self, BufWriter, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use bytes::Bytes;
use serde::ser::{Serialize, SerializeSeq as _, Serializer};

use super::places::{Instead, covered};
use super::redact::instead;
use super::write::{self, Entry};
use super::written::{Stored, Written};
use super::{Content, Exchange, Recording, Redactor};
use soar_system::files::{self, Folder};

/// A recording that grows: without credentials from the beginning, its bodies in a file without a name.
#[derive(Debug)]
pub(crate) struct Spool {
    folder: PathBuf,
    file: Option<File>,
    /// How much a HAR file of it has, about. It does not depend on secrets: whoever is told that there is no more room would
    /// learn how much shorter the recording is for a right guess.
    size: u64,
    /// In the order of asking; nothing for what isn't answered.
    entries: Vec<Option<Kept>>,
}

/// An exchange whose bodies are in the file.
#[derive(Debug)]
struct Kept {
    exchange: Exchange,
    asked: Stored,
    answered: Option<Stored>,
}

/// What a HAR file has for an exchange beside its texts, about.
const FRAME: u64 = 1 << 10;

impl Spool {
    /// One whose file is in this folder.
    pub fn new(folder: &Path) -> Self {
        Self { folder: folder.into(), file: None, size: 0, entries: Vec::new() }
    }

    /// How much a HAR file of it has, about, in bytes.
    pub fn size(&self) -> u64 {
        self.size
    }

    /// How many exchanges were begun.
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// Takes the next place.
    pub fn begin(&mut self) -> usize {
        self.entries.push(None);
        self.entries.len() - 1
    }

    /// Puts an exchange into its place; its own bodies are empty, and these are they.
    pub fn keep(
        &mut self,
        place: usize,
        exchange: &Exchange,
        redactor: &Redactor,
        asked: impl Read + Seek,
        answered: impl Read + Seek,
    ) -> io::Result<()> {
        let headers = exchange.request.headers.iter().chain(&exchange.answer.headers);
        let texts: usize = headers.map(|(name, value)| 64 + name.len() + value.len()).sum();
        self.size += FRAME + (3 * exchange.request.url.len() + texts) as u64;
        let mut exchange = redactor.exchange(exchange);
        let (asked, marks) = self.body(redactor, &exchange.request.media_type, asked)?;
        exchange.request.redactions.body = marks;
        let answered = match exchange.answer.content {
            Content::Kept(_) => Some(self.body(redactor, &exchange.answer.media_type, answered)?.0),
            Content::Lost(_) | Content::Unplayable(_) => None,
        };
        if let Some(slot) = self.entries.get_mut(place) {
            *slot = Some(Kept { exchange, asked, answered });
        }
        Ok(())
    }

    /// Leaves an exchange out again.
    pub fn forget(&mut self, place: usize) {
        if let Some(slot) = self.entries.get_mut(place) {
            *slot = None;
        }
    }

    /// Writes a HAR file.
    pub fn write(&self, out: impl Write) -> io::Result<()> {
        let failed = Cell::new(None);
        let written = write::file(BufWriter::with_capacity(1 << 16, out), &All { spool: self, failed: &failed });
        match failed.get() {
            Some(kind) => Err(kind.into()),
            None => written,
        }
    }

    /// All of it in memory.
    pub fn recording(&self) -> io::Result<Recording> {
        let whole = |kept: &Kept| {
            let mut exchange = kept.exchange.clone();
            exchange.request.body = self.read(kept.asked)?;
            if let Some(answered) = kept.answered {
                exchange.answer.content = Content::Kept(self.read(answered)?);
            }
            Ok(exchange)
        };
        Ok(self.entries.iter().flatten().map(whole).collect::<io::Result<Vec<_>>>()?.into())
    }

    fn read(&self, Stored { at, length, .. }: Stored) -> io::Result<Bytes> {
        let mut body = Vec::new();
        if let Some(mut file) = self.file.as_ref().filter(|_| length > 0) {
            file.seek(SeekFrom::Start(at))?;
            file.take(length).read_to_end(&mut body)?;
        }
        Ok(body.into())
    }

    /// Puts a body into the file, without credentials. Where it is, and where in it something was taken out.
    fn body(
        &mut self,
        redactor: &Redactor,
        media_type: &str,
        mut body: impl Read + Seek,
    ) -> io::Result<(Stored, Vec<std::ops::Range<usize>>)> {
        let by_name = Redactor::default();
        let (mut looking, mut by_name) = (redactor.looking(media_type), by_name.looking(media_type));
        let mut raw = Measure::new(io::sink());
        let mut part = vec![0; 64 << 10];
        loop {
            let read = body.read(&mut part)?;
            if read == 0 {
                break;
            }
            looking.part(&part[..read]);
            by_name.part(&part[..read]);
            raw.write_all(&part[..read])?;
        }
        if raw.length == 0 {
            return Ok((Stored { is_text: true, ..Stored::default() }, Vec::new()));
        }
        let instead = instead(media_type);
        let word = instead.len() + 2;
        // With what takes the place of what is known by its name.
        let named = (by_name.end().len() * word) as u64;
        self.size += raw.written() + named;
        let most = raw.length + named + redactor.growth(raw.length, word);
        let places = looking.end();
        body.rewind()?;
        if self.file.is_none() {
            self.file = Some(nameless(&self.folder)?);
        }
        let Some(mut file) = self.file.as_ref() else { return Err(io::ErrorKind::NotFound.into()) };
        let at = file.seek(SeekFrom::End(0))?;
        let mut copy = Measure::new(BufWriter::new(file));
        let marks = covered(&places, body, &mut copy, Instead::Word(instead))?;
        copy.flush()?;
        // As much of the disk is taken whatever was taken out: where it gets full does not tell a secret either.
        io::copy(&mut io::repeat(0).take(most.saturating_sub(copy.length)), &mut file)?;
        Ok((Stored { at, length: copy.length, is_text: copy.is_text() }, marks))
    }
}

/// A file without a name in a folder.
pub(crate) fn nameless(folder: &Path) -> io::Result<File> {
    let file = Folder::open(folder).and_then(|folder| folder.nameless());
    file.map_err(|error: files::Error| io::Error::other(error.to_string()))
}

/// Counts what passes.
struct Measure<W> {
    file: W,
    length: u64,
    /// How long it is as a text of JSON.
    size: u64,
    is_text: bool,
    /// The beginning of a character.
    cut: Vec<u8>,
}

impl<W> Measure<W> {
    fn new(file: W) -> Self {
        Self { file, length: 0, size: 0, is_text: true, cut: Vec::new() }
    }

    fn is_text(&self) -> bool {
        self.is_text && self.cut.is_empty()
    }

    /// How long it is in a HAR file.
    fn written(&self) -> u64 {
        if self.is_text() { self.size } else { self.length.div_ceil(3) * 4 }
    }
}

impl<W: Write> Write for Measure<W> {
    fn write(&mut self, part: &[u8]) -> io::Result<usize> {
        self.file.write_all(part)?;
        self.length += part.len() as u64;
        let written = |byte: &u8| match byte {
            b'"' | b'\\' | b'\n' | b'\r' | b'\t' => 2,
            0..0x20 | 0x7f => 6,
            // What is hidden is an escape, too.
            0x80.. => 2,
            _ => 1,
        };
        self.size += part.iter().map(written).sum::<u64>();
        if self.is_text {
            let whole = [&self.cut[..], part].concat();
            self.cut.clear();
            if let Err(error) = std::str::from_utf8(&whole) {
                self.is_text = error.error_len().is_none();
                self.cut.extend_from_slice(&whole[error.valid_up_to()..]);
                self.cut.truncate(4);
            }
        }
        Ok(part.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}

/// The entries of a file.
struct All<'a> {
    spool: &'a Spool,
    failed: &'a Cell<Option<io::ErrorKind>>,
}

impl Serialize for All<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Self { spool, failed } = self;
        let written = |stored: Stored| match &spool.file {
            Some(file) if stored.length > 0 => Written::File { stored, file, failed },
            _ => Written::NONE,
        };
        let mut entries = serializer.serialize_seq(None)?;
        for Kept { exchange, asked, answered } in spool.entries.iter().flatten() {
            entries.serialize_element(&Entry { exchange, asked: written(*asked), answered: answered.map(written) })?;
        }
        entries.end()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::recording::{Answer, Request, Secrets};
    use proptest::prelude::*;
    use std::io::Cursor;

    const SECRETS: [&str; 2] = ["sunshine-2019", "sunshine-2020"];
    /// Shorter than the word in its place.
    const SHORT: [&str; 2] = ["sun-2019", "sun-2020"];

    fn size(secret: &str, url: &str, body: &str) -> (u64, u64) {
        let folder = tempfile::tempdir().unwrap();
        let mut spool = Spool::new(folder.path());
        let redactor = Redactor::new(Secrets::new([secret]));
        let (asked, ()) = http::Request::post(format!("http://h/{url}")).body(()).unwrap().into_parts();
        let (answered, ()) = http::Response::builder().header("x", url).body(()).unwrap().into_parts();
        let (request, answer) = (Request::of(&asked, Bytes::new()), Answer::of(&answered, Bytes::new()));
        let exchange = Exchange { started: Default::default(), time: 0.0, comment: None, request, answer };
        let place = spool.begin();
        spool.keep(place, &exchange, &redactor, Cursor::new(body), Cursor::new(body)).unwrap();
        let on_disk = spool.file.as_ref().map_or(0, |file| file.metadata().unwrap().len());
        (spool.size(), on_disk)
    }

    proptest! {
        /// Whoever fills a recording with guesses learns nothing from how much room is left, in it or on the disk.
        #[test]
        fn the_room_that_is_left_does_not_tell_a_secret(
            url in prop::collection::vec(prop::sample::select(&SECRETS), 0..3),
            body in prop::collection::vec(prop::sample::select(&["sunshine-2019", "sun-2019", "sunshine-2020", "\"token\": 1,", "\u{e4}"]), 0..9),
        ) {
            let (url, body) = (url.concat(), body.concat());
            for [one, other] in [SECRETS, SHORT] {
                prop_assert_eq!(size(one, &url, &body), size(other, &url, &body));
            }
        }
    }
}
