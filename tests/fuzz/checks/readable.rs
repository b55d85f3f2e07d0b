//! What people read of an entry is ours in its structure, whatever words are in it: at most a heading, and a table or
//! sentences, as two readers of Markdown see it.

use comrak::nodes::{AstNode, NodeValue};
use comrak::{Arena, parse_document};
use pulldown_cmark::{Event, Options, Parser, Tag};

/// What is in an entry's text.
#[derive(Debug, Default, PartialEq)]
pub struct Shape {
    /// The headings.
    pub headings: usize,
    /// The rows of the table, without its header.
    pub rows: usize,
    /// The cells of all rows.
    pub cells: usize,
    /// The text, part by part.
    pub texts: Vec<String>,
}

/// The shape of an entry's text. Panics when there is anything in it that no command writes.
pub fn check(markdown: &str) -> Shape {
    let shape = pulldown(markdown);
    let other = comrak(markdown);
    let counts = |shape: &Shape| (shape.headings, shape.rows, shape.cells);
    assert_eq!(counts(&shape), counts(&other), "{markdown}");
    // They differ in the spaces that they drop at a cell's ends.
    let words = |shape: &Shape| shape.texts.concat().split_whitespace().collect::<String>();
    assert_eq!(words(&shape), words(&other), "{markdown}");
    assert!(shape.headings <= 1, "{markdown}");
    if shape.rows > 0 {
        assert_eq!(shape.cells % shape.rows, 0, "{markdown}");
    }
    assert!(!markdown.contains(|c| c != '\n' && soar::text::is_hidden(c)), "{markdown:?}");
    shape
}

fn pulldown(markdown: &str) -> Shape {
    let options = Options::ENABLE_TABLES
        | Options::ENABLE_STRIKETHROUGH
        | Options::ENABLE_TASKLISTS
        | Options::ENABLE_FOOTNOTES
        | Options::ENABLE_GFM;
    let mut shape = Shape::default();
    let mut body = false;
    for event in Parser::new_ext(markdown, options) {
        match event {
            Event::Start(Tag::Heading { .. }) => shape.headings += 1,
            Event::Start(Tag::TableHead) => body = false,
            Event::Start(Tag::TableRow) => {
                body = true;
                shape.rows += 1;
            }
            Event::Start(Tag::TableCell) => shape.cells += usize::from(body),
            // "No entries." alone is.
            Event::Start(Tag::Strong) => assert!(markdown.ends_with("\n**No entries.**"), "{markdown}"),
            Event::Start(Tag::Table(_) | Tag::Paragraph) | Event::End(_) => {}
            Event::Text(text) => shape.texts.push(text.into_string()),
            Event::SoftBreak => shape.texts.push("\n".into()),
            other => panic!("{other:?} in {markdown}"),
        }
    }
    shape
}

fn comrak(markdown: &str) -> Shape {
    let mut options = comrak::Options::default();
    options.extension.table = true;
    options.extension.strikethrough = true;
    options.extension.tasklist = true;
    options.extension.footnotes = true;
    options.extension.autolink = true;
    let arena = Arena::new();
    let mut shape = Shape::default();
    descend(parse_document(&arena, markdown, &options), false, &mut shape, markdown);
    shape
}

fn descend<'a>(node: &'a AstNode<'a>, body: bool, shape: &mut Shape, markdown: &str) {
    let value = node.data.borrow().value.clone();
    let mut body = body;
    match value {
        NodeValue::Heading(_) => shape.headings += 1,
        NodeValue::TableRow(header) => {
            body = !header;
            shape.rows += usize::from(body);
        }
        NodeValue::TableCell => shape.cells += usize::from(body),
        NodeValue::Strong => assert!(markdown.ends_with("\n**No entries.**"), "{markdown}"),
        NodeValue::Document | NodeValue::Paragraph | NodeValue::Table(_) => {}
        NodeValue::Text(text) => shape.texts.push(text),
        NodeValue::SoftBreak => shape.texts.push("\n".into()),
        // An e-mail address becomes a link to itself, which no escape prevents.
        NodeValue::Link(link) if link.url.contains('@') && !link.url.contains('/') => {}
        other => panic!("{other:?} in {markdown}"),
    }
    node.children().for_each(|child| descend(child, body, shape, markdown));
}
