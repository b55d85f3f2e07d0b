//! Errors as the contract has them.

use super::error::{ApiError, Error, Told};
use crate::bindings::exports::soar::platform::errors as wit;

impl From<Error> for Told {
    fn from(error: Error) -> Self {
        let (kind, api) = match error {
            Error::Argument(errors) => return Self::Argument(errors),
            Error::Configuration(error) => return Self::Configuration(error),
            Error::RateLimited(seconds) => return Self::RateLimited(seconds),
            Error::UnexpectedAnswer(found) => return Self::UnexpectedAnswer(found),
            Error::Network(reason) => return Self::Network(reason),
            Error::Denied(reason) => return Self::Denied(reason),
            Error::Incomplete(error) => return Self::Incomplete(error),
            Error::Unauthorized(api) => (wit::Refusal::Unauthorized, api),
            Error::Forbidden(api) => (wit::Refusal::Forbidden, api),
            Error::NotFound(api) => (wit::Refusal::NotFound, api),
            Error::Conflict(api) => (wit::Refusal::Conflict, api),
            Error::LicenseRequired(api) => (wit::Refusal::LicenseRequired, api),
            Error::Disabled(api) => (wit::Refusal::Disabled, api),
            Error::Rejected(api) => (wit::Refusal::Rejected, api),
            Error::Server(api) => (wit::Refusal::Server, api),
        };
        let ApiError { id, status, message, advice, request_id } = api;
        Self::Refused(wit::ApiError { kind, id, status, message, advice, request_id })
    }
}

/// The case of an error, by its name in WIT.
pub fn case_name(error: &Error) -> &'static str {
    match error {
        Error::Argument(_) => "argument",
        Error::Configuration(_) => "configuration",
        Error::Unauthorized(_) => "unauthorized",
        Error::Forbidden(_) => "forbidden",
        Error::NotFound(_) => "not-found",
        Error::Conflict(_) => "conflict",
        Error::LicenseRequired(_) => "license-required",
        Error::Disabled(_) => "disabled",
        Error::RateLimited(_) => "rate-limited",
        Error::Rejected(_) => "rejected",
        Error::Server(_) => "server",
        Error::UnexpectedAnswer(_) => "unexpected-answer",
        Error::Network(_) => "network",
        Error::Denied(_) => "denied",
        Error::Incomplete(_) => "incomplete",
    }
}
