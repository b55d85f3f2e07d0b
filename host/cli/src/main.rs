//! The `soar` command.

mod advice;
mod audit;
mod bare;
mod bundled;
mod commands;
mod complete;
mod configure;
mod cover;
mod describe;
mod environment;
mod examples;
mod extract;
mod inspect;
mod instance;
mod kind;
mod load;
mod log;
mod markdown;
mod network;
mod output;
mod overview;
mod place;
mod platform;
mod policy;
mod problem;
mod progress;
mod quote;
mod remembered;
mod replay;
mod run;
mod secret_files;
mod settings;
mod signals;
mod state;
mod table;
mod terminal;
mod trust;
mod words;
mod wrap;

use anstream::ColorChoice;
use clap::{Args, CommandFactory, Parser, Subcommand, ValueEnum, ValueHint};
use clap_complete::engine::ArgValueCompleter;
use kind::Kind;
use load::Wanted;
use output::Output;
use problem::Problem;
use soar::{Compiler, text};
use std::path::PathBuf;
use std::process::ExitCode;

/// Runs SOAR integrations that are WebAssembly components, each command in its own sandbox.
#[derive(Debug, Parser)]
#[command(name = "soar", version, after_help = bundled::EXAMPLES, max_term_width = 120)]
struct Cli {
    #[command(flatten)]
    options: Options,
    #[command(subcommand)]
    verb: Verb,
}

/// What every subcommand takes.
#[derive(Args, Debug)]
struct Options {
    /// Run this component instead of the one that comes with soar.
    #[arg(long, global = true, value_name = "FILE", value_hint = ValueHint::FilePath)]
    component: Option<PathBuf>,
    /// Change a limit of the call or of loading, such as time='90 s' or memory='64 MiB'.
    #[arg(long = "limit", global = true, value_name = "NAME=VALUE", value_parser = words::assignment, add = ArgValueCompleter::new(complete::limits))]
    limits: Vec<(String, String)>,
    /// Print one JSON object and nothing else.
    #[arg(long, global = true)]
    json: bool,
    /// When to use colours.
    #[arg(long, global = true, value_name = "WHEN", default_value = "auto")]
    color: Color,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Color {
    /// On a terminal, unless NO_COLOR is set.
    Auto,
    Always,
    Never,
}

#[derive(Debug, Subcommand)]
enum Verb {
    /// Run a command: on recorded answers, or on a real server with --live or --record.
    #[command(after_help = bundled::RUN_EXAMPLES)]
    Run(Box<run::Run>),
    /// List the commands.
    Commands,
    /// Show what a command takes, gives, needs and may reach.
    Describe {
        /// The command.
        #[arg(add = ArgValueCompleter::new(complete::commands))]
        command: String,
    },
    /// Show what a command may reach on the configured server, or say of one request whether it may be made.
    #[command(after_help = bundled::POLICY_EXAMPLES)]
    Policy(policy::Asked),
    /// Show what a run on a real server would use, and where each setting is from; secrets are covered.
    #[command(after_help = bundled::SETTINGS_EXAMPLES)]
    Settings(overview::Asked),
    /// Show what a component is and what it may reach.
    Inspect {
        /// The component; the one that comes with soar if none is given.
        #[arg(value_name = "COMPONENT", value_hint = ValueHint::FilePath)]
        inspected: Option<PathBuf>,
    },
    /// Show the recorded calls, ready to paste.
    Examples(examples::Asked),
    /// Look at what --audit wrote.
    #[command(subcommand)]
    Audit(audit::Asked),
    /// Write the component that comes with soar to a file, for another host.
    Extract {
        /// The file to write.
        #[arg(value_hint = ValueHint::FilePath)]
        file: PathBuf,
        /// The world of the component: `integration` for a SOAR platform, `commands` for any host of wasi:http.
        #[arg(long, default_value = "integration")]
        world: String,
    },
    /// Print what makes a shell complete commands and arguments.
    #[command(
        after_help = "Examples:\n  source <(soar completion bash)\n  source <(soar completion zsh)\n  soar completion fish | source"
    )]
    Completion {
        /// The shell.
        shell: complete::Shell,
    },
}

