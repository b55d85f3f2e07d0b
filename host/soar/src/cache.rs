//! Precompiled components, so that a second start need not compile.

use crate::machine::LoadError;
use blake3::{Hash as Digest, Hasher as Digester};
use soar_system::files::{Error, Existing, Opened, Private, Problem};
use soar_system::random;
use std::fs::File;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::io::{Read, Seek};
use std::path::{Path, PathBuf};
use wasmtime::Engine;
use wasmtime::component::Component;

/// A private folder of precompiled components. A file is named after the component's content, the rules that it was
/// held to, the engine's version and its settings; it ends with the digest of the rest, because wasmtime runs what it is given unchecked. At its end,
/// so that the code is mapped from the file as it is, and only what runs of it is read.
///
/// The digest is made with a key that lies in the folder and that only this user can read, and it is of the file's name
/// too: who can bring files into the folder all the same can neither make one nor give one another name.
#[derive(Clone, Debug)]
pub(crate) struct Cache(PathBuf);

const DIGEST: usize = blake3::OUT_LEN;
/// The file with the key, and its size.
const KEY: (&str, usize) = ("key", blake3::KEY_LEN);
/// More than the code of any component that is loaded, in bytes.
const LARGEST: u64 = 1 << 30;

impl Cache {
    pub(crate) fn new(folder: PathBuf) -> Self {
        Self(folder)
    }

    /// The component if it is kept, which was held to these rules before it was compiled; or where to keep it.
    /// A cache that can't be used is passed over.
    pub(crate) fn find(&self, engine: &Engine, bytes: &[u8], rules: impl Hash) -> Found {
        let open = match Open::new(&self.0) {
            Ok(open) => open,
            Err(why) => {
                tracing::warn!(folder = %self.0.display(), %why, "the cache of precompiled components is not used");
                return Found::Nothing(None);
            }
        };
        let name = name(engine, bytes, rules);
        match open.read(engine, &name) {
            Ok(Some(component)) => return Found::Kept(component),
            Ok(None) => {}
            Err(why) => tracing::warn!(folder = %self.0.display(), name, why, "precompiled component dropped"),
        }
        Found::Nothing(Some(Room { cache: self.0.clone(), open, name }))
    }
}

/// What the cache has of a component.
pub(crate) enum Found {
    /// It was compiled before.
    Kept(Component),
    /// It was not; where it may be kept, if anywhere.
    Nothing(Option<Room>),
}

/// Where one component is kept when it has been compiled.
pub(crate) struct Room {
    cache: PathBuf,
    open: Open,
    name: String,
}

impl Room {
    /// Keeps it for the next start. Without that nothing is lost but time.
    pub(crate) fn keep(&self, component: &Component) {
        let Self { cache, open, name } = self;
        let code = component.serialize().map_err(|error| format!("{error:#}"));
        if let Err(error) = code.and_then(|code| open.write(name, code)) {
            tracing::warn!(folder = %cache.display(), name, error, "precompiled component not kept");
        }
    }
}

pub(crate) fn compile(engine: &Engine, bytes: &[u8]) -> Result<Component, LoadError> {
    Component::new(engine, bytes).map_err(|error| LoadError::NotAComponent(format!("{error:#}")))
}

/// A component of what [`Compiler::compile`](crate::compiler::Compiler::compile) gave.
pub(crate) fn compiled(engine: &Engine, code: &[u8]) -> Result<Component, LoadError> {
    // SAFETY: `code` is what `precompile_component` gave in a process of this program, or of one that the embedder trusts as
    // much; nobody else could write to it on the way, and wasmtime itself checks version and settings.
    #[allow(unsafe_code)]
    let component = unsafe { Component::deserialize(engine, code) };
    component.map_err(|error| LoadError::NotAComponent(format!("{error:#}")))
}

/// What the code of an engine depends on, and its version.
pub(crate) fn settings(engine: &Engine) -> DefaultHasher {
    let mut settings = DefaultHasher::new();
    engine.precompile_compatibility_hash().hash(&mut settings);
    settings
}

fn name(engine: &Engine, bytes: &[u8], rules: impl Hash) -> String {
    let mut settings = settings(engine);
    rules.hash(&mut settings);
    let content = blake3::hash(bytes).to_hex();
    format!("{content}-{:016x}.cwasm", settings.finish())
}

/// The folder, open for one component.
struct Open {
    folder: Private,
    key: [u8; KEY.1],
}

impl Open {
    fn new(folder: &Path) -> Result<Self, String> {
        let folder = Private::make(folder).map_err(|error| error.to_string())?;
        let key = key(&folder)?;
        Ok(Self { folder, key })
    }

