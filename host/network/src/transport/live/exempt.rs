//! The hosts that are reached without a proxy, as many programs write them: curl, Go, Python, Java, Windows.

use std::net::IpAddr;

use ipnet::{IpNet, Ipv4Net};

use crate::address::Host;
use soar_contract::text::{cut, quoted};

/// What is taken for the end of an entry: some programs write each of these.
const SEPARATORS: [char; 3] = [',', ';', '|'];

/// So many entries that can't be read are named.
const NAMED: usize = 8;

/// The most bytes of one that are shown.
const SHOWN: usize = 100;

const EXPECTED: &str = "names, addresses and networks, such as chat.example.com, *.example.com, 10.0.0.0/8, 10.* or <local>, each \
                        perhaps with a port";

/// A list of hosts.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Exempt {
    entries: Vec<Entry>,
    /// What is said of those that can't be read.
    pub warnings: Vec<String>,
}

/// Hosts, on one port or on all.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Entry {
    hosts: Hosts,
    port: Option<u16>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Hosts {
    All,
    /// Names without a dot.
    Local,
    /// A name, and those below it.
    Name(String),
    /// Names with a `*` in them, which stands for any characters.
    Like(String),
    Network(IpNet),
}

impl Exempt {
    /// Reads a list, and passes over what it can't read. `name` is what the list is called in warnings.
    pub fn read(name: &str, list: &str) -> Exempt {
        let mut exempt = Exempt::default();
        let mut more = 0;
        let is_separator = |character: char| SEPARATORS.contains(&character) || character.is_whitespace();
        let entries = list.split(is_separator).map(|entry| entry.trim_matches(['"', '\'']));
        for given in entries.filter(|entry| !entry.is_empty()) {
            match Entry::read(given) {
                Ok(entry) => exempt.entries.push(entry),
                Err(_) if exempt.warnings.len() == NAMED => more += 1,
                Err(problem) => {
                    // Somebody may have put a URL with a password here.
                    let shown = quoted(&cut(given.rsplit('@').next().unwrap_or_default(), SHOWN));
                    exempt.warnings.push(format!("{name}: {shown} is passed over: {problem}; expected {EXPECTED}"));
                }
            }
        }
        if more > 0 {
            exempt.warnings.push(format!("{name}: {more} more entries are passed over; expected {EXPECTED}"));
        }
        exempt
    }

    /// Whether a host is among them, on a port.
    pub fn has(&self, host: &Host, port: u16) -> bool {
        self.entries.iter().any(|entry| entry.port.is_none_or(|own| own == port) && entry.hosts.has(host))
    }
}

impl Entry {
    fn read(given: &str) -> Result<Entry, &'static str> {
        let (rest, is_url) = match given.split_once("://") {
            Some((_, rest)) => (rest, true),
            None => (given, false),
        };
        if rest.contains('@') {
            return Err("it has a user in it");
        }
        if let Some(network) = network(rest) {
            return Ok(Entry { hosts: Hosts::Network(network), port: None });
        }
        let place = match rest.split_once('/') {
            None => rest,
            Some((place, "")) => place,
            Some((place, _)) if is_url => place,
            Some(_) => return Err("it is no network"),
        };
        let (host, port) = split(place)?;
        Ok(Entry { hosts: Hosts::read(host)?, port })
    }
}

/// Host and port, as URLs have them; an IPv6 address may be without its brackets, and has no port then.
fn split(place: &str) -> Result<(&str, Option<u16>), &'static str> {
    let (host, port) = match place.rsplit_once(':') {
        Some((host, port)) if !host.contains(':') || host.ends_with(']') => (host, port),
        _ => return Ok((place, None)),
    };
    match port {
        "" | "*" => Ok((host, None)),
        port => match port.parse() {
            Ok(port) if port > 0 => Ok((host, Some(port))),
            _ => Err("its port is none"),
        },
    }
}

impl Hosts {
    fn read(given: &str) -> Result<Hosts, &'static str> {
        const NO_HOST: &str = "it is no host";
        if given == "*" {
            return Ok(Hosts::All);
        }
        if given.eq_ignore_ascii_case("<local>") {
            return Ok(Hosts::Local);
        }
        if let Some(network) = network(given.trim_start_matches('[').trim_end_matches(']')).or_else(|| octets(given)) {
            return Ok(Hosts::Network(network));
        }
        if given.contains('*') {
            let pattern = bare(given).to_lowercase();
            // All but the `*` is what a name may have.
            let is_name = Host::parse(&pattern.replace('*', "x")).is_ok_and(|host| matches!(host, Host::Name(_)));
            return if is_name { Ok(Hosts::Like(pattern)) } else { Err(NO_HOST) };
        }
        match Host::parse(bare(given.trim_start_matches('.'))) {
            Ok(Host::Literal(address)) => Ok(Hosts::Network(IpNet::from(address.to_canonical()))),
            Ok(Host::Name(name)) => Ok(Hosts::Name(name)),
            Err(_) => Err(NO_HOST),
        }
    }

    fn has(&self, host: &Host) -> bool {
        match (self, host) {
            (Hosts::All, _) => true,
            (Hosts::Network(network), Host::Literal(address)) => network.contains(&address.to_canonical()),
            (Hosts::Local, Host::Name(name)) => !bare(name).contains('.'),
            (Hosts::Name(own), Host::Name(name)) => {
                let rest = bare(name).strip_suffix(own.as_str());
                rest.is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
            }
            (Hosts::Like(pattern), Host::Name(name)) => is_like(pattern, bare(name)),
            _ => false,
        }
    }
}

