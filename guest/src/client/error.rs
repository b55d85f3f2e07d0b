//! What went wrong, as the contract says it: by the server's error id first, then by the status, never by the message.

use super::Credential;
use super::error_ids;
use super::json::{self, Json};
use super::reply::Reply;
pub use crate::bindings::exports::soar::platform::errors::{
    ApiError, ArgumentError, ConfigurationError, Error, IncompleteError, Refusal,
};
use crate::text::{Line, Quoted};

/// What to do when it can't be told whether something was done.
pub const UNSURE: &str = "The server may have done it all the same: look before you repeat it.";

/// What is wrong with a body, or with none.
const NO_BODY: &str = "api.context.invalid_body_param.app_error";
const DROPPED: &str = "The server had no body with the users: a proxy on the way drops the body of a DELETE. Ask whoever runs it to let that pass, or give a URL that leads to the server itself.";
const PLUGIN: &str = "A plugin of the server, or something before it, refuses it: the message has its reason.";

/// Whether it has the shape of the server's ids, as `api.context.404.app_error`: what a plugin puts there is free text.
fn is_id(text: &str) -> bool {
    let part =
        |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"_-".contains(&byte));
    text.len() <= 128 && text.contains('.') && text.split('.').all(part)
}

/// Where an error happened, so far as its advice depends on it.
#[derive(Clone, Copy)]
pub struct Place {
    /// The credential that was used.
    pub credential: Credential,
    /// What the account must be allowed to do for the command.
    pub permissions: &'static str,
}

/// The error that an answer with a status of 400 or more stands for, or one with an error's body.
pub fn of_reply(reply: &Reply, place: Place) -> Error {
    if reply.status == 429 && !(reply.adds && reply.repeated) {
        return Error::RateLimited(reply.retry_after.unwrap_or(1).max(1));
    }
    let error = match json::parse(&reply.body) {
        Ok(body) if is_api_error(&body) => of_body(&body, reply, place),
        _ => return of_status(reply, place),
    };
    match error {
        // Whoever is told to try again would do it a second time.
        Error::Refused(error) if reply.adds && error.kind == Refusal::Server => {
            Error::Refused(ApiError { advice: UNSURE.into(), ..error })
        }
        error => error,
    }
}

/// Whether an answer's body is an error in Mattermost's shape, whatever the status was.
pub fn is_api_error(body: &Json<'_>) -> bool {
    json::field(body, "id").as_str().is_some()
        && json::field(body, "message").as_str().is_some()
        && json::count(json::field(body, "status_code")).is_some_and(|code| code >= 400)
}

fn of_body(body: &Json<'_>, reply: &Reply, place: Place) -> Error {
    let status = reply.status;
    let text = |name: &str| json::field(body, name).as_str().unwrap_or_default();
    // What people read stays one line, whatever a server writes.
    let line = |name: &str| Line(text(name)).to_string();
    let status = match json::count(json::field(body, "status_code")) {
        Some(code) if status < 400 => u16::try_from(code).unwrap_or(status),
        _ => status,
    };
    let id = text("id");
    let (kind, advice) = match is_id(id) {
        true if id == NO_BODY && reply.request.starts_with("DELETE ") => (Refusal::Rejected, DROPPED.into()),
        true => classify(id, status, place),
        // A plugin's own words: whatever they speak of, they are no reason of the server's.
        false if status < 500 => (Refusal::Rejected, PLUGIN.into()),
        false => classify("", status, place),
    };
    Error::Refused(ApiError {
        kind,
        id: line("id"),
        status,
        message: line("message"),
        advice,
        request_id: Some(line("request_id")).filter(|id| !id.is_empty()),
    })
}

/// An answer that is not Mattermost's own: a proxy's page, as a rule.
fn of_status(reply: &Reply, place: Place) -> Error {
    let (kind, advice) = match reply.status {
        413.. if reply.gateway.is_some() => match (reply.status, &reply.gateway) {
            (413, Some(gateway)) => {
                let advice = format!(
                    "The request is larger than {} before the server takes: ask whoever runs it to raise that, or send less.",
                    gateway.who
                );
                (Refusal::Rejected, advice)
            }
            (429 | 500.., Some(gateway)) if gateway.challenge => (Refusal::Server, gateway.advice()),
            (500.., Some(gateway)) => {
                let mut advice = format!(
                    "{} is in front of the server and answers for it: see whether the server runs, and look into both logs.",
                    gateway.who
                );
                if reply.retry_after.is_some() {
                    advice = format!("{advice} {}", busy(reply));
                }
                (Refusal::Server, advice)
            }
            (429, _) => (Refusal::Server, busy(reply)),
            _ => return Error::UnexpectedAnswer(reply.oddity()),
        },
        408 | 429 | 503 => (Refusal::Server, busy(reply)),
        413 => (Refusal::Rejected, "The request is larger than a proxy before the server takes.".into()),
        500.. => classify("", reply.status, place),
        _ => return Error::UnexpectedAnswer(reply.oddity()),
    };
    let advice = if kind == Refusal::Server && reply.adds { UNSURE.into() } else { advice };
    Error::Refused(ApiError {
        kind,
        id: String::new(),
        status: reply.status,
        message: Line(&reply.start()).to_string(),
        advice: format!("{}, with {}. {advice}", reply.title(), reply.kind()),
        request_id: None,
    })
}

