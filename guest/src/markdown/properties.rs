//! No text changes the structure of what is shown: as two readers of Markdown see it, all of it is there, and nothing
//! else is.

use super::{Text, table};
use crate::text;
use comrak::nodes::{AstNode, NodeValue};
use comrak::{Arena, parse_document};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;
use pulldown_cmark::{Event, Options, Parser};

/// What a reader sees: the blocks and spans, and the text of each block.
#[derive(Debug, Default, PartialEq)]
struct Seen {
    structure: Vec<String>,
    texts: Vec<String>,
}

impl Seen {
    fn block(&mut self) {
        self.texts.push(String::new());
    }

    fn text(&mut self, text: &str) {
        if self.texts.is_empty() {
            self.block();
        }
        self.texts.last_mut().unwrap().push_str(text);
    }

    /// The texts that there are, without the spaces around them: a reader drops those in cells.
    fn words(&self) -> Vec<&str> {
        self.texts.iter().map(|text| text.trim()).filter(|text| !text.is_empty()).collect()
    }
}

fn pulldown(markdown: &str) -> Seen {
    let options = Options::ENABLE_TABLES
        | Options::ENABLE_STRIKETHROUGH
        | Options::ENABLE_TASKLISTS
        | Options::ENABLE_FOOTNOTES
        | Options::ENABLE_GFM;
    let mut seen = Seen::default();
    for event in Parser::new_ext(markdown, options) {
        match event {
            Event::Text(text) => seen.text(&text),
            Event::SoftBreak => seen.text("\n"),
            Event::Start(tag) => {
                seen.block();
                seen.structure.push(format!("{tag:?}"));
            }
            Event::End(tag) => {
                seen.block();
                seen.structure.push(format!("/{tag:?}"));
            }
            other => seen.structure.push(format!("{other:?}")),
        }
    }
    seen
}

fn comrak(markdown: &str) -> Seen {
    let mut options = comrak::Options::default();
    options.extension.table = true;
    options.extension.strikethrough = true;
    options.extension.tasklist = true;
    options.extension.footnotes = true;
    options.extension.autolink = true;
    options.extension.tagfilter = true;
    let arena = Arena::new();
    let mut seen = Seen::default();
    descend(parse_document(&arena, markdown, &options), &mut seen);
    seen
}

fn descend<'a>(node: &'a AstNode<'a>, seen: &mut Seen) {
    let value = node.data.borrow().value.clone();
    match &value {
        NodeValue::Text(text) => return seen.text(text),
        NodeValue::SoftBreak => return seen.text("\n"),
        // An address that became a link to itself, which no escape prevents.
        NodeValue::Link(link) if link.url.contains('@') && !link.url.contains('/') => {
            return node.children().for_each(|child| descend(child, seen));
        }
        _ => {}
    }
    let name = format!("{value:?}");
    seen.block();
    seen.structure.push(name.split(['(', ' ']).next().unwrap().to_owned());
    node.children().for_each(|child| descend(child, seen));
    seen.block();
    seen.structure.push("/".into());
}

/// The text as it is to be read.
fn visible(text: &str) -> String {
    let mut visible = String::new();
    for c in text.chars() {
        if text::is_hidden(c) { text::show(&mut visible, c).unwrap() } else { visible.push(c) }
    }
    visible
}

/// The entries of the commands, with such texts in all places: a table, and sentences.
fn entries(text: &str) -> [String; 5] {
    let shown = Text(text);
    let rows = [[Some(text), Some("id")], [Some("plain"), Some(text)], [None, Some(text)], [Some(text), Some(text)]];
    [
        table(&format!("Channels for {shown}:"), ["display_name", "id"], rows.into_iter()),
        format!("Channel {shown} already exists.\nIt is private, not public."),
        format!("The member {shown} was added to the group successfully, with group ID: a\nThe member {shown} was"),
        format!("file {shown} was successfully sent to {shown}"),
        format!("Set channel role for {shown} successfully to Member. They are a guest, and stay one."),
    ]
}