/// A name without the dot of the root at its end.
fn bare(name: &str) -> &str {
    name.strip_suffix('.').unwrap_or(name)
}

/// Whether a name is as a pattern says.
fn is_like(pattern: &str, name: &str) -> bool {
    let Some((start, rest)) = pattern.split_once('*') else { return pattern == name };
    let Some(mut name) = name.strip_prefix(start) else { return false };
    let mut parts = rest.split('*');
    let end = parts.next_back().unwrap_or_default();
    for part in parts {
        let Some(at) = name.find(part) else { return false };
        name = &name[at + part.len()..];
    }
    name.ends_with(end)
}

/// A network as it is usually written, with its mask (`10.0.0.0/255.0.0.0`) or without the octets that are 0 (`10/8`); an
/// address is one of its own.
fn network(given: &str) -> Option<IpNet> {
    let Some((address, prefix)) = given.split_once('/') else {
        return given.parse::<IpAddr>().ok().map(|address| IpNet::from(address.to_canonical()));
    };
    let address = address.trim_start_matches('[').trim_end_matches(']');
    if let Ok(network) = format!("{address}/{prefix}").parse() {
        return Some(network);
    }
    let missing = 3_usize.checked_sub(address.matches('.').count())?;
    let address = format!("{address}{}", ".0".repeat(missing)).parse().ok()?;
    let network = match prefix.parse() {
        Ok(length) => Ipv4Net::new(address, length),
        Err(_) => Ipv4Net::with_netmask(address, prefix.parse().ok()?),
    };
    network.ok().map(IpNet::from)
}

