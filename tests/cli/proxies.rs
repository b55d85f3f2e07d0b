//! The system's proxies, as the environment names them.

use super::program::{self, Ran};
use crate::support::answering::Answering;
use crate::support::{Script, at_once, loopback, world};

const TEAM: [&str; 6] = ["run", "--live", "mattermost-get-team", "team_name=panw", "--set", "proxy=true"];
const PASSWORD: &str = "hunter2hunter2hunter2";

fn run(url: &str, arguments: &[&str], environment: &[(&str, &str)]) -> Ran {
    let mut command = program::command(env!("CARGO_BIN_EXE_soar"), arguments);
    command.envs(program::variables(url)).envs(environment.iter().copied());
    let ran = program::run(command, b"");
    assert!(!ran.out.contains(PASSWORD) && !ran.err.contains(PASSWORD), "{ran:?}");
    ran
}

fn server() -> (Script, String) {
    let script = world::script();
    let url = loopback::serve(&script);
    (script, url)
}

/// What an administrator of another tool wrote there stops no call, and what can be read of it counts.
#[test]
fn what_cant_be_read_of_no_proxy_is_passed_over_with_a_warning() {
    let (script, url) = server();
    let port = url.rsplit(':').next().expect("a port");
    let proxy = Answering::with("200 OK");
    let no = format!("*.corp.example host:443;10.*\t<local>,a^b,10.0.0.0/33 user:{PASSWORD}@host,127.0.0.1:{port}");
    let ran = run(&url, &TEAM, &[("HTTP_PROXY", &proxy.place), ("NO_PROXY", &no)]).ends(0);
    assert_eq!((script.requests().len(), proxy.asked()), (1, Vec::new()));
    for entry in ["a^b", "10.0.0.0/33", "host"] {
        assert_eq!(ran.err.matches(&format!("NO_PROXY: \"{entry}\" is passed over: ")).count(), 1, "{entry}: {ran:?}");
    }
    assert_eq!(ran.err.matches("passed over").count(), 3, "{ran:?}");
}

#[test]
fn an_entry_about_another_host_or_port_counts_for_that_alone() {
    let (script, url) = server();
    let proxy = Answering::with("404 Not Found");
    let run = |no: &str| run(&url, &TEAM, &[("http_proxy", &proxy.place), ("no_proxy", no)]);
    for no in
        ["*.corp.example", "127.0.0.1:1", "10.*", "<local>", "chat.test a.test;b.test", "[::1]", "https://x.test/"]
    {
        let before = proxy.asked().len();
        run(no).ends(1);
        assert_eq!(proxy.asked().len(), before + 1, "{no}");
    }
    assert!(script.requests().is_empty());
    for no in ["x.test 127.0.0.1", "127.*", "*", "http://127.0.0.1", "127.0.0.0/8;"] {
        assert_eq!(run(no).ends(0).err.matches("passed over").count(), 0, "{no}");
    }
    assert_eq!(script.requests().len(), 5);
}

#[test]
fn a_proxy_that_is_not_asked_may_be_whatever_it_is() {
    let (script, url) = server();
    let socks = ("ALL_PROXY", "socks5://user:hunter2hunter2hunter2@proxy.test:1080");
    for unneeded in [
        &[("HTTPS_PROXY", "socks5://proxy.test")][..],
        &[socks, ("NO_PROXY", "127.0.0.1")],
        &[socks, ("NO_PROXY", "*")],
        &[("HTTPS_PROXY", "https://proxy.test"), ("ALL_PROXY", ""), ("NO_PROXY", "")],
    ] {
        run(&url, &TEAM, unneeded).ends(0);
    }
    assert_eq!(script.requests().len(), 4);
    let proxy = Answering::with("404 Not Found");
    run(&url, &TEAM, &[socks, ("HTTP_PROXY", &proxy.place)]).ends(1);
    run("https://chat.test", &TEAM, &[("HTTP_PROXY", "socks://x"), ("HTTPS_PROXY", &proxy.place)]).ends(1);
    assert_eq!(proxy.asked().len(), 2);
    // Only what would be asked has to be right.
    let ran = run(&url, &TEAM, &[socks]).ends(2);
    assert!(ran.err.contains("ALL_PROXY: its scheme is not http; expected"), "{ran:?}");
    let ran = run("https://chat.test", &TEAM, &[("HTTPS_PROXY", "https://proxy.test")]).ends(2);
    assert!(ran.err.contains("HTTPS_PROXY: TLS to the proxy itself is not supported"), "{ran:?}");
    assert_eq!(script.requests().len(), 4);
}

