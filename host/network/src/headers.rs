//! How much headers may be.

use http::HeaderMap;
use soar_contract::limits::{Exceeded, Limit, Limits};

/// The limit that headers go over, if they do.
pub(crate) fn over(headers: &HeaderMap, limits: &Limits) -> Option<Exceeded> {
    let size: usize = headers.iter().map(|(name, value)| name.as_str().len() + value.len()).sum();
    [(Limit::HeaderCount, headers.len()), (Limit::HeaderBytes, size)]
        .into_iter()
        .find_map(|(limit, used)| (used as u64 > limits.number(limit)).then(|| limits.over(limit)))
}
