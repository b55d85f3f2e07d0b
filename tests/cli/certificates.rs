//! The PEM files that an instance file names.

use super::trust::{Checkout, TEAM};
use crate::support::PERSONAL_TOKEN;

#[test]
fn another_ca_is_asked_about_anew() {
    let checkout = Checkout::new();
    let ca = checkout.put("checkout/ca.pem", include_str!("ca.pem"));
    let file = checkout.file("personal_access_token = { env = \"MINE\" }\n[network]\nca_file = \"ca.pem\"");
    let run = |more: &[&str]| checkout.run(&file, &[&TEAM[..], more].concat(), &[("MINE", PERSONAL_TOKEN)]);
    run(&["--trust"]).ends(0);
    run(&[]).ends(0);
    let text = std::fs::read_to_string(&ca).expect("text");
    std::fs::write(&ca, format!("another\n{text}")).expect("written");
    let ran = run(&[]).ends(2);
    assert!(ran.err.contains("was not confirmed"), "{ran:?}");
    assert_eq!(checkout.script.requests().len(), 2);
}

#[test]
fn what_is_left_out_of_a_file_is_said_to_whoever_runs_it() {
    let checkout = Checkout::new();
    let odd = "-----BEGIN CERTIFICATE-----\n????\n-----END CERTIFICATE-----\n";
    let none = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n";
    let ca = checkout.put("checkout/ca.pem", &format!("{}{odd}{none}", include_str!("ca.pem")));
    let file = checkout.file("personal_access_token = { env = \"MINE\" }\n[network]\nca_file = \"ca.pem\"");
    let ran = checkout.run(&file, &[&TEAM[..], &["--trust"]].concat(), &[("MINE", PERSONAL_TOKEN)]).ends(0);
    let warned = ran.err.matches("ca.pem: a certificate in it").count();
    assert!(warned == 2 && ran.err.contains("warning: ") && ran.err.contains("is left out: "), "{ca:?}: {ran:?}");
}

#[test]
fn certificates_and_keys_come_from_where_secrets_may() {
    let checkout = Checkout::new();
    let key = checkout.put("elsewhere/me.key", "a key");
    for (path, why) in
        [(key.to_str().expect("text"), "expected a file below"), ("../elsewhere/me.key", "without \"..\"")]
    {
        for name in ["ca_file", "client_certificate", "client_key"] {
            checkout.put("checkout/me.pem", "a certificate");
            let certificate = if name == "client_key" { "client_certificate = \"me.pem\"\n" } else { "" };
            let file = checkout.file(&format!("[network]\n{certificate}{name} = {path:?}"));
            let ran = checkout.run(&file, &[&TEAM[..], &["--trust"]].concat(), &[]).ends(2);
            assert!(ran.err.contains(&format!("network.{name}: ")) && ran.err.contains(why), "{ran:?}");
            // What is only looked at reads none.
            checkout.run(&file, &["policy", "mattermost-get-team"], &[]).ends(0);
            // A folder that the user opened may have it: it is read, and is no PEM file.
            let folder = key.parent().expect("a folder").to_str().expect("text");
            let ran = checkout.run(&file, &[&TEAM[..], &["--trust", "--secrets", folder]].concat(), &[]).ends(2);
            assert_eq!(ran.err.contains("PEM file"), why.starts_with("expected"), "{ran:?}");
        }
    }
    checkout.assert_nothing_sent();
}

#[cfg(unix)]
#[test]
fn certificates_are_small_files() {
    let checkout = Checkout::new();
    let large = checkout.put("checkout/large.pem", "");
    std::fs::File::options().write(true).open(&large).and_then(|file| file.set_len(2 << 20)).expect("long");
    let pipe = large.with_file_name("pipe.pem");
    assert!(std::process::Command::new("mkfifo").arg(pipe).status().expect("mkfifo").success());
    for (path, words) in [
        ("pipe.pem", "it is a pipe"),
        ("/dev/zero", "expected a file below"),
        ("large.pem", "it has more than 1.0 MiB"),
    ] {
        for key in ["ca_file", "client_certificate"] {
            let lines = format!("personal_access_token = {{ env = \"MINE\" }}\n[network]\n{key} = {path:?}");
            let file = checkout.file(&lines);
            let ran = checkout.run(&file, &[&TEAM[..], &["--trust"]].concat(), &[("MINE", PERSONAL_TOKEN)]).ends(2);
            assert!(ran.err.contains(path) && ran.err.contains(words), "{ran:?}");
        }
    }
    checkout.assert_nothing_sent();
}