/// The network of the first octets of an address, whose others are `*` or left out: `10.*`, `192.168.*.*`, `192.168.`.
fn octets(given: &str) -> Option<IpNet> {
    let mut octets = [0; 4];
    let mut known = 0;
    let mut parts = given.split('.').peekable();
    while let Some(octet) = parts.peek().and_then(|part| part.parse().ok()) {
        *octets.get_mut(known)? = octet;
        known += 1;
        parts.next();
    }
    let rest: Vec<&str> = parts.collect();
    let are_open = rest == [""] || rest.iter().all(|part| *part == "*");
    if !(1..=3).contains(&known) || rest.is_empty() || known + rest.len() > 4 || !are_open {
        return None;
    }
    // 8 bits for each of 3 at most.
    let length = u8::try_from(known * 8).ok()?;
    Ipv4Net::new(octets.into(), length).ok().map(IpNet::from)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn has(list: &str, place: &str) -> bool {
        let uri: http::Uri = format!("http://{place}").parse().unwrap();
        let host = Host::parse(uri.host().unwrap()).unwrap();
        Exempt::read("NO_PROXY", list).has(&host, uri.port_u16().unwrap_or(443))
    }

    #[test]
    fn what_other_programs_read_is_read() {
        for (list, among, not) in [
            ("*", &["a.test", "10.0.0.1", "[::1]"][..], &[][..]),
            ("a.test,*", &["b.test"], &[]),
            ("*:8443", &["b.test:8443"], &["b.test"]),
            (
                "chat.test",
                &["chat.test", "a.chat.test", "CHAT.test.", "chat.test:8443"],
                &["mychat.test", "chat.test.org", "test"],
            ),
            (".corp", &["corp", "a.corp"], &["acorp"]),
            ("*.corp.example", &["a.corp.example", "b.a.corp.example"], &["corp.example", "acorp.example"]),
            ("*corp.example", &["acorp.example", "corp.example"], &["corp.example.org"]),
            ("chat*", &["chat", "chat2.test"], &["mychat"]),
            ("c*t.*.test", &["chat.eu.test", "ct.a.b.test"], &["chat.test", "cha.eu.test"]),
            ("CHAT.Test.", &["chat.test", "a.chat.test."], &["chat.tes"]),
            ("chat.test:443", &["chat.test", "a.chat.test:443"], &["chat.test:8443"]),
            ("chat.test:*", &["chat.test:8443"], &["b.test"]),
            ("https://chat.test", &["chat.test"], &["b.test"]),
            ("http://chat.test:8065/path", &["chat.test:8065"], &["chat.test"]),
            ("<local>", &["chat", "localhost"], &["chat.test", "10.0.0.1", "[::1]"]),
            ("<LOCAL>", &["chat"], &[]),
            ("10.*", &["10.1.2.3"], &["11.0.0.1", "10.test"]),
            ("192.168.*.*", &["192.168.0.1"], &["192.169.0.1"]),
            ("192.168.", &["192.168.0.1"], &["192.169.0.1"]),
            ("10.*:8065", &["10.1.2.3:8065"], &["10.1.2.3"]),
            ("10.0.0.0/8", &["10.1.2.3", "[::ffff:10.1.2.3]", "0xa010203"], &["11.0.0.1", "a.test"]),
            ("10.1.2.3/8", &["10.9.9.9"], &[]),
            ("10/8", &["10.1.2.3"], &["11.0.0.1"]),
            ("169.254/16", &["169.254.1.1"], &["169.1.1.1"]),
            ("10.0.0.0/255.0.0.0", &["10.1.2.3"], &["11.0.0.1"]),
            ("10.0.0.1", &["10.0.0.1"], &["10.0.0.11"]),
            ("::ffff:10.0.0.1", &["10.0.0.1"], &[]),
            ("10.0.0.1:80", &["10.0.0.1:80"], &["10.0.0.1"]),
            ("127.1", &["127.0.0.1"], &[]),
            ("::1", &["[::1]", "[::1]:80"], &["[::2]"]),
            ("[::1]", &["[::1]:80"], &["[::2]"]),
            ("[::1]:80", &["[::1]:80"], &["[::1]"]),
            ("fd00::/8", &["[fd12::1]"], &["[fe80::1]"]),
            ("[fd00::]/8", &["[fd12::1]"], &["[fe80::1]"]),
            ("bücher.example", &["xn--bcher-kva.example"], &[]),
            ("\"a.test, b.test\"", &["a.test", "b.test"], &["c.test"]),
            (
                "a.test b.test;c.test|d.test\te.test\n,,",
                &["a.test", "b.test", "c.test", "d.test", "e.test"],
                &["f.test"],
            ),
        ] {
            let warnings = Exempt::read("NO_PROXY", list).warnings;
            assert!(warnings.is_empty(), "{list}: {warnings:?}");
            for place in among {
                assert!(has(list, place), "{list} has {place}");
            }
            for place in not {
                assert!(!has(list, place), "{list} does not have {place}");
            }
        }
        assert_eq!(Exempt::read("NO_PROXY", " ,; "), Exempt::default());
    }

    #[test]
    fn what_cant_be_read_is_named_and_the_rest_counts() {
        for (wrong, problem) in [
            ("10.0.0.0/33", "it is no network"),
            ("a.test/b", "it is no network"),
            ("a^b", "it is no host"),
            ("<-loopback>", "it is no host"),
            ("a*b^c", "it is no host"),
            ("1.2.3.4.5", "it is no host"),
            ("10.0.0.1-10.0.0.9x^", "it is no host"),
            ("fe80::1%eth0", "it is no host"),
            ("a.test:", ""),
            ("a.test:0", "its port is none"),
            ("a.test:http", "its port is none"),
            (":443", "it is no host"),
            ("https://", "it is no host"),
            ("http://u:hunter2@a.test", "it has a user in it"),
        ] {
            let list = format!("good.test {wrong},10.*");
            let exempt = Exempt::read("NO_PROXY", &list);
            let expected = usize::from(!problem.is_empty());
            assert_eq!(exempt.warnings.len(), expected, "{wrong}: {:?}", exempt.warnings);
            for warning in &exempt.warnings {
                assert!(warning.starts_with("NO_PROXY: \"") && warning.contains(problem), "{warning}");
                assert!(!warning.contains("hunter2"), "{warning}");
            }
            assert!(has(&list, "good.test") && has(&list, "10.1.1.1") && !has(&list, "other.test"), "{wrong}");
        }
        let many = Exempt::read("NO_PROXY", &"^ ".repeat(100));
        assert_eq!(many.warnings.len(), NAMED + 1);
        assert!(many.warnings[NAMED].starts_with("NO_PROXY: 92 more entries"), "{many:?}");
    }

    /// What a pattern means, said once more.
    fn like(pattern: &[u8], name: &[u8]) -> bool {
        match (pattern, name) {
            ([], []) => true,
            ([b'*', rest @ ..], _) => like(rest, name) || !name.is_empty() && like(pattern, &name[1..]),
            ([one, rest @ ..], [other, others @ ..]) => one == other && like(rest, others),
            _ => false,
        }
    }

    proptest! {
        #[test]
        fn a_pattern_is_like_what_it_says(pattern in "[ab.*]{0,8}", name in "[ab.]{0,8}") {
            prop_assert_eq!(is_like(&pattern, &name), like(pattern.as_bytes(), name.as_bytes()));
        }

        /// Whatever else is in the list, an entry of it counts, and its own hosts are the only ones that it is about.
        #[test]
        fn an_entry_counts_whatever_stands_beside_it(before in "[^*<]{0,20}", after in "[^*<]{0,20}") {
            let list = format!("{before},chat.example.com;{after}");
            prop_assert!(has(&list, "chat.example.com"));
            let (one, other) = (Exempt::read("NO_PROXY", &before), Exempt::read("NO_PROXY", &after));
            let host = Host::parse("chat.other.test").unwrap();
            let expected = one.has(&host, 443) || other.has(&host, 443);
            prop_assert_eq!(has(&list, "chat.other.test"), expected);
        }
    }
}
