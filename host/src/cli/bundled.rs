//! What comes with soar: a component, and recorded calls of its commands.

use include_dir::{Dir, include_dir};
use soar::case::Source;
use std::io::{self, ErrorKind};

/// The component that runs when no other is named.
pub const COMPONENT: &[u8] = mattermost_component::INTEGRATION;

static FIXTURES: Dir<'static> = include_dir!("$CARGO_MANIFEST_DIR/../fixtures");

/// The recorded cases inside of this program.
pub struct Fixtures;

impl Source for Fixtures {
    fn file(&self, path: &str) -> io::Result<Vec<u8>> {
        // Not Dir::get_file on the root: that searches all folders.
        let mut folder = &FIXTURES;
        if let Some((parent, _)) = path.rsplit_once('/') {
            folder = walk(parent).ok_or(ErrorKind::NotFound)?;
        }
        let file = folder.files().find(|file| file.path().to_str() == Some(path)).ok_or(ErrorKind::NotFound)?;
        Ok(file.contents().to_vec())
    }

    fn folders(&self, path: &str) -> io::Result<Vec<String>> {
        let folder = walk(path).ok_or(ErrorKind::NotFound)?;
        let names = folder.dirs().filter_map(|folder| folder.path().file_name()?.to_str());
        Ok(names.map(str::to_owned).collect())
    }
}

fn walk(path: &str) -> Option<&'static Dir<'static>> {
    let mut folder = &FIXTURES;
    for part in path.split('/').filter(|part| !part.is_empty()) {
        folder = folder.dirs().find(|folder| folder.path().file_name().is_some_and(|name| name == part))?;
    }
    Some(folder)
}
