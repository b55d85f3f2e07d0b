//! What a component is made of, counted before anything else reads it.
//!
//! The parsers of the engine and of its documentation call themselves for what is inside of something else, and take
//! time and memory for what is claimed before they see what it is. So the bytes are gone through here first, once,
//! without recursion, and in a time that their number bounds; what is too deep, too many or too large ends it.

mod code;
mod counts;
mod images;
mod operators;
mod scope;
mod sections;
mod startup;
#[cfg(test)]
pub(crate) mod testing;
#[cfg(test)]
mod tests;
mod types;

pub(crate) use code::weigh;
pub(crate) use images::SPARSE;

use counts::Counts;
use scope::Scopes;
use sections::Sections;
use soar_contract::limits::{Exceeded, Limit, Limits};
use wasmparser::{BinaryReaderError, Encoding, Parser, Payload};

/// What was found that is of use before a component is compiled.
#[derive(Debug)]
pub(crate) struct Outline {
    /// The names of what it exports.
    pub(crate) exports: Vec<String>,
}

/// Why bytes are not read further.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Unfit {
    /// They are no component, or a damaged one.
    Damaged(String),
    /// There is more in them than may be.
    Over(Exceeded),
}

impl From<BinaryReaderError> for Unfit {
    fn from(error: BinaryReaderError) -> Self {
        Self::Damaged(error.to_string())
    }
}

impl std::fmt::Display for Unfit {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Damaged(why) => f.write_str(why),
            Self::Over(exceeded) => exceeded.fmt(f),
        }
    }
}

/// Goes through a component, or a WIT package that is encoded as one.
pub(crate) fn outline(bytes: &[u8], limits: &Limits) -> Result<Outline, Unfit> {
    if bytes.len() as u64 > limits.number(Limit::ComponentBytes) {
        return Err(Unfit::Over(limits.over(Limit::ComponentBytes)));
    }
    let mut sections = Sections { counts: Counts::new(limits), scopes: Scopes::default(), bytes, exports: Vec::new() };
    for payload in Parser::new(0).parse_all(bytes) {
        let payload = payload?;
        if matches!(payload, Payload::Version { encoding: Encoding::Module, .. }) && sections.scopes.depth() == 0 {
            return Err(Unfit::Damaged("it is a core module; expected a component".into()));
        }
        sections.read(payload)?;
    }
    Ok(Outline { exports: sections.exports.into_iter().map(str::to_owned).collect() })
}