impl Verb {
    /// Whether nothing of the environment is to count.
    fn is_bare(&self) -> bool {
        match self {
            Self::Run(run) => run.instance.no_env,
            Self::Settings(asked) => asked.is_bare(),
            Self::Policy(asked) => asked.is_bare(),
            _ => false,
        }
    }
}

/// Runs `soar`.
fn main() -> ExitCode {
    // First of all: this may be a process that compiles a component.
    let _ = Compiler::of_this_program();
    complete::answer(Cli::command);
    let Cli { options, verb } = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) => return misused(&error),
    };
    let color = match options.color {
        Color::Auto => ColorChoice::Auto,
        Color::Always => ColorChoice::Always,
        Color::Never => ColorChoice::Never,
    };
    let output = Output { json: options.json, color };
    if verb.is_bare() {
        bare::begin();
    }
    log::start(output);
    let done = match tokio::runtime::Builder::new_current_thread().enable_all().build() {
        Ok(runtime) => runtime.block_on(perform(&options, verb, output)),
        Err(error) => Err(Problem::failed(Kind::System, format!("no runtime: {error}"))),
    };
    match done {
        Ok(code) => code.into(),
        Err(problem) => output.problem(&problem).into(),
    }
}

/// What a call gets that clap refuses: its text, or with `--json` an object; or the help and the version, which are no
/// errors.
fn misused(error: &clap::Error) -> ExitCode {
    let asked_for_json = std::env::args_os().take_while(|word| word != "--").any(|word| word == "--json");
    // It repeats words of the command line, which need not be the user's own.
    let is_odd = std::env::args_os().any(|word| word.to_string_lossy().contains(text::is_hidden));
    if !error.use_stderr() || !(asked_for_json || is_odd) {
        error.exit();
    }
    let text = error.render().to_string();
    let message = text.trim_start_matches("error: ").trim_end();
    Output { json: asked_for_json, color: ColorChoice::Never }.problem(&Problem::wrong(Kind::Usage, message)).into()
}

/// Does what was asked for, and gives the exit code.
async fn perform(options: &Options, verb: Verb, output: Output) -> Result<u8, Problem> {
    let component = Wanted { file: options.component.as_deref(), limits: &options.limits };
    let done = match verb {
        Verb::Settings(asked) => return overview::settings(component, &asked, output).await,
        Verb::Policy(asked) => return policy::policy(component, &asked, output).await,
        Verb::Audit(asked) => return audit::audit(&asked, output),
        Verb::Run(run) => {
            let command = run.command.clone();
            run::run(component, *run, output).await.map_err(|problem| problem.of(&command))
        }
        Verb::Commands => commands::list(&load::component(component).await?, output),
        Verb::Describe { command } => describe::describe(&load::component(component).await?, &command, output),
        Verb::Inspect { inspected: other } => {
            let wanted = Wanted { file: other.as_deref().or(component.file), ..component };
            inspect::inspect(&load::loaded(wanted).await?, output)
        }
        Verb::Examples(asked) => examples::examples(&load::component(component).await?, component.file, &asked, output),
        Verb::Extract { file, world } => extract::extract(component.file, &world, &file, output),
        Verb::Completion { shell } => complete::registration(shell, output),
    };
    done.map(|()| 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_definition_holds_together() {
        Cli::command().debug_assert();
    }

    #[test]
    fn every_way_to_write_a_call_is_read() {
        let words =
            "soar run get-thing a=b --json --file 85@109=x.pdf c=d --set team=t --value-file m=- --investigation 109";
        let cli = Cli::try_parse_from(words.split(' ')).unwrap();
        let Verb::Run(run) = cli.verb else { panic!("{cli:?}") };
        assert!(cli.options.json);
        assert_eq!(run.words, ["a=b", "c=d"]);
        assert_eq!(run.files, [("85@109".to_owned(), "x.pdf".to_owned())]);
    }

    #[test]
    fn what_does_not_go_together_is_refused() {
        for words in [
            "run x --live --replay a.har",
            "run x --record a --replay b",
            "run",
            "run x --file report.pdf",
            "run x --set url",
        ] {
            let words = ["soar"].into_iter().chain(words.split(' '));
            assert_eq!(Cli::try_parse_from(words.clone()).unwrap_err().exit_code(), 2, "{words:?}");
        }
    }
}
