//! What the table `[network]` says, for people and for who signs it.

use super::NetworkTable;
use serde_json::{Map, Value, json};
use soar::Limit;
use soar::files::shown;
use soar::transport::LiveOptions;
use std::collections::BTreeSet;
use std::path::PathBuf;
use std::time::Duration;

impl NetworkTable {
    /// What it says that is not the default: each key, with its value as it is shown.
    pub fn said(&self) -> Vec<(&'static str, String)> {
        let default = LiveOptions::default();
        let list = |patterns: &[String]| (!patterns.is_empty()).then(|| patterns.join("\n"));
        let path = |path: &Option<PathBuf>| path.as_deref().map(shown);
        let time = |time: Option<Duration>, default: Duration| {
            let time = time.filter(|time| *time != default)?;
            Some(Limit::Time.show(time.into()))
        };
        let said = [
            ("network.allow", list(&self.policy.allow)),
            ("network.deny", list(&self.policy.deny)),
            ("network.private", self.policy.private.filter(|private| !private).map(|private| private.to_string())),
            ("network.ca_file", path(&self.ca_file)),
            ("network.client_certificate", path(&self.client_certificate)),
            ("network.client_key", path(&self.client_key)),
            ("network.connect_timeout", time(self.connect, default.connect)),
            ("network.first_byte_timeout", time(self.first_byte, default.first_byte)),
            ("network.between_bytes_timeout", time(self.between_bytes, default.between_bytes)),
            ("network.http_version", (self.http2 == Some(false)).then(|| "1.1".to_owned())),
        ];
        said.into_iter().filter_map(|(key, value)| Some((key, value?))).collect()
    }

    /// All that it says, and what holds where it says nothing: the same for tables that mean the same. Keys are in their order.
    pub fn signed(&self) -> Map<String, Value> {
        let default = LiveOptions::default();
        // Their order and their number don't matter.
        let set = |patterns: &[String]| patterns.iter().cloned().collect::<BTreeSet<_>>();
        let path = |path: &Option<PathBuf>| path.as_deref().map(|path| path.to_string_lossy().into_owned());
        let time = |time: Option<Duration>, default: Duration| time.unwrap_or(default).as_millis().to_string() + " ms";
        let certificate = path(&self.client_certificate);
        let signed = json!({
            "allow": set(&self.policy.allow),
            "between_bytes_timeout": time(self.between_bytes, default.between_bytes),
            "ca_file": path(&self.ca_file),
            "client_certificate": certificate,
            "client_key": path(&self.client_key).or(certificate),
            "connect_timeout": time(self.connect, default.connect),
            "deny": set(&self.policy.deny),
            "first_byte_timeout": time(self.first_byte, default.first_byte),
            "http_version": if self.http2.unwrap_or(default.http2) { "2" } else { "1.1" },
            "private": self.policy.private != Some(false),
        });
        match signed {
            Value::Object(signed) => signed,
            _ => Map::new(),
        }
    }
}
