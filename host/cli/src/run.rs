//! `soar run`.

mod answered;
mod digits;
mod dry;
mod live;
mod merge;
mod record;
mod rehearse;
mod saving;
mod stage;
mod typed;
mod unsaved;

use super::audit;
use super::complete;
use super::configure::{InstanceOptions, Needs, SecretOptions, configure};
use super::load::{self, Wanted};
use super::output::Output;
use super::problem::Problem;
use super::words;
use answered::Answered;
use clap::{Args, ValueHint};
use clap_complete::engine::ArgValueCompleter;
use saving::Saving;
use soar::{Actor, CorrelationId};
use stage::Stage;
use std::path::{Path, PathBuf};
use typed::Typed;

/// What `soar run` takes.
#[derive(Args, Debug)]
pub struct Run {
    /// The command: `soar commands` lists them.
    #[arg(add = ArgValueCompleter::new(complete::commands))]
    pub command: String,
    /// The command's arguments, as NAME=VALUE. The one that is given most may stand first without its name.
    #[arg(value_name = "NAME=VALUE", add = ArgValueCompleter::new(complete::arguments))]
    pub words: Vec<String>,
    /// Replay a HAR file or the folder of a recorded case instead of what comes with soar.
    #[arg(long, value_name = "FILE", value_hint = ValueHint::AnyPath, conflicts_with_all = ["live", "record", "case"])]
    pub replay: Option<PathBuf>,
    /// Rehearse with a HAR file or the folder of a recorded case: like --replay, with values of your own in place of the recorded ones.
    #[arg(long, value_name = "FILE", value_hint = ValueHint::AnyPath, conflicts_with_all = ["live", "record", "case", "replay"])]
    pub rehearse: Option<PathBuf>,
    /// Replay or rehearse this one of the recorded cases that come with soar.
    #[arg(long, value_name = "NAME", conflicts_with_all = ["live", "record"], add = ArgValueCompleter::new(complete::cases))]
    pub case: Option<String>,
    /// Run on the real server.
    #[arg(long)]
    pub live: bool,
    /// Show what would be sent to the real server: what only reads is sent, what changes anything is not.
    #[arg(long, conflicts_with_all = ["live", "record", "replay", "rehearse", "case", "context"])]
    pub dry_run: bool,
    /// Run on the real server, and save the exchanges as a HAR file (a path ending in .har) or all of it as the folder of a case.
    #[arg(long, value_name = "PATH", value_hint = ValueHint::AnyPath)]
    pub record: Option<PathBuf>,
    /// Overwrite what --record finds at its path.
    #[arg(long, requires = "record")]
    pub force: bool,
    /// What the recorded case shows, in one line.
    #[arg(long, value_name = "TEXT", requires = "record")]
    pub about: Option<String>,
    /// Where the case was recorded: the server and its version.
    #[arg(long, value_name = "TEXT", requires = "record")]
    pub source: Option<String>,
    #[command(flatten)]
    pub instance: InstanceOptions,
    #[command(flatten)]
    pub secrets: SecretOptions,
    /// Read an argument's value from a file, or from standard input if it is `-`.
    #[arg(long = "value-file", value_name = "NAME=FILE", value_parser = words::assignment)]
    pub value_files: Vec<(String, String)>,
    /// Put a file behind an entry id: 85@109=report.pdf.
    #[arg(long = "file", value_name = "ENTRY=FILE", value_parser = words::attachment)]
    pub files: Vec<(String, String)>,
    /// Append the audit to this file as JSON lines: one before each request leaves, one after it, one for the call.
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub audit: Option<PathBuf>,
    /// Who asks for the call, for the audit: soar takes it as it is given, and puts nobody in if nobody is.
    #[arg(long, value_name = "NAME", value_parser = audit::actor, requires = "audit")]
    pub actor: Option<Actor>,
    /// Your own id of the call, by which the audit and the log tell it from others.
    #[arg(long, value_name = "ID")]
    pub correlation_id: Option<CorrelationId>,
    /// The id of the investigation to run in.
    #[arg(long, value_name = "ID")]
    pub investigation: Option<String>,
    /// The address of the investigation's War Room.
    #[arg(long, value_name = "URL", requires = "investigation")]
    pub war_room_url: Option<String>,
    /// Merge the outputs into this JSON file, as a context keeps them.
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub context: Option<PathBuf>,
}

impl Run {
    /// Whether it is sent to a real server.
    fn is_live(&self) -> bool {
        self.live || self.dry_run || self.record.is_some()
    }

    /// The recording that was named.
    fn named(&self) -> Option<&Path> {
        self.replay.as_deref().or(self.rehearse.as_deref())
    }
}

/// Runs a command and prints its entry.
pub async fn run(wanted: Wanted<'_>, run: Run, output: Output) -> Result<(), Problem> {
    let loaded = load::loaded(wanted).await?;
    let command = load::command(&loaded.component, &run.command)?;
    let typed = Typed::read(&run, command)?;
    // Before anything is sent: what the command does can't be taken back.
    let saving = Saving::check(&run, output)?;
    let needs = Needs {
        environment: run.is_live() || run.named().is_some_and(|path| !path.is_dir()),
        limits: wanted.limits,
        sends: run.is_live().then_some((command.entry(), &run.secrets)),
        trusted: run.secrets.trust,
        recorded: run.record.is_some(),
        kinds: Some(&run.secrets.kinds),
    };
    let configured = configure(&loaded, &run.instance, &needs, output)?;
    let stage = Stage { loaded: &loaded, typed: &typed, run: &run, configured: &configured, output };
    if run.dry_run {
        return stage.dry().await;
    }
    if run.is_live() {
        let (live, recorder) = stage.live()?;
        let played = stage.play(None, live).await?;
        return saving.finish(&stage, played, &Answered::live(), recorder.as_ref());
    }
    let (played, answered) = stage.recorded().await?;
    saving.finish(&stage, played, &answered, None)
}