fn check(text: &str) -> Result<(), TestCaseError> {
    let shown = visible(text);
    for (entry, plain) in entries(text).iter().zip(entries("x")) {
        for reader in [pulldown, comrak] {
            let (seen, expected) = (reader(entry), reader(&plain));
            prop_assert_eq!(&seen.structure, &expected.structure, "{}", entry);
            prop_assert!(!entry.contains(|c| c != '\n' && text::is_hidden(c)), "{:?}", entry);
            let filled: Vec<String> = plain_words(&expected, &shown);
            prop_assert_eq!(seen.words(), filled.iter().map(String::as_str).collect::<Vec<_>>(), "{}", entry);
        }
    }
    Ok(())
}

/// The texts of an entry of `x`, with the text itself for each.
fn plain_words(seen: &Seen, text: &str) -> Vec<String> {
    let word = |word: &str| if word == "x" { text.to_owned() } else { word.to_owned() };
    let fill = |line: &str| {
        line.split(' ')
            .map(|part| match part {
                "x:" => format!("{text}:"),
                part => word(part),
            })
            .collect::<Vec<_>>()
            .join(" ")
    };
    let lines = |block: &&str| block.split('\n').map(fill).collect::<Vec<_>>().join("\n").trim().to_owned();
    seen.words().iter().map(lines).filter(|text| !text.is_empty()).collect()
}

/// Pieces that mean something to a reader, or are hard to see.
const PIECES: &[&str] = &[
    "\\",
    "`",
    "*",
    "**",
    "_",
    "__",
    "{",
    "}",
    "[",
    "]",
    "(",
    ")",
    "#",
    "### ",
    "+",
    "-",
    "- ",
    ".",
    "!",
    "![",
    "|",
    "<",
    ">",
    "~",
    "~~",
    "&",
    "&lt;",
    "&#35;",
    "&nbsp;",
    "\"",
    "'",
    ":",
    "://",
    "http://",
    "https://a.b/c",
    "ftp://x.y",
    "www.",
    "WWW.a.b",
    "a@b.cd",
    "@all",
    "mailto:",
    "xmpp:",
    "<br>",
    "<br/>",
    "<!--",
    "-->",
    "<script>",
    "<b>",
    "</b>",
    "<http://a.b>",
    "](javascript:alert(1))",
    "[x]: /y",
    "[^1]",
    "[ ]",
    "| a | b |",
    "--- | ---",
    "```",
    "    ",
    "1. ",
    "===",
    "---",
    "\n",
    "\r\n",
    "\n\n",
    "\t",
    " ",
    "  ",
    "\0",
    "\u{1b}[31m",
    "\u{85}",
    "\u{a0}",
    "\u{ad}",
    "\u{200b}",
    "\u{200d}",
    "\u{2028}",
    "\u{202e}",
    "\u{2066}",
    "\u{feff}",
    "\u{fe0f}",
    "\u{e0041}",
    "a",
    "Z9",
    "é",
    "ß",
    "日本",
    "👍",
    "x",
    "approved",
    "$",
    "$x$",
    "^",
    "==",
];

proptest! {
    #![proptest_config(ProptestConfig { cases: 2000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_text_changes_the_structure(pieces in vec(select(PIECES), 0..8)) {
        check(&pieces.concat())?;
    }

    #[test]
    fn nor_do_other_characters(pieces in vec(prop_oneof![select(PIECES).prop_map(String::from), "\\PC{1,3}", any::<String>()], 0..5)) {
        check(&pieces.concat())?;
    }
}

/// Without the escapes, the same check finds a fault in each of these: it would see one.
#[test]
fn the_readers_see_what_is_not_escaped() {
    for text in ["A<br>b", "![x](y)", "*a*", "`a`", "a | b", "https://a.bc/d", "~~a~~", "www.a.bc", "<b>", "a\n# b"] {
        let entry = |text: &str| format!("| a |\n| --- |\n| {text} |\n\nChannel {text} was");
        let changed = [pulldown, comrak].iter().any(|read| {
            let seen = read(&entry(text));
            seen.structure != read(&entry("x")).structure || !seen.words().contains(&text)
        });
        assert!(changed, "{text}");
    }
}
