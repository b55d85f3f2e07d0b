//! Zip archives with a recording in them, and bodies beside it.

use std::borrow::Cow;
use std::collections::HashMap;
use std::io::{self, Read};

use flate2::read::DeflateDecoder;
use rawzip::{CompressionMethod, ZipArchive, ZipArchiveEntryWayfinder, ZipSliceArchive};

use super::UNPACKED;
use super::attached::{Beside, too_large};
use super::error::{RecordingError, Result};
use soar_contract::text;

/// The most files that an archive has: a recording of as many exchanges as are read, and two bodies of each.
const FILES: usize = 2 * super::ENTRIES + 1_000;

const HOW: &str = "expected a zip archive with one HAR file in it, such as a browser test tool records";

/// An archive, with the folder in it where the recording is.
pub(super) struct Archive<'a> {
    archive: ZipSliceArchive<Cow<'a, [u8]>>,
    recording: Member,
    /// The files beside the recording, by name.
    beside: HashMap<String, Member>,
}

/// A file in an archive.
#[derive(Clone, Copy)]
struct Member {
    place: ZipArchiveEntryWayfinder,
    method: CompressionMethod,
    encrypted: bool,
    link: bool,
}

/// Why a file of an archive can't be had.
enum Problem {
    TooLarge,
    Other(String),
}

impl<'a> Archive<'a> {
    pub fn open(bytes: Cow<'a, [u8]>) -> Result<Self> {
        let archive = ZipArchive::from_slice(bytes)
            .map_err(|_| RecordingError::packed("it is a zip archive that is damaged or was cut", HOW))?;
        let files = files(&archive)?;
        let recording = find(&files)?;
        let folder = folder(recording).to_owned();
        let member = files[recording];
        let beside = files
            .into_iter()
            .filter_map(|(path, member)| Some((path.strip_prefix(&folder)?.to_owned(), member)))
            .filter(|(name, _)| !name.contains('/'))
            .collect();
        Ok(Self { archive, recording: member, beside })
    }

    /// The HAR file in it.
    pub fn recording(&self) -> Result<Vec<u8>> {
        self.member(&self.recording, UNPACKED).map_err(|problem| match problem {
            Problem::TooLarge => RecordingError::TooLarge { most: UNPACKED },
            Problem::Other(why) => {
                RecordingError::packed(format!("the recording in the zip archive can't be read: {why}"), HOW)
            }
        })
    }

    fn member(&self, member: &Member, most: u64) -> std::result::Result<Vec<u8>, Problem> {
        let refuse = |why: &str| Err(Problem::Other(why.into()));
        match () {
            () if member.encrypted => return refuse("it is encrypted"),
            () if member.link => return refuse("it is a link, and none is followed here"),
            () => {}
        }
        let entry = self.archive.get_entry(member.place).map_err(|_| Problem::Other("it is cut".into()))?;
        let packed: Box<dyn Read> = match member.method {
            CompressionMethod::STORE => Box::new(entry.data()),
            CompressionMethod::DEFLATE => Box::new(DeflateDecoder::new(entry.data())),
            other => return refuse(&format!("it is packed with {other}, which is not read; pack it with deflate")),
        };
        let mut bytes = Vec::new();
        // What it says of its size is not believed. Its sum is checked at its end, which it has if it is not too long.
        let read = entry.verifying_reader(packed).take(most.saturating_add(1)).read_to_end(&mut bytes);
        match read {
            Ok(read) if read as u64 > most => Err(Problem::TooLarge),
            Ok(_) => Ok(bytes),
            Err(error) => Err(Problem::Other(damage(&error))),
        }
    }
}

fn damage(error: &io::Error) -> String {
    format!("it is damaged ({})", text::line(&error.to_string()))
}

impl Beside for Archive<'_> {
    fn read(&self, name: &str, most: u64) -> std::result::Result<Vec<u8>, String> {
        let Some(member) = self.beside.get(name) else {
            return Err("which is not beside the recording in the archive".into());
        };
        self.member(member, most).map_err(|problem| match problem {
            Problem::TooLarge => too_large(),
            Problem::Other(why) => format!("which can't be read: {why}"),
        })
    }
}

/// The files of an archive by their paths. Of two with the same the first counts.
fn files(archive: &ZipSliceArchive<Cow<'_, [u8]>>) -> Result<HashMap<String, Member>> {
    let mut files = HashMap::new();
    let mut entries = archive.entries();
    let mut count = 0;
    while let Some(entry) = entries
        .next_entry()
        .map_err(|_| RecordingError::packed("it is a zip archive whose list of files is damaged", HOW))?
    {
        count += 1;
        if count > FILES {
            let what = format!("it is a zip archive of more than {FILES} files, the most that are read of one");
            return Err(RecordingError::packed(what, HOW));
        }
        // A name that is no text is nobody's.
        let Ok(path) = std::str::from_utf8(entry.file_path().as_bytes()) else { continue };
        if entry.is_dir() {
            continue;
        }
        let member = Member {
            place: entry.wayfinder(),
            method: entry.compression_method(),
            encrypted: entry.flags().is_encrypted(),
            link: entry.mode().is_symlink(),
        };
        files.entry(path.to_owned()).or_insert(member);
    }
    Ok(files)
}

/// The path of the recording: the only one, or the one whose name test tools give.
fn find(files: &HashMap<String, Member>) -> Result<&str> {
    let name = |path: &str| path.rsplit('/').next().unwrap_or(path).to_ascii_lowercase();
    let own = |path: &&str| !path.starts_with("__MACOSX/") && !name(path).starts_with('.');
    let paths = || files.keys().map(String::as_str).filter(own);
    let ends = |end: &'static str| paths().filter(move |path| name(path).ends_with(end)).collect::<Vec<_>>();
    let (mut hars, jsons) = (ends(".har"), ends(".json"));
    hars.sort_unstable();
    if let Some(of_a_tool) = hars.iter().find(|path| **path == "har.har") {
        return Ok(of_a_tool);
    }
    let has = |end: &str| paths().any(|path| name(path).ends_with(end));
    match (&hars[..], &jsons[..]) {
        ([only], _) | ([], [only]) if hars.len() == 1 || paths().count() == 1 => Ok(only),
        ([_, _, ..], _) => {
            let names: Vec<String> = hars.iter().take(5).map(|path| text::quoted(&text::cut(path, 80))).collect();
            let what = format!("it is a zip archive of {} recordings ({})", hars.len(), names.join(", "));
            Err(RecordingError::packed(what, "unpack it, and name one of them"))
        }
        _ if has(".trace") || has(".network") => Err(RecordingError::packed(
            "it is a trace of a browser test tool",
            "record a HAR file with it (Playwright: recordHar), with the content of the answers",
        )),
        _ if paths().any(|path| path.starts_with("raw/")) => Err(RecordingError::packed(
            "it is an archive of Fiddler (SAZ)",
            "export the sessions as HTTPArchive, which makes a HAR file",
        )),
        _ => Err(RecordingError::packed("it is a zip archive without a HAR file in it", HOW)),
    }
}

/// The folder of a path, with the slash at its end; empty for none.
fn folder(path: &str) -> &str {
    path.rfind('/').map_or("", |at| &path[..=at])
}

#[cfg(test)]
mod tests;
