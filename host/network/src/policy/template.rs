//! A path with places for anything.

use super::path;

/// A path of a rule or of a pattern.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Template {
    parts: Box<[Part]>,
    /// Whether any more may follow, or nothing.
    rest: bool,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Part {
    /// As it reads, not as it is spelt.
    Literal(Box<str>),
    Any,
}

impl Template {
    /// Reads a path of a manifest, where `{name}` is any one part.
    pub(super) fn of_rule(path: &str) -> Result<Self, String> {
        let parts = path.strip_prefix('/').ok_or("the path does not begin with a slash")?.split('/');
        Ok(Self { parts: parts.map(|text| part(text, false)).collect::<Result<_, _>>()?, rest: false })
    }

    /// Reads a path of a pattern, where `*` and `{name}` are any one part, and `**` at the end is any rest.
    pub(super) fn of_pattern(path: &str) -> Result<Self, String> {
        let path = path.strip_prefix('/').ok_or("the path does not begin with a slash")?;
        let (path, rest) = match path.strip_suffix("**") {
            Some("") => return Ok(Self { parts: Box::default(), rest: true }),
            Some(before) => (before.strip_suffix('/').ok_or("** is not a whole part")?, true),
            None => (path, false),
        };
        Ok(Self { parts: path.split('/').map(|text| part(text, true)).collect::<Result<_, _>>()?, rest })
    }

    /// Whether a path that was checked is one of these.
    pub(super) fn matches(&self, path: &str) -> bool {
        let mut parts = path::parts(path);
        let fits = |part: &Part| {
            parts.next().is_some_and(|found| match part {
                Part::Any => true,
                Part::Literal(literal) => path::reads(found, literal),
            })
        };
        self.parts.iter().all(fits) && (self.rest || parts.next().is_none())
    }

    /// What stands before the parts at the end of a path that are one of these; nothing if they aren't.
    pub(super) fn before<'p>(&self, path: &'p str) -> Option<&'p str> {
        let (start, _) = path.rmatch_indices('/').nth(self.parts.len().checked_sub(1)?)?;
        let (before, own) = path.split_at(start);
        self.matches(own).then_some(before)
    }

    /// Whether a path can be both of these and of those.
    pub(super) fn meets(&self, other: &Self) -> bool {
        let same = self.parts.iter().zip(&other.parts).all(|(one, other)| match (one, other) {
            (Part::Literal(one), Part::Literal(other)) => one == other,
            _ => true,
        });
        let (one, two) = (self.parts.len(), other.parts.len());
        same && (one == two || (one < two && self.rest) || (two < one && other.rest))
    }

    /// Whether each of those paths is one of these.
    pub(super) fn covers(&self, other: &Self) -> bool {
        let whole = self.parts.iter().zip(&other.parts).all(|(one, other)| match (one, other) {
            (Part::Any, _) => true,
            (Part::Literal(one), Part::Literal(other)) => one == other,
            (Part::Literal(_), Part::Any) => false,
        });
        let (one, two) = (self.parts.len(), other.parts.len());
        whole && ((self.rest && one <= two) || (!other.rest && one == two))
    }
}

fn part(text: &str, pattern: bool) -> Result<Part, String> {
    let refuse = |why: &str| format!("can't read the part {text:?}, which {why}");
    if pattern && text == "*" {
        return Ok(Part::Any);
    }
    if let Some(name) = text.strip_prefix('{').and_then(|rest| rest.strip_suffix('}')) {
        return match name.is_empty() || name.contains(['{', '}']) {
            true => Err(refuse("has no name in its braces")),
            false => Ok(Part::Any),
        };
    }
    if text.contains('*') {
        return Err(refuse(if pattern { "is more than a *" } else { "has a *" }));
    }
    if text.contains(['{', '}']) {
        return Err(refuse("is more than a name in braces"));
    }
    if text.contains(['?', '#']) {
        return Err(refuse("has a query or a fragment, which is no part of a path"));
    }
    path::check_part(text).map_err(refuse)?;
    Ok(Part::Literal(path::read(text)))
}
