//! What a policy says of a request, and why.

use std::fmt;
use std::sync::Arc;

/// Before the rule in the reason of a request that may be made.
pub(super) const DECLARED: &str = "declared: ";
/// The same of one by which an account is learnt.
pub(super) const ACCOUNT: &str = "account: ";

/// What a policy says of a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Decision<'a> {
    /// It may be made.
    Allow {
        /// What it rests on: [`Code::Declared`] or [`Code::Account`].
        code: Code,
        /// The rule that allows it: `declared: GET /api/teams/{team}`.
        reason: &'a Arc<str>,
        /// The secret parameters whose credentials may go with it.
        credentials: Vec<&'a str>,
        /// Fields of its JSON body that are new in each call.
        volatile: &'a Arc<[String]>,
    },
    /// It may not.
    Deny(Denial),
}

/// Why a request may not be made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Denial {
    /// For programs.
    pub code: Code,
    /// For people.
    pub reason: String,
}

/// What a decision rests on. The names are stable.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Code {
    /// The manifest declares it for the command.
    Declared,
    /// The manifest declares it, to learn whose a credential is: the host asks, and no component may.
    Account,
    /// The URI has a user name or a password before its host.
    Userinfo,
    /// The URI's host or port can be read in more than one way.
    AmbiguousAuthority,
    /// Another scheme, host or port.
    OtherOrigin,
    /// The path can be read in more than one way.
    AmbiguousPath,
    /// The path is not below the server's sub-path.
    OutsideBase,
    /// No rule of the command has this method and this path.
    Undeclared,
    /// The query can be read in more than one way.
    AmbiguousQuery,
    /// No rule of the command with this method and this path has this name in its query.
    UndeclaredQuery,
    /// No rule of the command with this method and this path has this header.
    UndeclaredHeader,
    /// A deny pattern of the administrator has it.
    DeniedByAdministrator,
    /// The administrator gave allow patterns, and none of them has it.
    NotAllowedByAdministrator,
}

impl Code {
    /// All of them.
    pub const ALL: [Self; 13] = [
        Self::Declared,
        Self::Account,
        Self::Userinfo,
        Self::AmbiguousAuthority,
        Self::OtherOrigin,
        Self::AmbiguousPath,
        Self::OutsideBase,
        Self::Undeclared,
        Self::AmbiguousQuery,
        Self::UndeclaredQuery,
        Self::UndeclaredHeader,
        Self::DeniedByAdministrator,
        Self::NotAllowedByAdministrator,
    ];

    /// Its name in the audit and in JSON.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Declared => "declared",
            Self::Account => "account",
            Self::Userinfo => "userinfo",
            Self::AmbiguousAuthority => "ambiguous_authority",
            Self::OtherOrigin => "other_origin",
            Self::AmbiguousPath => "ambiguous_path",
            Self::OutsideBase => "outside_base",
            Self::Undeclared => "undeclared",
            Self::AmbiguousQuery => "ambiguous_query",
            Self::UndeclaredQuery => "undeclared_query",
            Self::UndeclaredHeader => "undeclared_header",
            Self::DeniedByAdministrator => "denied_by_administrator",
            Self::NotAllowedByAdministrator => "not_allowed_by_administrator",
        }
    }
}

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl Decision<'_> {
    /// Whether the request may be made.
    #[must_use]
    pub fn is_allowed(&self) -> bool {
        matches!(self, Self::Allow { .. })
    }

    /// What it rests on, for programs.
    #[must_use]
    pub fn code(&self) -> Code {
        match self {
            Self::Allow { code, .. } => *code,
            Self::Deny(denial) => denial.code,
        }
    }

    /// What it rests on, for people. It repeats what was asked for, whole: who keeps it takes credentials out before it is
    /// cut.
    #[must_use]
    pub fn reason(&self) -> &str {
        match self {
            Self::Allow { reason, .. } => reason,
            Self::Deny(denial) => &denial.reason,
        }
    }

    /// The rule that allows the request: `GET /api/teams/{team}`.
    #[must_use]
    pub fn rule(&self) -> Option<&str> {
        match self {
            Self::Allow { reason, .. } => reason.strip_prefix(DECLARED).or_else(|| reason.strip_prefix(ACCOUNT)),
            Self::Deny(_) => None,
        }
    }
}

impl Denial {
    pub(super) fn new(code: Code, reason: impl Into<String>) -> Self {
        Self { code, reason: reason.into() }
    }
}

impl fmt::Display for Denial {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.reason)
    }
}

impl From<Denial> for Decision<'_> {
    fn from(denial: Denial) -> Self {
        Self::Deny(denial)
    }
}
