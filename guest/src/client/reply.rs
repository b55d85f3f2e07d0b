//! The answer to a request.

use super::error::{self, Error, Place, UNSURE};
use super::gateway::Gateway;
use super::json::{self, Json};
use crate::text::Quoted;

/// An answer of the server, whatever its status.
pub struct Reply {
    /// The request that it answers: `GET /api/v4/teams/name/panw`.
    pub request: String,
    /// Whether doing the request twice would be two things, not one.
    pub adds: bool,
    /// The HTTP status.
    pub status: u16,
    /// The type of the body, as the server names it; empty when it doesn't.
    pub content_type: String,
    /// Where a redirect points.
    pub location: Option<String>,
    /// After how many seconds to ask again, if the server said so.
    pub retry_after: Option<u32>,
    /// Whether an earlier try was broken off, so that the server may have done the request before this one.
    pub repeated: bool,
    /// Who gave it, if that was not Mattermost and is known.
    pub gateway: Option<Gateway>,
    /// The body.
    pub body: Vec<u8>,
}

impl Reply {
    /// The id of the error that the answer is; empty when it is none.
    pub fn error_id(&self) -> String {
        if self.status < 400 {
            return String::new();
        }
        json::parse(&self.body)
            .ok()
            .and_then(|body| Some(json::field(&body, "id").as_str()?.into()))
            .unwrap_or_default()
    }

    /// The JSON of a successful answer.
    pub fn json(&self, place: Place) -> Result<Json<'_>, Error> {
        if !(200..300).contains(&self.status) {
            return Err(match self.status {
                ..400 => self.unexpected(&self.oddity()),
                _ => error::of_reply(self, place),
            });
        }
        match json::parse(&self.body) {
            Ok(body) if error::is_api_error(&body) => Err(error::of_reply(self, place)),
            Ok(body) => Ok(body),
            Err(reason) if self.is_json() && !self.body.is_empty() => {
                Err(self.unexpected(&format!("{}, with {}: {reason}", self.title(), self.content())))
            }
            Err(_) => Err(self.unexpected(&self.oddity())),
        }
    }

    /// The error of an answer that can't be read. That does not say that nothing was done, unless the answer says that it
    /// failed.
    pub fn unexpected(&self, text: &str) -> Error {
        Error::UnexpectedAnswer(match self.adds && self.status < 400 {
            true => format!("{}. {UNSURE}", text.trim_end_matches('.')),
            false => text.into(),
        })
    }

    fn is_json(&self) -> bool {
        self.content_type.starts_with("application/json")
    }

    /// The request and the status.
    pub fn title(&self) -> String {
        format!("{}: status {}", self.request, self.status)
    }

    /// What the body is, in words.
    pub fn kind(&self) -> &'static str {
        if self.body.is_empty() {
            "an empty body"
        } else if self.is_json() {
            "a body"
        } else if self.content_type.starts_with("text/html") {
            "an HTML page"
        } else {
            "a body that is not JSON"
        }
    }

    /// How the body begins.
    pub fn start(&self) -> String {
        let text = String::from_utf8_lossy(&self.body);
        text.chars().take(60).map(|c| if c.is_control() { ' ' } else { c }).collect()
    }

    /// What the body is, and how it begins.
    pub fn content(&self) -> String {
        match self.body.is_empty() {
            true => self.kind().into(),
            false => format!("{} that begins {}", self.kind(), Quoted(&self.start())),
        }
    }

    /// An answer that Mattermost does not give.
    pub fn oddity(&self) -> String {
        let advice = match &self.gateway {
            Some(gateway) => gateway.advice(),
            None => "Is the parameter url the server's base URL, and no proxy's or login page in between?".into(),
        };
        match &self.location {
            Some(location) => {
                format!("{}, a redirect to {}. {advice}", self.title(), Quoted(location))
            }
            None => format!("{}, with {} where Mattermost's JSON was expected. {advice}", self.title(), self.content()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::client::Credential;

    const PLACE: Place = Place { credential: Credential::Bot, permissions: "" };

    fn reply(status: u16, content_type: &str, body: &str) -> Reply {
        Reply {
            adds: false,
            request: "GET /api/v4/users/me".into(),
            status,
            content_type: content_type.into(),
            location: None,
            retry_after: None,
            repeated: false,
            gateway: None,
            body: body.into(),
        }
    }

    #[test]
    fn what_is_not_json_says_what_it_is() {
        for (body, words) in
            [("", "an empty body"), ("<!doctype html>", "an HTML page that begins \"<!doctype"), ("{\"id\":", "EOF")]
        {
            let kind = if body.starts_with('<') { "text/html; charset=utf-8" } else { "application/json" };
            let Err(Error::UnexpectedAnswer(text)) = reply(200, kind, body).json(PLACE) else { panic!("{body}") };
            assert!(text.contains(words), "{text}");
            assert!(text.starts_with("GET /api/v4/users/me: status 200"));
        }
    }

    #[test]
    fn a_redirect_is_not_followed() {
        let mut moved = reply(301, "text/html", "");
        moved.location = Some("https://chat.example.org/".into());
        let Err(Error::UnexpectedAnswer(text)) = moved.json(PLACE) else { panic!() };
        assert!(text.contains("a redirect to \"https://chat.example.org/\""));
    }

    #[test]
    fn the_error_id_is_read_from_errors_alone() {
        let body = r#"{"id":"a.b"}"#;
        assert_eq!(reply(400, "application/json", body).error_id(), "a.b");
        assert_eq!(reply(200, "application/json", body).error_id(), "");
        assert_eq!(reply(500, "text/html", "<p>").error_id(), "");
    }
}
