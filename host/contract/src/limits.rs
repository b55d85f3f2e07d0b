//! What one call may use: time, memory, requests, answers; and what loading a component may take.
//!
//! Every limit has a name, a unit and a default, and is set as text: `memory = "256 MiB"`. What goes over one ends
//! with [`Exceeded`], which names the limit and how to raise it.

mod amount;
mod time;

pub use amount::Amount;
pub use time::{LONGEST, TIME, time};

use crate::text;
use bytesize::ByteSize;
use std::fmt;
use std::time::Duration;
use tokio::time::{Instant, timeout_at};

/// Something that a call may use only so much of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Limit {
    /// From the start of the call to its end, waiting included.
    Time,
    /// Running code, waiting not included.
    Cpu,
    /// All linear memories of the component together.
    Memory,
    /// The elements of all tables of the component together.
    TableElements,
    /// The core instances, and as many memories and as many tables.
    Instances,
    /// The handles that are open at once: streams, requests, answers, timers.
    Resources,
    /// The files of the platform that are open at once.
    OpenFiles,
    /// The requests of the call, refused ones too.
    Requests,
    /// The requests that are under way at once, to the end of their answers. More wait for their turn.
    ConcurrentRequests,
    /// The body of one answer, unpacked.
    ResponseBody,
    /// The headers of one request or answer.
    HeaderCount,
    /// The names and values of the headers of one request or answer; the first line of a request.
    HeaderBytes,
    /// What the result of the call takes of the host's memory, as the engine reads it, as JSON and as a part of the
    /// context. What the component hands over at once otherwise may be a third of it at most.
    Output,
    /// From the start of loading a component to its end, compiling included.
    LoadTime,
    /// The process that compiles a component, beside what the program takes itself; and four times its code.
    LoadMemory,
    /// A component's file; and the images of memories that are made of its data.
    ComponentBytes,
    /// The components, modules and types inside each other.
    ComponentDepth,
    /// The types, each counted with all that it is made of, wherever it is used.
    ComponentTypes,
    /// The functions, imports, exports, instances, elements of tables and so on, those too that instances in it have.
    ComponentParts,
    /// The code of all functions: its bytes, their local variables, and what goes through blocks, branches and calls.
    ComponentCode,
    /// The same of one function.
    FunctionCode,
}

/// How a limit is counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unit {
    /// Milliseconds, written `500 ms`, `30 s`, `5 min`.
    Time,
    /// Bytes, written `64 KiB`, `256 MiB`.
    Bytes,
    /// A number.
    Count,
}

impl Limit {
    /// All of them, in the order in which they are shown.
    pub const ALL: [Self; 21] = [
        Self::Time,
        Self::Cpu,
        Self::Memory,
        Self::TableElements,
        Self::Instances,
        Self::Resources,
        Self::OpenFiles,
        Self::Requests,
        Self::ConcurrentRequests,
        Self::ResponseBody,
        Self::HeaderCount,
        Self::HeaderBytes,
        Self::Output,
        Self::LoadTime,
        Self::LoadMemory,
        Self::ComponentBytes,
        Self::ComponentDepth,
        Self::ComponentTypes,
        Self::ComponentParts,
        Self::ComponentCode,
        Self::FunctionCode,
    ];

