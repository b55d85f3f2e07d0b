//! Pages: how many, how large, how many at once, in which order.

use crate::support::{Answer, Script, fails, succeeds, world};
use serde_json::{Value, json};
use soar::Entry;

fn line(page: u64, per_page: u64) -> String {
    format!("GET /api/v4/users?page={page}&per_page={per_page}")
}

/// Users by number, from one to another.
fn users(from: u64, to: u64) -> Value {
    (from..to).map(|n| json!({ "id": format!("user{n:022}"), "username": format!("u{n}") })).collect()
}

/// A server with so many users that cuts pages at 200, as Mattermost does.
fn server(total: u64, per_page: u64, pages: u64) -> Script {
    let size = per_page.min(200);
    (0..pages).fold(Script::new(), |script, page| {
        let from = (page * size).min(total);
        script.json(&line(page, per_page), users(from, (from + size).min(total)))
    })
}

fn names(entry: &Entry) -> Vec<String> {
    let users = entry.context["Mattermost"]["User"].as_array().expect("a list");
    users.iter().map(|user| user["username"].as_str().expect("text").to_owned()).collect()
}

fn numbers(from: u64, to: u64) -> Vec<String> {
    (from..to).map(|n| format!("u{n}")).collect()
}

#[test]
fn a_limit_past_a_page_is_met_with_full_pages_and_cut() {
    let script = server(1000, 200, 4);
    let entry = succeeds(&script, "mattermost-list-users", &[("limit", "450")]);
    assert_eq!(names(&entry), numbers(0, 450));
    let mut lines = script.lines();
    lines.sort();
    assert_eq!(lines, [line(0, 200), line(1, 200), line(2, 200)]);
}

#[test]
fn a_limit_overrides_page_and_size() {
    let script = server(1000, 7, 1);
    let entry = succeeds(&script, "mattermost-list-users", &[("limit", "7"), ("page", "3"), ("page_size", "20")]);
    assert_eq!(names(&entry), numbers(0, 7));
    assert_eq!(script.lines(), [line(0, 7)]);
}

#[test]
fn a_page_larger_than_the_server_gives_is_made_of_several() {
    let script = server(1000, 200, 5);
    let entry = succeeds(&script, "mattermost-list-users", &[("page", "1"), ("page_size", "300")]);
    assert_eq!(names(&entry), numbers(300, 600));
    let script = server(1000, 200, 5);
    let entry = succeeds(&script, "mattermost-list-users", &[("page_size", "500")]);
    assert_eq!(names(&entry), numbers(0, 500));
    assert_eq!(script.lines().len(), 3);
    // The last one is short.
    let script = server(1000, 200, 8);
    let entry = succeeds(&script, "mattermost-list-users", &[("page", "1"), ("page_size", "700")]);
    assert_eq!(names(&entry), numbers(700, 1000));
}

#[test]
fn several_pages_are_in_flight_at_once_and_keep_their_order() {
    // None of the first two is answered before both are asked for, nor of the four after them.
    let first: Vec<String> = (0..2).map(|page| line(page, 200)).collect();
    let next: Vec<String> = (2..6).map(|page| line(page, 200)).collect();
    let last: Vec<String> = (6..12).map(|page| line(page, 200)).collect();
    let script = [first, next, last].iter().fold(server(2500, 200, 12), |script, lines| {
        script.together(&lines.iter().map(String::as_str).collect::<Vec<_>>())
    });
    let entry = succeeds(&script, "mattermost-list-users", &[("limit", "2400")]);
    // Twelve pages are needed: the last round of eight is cut to six.
    assert_eq!(names(&entry), numbers(0, 2400));
}

