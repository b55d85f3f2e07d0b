//! The files that secrets and certificates may come from: `{ file = "…" }` and `[network]` in an instance file.
//!
//! An instance file may be from a checkout, so it can't name any file of this machine: only those in its own folder, and
//! those in folders that are there for secrets.

use super::environment::Lookup;
use soar::Secret;
use soar::files::{Folder, Opened, shown};
use std::path::{Component, Path, PathBuf};

/// Where secrets are mounted as a rule. Nowhere on Windows, where anybody could make such a folder.
const MOUNTS: &[&str] = if cfg!(unix) { &["/run/secrets", "/var/run/secrets"] } else { &[] };
/// Where systemd puts those of a service.
const SYSTEMD: &str = "CREDENTIALS_DIRECTORY";
/// More such folders, as in `PATH`.
const MORE: &str = "SOAR_SECRETS";

/// The folders that secrets may come from, besides an instance file's own.
#[derive(Clone, Debug, Default)]
pub struct SecretFolders(Vec<PathBuf>);

impl SecretFolders {
    /// Those of `--secrets`, of the environment and of every machine.
    ///
    /// # Errors
    /// If one that was named in the environment is no absolute path.
    pub fn new(given: &[PathBuf], lookup: Lookup<'_>) -> Result<Self, String> {
        let mut folders = Vec::new();
        for folder in given {
            let whole = std::path::absolute(folder);
            folders.push(whole.map_err(|error| format!("--secrets {}: {error}", shown(folder)))?);
        }
        for name in [MORE, SYSTEMD] {
            let value = lookup(name).unwrap_or_default();
            for folder in std::env::split_paths(&value).filter(|folder| !folder.as_os_str().is_empty()) {
                if !folder.is_absolute() {
                    return Err(format!("{name}: got {folder:?}; expected the absolute paths of folders"));
                }
                folders.push(folder);
            }
        }
        folders.extend(MOUNTS.iter().map(PathBuf::from));
        Ok(Self(folders))
    }

    /// Reads a secret for an instance file in this folder.
    ///
    /// # Errors
    /// If the path is of no such folder, leads out of it, or is of no regular file with text; words for people, with
    /// what would be right.
    pub fn read(&self, path: &Path, own: &Folder) -> Result<Secret, String> {
        let secret = self.open(path, own)?.secret().map_err(|error| error.to_string())?;
        match secret.expose().is_empty() {
            true => Err(format!("{} is empty; expected the value there", shown(path))),
            false => Ok(secret),
        }
    }

    /// Opens a file for an instance file in this folder.
    ///
    /// # Errors
    /// If the path is of no such folder, leads out of it, or is of no regular file; words for people, with what would be
    /// right.
    pub fn open(&self, path: &Path, own: &Folder) -> Result<Opened, String> {
        let (folder, below) = self.find(path, own.path())?;
        // Links are followed as long as they stay in the folder: where secrets are mounted there are some.
        let opened = match folder == own.path() {
            true => own.file_by_links(&below),
            false => Folder::open(folder).and_then(|folder| folder.file_by_links(&below)),
        };
        opened.map_err(|error| error.to_string())
    }

    /// The folder that a path is below, and the path in it.
    fn find<'a>(&'a self, path: &Path, own: &'a Path) -> Result<(&'a Path, PathBuf), String> {
        if path.components().any(|part| matches!(part, Component::ParentDir)) {
            return Err(format!("{}: expected a path without \"..\"", shown(path)));
        }
        // Also `./token`, and each folder as it was written.
        let whole: PathBuf = own.join(path).components().filter(|part| !matches!(part, Component::CurDir)).collect();
        let folders = std::iter::once(own).chain(self.0.iter().map(PathBuf::as_path));
        let below = |folder: &'a Path| {
            let below = whole.strip_prefix(folder).ok().filter(|below| !below.as_os_str().is_empty())?;
            Some((folder, below.to_path_buf()))
        };
        folders.clone().find_map(below).ok_or_else(|| {
            let known: Vec<_> = folders.map(shown).collect();
            format!(
                "{}: expected a file below {}; --secrets FOLDER allows another folder",
                shown(path),
                known.join(" or ")
            )
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn folders(more: &str) -> SecretFolders {
        let given = [PathBuf::from("/given")];
        let lookup = |name: &str| (name == MORE).then(|| more.into());
        SecretFolders::new(&given, &lookup).unwrap()
    }

    #[test]
    fn a_path_is_below_the_instance_files_folder_or_one_for_secrets() {
        let folders = folders("/a:/b/c");
        for (path, folder, below) in [
            ("token", "/etc/soar", "token"),
            ("./x/token", "/etc/soar", "x/token"),
            ("/etc/soar/token", "/etc/soar", "token"),
            ("/run/secrets/chat-token", "/run/secrets", "chat-token"),
            ("/var/run/secrets/x/y", "/var/run/secrets", "x/y"),
            ("/given/t", "/given", "t"),
            ("/a/t", "/a", "t"),
            ("/b//c/./t", "/b/c", "t"),
        ] {
            assert_eq!(
                folders.find(Path::new(path), Path::new("/etc/soar")),
                Ok((Path::new(folder), below.into())),
                "{path}"
            );
        }
        for path in [
            "..",
            "../token",
            "x/../../token",
            "/",
            "/etc/passwd",
            "/etc/soar",
            "/run/secrets",
            "/run/secrets/../../etc/passwd",
            "/run/secretsX/t",
            "/b/t",
            "",
        ] {
            let error = folders.find(Path::new(path), Path::new("/etc/soar")).unwrap_err();
            assert!(error.contains("expected a "), "{path}: {error}");
        }
    }

    #[test]
    fn a_folder_of_the_environment_is_absolute() {
        let error = SecretFolders::new(&[], &|name| (name == MORE).then(|| "/a:b".into())).unwrap_err();
        assert_eq!(error, "SOAR_SECRETS: got \"b\"; expected the absolute paths of folders");
        SecretFolders::new(&[], &|_| None).unwrap();
    }

    proptest! {
        #[test]
        fn what_is_found_is_below_its_folder(path in "(/|\\.|\\.\\.|a|run|secrets|etc|soar){0,9}") {
            if let Ok((folder, below)) = folders("/a").find(Path::new(&path), Path::new("/etc/soar")) {
                prop_assert!(below.components().all(|part| matches!(part, Component::Normal(_))), "{path}: {below:?}");
                prop_assert!(folder.is_absolute());
            }
        }
    }
}
