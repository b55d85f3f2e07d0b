//! The tables `[network]` and `[limits]` of an instance file.

mod shown;

use super::quote::quote;
use super::secret_files::SecretFolders;
use soar::files::Folder;
use soar::limits::{self, TIME};
use soar::names::nearest;
use soar::policy::Network;
use soar::text;
use soar::transport::{Identity, LiveOptions, Pem};
use soar::{Limit, Limits};
use std::path::{Path, PathBuf};
use std::time::Duration;
use toml::{Table, Value as Toml};

const KEYS: [&str; 10] = [
    "allow",
    "deny",
    "private",
    "ca_file",
    "client_certificate",
    "client_key",
    "connect_timeout",
    "first_byte_timeout",
    "between_bytes_timeout",
    "http_version",
];

/// What an instance file says of the network. What it leaves out is as it is by default.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct NetworkTable {
    /// What of the declared requests may be made, and whether in private networks.
    pub policy: Network,
    /// A PEM file of CA certificates to trust beside the machine's own. Like the next two as it is written.
    ca_file: Option<PathBuf>,
    /// The PEM file of the certificate to show to a server that asks who is there.
    client_certificate: Option<PathBuf>,
    /// The PEM file of its key; that of the certificate if there is none.
    client_key: Option<PathBuf>,
    connect: Option<Duration>,
    first_byte: Option<Duration>,
    between_bytes: Option<Duration>,
    /// Whether HTTP/2 may be spoken.
    http2: Option<bool>,
}

impl NetworkTable {
    /// Reads the table. None of its files is looked for.
    ///
    /// # Errors
    /// If a key is unknown or its value is not as it should be; the text names the key.
    pub fn read(table: Toml) -> Result<Self, String> {
        let mut read = Self::default();
        for (key, value) in self::table(table, "network")? {
            read.set(&key, value).map_err(|message| format!("network.{}: {message}", text::line(&key)))?;
        }
        if read.client_key.is_some() && read.client_certificate.is_none() {
            return Err("network.client_key: it is of no certificate; expected client_certificate too".into());
        }
        Ok(read)
    }

    fn set(&mut self, key: &str, value: Toml) -> Result<(), String> {
        match key {
            "allow" => self.policy.allow = patterns(value)?,
            "deny" => self.policy.deny = patterns(value)?,
            "private" => {
                let private = value.as_bool().ok_or_else(|| format!("expected false, got a {}", value.type_str()))?;
                self.policy.private = Some(private);
            }
            "ca_file" => self.ca_file = Some(path(value)?),
            "client_certificate" => self.client_certificate = Some(path(value)?),
            "client_key" => self.client_key = Some(path(value)?),
            "connect_timeout" => self.connect = Some(time(&value)?),
            "first_byte_timeout" => self.first_byte = Some(time(&value)?),
            "between_bytes_timeout" => self.between_bytes = Some(time(&value)?),
            "http_version" => self.http2 = Some(is_http2(&value)?),
            _ => {
                let advice = match nearest(key, KEYS.into_iter()) {
                    Some(nearest) => format!("did you mean {nearest}?"),
                    None => format!("expected one of {}", KEYS.join(", ")),
                };
                return Err(format!("there is no such key; {advice}"));
            }
        }
        Ok(())
    }

    /// The files that it names as they are written, by what they are for.
    pub fn files(&self) -> impl Iterator<Item = (&'static str, &Path)> {
        let files = [
            ("trusting the CA certificates in", &self.ca_file),
            ("showing the client certificate in", &self.client_certificate),
            ("with its key in", &self.client_key),
        ];
        files.into_iter().filter_map(|(what, file)| Some((what, file.as_deref()?)))
    }

    /// Reads the files that it names: from where secrets may come from, since one of them is, and the others say who is
    /// who.
    ///
    /// # Errors
    /// Like [`SecretFolders::open`], or if one is no small file; the text names the key.
    pub fn certificates(&self, folders: &SecretFolders, own: &Folder) -> Result<Certificates, String> {
        let read = |key: &str, path: &Option<PathBuf>| match path {
            None => Ok(None),
            Some(path) => {
                let opened = folders.open(path, own);
                let read = opened.and_then(|opened| Pem::read(opened).map_err(|error| error.to_string()));
                read.map(Some).map_err(|why| format!("network.{key}: {why}"))
            }
        };
        let ca = read("ca_file", &self.ca_file)?;
        let certificate = read("client_certificate", &self.client_certificate)?;
        let key = read("client_key", &self.client_key)?;
        // A file may hold both.
        let identity = certificate.map(|certificate| Identity { key: key.unwrap_or(certificate.clone()), certificate });
        Ok(Certificates { ca, identity })
    }

