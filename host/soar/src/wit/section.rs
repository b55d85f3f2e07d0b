//! Custom sections of a component.

use super::DocsError;
use wasmparser::{Encoding, Parser, Payload};

/// The content of the first custom section with a name, among those of the component itself and not of what is in it.
pub(super) fn find<'a>(component: &'a [u8], name: &str) -> Result<Option<&'a [u8]>, DocsError> {
    let mut depth = 0u32;
    for payload in Parser::new(0).parse_all(component) {
        match payload.map_err(|error| DocsError::Component(error.to_string()))? {
            Payload::Version { encoding: Encoding::Module, .. } if depth == 0 => {
                return Err(DocsError::Component("a core module".into()));
            }
            Payload::ModuleSection { .. } | Payload::ComponentSection { .. } => depth += 1,
            Payload::End(_) => depth = depth.saturating_sub(1),
            Payload::CustomSection(section) if depth == 0 && section.name() == name => {
                return Ok(Some(section.data()));
            }
            _ => {}
        }
    }
    Ok(None)
}