    /// The component in a file; `None` if there is no such file.
    fn read(&self, engine: &Engine, name: &str) -> Result<Option<Component>, String> {
        let Some(opened) = self.folder.file(name).map_err(|error| error.to_string())? else { return Ok(None) };
        let file = self.check(name, opened)?;
        // SAFETY: the bytes are what `serialize` gave: the digest says that they are whole and were written by who has
        // the key. The file that was digested is the one that is mapped: it is found by its open handle, or read from
        // it. It belongs to this user and nobody else may write it, who replaces files whole and never changes one;
        // and wasmtime itself checks version and settings.
        #[allow(unsafe_code)]
        let component = unsafe {
            match by_handle(&file) {
                Some(path) => Component::deserialize_file(engine, path),
                None => Component::deserialize(engine, self.code(name, file)?),
            }
        };
        component.map(Some).map_err(|error| format!("{error:#}"))
    }

    fn write(&self, name: &str, mut code: Vec<u8>) -> Result<(), String> {
        let digest = Self::digest(Digester::new_keyed(&self.key).update(&code), name);
        code.extend_from_slice(digest.as_bytes());
        self.folder.write(name, &code, Existing::Replace).map_err(|error| error.to_string())
    }

    /// The digest of code that has been read, under its name. All names are of one length, so that none is mistaken for code; and at
    /// the end, since code that begins at its own beginning is digested faster.
    fn digest(code: &mut Digester, name: &str) -> Digest {
        code.update(name.as_bytes()).finalize()
    }

    /// Gives the file back if it ends with the digest of what is before it.
    fn check(&self, name: &str, opened: Opened) -> Result<File, String> {
        let size = opened.size();
        let code = size.checked_sub(DIGEST as u64).filter(|_| size <= LARGEST).ok_or("it has the wrong size")?;
        let mut file = opened.into_file();
        let mut digester = Digester::new_keyed(&self.key);
        let mut digest = [0; DIGEST];
        digester
            .update_reader((&mut file).take(code))
            .and_then(|_| file.read_exact(&mut digest))
            .map_err(|error| error.to_string())?;
        match Self::digest(&mut digester, name) == Digest::from_bytes(digest) {
            true => Ok(file),
            false => Err("its digest is wrong".into()),
        }
    }

    /// The code in a file, checked once more as it is in memory.
    fn code(&self, name: &str, mut file: File) -> Result<Vec<u8>, String> {
        let mut bytes = Vec::new();
        file.rewind().and_then(|()| file.take(LARGEST).read_to_end(&mut bytes)).map_err(|error| error.to_string())?;
        let (code, digest) = bytes.split_last_chunk::<DIGEST>().ok_or("it has the wrong size")?;
        if Self::digest(Digester::new_keyed(&self.key).update(code), name) != Digest::from_bytes(*digest) {
            return Err("its digest is wrong".into());
        }
        bytes.truncate(bytes.len() - DIGEST);
        Ok(bytes)
    }
}

/// The key of this folder, made when it is needed first.
fn key(folder: &Private) -> Result<[u8; KEY.1], String> {
    let (name, size) = KEY;
    let wrong = || format!("{name} in it has the wrong size; expected {size} bytes, or no such file");
    let read = || -> Result<Option<[u8; KEY.1]>, String> {
        let Some(opened) = folder.secret_file(name).map_err(|error| error.to_string())? else { return Ok(None) };
        let bytes = opened.read(size as u64).map_err(|_| wrong())?;
        Ok(Some(bytes.try_into().map_err(|_| wrong())?))
    };
    if let Some(key) = read()? {
        return Ok(key);
    }
    let mut key = [0; KEY.1];
    random::fill(&mut key);
    match folder.write(name, &key, Existing::Refuse) {
        // Of two processes one is first, and both have its key.
        Ok(()) | Err(Error { problem: Problem::Exists, .. }) => {}
        Err(error) => return Err(error.to_string()),
    }
    read()?.ok_or_else(|| format!("{name} in it is gone again"))
}

/// A path that leads to this very open file, where the system has one. Not every container does.
#[cfg(target_os = "linux")]
fn by_handle(file: &File) -> Option<PathBuf> {
    use std::os::fd::AsRawFd;
    use std::os::unix::fs::MetadataExt;
    let path = PathBuf::from(format!("/proc/self/fd/{}", file.as_raw_fd()));
    let identity = |metadata: std::fs::Metadata| (metadata.dev(), metadata.ino());
    let found = std::fs::metadata(&path).map(identity).ok()?;
    (file.metadata().map(identity).ok()? == found).then_some(path)
}

#[cfg(not(target_os = "linux"))]
fn by_handle(_: &File) -> Option<PathBuf> {
    None
}
