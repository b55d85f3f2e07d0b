//! What is measured, and what it should be.

use serde::{Deserialize, Serialize};
use std::time::Duration;

/// A figure by its name in `bench.json`.
pub struct Figure {
    pub name: &'static str,
    /// What it is, for people.
    pub about: &'static str,
    pub unit: &'static str,
    /// None where it only explains another.
    pub goal: Option<Goal>,
    pub group: Group,
}

#[derive(Clone, Copy)]
pub enum Goal {
    AtMost(f64),
    AtLeast(f64),
}

impl Goal {
    pub fn is_met(self, value: f64) -> bool {
        self.share(value) <= 1.0
    }

    /// How much of what the goal allows is used: 1 is just met, 2 is twice too much.
    pub fn share(self, value: f64) -> f64 {
        match self {
            Self::AtMost(most) => value / most,
            Self::AtLeast(least) => least / value,
        }
    }

    pub fn number(self) -> f64 {
        match self {
            Self::AtMost(number) | Self::AtLeast(number) => number,
        }
    }

    pub fn show(self, unit: &str) -> String {
        let sign = if matches!(self, Self::AtMost(_)) { '≤' } else { '≥' };
        format!("{sign} {}", show(self.number(), unit))
    }
}

/// Figures that come out of one run.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Group {
    Live,
    Replay,
    Cli,
    Flight,
    Load,
    Upload,
    Users,
}

impl Group {
    pub const ALL: [Self; 7] =
        [Self::Live, Self::Replay, Self::Cli, Self::Flight, Self::Load, Self::Upload, Self::Users];

    pub fn name(self) -> &'static str {
        match self {
            Self::Live => "live",
            Self::Replay => "replay",
            Self::Cli => "cli",
            Self::Flight => "flight",
            Self::Load => "load",
            Self::Upload => "upload",
            Self::Users => "users",
        }
    }
}

const MIB: f64 = 1024.0 * 1024.0;

const fn figure(
    group: Group,
    name: &'static str,
    about: &'static str,
    unit: &'static str,
    goal: Option<Goal>,
) -> Figure {
    Figure { name, about, unit, goal, group }
}

use Goal::{AtLeast, AtMost};

pub const FIGURES: &[Figure] = &[
    figure(Group::Live, "live_ratio_get_team", "get-team, sandbox ÷ native client", "×", Some(AtMost(1.10))),
    figure(Group::Live, "live_ratio_list_channels", "list-channels, sandbox ÷ native client", "×", Some(AtMost(1.10))),
    figure(Group::Live, "real_ratio_get_team", "get-team's ratio where an answer takes 1 ms", "×", Some(AtMost(1.10))),
    figure(Group::Live, "real_ratio_list_channels", "list-channels' ratio there", "×", Some(AtMost(1.10))),
    figure(Group::Live, "live_get_team_us", "get-team through the sandbox", "µs", None),
    figure(Group::Live, "native_get_team_us", "get-team by the native client", "µs", None),
    figure(Group::Live, "live_list_channels_us", "list-channels through the sandbox", "µs", None),
    figure(Group::Live, "native_list_channels_us", "list-channels by the native client", "µs", None),
    figure(Group::Live, "one_thread_ratio_get_team", "get-team's ratio on a runtime of one thread", "×", None),
    figure(Group::Live, "one_thread_ratio_list_channels", "list-channels' ratio on one", "×", None),
    figure(Group::Live, "one_thread_get_team_us", "get-team through the sandbox on one", "µs", None),
    figure(Group::Live, "one_thread_native_get_team_us", "get-team by the native client on one", "µs", None),
    figure(Group::Live, "bare_exchange_us", "get-team's bytes over a bare connection", "µs", None),
    figure(Group::Replay, "replay_per_second", "get-team in replay, one core", "/s", Some(AtLeast(12_000.0))),
    figure(Group::Live, "replay_after_wait_us", "get-team in replay after a bare exchange", "µs", None),
    figure(Group::Replay, "replay_cpu_us", "processor time of one of them", "µs", None),
    figure(Group::Cli, "cli_ms", "soar run, start to exit, replay", "ms", Some(AtMost(10.0))),
    figure(Group::Cli, "cli_version_ms", "soar --version, start to exit", "ms", None),
    figure(Group::Flight, "kib_per_command", "host memory for a command that waits", "KiB", Some(AtMost(300.0))),
    figure(Group::Load, "component_bytes", "the component", "B", Some(AtMost(500_000.0))),
    figure(Group::Load, "load_ms", "loading it from the cache", "ms", Some(AtMost(1.0))),
    figure(Group::Upload, "upload_ratio", "send-file of 100 MiB ÷ curl", "×", Some(AtMost(1.2))),
    figure(Group::Upload, "upload_ms", "send-file of 100 MiB", "ms", None),
    figure(Group::Upload, "curl_ms", "the same upload by curl", "ms", None),
    figure(Group::Upload, "upload_guest_bytes", "the guest's memory in it", "B", Some(AtMost(4.0 * MIB))),
    figure(Group::Upload, "upload_host_bytes", "growth of the host's memory in it", "B", Some(AtMost(8.0 * MIB))),
    figure(Group::Users, "list_users_ratio", "10,000 users ÷ native, page after page", "×", Some(AtMost(0.5))),
    figure(Group::Users, "list_users_ms", "10,000 users through the sandbox", "ms", None),
    figure(Group::Users, "native_list_users_ms", "10,000 users by the native client", "ms", None),
];

/// A value of a figure.
#[derive(Debug, Deserialize, Serialize)]
pub struct Measured {
    pub name: String,
    pub value: f64,
    /// How many runs the value is the median of.
    pub runs: usize,
}

impl Measured {
    pub fn new(name: &str, value: f64, runs: usize) -> Self {
        Self { name: name.into(), value, runs }
    }
}

pub fn value(measured: &[Measured], name: &str) -> Option<f64> {
    measured.iter().find(|measured| measured.name == name).map(|measured| measured.value)
}

pub fn names() -> String {
    FIGURES.iter().map(|figure| figure.name).collect::<Vec<_>>().join(", ")
}

/// A value as people read it.
pub fn show(value: f64, unit: &str) -> String {
    match unit {
        "B" if value >= 2.0 * MIB => format!("{:.1} MiB", value / MIB),
        "B" => format!("{} B", thousands(value)),
        _ if value >= 1000.0 => format!("{} {unit}", thousands(value)),
        _ if value >= 100.0 => format!("{value:.0} {unit}"),
        _ if value >= 10.0 => format!("{value:.1} {unit}"),
        _ => format!("{value:.2} {unit}"),
    }
}

fn thousands(value: f64) -> String {
    let digits = format!("{value:.0}");
    let mut grouped = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    grouped
}

/// The median of times, in seconds.
pub fn median(mut times: Vec<Duration>) -> f64 {
    times.sort_unstable();
    times.get(times.len() / 2).map_or(f64::NAN, Duration::as_secs_f64)
}
