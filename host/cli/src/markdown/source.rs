//! The text of Markdown as it reads: without its escapes.

use pulldown_cmark::{Event, Tag, TagEnd};
use soar::text;
use std::borrow::Cow;
use std::ops::Range;

/// Markdown, and where it reads otherwise than it is written.
pub struct Source<'a> {
    raw: &'a str,
    /// In their order, and none in another.
    edits: Vec<(Range<usize>, Cow<'a, str>)>,
    /// The end of what was read.
    read: usize,
    /// How many blocks of code are open: nothing is an escape there.
    code: usize,
}

impl<'a> Source<'a> {
    /// Markdown of which nothing has been read.
    pub fn new(raw: &'a str) -> Self {
        Self { raw, edits: Vec::new(), read: 0, code: 0 }
    }

    /// Reads what a parser found next.
    pub fn read(&mut self, event: &Event<'a>, range: &Range<usize>, in_table: bool) {
        let raw = &self.raw[range.clone()];
        match event {
            Event::Start(Tag::CodeBlock(_)) => self.code += 1,
            Event::End(TagEnd::CodeBlock) => self.code = self.code.saturating_sub(1),
            Event::Start(_) | Event::End(_) => return,
            Event::Text(found) if self.code == 0 => {
                self.unescape(range.start);
                // `&lt;` and the like.
                if raw.starts_with('&') && raw != &**found {
                    self.edits.push((range.clone(), text::line(found).into_owned().into()));
                }
            }
            Event::InlineHtml(tag) if in_table && matches!(&**tag, "<br>" | "<br/>" | "<br />") => {
                self.edits.push((range.clone(), "\n".into()));
            }
            Event::Code(_) if in_table => self.edits.push((range.clone(), raw.replace("\\|", "|").into())),
            _ => {}
        }
        self.read = range.end.max(self.read);
    }

    /// Takes the backslash away by which a text begins that would mean something else without it.
    fn unescape(&mut self, at: usize) {
        let before = self.raw.get(self.read..at).unwrap_or_default();
        let count = before.len() - before.trim_end_matches('\\').len();
        if count > 0 && self.raw[at..].starts_with(|character: char| character.is_ascii_punctuation()) {
            self.edits.push((at - count..at, Cow::Borrowed("")));
        }
    }

    /// A part as it is written.
    pub fn raw(&self, range: Range<usize>) -> &'a str {
        self.raw.get(range).unwrap_or_default()
    }

    /// The part without blanks at its ends.
    pub fn trimmed(&self, range: Range<usize>) -> Range<usize> {
        let raw = self.raw(range.clone());
        let start = range.start + raw.len() - raw.trim_start().len();
        start..start + raw.trim().len()
    }

    /// A part as it reads.
    pub fn text(&self, range: Range<usize>) -> String {
        let mut text = String::with_capacity(range.len());
        let mut done = range.start;
        let first = self.edits.partition_point(|(edited, _)| edited.end <= range.start);
        for (edited, reads) in self.edits[first..].iter().take_while(|(edited, _)| edited.start < range.end) {
            text.push_str(self.raw(done..edited.start));
            text.push_str(reads);
            done = edited.end;
        }
        text.push_str(self.raw(done..range.end.max(done)));
        text
    }
}
