//! The instance file: the parameters of an instance, what it may reach and what it may use, as TOML.

use super::network::{self, NetworkTable};
use soar::files::{self, Folder, most, shown};
use soar::names::nearest;
use soar::text;
use soar::{Limits, digest};
use std::fmt;
use std::path::{Path, PathBuf};
use toml::{Table, Value as Toml};

/// What an instance file says.
#[derive(Debug)]
pub struct InstanceFile {
    /// Its path, for messages.
    pub path: PathBuf,
    /// The folder that it lies in, without links in its path; open, so that what the file names in it is looked for in the
    /// folder that the user was told of, whatever has its path by then.
    pub folder: Folder,
    /// The digest of its content: `sha256:…`.
    pub digest: String,
    /// The digest of the component that it is for, if it says so: `sha256:…`.
    pub component: Option<String>,
    /// The parameters by name, in the order of their names.
    pub values: Vec<(String, Value)>,
    /// Its table `[network]`.
    pub network: NetworkTable,
    /// Its table `[limits]`; what it leaves out is as it is by default.
    pub limits: Limits,
}

/// The value of a key.
#[derive(PartialEq)]
pub enum Value {
    /// As it stands in the file.
    Text(String),
    /// What an environment variable holds.
    Environment(String),
    /// What a file holds, without the line break at its end; as it was written.
    File(PathBuf),
}

/// A text may be a secret that should not be there.
impl fmt::Debug for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Text(_) => f.write_str("Text"),
            Self::Environment(name) => write!(f, "Environment({name:?})"),
            Self::File(path) => write!(f, "File({path:?})"),
        }
    }
}

impl InstanceFile {
    /// Reads an instance file.
    ///
    /// # Errors
    /// If it can't be read or is not as it should be; the text names the file, the key, and what would be right.
    pub fn read(path: &Path) -> Result<Self, String> {
        let text = files::read_text(path, most::INSTANCE).map_err(|error| error.to_string())?;
        let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
        let folder = folder.canonicalize().map_err(|error| format!("{}: {error}", shown(folder)))?;
        let folder = Folder::open_real(&folder).map_err(|error| error.to_string())?;
        Self::parse(&text, path, folder)
    }

    fn parse(text: &str, path: &Path, folder: Folder) -> Result<Self, String> {
        let mut table: Table = text.parse().map_err(|error: toml::de::Error| {
            // Not with the line itself, as its Display does: there may be a secret in it.
            let line = error.span().map_or(0, |span| {
                text.as_bytes()[..span.start.min(text.len())].iter().filter(|b| **b == b'\n').count()
            });
            format!("{}: line {}: {}", shown(path), line + 1, text::line(error.message()))
        })?;
        let refuse = |message: String| format!("{}: {message}", shown(path));
        let network = table.remove("network").map(NetworkTable::read).transpose();
        let limits = table.remove("limits").map(network::limits).transpose();
        let component = table.remove(COMPONENT).map(pin).transpose();
        if let Some((table, meant)) = table.iter().find_map(misspelt) {
            return Err(refuse(format!("[{}]: there is no such table; did you mean [{meant}]?", text::line(table))));
        }
        let values = table.into_iter().map(|(key, value)| match self::value(value) {
            Ok(value) => Ok((key, value)),
            Err(message) => Err(refuse(format!("{}: {message}", text::line(&key)))),
        });
        Ok(Self {
            path: path.into(),
            digest: digest(text.as_bytes()),
            component: component.map_err(refuse)?,
            values: values.collect::<Result<_, _>>()?,
            network: network.map_err(refuse)?.unwrap_or_default(),
            limits: limits.map_err(refuse)?.unwrap_or_default(),
            folder,
        })
    }

    /// Its path without links in the folders of it, by which it is known again.
    pub fn place(&self) -> PathBuf {
        self.folder.path().join(self.path.file_name().unwrap_or_default())
    }

    /// The value of a key.
    pub fn value(&self, name: &str) -> Option<&Value> {
        self.values.iter().find(|(key, _)| key == name).map(|(_, value)| value)
    }

    /// Refuses a component other than the one that the file is for.
    ///
    /// # Errors
    /// Words for people, with both digests.
    pub fn check_component<'a>(&self, digest: impl FnOnce() -> &'a str) -> Result<(), String> {
        let Some(expected) = &self.component else { return Ok(()) };
        let digest = digest();
        match expected == digest {
            true => Ok(()),
            false => Err(format!(
                "{}: {COMPONENT}: this component is {digest}; expected {expected}, which the file is for",
                shown(&self.path)
            )),
        }
    }
}

/// A table that was probably meant to be one of ours, and which.
fn misspelt<'t>((key, value): (&'t String, &Toml)) -> Option<(&'t str, &'static str)> {
    let is_source = |table: &Table| table.is_empty() || table.keys().any(|key| key == "env" || key == "file");
    let meant = nearest(key, ["network", "limits"].into_iter())?;
    value.as_table().is_some_and(|table| !is_source(table)).then_some((key, meant))
}

