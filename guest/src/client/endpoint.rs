//! The requests of Mattermost's API that the commands make. The manifest lists the same constants.

use super::url;

/// The method of a request.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Method {
    Get,
    Post,
    Put,
    Delete,
}

impl Method {
    /// In capitals.
    pub fn name(self) -> &'static str {
        match self {
            Self::Get => "GET",
            Self::Post => "POST",
            Self::Put => "PUT",
            Self::Delete => "DELETE",
        }
    }
}

/// A kind of request: its method and its path below the base URL.
#[derive(Clone, Copy, Debug)]
pub struct Endpoint {
    /// The method.
    pub method: Method,
    /// The path; `{…}` stands for one segment.
    pub path: &'static str,
    /// The names that its query may have.
    pub query: &'static [&'static str],
}

/// The field of a post by which the server knows a repeated request.
pub const PENDING_POST_ID: &str = "pending_post_id";

impl Endpoint {
    const fn get(path: &'static str) -> Self {
        Self { method: Method::Get, path, query: &[] }
    }

    const fn post(path: &'static str) -> Self {
        Self { method: Method::Post, path, query: &[] }
    }

    const fn put(path: &'static str) -> Self {
        Self { method: Method::Put, path, query: &[] }
    }

    const fn delete(path: &'static str) -> Self {
        Self { method: Method::Delete, path, query: &[] }
    }

    /// The same with names for its query.
    const fn asking(self, query: &'static [&'static str]) -> Self {
        Self { query, ..self }
    }

    /// Whether the server knows a repeated request by a key in its body.
    pub fn has_key(&self) -> bool {
        self.path == POSTS.path
    }

    /// The path with its segments filled in, each encoded.
    pub fn fill(&self, segments: &[&str]) -> String {
        let mut segments = segments.iter();
        let mut filled = String::new();
        for part in self.path.split('/').skip(1) {
            filled.push('/');
            if part.starts_with('{') {
                filled.extend(segments.next().map(|segment| url::segment(segment)));
            } else {
                filled.push_str(part);
            }
        }
        filled
    }
}

/// Which page, and how large.
const PAGE: &[&str] = &["page", "per_page"];

pub const CHANNEL: Endpoint = Endpoint::get("/api/v4/channels/{channel}");
pub const CHANNEL_ARCHIVE: Endpoint = Endpoint::delete("/api/v4/channels/{channel}");
pub const CHANNEL_CREATE: Endpoint = Endpoint::post("/api/v4/channels");
pub const CHANNEL_BY_NAME: Endpoint = Endpoint::get("/api/v4/teams/name/{team}/channels/name/{channel}");
/// The same where an archived channel may be found.
pub const CHANNEL_BY_NAME_OR_ARCHIVED: Endpoint = CHANNEL_BY_NAME.asking(&["include_deleted"]);
pub const CHANNEL_BY_TEAM_ID: Endpoint =
    Endpoint::get("/api/v4/teams/{team}/channels/name/{channel}").asking(&["include_deleted"]);
pub const CHANNEL_MEMBER: Endpoint = Endpoint::get("/api/v4/channels/{channel}/members/{user}");
pub const CHANNEL_MEMBER_ADD: Endpoint = Endpoint::post("/api/v4/channels/{channel}/members");
pub const CHANNEL_MEMBER_REMOVE: Endpoint = Endpoint::delete("/api/v4/channels/{channel}/members/{user}");
pub const CHANNEL_MEMBER_ROLES: Endpoint = Endpoint::put("/api/v4/channels/{channel}/members/{user}/schemeRoles");
pub const CHANNELS_OF_TEAM: Endpoint = Endpoint::get("/api/v4/teams/{team}/channels").asking(PAGE);
pub const CHANNELS_OF_TEAM_PRIVATE: Endpoint = Endpoint::get("/api/v4/teams/{team}/channels/private").asking(PAGE);
pub const CHANNELS_OF_USER: Endpoint = Endpoint::get("/api/v4/users/{user}/teams/{team}/channels");
pub const DIRECT_CHANNELS: Endpoint = Endpoint::post("/api/v4/channels/direct");
pub const FILES: Endpoint = Endpoint::post("/api/v4/files").asking(&["channel_id", "filename"]);
pub const GROUP: Endpoint = Endpoint::get("/api/v4/groups/{group}");
pub const GROUP_CHANNELS: Endpoint = Endpoint::post("/api/v4/channels/group");
pub const GROUP_MEMBERS: Endpoint = Endpoint::get("/api/v4/groups/{group}/members").asking(PAGE);
pub const GROUP_MEMBERS_ADD: Endpoint = Endpoint::post("/api/v4/groups/{group}/members");
pub const GROUP_MEMBERS_REMOVE: Endpoint = Endpoint::delete("/api/v4/groups/{group}/members");
pub const GROUPS: Endpoint = Endpoint::get("/api/v4/groups").asking(&["page", "per_page", "q"]);
pub const ME: Endpoint = Endpoint::get("/api/v4/users/me");
pub const POSTS: Endpoint = Endpoint::post("/api/v4/posts");
pub const TEAM: Endpoint = Endpoint::get("/api/v4/teams/{team}");
pub const TEAM_BY_NAME: Endpoint = Endpoint::get("/api/v4/teams/name/{team}");
pub const USER: Endpoint = Endpoint::get("/api/v4/users/{user}");
pub const USER_BY_EMAIL: Endpoint = Endpoint::get("/api/v4/users/email/{email}");
pub const USER_BY_USERNAME: Endpoint = Endpoint::get("/api/v4/users/username/{username}");
pub const USERS: Endpoint = Endpoint::get("/api/v4/users").asking(&["in_channel", "in_team", "page", "per_page"]);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn segments_are_filled_in_and_encoded() {
        assert_eq!(GROUPS.fill(&[]), "/api/v4/groups");
        assert_eq!(
            CHANNEL_BY_NAME.fill(&["panw", "../../users?x="]),
            "/api/v4/teams/name/panw/channels/name/..%2F..%2Fusers%3Fx%3D"
        );
    }

    #[test]
    fn posts_alone_have_a_key() {
        assert!(POSTS.has_key());
        assert!(!CHANNEL_CREATE.has_key());
    }
}
