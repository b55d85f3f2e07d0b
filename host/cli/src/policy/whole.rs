//! What a whole instance may reach, and a digest of it that somebody can sign.

use super::{allowed, around, endpoint, private_networks};
use crate::describe;
use crate::network::NetworkTable;
use crate::table::Table;
use crate::terminal::BOLD;
use serde_json::{Map, Value, json};
use soar::manifest::Integration;
use soar::policy::{Narrowing, Origin, Rule, Rules};
use soar::{Component, digest, text};
use std::collections::BTreeMap;

/// An instance.
pub struct Whole<'a> {
    /// Its component.
    pub component: &'a Component,
    /// Its server; none if none is configured.
    pub origin: Option<Origin>,
    /// What its administrator takes away.
    pub narrowing: Narrowing,
    /// The whole table `[network]`.
    pub network: NetworkTable,
    /// Whether private networks are as they are by default.
    pub private: bool,
    /// Whether any certificate is trusted.
    pub insecure: bool,
    /// Whether requests may go through a proxy.
    pub proxied: bool,
}

/// The version of what is signed: another one for another form.
const VERSION: u32 = 1;

impl<'a> Whole<'a> {
    /// Each command with its rules.
    fn commands(&self) -> Vec<(&'a str, &'a Rules)> {
        self.component.commands().map(|command| (command.entry().name.as_str(), command.rules())).collect()
    }

    /// What is signed: the component, the server, what each command declares, and the instance's settings of the network. Two
    /// instances that may do the same in the same way have the same, and no others. Keys are in their order, and so are lists whose
    /// order means nothing.
    fn signed(&self) -> Value {
        let mut commands = BTreeMap::new();
        for (name, rules) in self.commands() {
            let mut declared: Vec<String> = rules.iter().map(|rule| sorted(rule).to_string()).collect();
            declared.sort();
            declared.dedup();
            let declared: Vec<Value> = declared.iter().filter_map(|rule| serde_json::from_str(rule).ok()).collect();
            commands.insert(name, declared);
        }
        let mut network = self.network.signed();
        network.insert("private".into(), self.private.into());
        network.insert("insecure".into(), self.insecure.into());
        network.insert("proxy".into(), self.proxied.into());
        network.sort_keys();
        let mut signed = json!({
            "commands": commands,
            "component": self.component.digest(),
            "network": network,
            "server": self.origin.as_ref().map(Origin::url),
            "version": VERSION,
        });
        let accounts: Vec<Value> = self.component.accounts().iter().map(sorted).collect();
        // Left out where there are none: what was signed before stays what it was.
        if let Some(object) = signed.as_object_mut().filter(|_| !accounts.is_empty()) {
            object.insert("accounts".into(), accounts.into());
            object.sort_keys();
        }
        signed
    }

    /// For programs.
    pub fn to_json(&self) -> Value {
        let signed = self.signed();
        let commands = self.commands().into_iter().map(|(name, rules)| {
            let endpoints: Vec<Value> = rules.iter().map(|rule| endpoint(rule, &self.narrowing)).collect();
            json!({ "command": name, "endpoints": endpoints })
        });
        json!({
            "component": self.component.digest(),
            "server": self.origin.as_ref().map(Origin::url),
            "commands": commands.collect::<Vec<_>>(),
            "accounts": self.component.accounts().iter().map(|rule| endpoint(rule, &self.narrowing)).collect::<Vec<_>>(),
            "redirects": "not followed",
            "private_networks": private_networks(self.private),
            "digest": digest(signed.to_string().as_bytes()),
            "signed": signed,
        })
    }

    /// For people, in a table of at most this width.
    pub fn text(&self, width: u16) -> String {
        let server = self.origin.as_ref().map_or("the server's base URL", Origin::url);
        let commands = self.commands();
        let Integration { title, .. } = self.component.manifest();
        let mut text = format!("{BOLD}{}{BOLD:#}\n", text::line(title));
        text.push_str(&format!(
            "All {} commands together may reach, below {}, this and nothing else:\n\n",
            commands.len(),
            text::line(server)
        ));
        let mut reaches: BTreeMap<_, (&Rule, Vec<&str>)> = BTreeMap::new();
        for (name, rule) in commands.iter().flat_map(|(name, rules)| rules.iter().map(move |rule| (name, rule))) {
            let key = (rule.path(), rule.method(), rule.credential(), describe::target(rule));
            reaches.entry(key).or_insert_with(|| (rule, Vec::new())).1.push(name);
        }
        let mut table = Table::new(["Request", "Credential", "Allowed", "Commands"]);
        for (rule, names) in reaches.values() {
            let (credential, allowed) = (rule.credential().unwrap_or("none"), allowed(self.narrowing.of(rule)));
            table.row([&*describe::request(rule), credential, &allowed, &names.join("\n")]);
        }
        text.push_str(&if table.is_empty() { "Nothing.\n".to_owned() } else { table.render(Some(width)) });
        let mut table = Table::new(["Request", "Credential", "Allowed"]);
        for rule in self.component.accounts().iter() {
            let allowed = allowed(self.narrowing.of(rule));
            table.row([&*describe::request(rule), rule.credential().unwrap_or("none"), &allowed]);
        }
        text.push_str(&describe::for_the_audit(&table, width));
        text.push_str(&around(self.component, self.private, self.proxied));
        if self.insecure {
            text.push_str("Any certificate is trusted: insecure = true.\n");
        }
        for (key, value) in self.network.said() {
            if !["network.allow", "network.deny", "network.private"].contains(&key) {
                text.push_str(&format!("{key}: {}\n", text::line(&value)));
            }
        }
        text.push_str(&format!("To sign: {}\n", digest(self.signed().to_string().as_bytes())));
        text
    }
}

/// What a rule declares. Its keys are in their order, and the names of its query and headers, too.
fn sorted(rule: &Rule) -> Value {
    let in_order = |mut names: Vec<&str>| {
        names.sort_unstable();
        names.dedup();
        Value::from(names)
    };
    let mut object = Map::new();
    object.insert("credential".into(), rule.credential().into());
    object.insert("headers".into(), in_order(rule.headers().collect()));
    object.insert("method".into(), rule.method().into());
    object.insert("path".into(), rule.path().into());
    object.insert("query".into(), in_order(rule.query().iter().map(String::as_str).collect()));
    object.into()
}
