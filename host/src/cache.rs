//! Precompiled components, so that a second start need not compile.

use crate::host::LoadError;
use blake3::{Hash as Digest, Hasher as Digester};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::io::{Read, Write};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::{fs, io};
use wasmtime::Engine;
use wasmtime::component::Component;

/// A private folder of precompiled components. A file is named after the component's content, the engine's version
/// and its settings; it ends with the digest of the rest, because wasmtime runs what it is given unchecked. At its end,
/// so that the code is mapped from the file as it is, and only what runs of it is read.
#[derive(Clone, Debug)]
pub(crate) struct Cache(PathBuf);

const DIGEST: usize = blake3::OUT_LEN;

impl Cache {
    pub(crate) fn new(folder: PathBuf) -> Self {
        Self(folder)
    }

    /// The component from the cache, or compiled and put there. A cache that can't be used is passed over.
    pub(crate) fn load(&self, engine: &Engine, bytes: &[u8]) -> Result<Component, LoadError> {
        let file = self.0.join(name(engine, bytes));
        match read(engine, &file) {
            Ok(Some(component)) => return Ok(component),
            Ok(None) => {}
            Err(why) => tracing::warn!(file = %file.display(), why, "precompiled component dropped"),
        }
        let component = compile(engine, bytes)?;
        if let Err(error) = component.serialize().map_err(io::Error::other).and_then(|code| self.write(&file, &code)) {
            tracing::warn!(file = %file.display(), %error, "precompiled component not kept");
        }
        Ok(component)
    }

    fn write(&self, file: &Path, code: &[u8]) -> io::Result<()> {
        private_folder(&self.0)?;
        // Of its own for each writer: two threads may load the same component at once.
        static WRITERS: AtomicU64 = AtomicU64::new(0);
        let writer = WRITERS.fetch_add(1, Ordering::Relaxed);
        let part = file.with_extension(format!("{}-{writer}.part", std::process::id()));
        let write = || {
            let mut out = fs::File::create(&part)?;
            out.write_all(code)?;
            out.write_all(blake3::hash(code).as_bytes())?;
            out.sync_all()?;
            fs::rename(&part, file)
        };
        write().inspect_err(|_| drop(fs::remove_file(&part)))
    }
}

pub(crate) fn compile(engine: &Engine, bytes: &[u8]) -> Result<Component, LoadError> {
    Component::new(engine, bytes).map_err(|error| LoadError::NotAComponent(format!("{error:#}")))
}

fn name(engine: &Engine, bytes: &[u8]) -> String {
    let mut settings = DefaultHasher::new();
    engine.precompile_compatibility_hash().hash(&mut settings);
    let content = blake3::hash(bytes).to_hex();
    format!("{}-{:016x}.cwasm", &content[..32], settings.finish())
}

/// The component in a file of the cache; `None` if there is no such file.
fn read(engine: &Engine, file: &Path) -> Result<Option<Component>, String> {
    let opened = match fs::File::open(file) {
        Ok(opened) => opened,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(error.to_string()),
    };
    check_private(file)?;
    check_digest(opened)?;
    // SAFETY: the bytes are what `serialize` gave: the digest says that they are whole, the folder and the file
    // belong to this user and nobody else may write them, who replaces files whole and never changes one, and wasmtime
    // itself checks version and settings.
    #[allow(unsafe_code)]
    let component = unsafe { Component::deserialize_file(engine, file) };
    component.map(Some).map_err(|error| format!("{error:#}"))
}

/// Whether a file ends with the digest of what is before it.
fn check_digest(mut file: fs::File) -> Result<(), String> {
    let read = |error: io::Error| error.to_string();
    let code = file.metadata().map_err(read)?.len().checked_sub(DIGEST as u64).ok_or("too short")?;
    let mut digester = Digester::new();
    digester.update_reader((&mut file).take(code)).map_err(read)?;
    let mut digest = [0; DIGEST];
    file.read_exact(&mut digest).map_err(read)?;
    match digester.finalize() == Digest::from_bytes(digest) {
        true => Ok(()),
        false => Err("its digest is wrong".into()),
    }
}

#[cfg(unix)]
fn private_folder(folder: &Path) -> io::Result<()> {
    use std::os::unix::fs::DirBuilderExt;
    fs::DirBuilder::new().recursive(true).mode(0o700).create(folder)
}

#[cfg(not(unix))]
fn private_folder(folder: &Path) -> io::Result<()> {
    fs::create_dir_all(folder)
}

/// A file that others may write could hold any code: it is not run.
#[cfg(unix)]
fn check_private(file: &Path) -> Result<(), String> {
    use std::os::unix::fs::MetadataExt;
    let folder = file.parent().ok_or("no folder")?;
    for path in [folder, file] {
        let metadata = fs::metadata(path).map_err(|error| error.to_string())?;
        if metadata.mode() & 0o022 != 0 {
            return Err(format!("{} may be written by others", path.display()));
        }
        if own_user(folder).map_err(|error| error.to_string())? != metadata.uid() {
            return Err(format!("{} belongs to another user", path.display()));
        }
    }
    Ok(())
}

/// The user that this process is.
#[cfg(unix)]
fn own_user(folder: &Path) -> io::Result<u32> {
    use std::os::unix::fs::MetadataExt;
    if let Ok(own) = fs::metadata("/proc/self") {
        return Ok(own.uid());
    }
    // Not every system has it; what this process makes is its own.
    let made = folder.join(format!("{}.owner", std::process::id()));
    let owner = fs::File::create(&made).and_then(|file| file.metadata()).map(|made| made.uid());
    drop(fs::remove_file(made));
    owner
}

#[cfg(not(unix))]
fn check_private(_: &Path) -> Result<(), String> {
    Ok(())
}