    /// The limit with this name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|limit| limit.name() == name)
    }

    /// Its name in instance files, in errors and in the audit.
    #[must_use]
    pub fn name(self) -> &'static str {
        self.row().0
    }

    /// How it is counted.
    #[must_use]
    pub fn unit(self) -> Unit {
        self.row().1
    }

    /// What it is of, for people.
    #[must_use]
    pub fn about(self) -> &'static str {
        self.row().3
    }

    /// Whether it is of loading a component, and not of a call.
    #[must_use]
    pub fn is_of_loading(self) -> bool {
        self as usize >= Self::LoadTime as usize
    }

    const fn default_amount(self) -> u64 {
        self.row().2
    }

    #[expect(clippy::too_many_lines, reason = "a table: a row for each limit")]
    const fn row(self) -> (&'static str, Unit, u64, &'static str) {
        const KIB: u64 = 1024;
        const MIB: u64 = 1024 * KIB;
        match self {
            Self::Time => ("time", Unit::Time, 300_000, "the call from start to end, waiting included"),
            Self::Cpu => ("cpu", Unit::Time, 30_000, "the component's code running, waiting not included"),
            Self::Memory => ("memory", Unit::Bytes, 256 * MIB, "all memories of the component"),
            Self::TableElements => {
                ("table_elements", Unit::Count, 20_000, "the elements of all tables of the component")
            }
            Self::Instances => {
                ("instances", Unit::Count, 100, "the component's core instances; as many memories, and as many tables")
            }
            Self::Resources => ("resources", Unit::Count, 256, "handles open at once: streams, requests, timers"),
            Self::OpenFiles => ("open_files", Unit::Count, 16, "files of the platform open at once"),
            Self::Requests => ("requests", Unit::Count, 2_000, "the requests of a call, refused ones too"),
            Self::ConcurrentRequests => (
                "concurrent_requests",
                Unit::Count,
                32,
                "requests under way at once, to the end of their answers; more wait their turn",
            ),
            Self::ResponseBody => ("response_body", Unit::Bytes, 64 * MIB, "the body of one answer, unpacked"),
            Self::HeaderCount => ("header_count", Unit::Count, 128, "the headers of one request or answer"),
            Self::HeaderBytes => {
                ("header_bytes", Unit::Bytes, 64 * KIB, "the names and values of all headers of one request or answer")
            }
            Self::Output => ("output", Unit::Bytes, 256 * MIB, "what the result of a call takes of the host's memory"),
            Self::LoadTime => ("load_time", Unit::Time, 60_000, "loading the component, compiling included"),
            Self::LoadMemory => (
                "load_memory",
                Unit::Bytes,
                512 * MIB,
                "the process that compiles the component, and four times the code that comes of it",
            ),
            Self::ComponentBytes => {
                ("component_bytes", Unit::Bytes, 16 * MIB, "the component's file, and the memory that its data lie in")
            }
            Self::ComponentDepth => {
                ("component_depth", Unit::Count, 64, "components, modules and types inside each other")
            }
            Self::ComponentTypes => {
                ("component_types", Unit::Count, 500_000, "the component's types, each with all that it is made of")
            }
            Self::ComponentParts => (
                "component_parts",
                Unit::Count,
                100_000,
                "the component's functions, imports, exports, instances, elements of tables and so on",
            ),
            Self::ComponentCode => (
                "component_code",
                Unit::Bytes,
                16 * MIB,
                "the component's code: bytes, local variables, loops, and values of blocks, branches and calls",
            ),
            Self::FunctionCode => (
                "function_code",
                Unit::Bytes,
                512 * KIB,
                "the code of one function: bytes, local variables, loops, and values of blocks, branches and calls",
            ),
        }
    }
}

/// The limits of every call of an instance, or of all that a host loads.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Limits([u64; Limit::ALL.len()]);

impl Default for Limits {
    fn default() -> Self {
        Self(Limit::ALL.map(Limit::default_amount))
    }
}

/// A limit that can't be set to what was given.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{}: got {got:?}; expected {expected}", text::line(name))]
pub struct LimitError {
    /// The name as it was given.
    pub name: String,
    /// What was given.
    pub got: String,
    /// What would be right.
    pub expected: String,
}

impl Limits {
    /// How much there may be.
    #[must_use]
    pub fn get(&self, limit: Limit) -> Amount {
        limit.amount(self.number(limit))
    }

    /// How much there may be, as a number: milliseconds, bytes or things, as its [`Unit`] says.
    #[must_use]
    pub fn number(&self, limit: Limit) -> u64 {
        self.0[limit as usize]
    }