/// What to do when the server, or what is before it, can't take the request now.
fn busy(reply: &Reply) -> String {
    match reply.retry_after {
        Some(seconds) => format!("It asks to be left alone for {seconds} seconds: try again then."),
        None => "The server, or a proxy before it, could not take the request: try again later, and look into its log."
            .into(),
    }
}

fn classify(id: &str, status: u16, place: Place) -> (Refusal, String) {
    if let Some((kind, advice)) = error_ids::known(id) {
        return (kind, advice.into());
    }
    if id.contains("license") {
        let advice = "The server's licence does not include this: Mattermost's Professional or Enterprise plan may.";
        return (Refusal::LicenseRequired, advice.into());
    }
    if id.contains("disabled") && matches!(status, 400 | 403 | 501) {
        let advice = "It is turned off in the server's configuration: ask a system administrator to turn it on.";
        return (Refusal::Disabled, advice.into());
    }
    let parameter = place.credential.parameter();
    match status {
        401 => (
            Refusal::Unauthorized,
            format!(
                "The token of the parameter {parameter} is wrong, revoked or disabled, or the server has personal access tokens turned off (ServiceSettings.EnableUserAccessTokens)."
            ),
        ),
        403 => (Refusal::Forbidden, needed(place)),
        404 => (Refusal::NotFound, "It does not exist, or \u{1} may not see it.".into()),
        500.. => (Refusal::Server, "The server failed: try again, and look into its log.".into()),
        _ => (Refusal::Rejected, "Check the arguments.".into()),
    }
}

/// What an account needs that may not do something.
fn needed(place: Place) -> String {
    let refused = match place.credential {
        Credential::Bot => "\u{1} is not a member or may not do this\u{2}.",
        Credential::Personal => "\u{1} may not do this.",
    };
    // The command asks for no permission of its own; the place that it is about does.
    if place.permissions.starts_with("No permissions") {
        return format!("{refused} Needed: to be a member there, or a role that includes it.");
    }
    format!("{refused} Needed: {}", place.permissions)
}

/// An argument that can't be used.
pub fn argument(name: &str, reason: impl Into<String>, expected: impl Into<String>) -> Error {
    let (argument, reason, expected) = (name.into(), reason.into(), expected.into());
    Error::Argument(vec![ArgumentError { argument, reason, expected, suggestion: None }])
}

/// A parameter that can't be used.
pub fn configuration(name: &str, reason: impl Into<String>, expected: impl Into<String>) -> Error {
    Error::Configuration(ConfigurationError {
        parameter: name.into(),
        reason: reason.into(),
        expected: expected.into(),
    })
}

/// A command that was stopped half-way by an error.
pub fn incomplete(done: String, failed: &str, cause: &Error) -> Error {
    Error::Incomplete(IncompleteError {
        done,
        failed: format!("{failed}: {}", describe(cause)),
        cause: cause.case().into(),
    })
}

/// Puts the thing that an API error is about before its advice: `Team "panw": There is no such team…`.
pub fn about(mut error: Error, thing: &str) -> Error {
    if let Some(api) = api_error(&mut error) {
        let mut letters = thing.chars();
        let first = letters.next().map(char::to_uppercase).into_iter().flatten();
        api.advice = format!("{}{}: {}", first.collect::<String>(), letters.as_str(), api.advice);
    }
    error
}

/// The text of an error that says what to do, or what was not done and why.
pub fn text(error: &mut Error) -> Option<&mut String> {
    match error {
        Error::Incomplete(incomplete) => Some(&mut incomplete.failed),
        error => api_error(error).map(|api| &mut api.advice),
    }
}

fn api_error(error: &mut Error) -> Option<&mut ApiError> {
    match error {
        Error::Refused(api) => Some(api),
        _ => None,
    }
}