/// The key of the component that a file is for.
const COMPONENT: &str = "component";

/// The digest of a component, as `soar inspect` shows it.
fn pin(value: Toml) -> Result<String, String> {
    let is_digest = |text: &str| {
        text.strip_prefix("sha256:").is_some_and(|digits| {
            digits.len() == 64 && digits.bytes().all(|digit| digit.is_ascii_digit() || (b'a'..=b'f').contains(&digit))
        })
    };
    match value {
        Toml::String(text) if is_digest(&text) => Ok(text),
        Toml::String(text) => Err(format!("{COMPONENT}: got {text:?}; expected \"sha256:\" and 64 digits of 0 to f")),
        other => Err(format!("{COMPONENT}: expected \"sha256:\" and 64 digits of 0 to f, got a {}", other.type_str())),
    }
}

fn value(value: Toml) -> Result<Value, String> {
    match value {
        Toml::Array(items) => {
            let texts = items.into_iter().map(|item| match item {
                Toml::String(text) if text.contains(',') => {
                    Err(format!("{text:?} has a comma, which separates values"))
                }
                item => text(item),
            });
            Ok(Value::Text(texts.collect::<Result<Vec<_>, _>>()?.join(",")))
        }
        Toml::Table(table) => source(table),
        other => text(other).map(Value::Text),
    }
}

fn text(value: Toml) -> Result<String, String> {
    match value {
        Toml::String(text) => Ok(text),
        Toml::Boolean(value) => Ok(value.to_string()),
        Toml::Integer(value) => Ok(value.to_string()),
        other => {
            Err(format!("expected text, true or false, a whole number, or a list of text, got a {}", other.type_str()))
        }
    }
}