    /// The same with another amount of one: a [`Duration`], or a number of bytes or things, as its [`Unit`] says.
    ///
    /// ```
    /// use soar_contract::limits::{Limit, Limits};
    /// use std::time::Duration;
    ///
    /// Limits::default().with(Limit::Time, Duration::from_secs(60)).with(Limit::Memory, 64 << 20);
    /// ```
    ///
    /// # Panics
    /// If the limit is a time and the amount none, or the other way round.
    #[must_use]
    pub fn with(mut self, limit: Limit, amount: impl Into<Amount>) -> Self {
        self.0[limit as usize] = amount.into().held(limit);
        self
    }

    /// Sets a limit by its name to what a person wrote: `256 MiB`, `5 min`, `1000`.
    ///
    /// # Errors
    /// If there is no such limit, or if it can't be that much: none may be 0, and none is without end.
    pub fn set(&mut self, name: &str, text: &str) -> Result<(), LimitError> {
        let refuse = |expected: String| LimitError { name: name.into(), got: text.into(), expected };
        let Some(limit) = Limit::named(name) else {
            let names = Limit::ALL.map(Limit::name);
            return Err(refuse(format!("one of the limits {}", names.join(", "))));
        };
        let (amount, expected) = match limit.unit() {
            Unit::Time => (milliseconds(text), format!("{TIME}, such as 500 ms, 30 s or 5 min")),
            Unit::Bytes => {
                (text.parse().ok().map(|ByteSize(bytes)| bytes), "a size above 0, such as 64 KiB or 256 MiB".into())
            }
            Unit::Count => (text.parse().ok(), "a whole number above 0".into()),
        };
        let amount = amount.filter(|amount| *amount > 0).ok_or_else(|| refuse(expected))?;
        self.0[limit as usize] = amount;
        Ok(())
    }

    /// A limit as a number of things in memory: what no machine has is the most that it could.
    pub fn count(&self, limit: Limit) -> usize {
        usize::try_from(self.number(limit)).unwrap_or(usize::MAX)
    }

    /// When a call that begins now must have ended; none if that is never.
    pub fn deadline(&self) -> Option<Instant> {
        self.after(Limit::Time)
    }

    /// When what begins now and is limited by this must have ended; none if that is never.
    pub fn after(&self, limit: Limit) -> Option<Instant> {
        Instant::now().checked_add(Duration::from_millis(self.number(limit)))
    }

    /// How much there may be of what loading a component takes.
    pub fn of_loading(&self) -> Vec<u64> {
        Limit::ALL.into_iter().filter(|limit| limit.is_of_loading()).map(|limit| self.number(limit)).collect()
    }

    /// What is said of something that is over it.
    pub fn over(&self, limit: Limit) -> Exceeded {
        Exceeded { limit, allowed: self.get(limit) }
    }
}

/// Something was not done in its time.
pub struct Late;

/// Does something until a deadline.
pub async fn in_time<F: Future>(deadline: Option<Instant>, future: F) -> Result<F::Output, Late> {
    match deadline {
        None => Ok(future.await),
        Some(deadline) => timeout_at(deadline, future).await.map_err(|_| Late),
    }
}

fn milliseconds(text: &str) -> Option<u64> {
    u64::try_from(time(text)?.as_millis()).ok()
}

/// A call, or a component that was to be loaded, wanted more than it may have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Exceeded {
    /// Of what.
    pub limit: Limit,
    /// How much it may have.
    pub allowed: Amount,
}

impl fmt::Display for Exceeded {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { limit, allowed } = self;
        let (name, about) = (limit.name(), limit.about());
        write!(f, "over the limit {name} ({about}): {} allowed. ", limit.show(*allowed))?;
        match limit.is_of_loading() {
            true => write!(f, "If it needs more, raise {name} among the limits that it is loaded with (--limit)"),
            false => write!(f, "If it needs more, raise {name} in the instance's limits"),
        }
    }
}

impl std::error::Error for Exceeded {}

#[cfg(test)]
mod tests;
