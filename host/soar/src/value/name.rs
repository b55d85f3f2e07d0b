//! Names in WIT and in JSON.

/// The JSON name of a WIT name: `create-at` becomes `create_at`.
pub fn snake(wit: &str) -> String {
    wit.replace('-', "_")
}

/// The WIT name of a JSON name: `create_at` becomes `create-at`.
pub fn kebab(json: &str) -> String {
    json.replace('_', "-")
}