fn source(table: Table) -> Result<Value, String> {
    const EXPECTED: &str = r#"expected { env = "NAME" } or { file = "PATH" }"#;
    let mut entries = table.into_iter();
    let (Some((key, value)), None) = (entries.next(), entries.next()) else {
        return Err(EXPECTED.into());
    };
    match (key.as_str(), value) {
        ("env" | "file", Toml::String(text)) if text.is_empty() => Err(format!("{key} is empty; {EXPECTED}")),
        ("env", Toml::String(name)) => Ok(Value::Environment(name)),
        ("file", Toml::String(path)) => Ok(Value::File(path.into())),
        ("env" | "file", other) => Err(format!("{key} is not text but {}; {EXPECTED}", other.type_str())),
        _ => Err(format!("{} is unknown; {EXPECTED}", text::line(&key))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn whole(text: &str) -> Result<InstanceFile, String> {
        InstanceFile::parse(text, Path::new("etc/prod.toml"), Folder::open(Path::new("/")).unwrap())
    }

    fn parse(text: &str) -> Result<Vec<(String, Value)>, String> {
        whole(text).map(|file| file.values)
    }

    #[test]
    fn every_form_of_a_value() {
        let values = parse(
            "url = \"https://example.com\"\nflag = true\nnumber = 3\nlist = [\"a\", \"b\"]\n\
             token = { env = \"TOKEN\" }\nother.file = \"token.txt\"\n",
        );
        let text = |text: &str| Value::Text(text.into());
        let expected = [
            ("url", text("https://example.com")),
            ("flag", text("true")),
            ("number", text("3")),
            ("list", text("a,b")),
            ("token", Value::Environment("TOKEN".into())),
            ("other", Value::File("token.txt".into())),
        ];
        let values = values.unwrap();
        assert_eq!(values.len(), expected.len());
        for (key, value) in expected {
            assert!(values.contains(&(key.into(), value)), "{key}: {values:?}");
        }
    }

    #[test]
    fn each_wrong_form_is_told_what_would_be_right() {
        for (text, expected) in [
            ("url = 1.5", "url: expected text, true or false, a whole number, or a list of text, got a float"),
            ("url = 1979-05-27", "url: expected text, "),
            ("list = [[]]", "list: expected text, "),
            ("list = [\"a,b\"]", "list: \"a,b\" has a comma"),
            ("t = {}", "t: expected { env = \"NAME\" } or { file = \"PATH\" }"),
            ("t = { env = \"A\", file = \"B\" }", "t: expected { env ="),
            ("t = { env = \"\" }", "t: env is empty; expected { env ="),
            ("t = { file = 1 }", "t: file is not text but integer; expected { env ="),
            ("t = { path = \"x\" }", "t: path is unknown; expected { env ="),
            ("url = \"a\"\nurl = \"b\"", "line 2: "),
        ] {
            let error = parse(text).unwrap_err();
            assert!(error.starts_with(&format!("etc/prod.toml: {expected}")), "{text}: {error}");
        }
    }

    #[test]
    fn tables_are_no_parameters() {
        let text = "url = \"u\"\n[network]\nprivate = false\n[limits]\nrequests = 7\n";
        let file = whole(text).unwrap();
        assert_eq!(file.values.len(), 1);
        assert_eq!(file.network.policy.private, Some(false));
        assert_eq!(file.limits.number(soar::Limit::Requests), 7);
        for (text, expected) in [
            ("[network]\ndny = []", "etc/prod.toml: network.dny: there is no such key; did you mean deny?"),
            ("[limits]\ntimes = 1", "etc/prod.toml: limits.times: there is no such limit; did you mean time?"),
            ("[netwrk]\nprivate = false", "etc/prod.toml: [netwrk]: there is no such table; did you mean [network]?"),
            ("[limit]\ntime = 1", "etc/prod.toml: [limit]: there is no such table; did you mean [limits]?"),
            ("limits = 3", "etc/prod.toml: limits: expected a table [limits]"),
        ] {
            let error = parse(text).unwrap_err();
            assert!(error.starts_with(expected), "{text}: {error}");
        }
    }

    #[test]
    fn it_may_be_for_one_component_alone() {
        let digest = format!("sha256:{}", "0a".repeat(32));
        let file = whole(&format!("component = {digest:?}\nurl = \"u\"")).unwrap();
        assert_eq!(file.values.len(), 1);
        assert_eq!(file.check_component(|| &digest), Ok(()));
        let other = format!("sha256:{}", "0b".repeat(32));
        assert_eq!(
            file.check_component(|| &other),
            Err(format!(
                "etc/prod.toml: component: this component is {other}; expected {digest}, which the file is for"
            ))
        );
        assert_eq!(whole("url = \"u\"").unwrap().check_component(|| unreachable!()), Ok(()));
        for wrong in [
            "1",
            "\"\"",
            "\"0a\"",
            "\"sha256:0A\"",
            &format!("{:?}", digest.replace('a', "A")),
            &format!("{:?}", &digest[..70]),
        ] {
            let error = whole(&format!("component = {wrong}")).unwrap_err();
            assert!(error.contains("component: ") && error.contains("expected \"sha256:\""), "{wrong}: {error}");
        }
    }

    #[test]
    fn what_is_no_small_file_is_not_read() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("large.toml");
        std::fs::File::create(&path).unwrap().set_len(most::INSTANCE + 1).unwrap();
        assert!(InstanceFile::read(&path).unwrap_err().contains("has more than 1.0 MiB"));
        assert!(InstanceFile::read(folder.path()).unwrap_err().contains("it is a folder; expected a file"));
        #[cfg(unix)]
        assert!(InstanceFile::read(Path::new("/dev/zero")).unwrap_err().contains("it is a device; expected a file"));
    }

    #[cfg(unix)]
    #[test]
    fn its_folder_is_the_one_that_it_was_read_in() {
        use super::super::secret_files::SecretFolders;
        let folder = tempfile::tempdir().unwrap();
        let at = |name: &str| folder.path().join(name);
        for (folder, token) in [("repo", "the one that was confirmed"), ("home", "another one of the victim")] {
            std::fs::create_dir(at(folder)).unwrap();
            std::fs::write(at(folder).join("token"), token).unwrap();
        }
        std::fs::write(at("repo/prod.toml"), "t = { file = \"token\" }\n").unwrap();
        let file = InstanceFile::read(&at("repo/prod.toml")).unwrap();
        // While a person reads the question.
        std::fs::rename(at("repo"), at("gone")).unwrap();
        std::os::unix::fs::symlink("home", at("repo")).unwrap();
        let secret = SecretFolders::default().read(Path::new("token"), &file.folder).unwrap();
        assert_eq!(secret.expose(), "the one that was confirmed");
        // What came in its place meanwhile is not followed either.
        let path = folder.path().canonicalize().unwrap().join("repo");
        assert!(Folder::open_real(&path).unwrap_err().to_string().contains("it is a link"));
    }

    #[test]
    fn an_error_does_not_show_the_line() {
        let error = parse("url = \"u\"\ntoken = \"hunter2").unwrap_err();
        assert!(error.starts_with("etc/prod.toml: line 2: ") && !error.contains("hunter2"), "{error}");
        assert!(!format!("{:?}", parse("token = \"hunter2\"").unwrap()).contains("hunter2"));
    }

    #[test]
    fn a_missing_file_is_named() {
        assert!(InstanceFile::read(Path::new("/nowhere/prod.toml")).unwrap_err().starts_with("/nowhere/prod.toml: "));
    }

    proptest! {
        #[test]
        fn never_panics(text in "(?s).{0,80}") {
            drop(parse(&text));
        }
    }
}