#[test]
fn a_short_page_ends_the_list() {
    let script = server(250, 200, 4);
    let entry = succeeds(&script, "mattermost-list-users", &[("limit", "10000")]);
    assert_eq!(names(&entry), numbers(0, 250));
    // While the second page was on its way, two more were asked for.
    assert!(script.lines().len() <= 4);
    // The end is exactly at a page's end: an empty page says so.
    let script = server(400, 200, 6);
    let entry = succeeds(&script, "mattermost-list-users", &[("limit", "10000")]);
    assert_eq!(names(&entry), numbers(0, 400));
    assert!(script.lines().len() <= 6);
}

#[test]
fn one_page_exactly_is_one_request() {
    for size in ["50", "200"] {
        let script = server(200, size.parse().expect("a number"), 1);
        succeeds(&script, "mattermost-list-users", &[("page_size", size)]);
        assert_eq!(script.lines().len(), 1);
    }
}

#[test]
fn a_page_that_fails_fails_the_list() {
    let script = server(1000, 200, 1).on(&line(1, 200), world::error(500, "new.id"));
    let failure = fails(&script, "mattermost-list-users", &[("limit", "400")]);
    assert_eq!(failure.kind(), "server");
}

#[test]
fn what_comes_after_the_end_of_the_list_does_not_matter() {
    let script = server(150, 200, 1).on(&line(1, 200), Answer::Bytes(200, "text/html", b"<html>".to_vec()));
    let entry = succeeds(&script, "mattermost-list-users", &[("limit", "400")]);
    assert_eq!(names(&entry), numbers(0, 150));
}

fn channel_lines(per_page: u64) -> [String; 2] {
    let team = world::id("teampanw");
    ["", "/private"].map(|list| format!("GET /api/v4/teams/{team}/channels{list}?page=0&per_page={per_page}"))
}

fn channels(prefix: &str, number: u64) -> Value {
    (0..number).map(|n| world::channel(&format!("{prefix}{n}"))).collect()
}

fn channel_names(entry: &Entry) -> Vec<&str> {
    let channels = entry.context["Mattermost"]["Channel"].as_array().expect("a list");
    channels.iter().map(|channel| channel["name"].as_str().expect("text")).collect()
}

#[test]
fn both_lists_of_channels_are_in_flight_at_once_and_public_ones_come_first() {
    let [public, private] = channel_lines(50);
    let script = world::script()
        .json(&public, channels("public", 2))
        .json(&private, channels("private", 2))
        .together(&[&public, &private]);
    let entry = succeeds(&script, "mattermost-list-channels", &[("include_private_channels", "true")]);
    assert_eq!(channel_names(&entry), ["public0", "public1", "private0", "private1"]);
}

#[test]
fn a_limit_is_one_on_both_lists_together() {
    for (limit, expected) in [
        ("1", &["public0"][..]),
        ("3", &["public0", "public1", "private0"]),
        ("9", &["public0", "public1", "private0", "private1"]),
    ] {
        let [public, private] = channel_lines(limit.parse().expect("a number"));
        let most = limit.parse().expect("a number");
        let script = world::script()
            .json(&public, channels("public", 2.min(most)))
            .json(&private, channels("private", 2.min(most)));
        let arguments = [("include_private_channels", "yes"), ("limit", limit)];
        let entry = succeeds(&script, "mattermost-list-channels", &arguments);
        assert_eq!(channel_names(&entry), expected);
        let context = &entry.context["Mattermost"]["Channel"];
        assert_eq!(context.as_array().map_or(1, Vec::len), expected.len());
    }
}

#[test]
fn private_channels_that_may_not_be_listed_are_named() {
    let [_, private] = channel_lines(50);
    let script = world::script().on(&private, world::error(403, "api.context.permissions.app_error"));
    let failure = fails(&script, "mattermost-list-channels", &[("include_private_channels", "true")]);
    assert_eq!(failure.kind(), "forbidden");
    assert!(
        failure.message().contains("The private channels of team") && failure.message().contains("manage_system"),
        "{failure}"
    );
    // Who does not ask for them needs no more.
    let entry = succeeds(&script, "mattermost-list-channels", &[]);
    assert_eq!(channel_names(&entry), ["town-square", "off-topic"]);
}