/// An error in a sentence, for the text of another one.
fn describe(error: &Error) -> String {
    match error {
        Error::Argument(errors) => errors.first().map(|e| format!("{} {}", e.argument, e.reason)).unwrap_or_default(),
        Error::Configuration(e) => format!("{} {}", e.parameter, e.reason),
        Error::Refused(e) => match &*e.message {
            "" => e.advice.clone(),
            message => format!("{} The server said: {}", e.advice, Quoted(message)),
        },
        Error::RateLimited(seconds) => format!("the server is busy for {seconds} s"),
        Error::UnexpectedAnswer(text) | Error::Network(text) | Error::Denied(text) => text.clone(),
        Error::Incomplete(e) => e.failed.clone(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PLACE: Place = Place { credential: Credential::Personal, permissions: "manage_system" };

    fn reply(status: u16, body: &str) -> Reply {
        Reply {
            adds: false,
            request: "GET /api/v4/groups".into(),
            status,
            content_type: "text/html".into(),
            location: None,
            retry_after: None,
            repeated: false,
            gateway: None,
            body: body.into(),
        }
    }

    fn api(status: u16, id: &str) -> Error {
        let body = format!(r#"{{"id":"{id}","message":"m","request_id":"r","status_code":{status}}}"#);
        of_reply(&reply(status, &body), PLACE)
    }

    #[test]
    fn ids_come_before_the_status() {
        for (status, id, case) in [
            (400, "store.sql_channel.save_channel.exists.app_error", "conflict"),
            (501, "api.license_error", "license-required"),
            (403, "api.ldap_groups.license_error", "license-required"),
            (400, "api.custom_groups.license_error", "license-required"),
            (400, "api.custom_groups.feature_disabled", "disabled"),
            (501, "api.file.attachments.disabled.app_error", "disabled"),
            (403, "api.file.attachments.disabled.app_error", "disabled"),
            (400, "app.group.user_not_found", "not-found"),
            (403, "app.channel.add_member.deleted_user.app_error", "rejected"),
            (401, "api.context.session_expired.app_error", "unauthorized"),
            (403, "api.context.permissions.app_error", "forbidden"),
            (404, "new.id", "not-found"),
            (409, "new.id", "rejected"),
            (500, "app.update_error", "server"),
            (501, "license_error.feature_unavailable", "license-required"),
        ] {
            assert_eq!(api(status, id).case(), case, "{status} {id}");
        }
    }

    #[test]
    fn advice_names_the_permission_and_the_token() {
        let Error::Refused(forbidden) = api(403, "api.context.permissions.app_error") else { panic!() };
        assert_eq!(forbidden.kind, Refusal::Forbidden);
        assert!(forbidden.advice.contains("manage_system"));
        assert_eq!(forbidden.request_id.as_deref(), Some("r"));
        let Error::Refused(unauthorized) = api(401, "new.id") else { panic!() };
        assert_eq!(unauthorized.kind, Refusal::Unauthorized);
        assert!(unauthorized.advice.contains("personal_access_token"));
    }

    #[test]
    fn an_error_says_what_it_is_about() {
        let Error::Refused(error) = about(api(404, "app.group.no_rows"), "group \"x\"") else { panic!() };
        assert_eq!(error.kind, Refusal::NotFound);
        assert!(error.advice.starts_with("Group \"x\": There is no such group"));
    }

    #[test]
    fn a_proxys_page_is_not_the_servers_answer() {
        for (status, case) in
            [(401, "unexpected-answer"), (404, "unexpected-answer"), (413, "rejected"), (502, "server")]
        {
            let error = of_reply(&reply(status, "<html>no</html>"), PLACE);
            assert_eq!(error.case(), case);
        }
        let mut busy = reply(429, "limit exceeded");
        busy.retry_after = Some(7);
        assert!(matches!(of_reply(&busy, PLACE), Error::RateLimited(7)));
    }

    #[test]
    fn ids_have_a_shape() {
        for id in ["api.context.404.app_error", "license_error.feature-unavailable", "a.B"] {
            assert!(is_id(id), "{id}");
        }
        for text in ["", "license", "Post rejected by plugin.", "no license", "a..b", ".a", "a.ö", "a b.c"] {
            assert!(!is_id(text), "{text}");
        }
        assert!(!is_id(&"a.".repeat(100)));
    }

    #[test]
    fn an_error_may_come_with_status_200() {
        let body = r#"{"id":"app.group.no_rows","message":"m","status_code":404}"#;
        let Error::Refused(error) = of_reply(&reply(200, body), PLACE) else { panic!() };
        assert_eq!((error.kind, error.status), (Refusal::NotFound, 404));
        assert_eq!(error.request_id, None);
    }
}