    /// How to connect, where the instance file says it: the place where the file and the transport's options meet.
    pub fn apply(&self, certificates: &Certificates, mut options: LiveOptions) -> LiveOptions {
        for (own, given) in [
            (&mut options.connect, self.connect),
            (&mut options.first_byte, self.first_byte),
            (&mut options.between_bytes, self.between_bytes),
        ] {
            *own = given.unwrap_or(*own);
        }
        options.http2 = self.http2.unwrap_or(options.http2);
        options.ca = certificates.ca.clone().or(options.ca);
        options.identity = certificates.identity.clone().or(options.identity);
        options
    }
}

/// What the PEM files of an instance file hold.
#[derive(Clone, Debug, Default)]
pub struct Certificates {
    ca: Option<Pem>,
    identity: Option<Identity>,
}

impl Certificates {
    /// The digest of the CA certificates, which say who may be the server.
    pub fn authority(&self) -> Option<String> {
        self.ca.as_ref().and_then(Pem::digest)
    }
}

/// Reads the table `[limits]`.
///
/// # Errors
/// If there is no such limit or it can't be that much; the text names it.
pub fn limits(table: Toml) -> Result<Limits, String> {
    let mut limits = Limits::default();
    for (name, value) in self::table(table, "limits")? {
        let name = text::line(&name).into_owned();
        let text = match value {
            Toml::String(text) => text,
            Toml::Integer(number) => number.to_string(),
            other => {
                return Err(format!("limits.{name}: expected text or a whole number, got a {}", other.type_str()));
            }
        };
        if Limit::named(&name).is_some_and(Limit::is_of_loading) {
            return Err(format!(
                "limits.{name}: it is of loading the component, which comes first; expected it as --limit {name}={}",
                quote(&text)
            ));
        }
        set_limit(&mut limits, &name, &text).map_err(|message| format!("limits.{message}"))?;
    }
    Ok(limits)
}

/// Sets a limit, and knows the nearest name if there is none of this name.
pub fn set_limit(limits: &mut Limits, name: &str, text: &str) -> Result<(), String> {
    limits.set(name, text).map_err(|error| match Limit::named(name) {
        Some(_) => error.to_string(),
        None => match nearest(name, Limit::ALL.into_iter().map(Limit::name)) {
            Some(nearest) => format!("{}: there is no such limit; did you mean {nearest}?", text::line(name)),
            None => error.to_string(),
        },
    })
}

fn table(value: Toml, name: &str) -> Result<Table, String> {
    match value {
        Toml::Table(table) => Ok(table),
        other => Err(format!("{name}: expected a table [{name}], got a {}", other.type_str())),
    }
}

fn patterns(value: Toml) -> Result<Vec<String>, String> {
    const EXPECTED: &str = "expected a list of patterns such as \"GET /api/**\"";
    let Toml::Array(items) = value else { return Err(format!("{EXPECTED}, got a {}", value.type_str())) };
    if items.is_empty() {
        // As a list of what is allowed it could mean nothing, and everything.
        return Err(format!("it is empty; {EXPECTED}, or no such key"));
    }
    let pattern = |item| match item {
        Toml::String(pattern) => Ok(pattern),
        other => Err(format!("{EXPECTED}, got a {} in it", other.type_str())),
    };
    items.into_iter().map(pattern).collect()
}

fn path(value: Toml) -> Result<PathBuf, String> {
    match value {
        Toml::String(path) if !path.is_empty() => Ok(path.into()),
        Toml::String(_) => Err("expected the path of a PEM file, got nothing".into()),
        other => Err(format!("expected the path of a PEM file, got a {}", other.type_str())),
    }
}

fn is_http2(value: &Toml) -> Result<bool, String> {
    match value.as_str() {
        Some("1.1") => Ok(false),
        Some("2") => Ok(true),
        _ => Err(format!("got {}; expected \"1.1\", or \"2\" for HTTP/2 with servers that speak it", got(value))),
    }
}

/// A value in an error.
fn got(value: &Toml) -> String {
    value.as_str().map_or_else(|| value.type_str().to_owned(), |text| format!("{text:?}"))
}