/// A directory counts wrong passwords, and locks the account after a few.
#[test]
fn a_wrong_password_is_sent_once_in_a_call() {
    let (_, plain) = server();
    for (url, variable) in [("https://chat.test", "HTTPS_PROXY"), (&*plain, "HTTP_PROXY")] {
        for (answer, words) in [
            ("407 Proxy Authentication Required\r\nProxy-Authenticate: Basic realm=\"a, NTLM\"", "user and password"),
            (
                "407 Proxy Authentication Required\r\nProxy-Authenticate: Negotiate\r\nProxy-Authenticate: NTLM",
                "Negotiate and NTLM",
            ),
            ("407 Proxy Authentication Required", "user and password"),
        ] {
            let proxy = Answering::with(answer);
            let way = format!("http://user:{PASSWORD}@{}", proxy.place);
            let ran = run(url, &["run", "--live", "test-module", "--set", "proxy=true"], &[(variable, &way)]).ends(1);
            let asked = proxy.asked();
            assert_eq!(asked.len(), 1, "{asked:?}");
            assert!(asked[0].to_lowercase().contains("proxy-authorization: basic "), "{asked:?}");
            assert!(ran.err.contains(&format!("through the proxy http://{}: ", proxy.place)), "{ran:?}");
            assert!(ran.err.contains(words), "{ran:?}");
        }
    }
}

#[test]
fn what_a_proxy_refuses_is_not_asked_again() {
    for (answer, words) in [
        ("403 Forbidden", "403 Forbidden"),
        ("302 Found\r\nLocation: http://login.test/", "302 Found"),
        ("400 Bad Request", "400 Bad Request"),
        ("401 Unauthorized", "401 Unauthorized"),
        ("405 Method Not Allowed", "405 Method Not Allowed"),
        ("501 Not Implemented", "501 Not Implemented"),
    ] {
        let proxy = Answering::with(answer);
        let test = ["run", "--live", "test-module", "--set", "proxy=true", "--json"];
        let ran = run("https://chat.test", &test, &[("HTTPS_PROXY", &proxy.place)]).ends(1);
        assert_eq!(proxy.asked().len(), 1, "{answer}");
        let error = &ran.object()["error"];
        assert_eq!(error["kind"], "network", "{ran:?}");
        assert!(error["message"].as_str().expect("text").contains(words), "{ran:?}");
    }
}

/// It could not reach the server, so nothing was sent: as if the server were not reached without it.
#[test]
fn what_a_proxy_cant_reach_is_asked_again() {
    let answers = ["502 Bad Gateway", "503 Service Unavailable", "504 Gateway Timeout", "500 Unable to connect"];
    at_once(answers, |answer| {
        let proxy = Answering::with(answer);
        let ran = run("https://chat.test", &TEAM, &[("HTTPS_PROXY", &proxy.place)]).ends(1);
        assert_eq!(proxy.asked().len(), 3, "{answer}");
        assert!(ran.err.contains(&format!("the proxy answered {}", &answer[..3])), "{ran:?}");
    });
}

/// Other programs need no more than the variable.
#[test]
fn a_proxy_that_is_set_and_not_used_is_named_where_the_server_is_not_reached() {
    let closed = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
    let url = format!("http://{}", closed.local_addr().expect("an address"));
    drop(closed);
    let hint = "HTTP_PROXY is set, and this call did not go that way: with proxy = true";
    let ran = run(&url, &TEAM[..4], &[("HTTP_PROXY", "http://127.0.0.1:9")]).ends(1);
    assert!(ran.err.contains(hint), "{ran:?}");
    // One for other URLs would not be used.
    let other = run(&url, &TEAM[..4], &[("HTTPS_PROXY", "http://127.0.0.1:9")]).ends(1);
    assert!(!other.err.contains("did not go that way"), "{other:?}");
}
