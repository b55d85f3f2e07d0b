//! The cases of the contract's errors, by their names in WIT.

use super::error::{Error, Refusal};

impl Error {
    /// Whether the server refused for this reason.
    pub fn is(&self, refusal: Refusal) -> bool {
        matches!(self, Self::Refused(api) if api.kind == refusal)
    }

    /// Its case by its name in WIT: that of the refusal, where it is one.
    pub fn case(&self) -> &'static str {
        match self {
            Self::Argument(_) => "argument",
            Self::Configuration(_) => "configuration",
            Self::Refused(api) => api.kind.case(),
            Self::RateLimited(_) => "rate-limited",
            Self::UnexpectedAnswer(_) => "unexpected-answer",
            Self::Network(_) => "network",
            Self::Denied(_) => "denied",
            Self::Incomplete(_) => "incomplete",
        }
    }
}

impl Refusal {
    /// Its name in WIT.
    pub fn case(self) -> &'static str {
        match self {
            Self::Unauthorized => "unauthorized",
            Self::Forbidden => "forbidden",
            Self::NotFound => "not-found",
            Self::Conflict => "conflict",
            Self::LicenseRequired => "license-required",
            Self::Disabled => "disabled",
            Self::Rejected => "rejected",
            Self::Server => "server",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::client::error::{configuration, incomplete};

    /// The cases of `error` and `refusal` in WIT, in their order, with `refused` told by its refusal.
    #[test]
    fn cases_are_named_as_in_wit() {
        let wit = include_str!("../../../wit/platform/errors.wit");
        let names = |head: &str| -> Vec<&str> {
            let (_, rest) = wit.split_once(head).expect("it is there");
            let lines = rest.split("\n  }").next().unwrap_or_default().lines().map(str::trim);
            let cases = lines.filter(|line| !line.is_empty() && !line.starts_with("///"));
            cases.map(|line| line.split(['(', ',']).next().unwrap_or_default()).collect()
        };
        let refusals = [
            Refusal::Unauthorized,
            Refusal::Forbidden,
            Refusal::NotFound,
            Refusal::Conflict,
            Refusal::LicenseRequired,
            Refusal::Disabled,
            Refusal::Rejected,
            Refusal::Server,
        ];
        assert_eq!(refusals.map(Refusal::case).to_vec(), names("enum refusal {"));
        let text = String::new;
        let errors = [
            Error::Argument(Vec::new()),
            configuration("", "", ""),
            Error::RateLimited(1),
            Error::UnexpectedAnswer(text()),
            Error::Network(text()),
            Error::Denied(text()),
            incomplete(text(), "", &Error::RateLimited(1)),
        ];
        let mut wanted = names("variant error {");
        wanted.retain(|name| *name != "refused");
        assert_eq!(errors.each_ref().map(Error::case).to_vec(), wanted);
    }
}