fn time(value: &Toml) -> Result<Duration, String> {
    let time = value.as_str().and_then(limits::time);
    time.ok_or_else(|| format!("got {}; expected {TIME}, such as \"500 ms\", \"30 s\" or \"5 min\"", got(value)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use soar::Limit;

    fn read(text: &str) -> Result<NetworkTable, String> {
        let table: Table = text.parse().unwrap();
        NetworkTable::read(Toml::Table(table))
    }

    #[test]
    fn every_key_is_read() {
        let folder = tempfile::tempdir().unwrap();
        let put = |name: &str| std::fs::write(folder.path().join(name), name).unwrap();
        ["ca.pem", "me.pem", "me.key"].into_iter().for_each(put);
        let own = Folder::open(folder.path()).unwrap();
        let table = read(
            "allow = [\"GET /a\", \"* /b/**\"]\ndeny = [\"POST /b\"]\nprivate = false\nca_file = \"ca.pem\"\n\
             client_certificate = \"me.pem\"\nclient_key = \"./me.key\"\nconnect_timeout = \"500 ms\"\n\
             first_byte_timeout = \"1 min\"\nbetween_bytes_timeout = \"2s\"\nhttp_version = \"1.1\"\n",
        )
        .unwrap();
        assert_eq!(table.policy.allow, ["GET /a", "* /b/**"]);
        assert_eq!((&table.policy.deny[..], table.policy.private), (&["POST /b".to_owned()][..], Some(false)));
        let certificates = |table: &NetworkTable| table.certificates(&SecretFolders::default(), &own).unwrap();
        let options = table.apply(&certificates(&table), LiveOptions::default());
        assert_eq!(
            [options.connect, options.first_byte, options.between_bytes],
            [Duration::from_millis(500), Duration::from_secs(60), Duration::from_secs(2)]
        );
        assert!(!options.http2);
        let identity = options.identity.unwrap();
        let digests = [options.ca.unwrap(), identity.certificate, identity.key].map(|pem| pem.digest().unwrap());
        assert_eq!(digests, ["ca.pem", "me.pem", "me.key"].map(|name| soar::digest(name.as_bytes())));
        let table = read("client_certificate = \"me.pem\"").unwrap();
        let alone = table.apply(&certificates(&table), LiveOptions::default()).identity.unwrap();
        assert_eq!(alone.certificate, alone.key);
        let (options, default) =
            (read("").unwrap().apply(&Certificates::default(), LiveOptions::default()), LiveOptions::default());
        assert_eq!((options.connect, options.first_byte), (default.connect, default.first_byte));
        assert!(options.http2 && read("http_version = \"2\"").is_ok());
    }

    #[test]
    fn what_is_wrong_names_the_key_and_what_would_be_right() {
        for (text, expected) in [
            ("alow = [\"GET /a\"]", "network.alow: there is no such key; did you mean allow?"),
            ("zzz = 1", "network.zzz: there is no such key; expected one of allow, deny, "),
            ("allow = \"GET /a\"", "network.allow: expected a list of patterns"),
            ("allow = []", "network.allow: it is empty; expected a list"),
            ("deny = [1]", "network.deny: expected a list of patterns"),
            ("private = \"no\"", "network.private: expected false, got a string"),
            ("ca_file = true", "network.ca_file: expected the path"),
            ("ca_file = \"\"", "network.ca_file: expected the path"),
            ("client_certificate = []", "network.client_certificate: expected the path"),
            ("client_key = \"build.rs\"", "network.client_key: it is of no certificate"),
            ("connect_timeout = 10", "network.connect_timeout: got integer; expected a time above 0"),
            ("connect_timeout = \"0 s\"", "network.connect_timeout: got "),
            ("first_byte_timeout = \"-1 s\"", "network.first_byte_timeout: got "),
            ("between_bytes_timeout = \"soon\"", "network.between_bytes_timeout: got "),
            (
                "connect_timeout = \"25 h\"",
                "network.connect_timeout: got \"25 h\"; expected a time above 0 and of at most",
            ),
            ("http_version = 1.1", "network.http_version: got float; expected \"1.1\", or \"2\""),
            ("http_version = \"3\"", "network.http_version: got \"3\"; expected"),
        ] {
            let error = read(text).unwrap_err();
            assert!(error.starts_with(expected), "{text}: {error}");
        }
        assert!(NetworkTable::read(Toml::Boolean(true)).unwrap_err().contains("a table [network]"));
    }

    #[test]
    fn limits_are_text_or_numbers_by_their_names() {
        let read = |text: &str| limits(Toml::Table(text.parse().unwrap()));
        let limits = read("time = \"90 s\"\nmemory = \"64 MiB\"\nrequests = 7").unwrap();
        assert_eq!(
            [Limit::Time, Limit::Memory, Limit::Requests].map(|limit| limits.number(limit)),
            [90_000, 64 << 20, 7]
        );
        for (text, expected) in [
            ("memry = \"1 MiB\"", "limits.memry: there is no such limit; did you mean memory?"),
            ("zzz = 1", "limits.zzz: got \"1\"; expected one of the limits time, cpu, "),
            ("time = 5", "limits.time: got \"5\"; expected a time above 0"),
            (
                "load_time = \"9 s\"",
                "limits.load_time: it is of loading the component, which comes first; expected it as --limit load_time='9 s'",
            ),
            ("requests = 1.5", "limits.requests: expected text or a whole number, got a float"),
        ] {
            let error = read(text).unwrap_err();
            assert!(error.starts_with(expected), "{text}: {error}");
        }
    }
}
