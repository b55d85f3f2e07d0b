//! `soar run`.

use super::advice::{Advisor, describe};
use super::complete;
use super::configure::{Configured, InstanceOptions, Needs, SecretOptions, configure};
use super::cover;
use super::instance::InstanceFile;
use super::load::{self, Wanted};
use super::markdown;
use super::network::Certificates;
use super::output::{Output, Problem};
use super::platform::CallPlatform;
use super::progress::Progress;
use super::record;
use super::replay::{self, Asked, Plan};
use super::settings::{self, Gathered};
use super::signals;
use super::terminal;
use super::words;
use bytesize::ByteSize;
use clap::{Args, ValueHint};
use clap_complete::engine::ArgValueCompleter;
use serde_json::Value;
use soar::Component;
use soar::Embedded;
use soar::Entry;
use soar::Given;
use soar::JsonLines;
use soar::Secret;
use soar::Unknown;
use soar::address::{Class, Host};
use soar::case::Investigation;
use soar::context::Context;
use soar::contract::{Command, Output as Filled, ParameterKind};
use soar::files::{self, Existing, Readers, most, shown};
use soar::recording::Secrets;
use soar::text::{self, json};
use soar::transport::{Live, LiveOptions, Record, Replay, Transport};
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// What `soar run` takes.
#[derive(Args, Debug)]
pub struct Run {
    /// The command: `soar commands` lists them.
    #[arg(add = ArgValueCompleter::new(complete::commands))]
    pub command: String,
    /// The command's arguments, as NAME=VALUE.
    #[arg(value_name = "NAME=VALUE", add = ArgValueCompleter::new(complete::arguments))]
    pub words: Vec<String>,
    /// Replay a HAR file or the folder of a recorded case instead of what comes with soar.
    #[arg(long, value_name = "FILE", value_hint = ValueHint::AnyPath, conflicts_with_all = ["live", "record", "case"])]
    pub replay: Option<PathBuf>,
    /// Replay this one of the recorded cases that come with soar.
    #[arg(long, value_name = "NAME", conflicts_with_all = ["live", "record"], add = ArgValueCompleter::new(complete::cases))]
    pub case: Option<String>,
    /// Run on the real server.
    #[arg(long)]
    pub live: bool,
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

/// Runs a command and prints its entry.
pub async fn run(wanted: Wanted<'_>, run: Run, output: Output) -> Result<(), Problem> {
    let loaded = load::loaded(wanted).await?;
    let component = &loaded.component;
    let command = load::command(component, &run.command)?;
    let pairs = arguments(&run, command)?;
    let context = run.context.as_deref().map(read_context).transpose()?;
    if let Some(path) = &run.record {
        record::check(&run, path)?;
    }
    let investigation = run.investigation.as_ref().map(|id| Investigation {
        id: id.clone(),
        war_room_url: run.war_room_url.clone(),
        playground: false,
    });

    let live = run.live || run.record.is_some();
    let needs = Needs {
        environment: live || run.replay.as_ref().is_some_and(|path| !path.is_dir()),
        limits: wanted.limits,
        sends: live.then_some((command, &run.secrets)),
        trusted: run.secrets.trust,
        recorded: run.record.is_some(),
        kinds: Some(&run.secrets.kinds),
    };
    let Configured { mut gathered, file: instance_file, certificates } =
        configure(&loaded, &run.instance, &needs, output)?;

    let plan = if live {
        None
    } else {
        let asked = Asked {
            called: &run.command,
            pairs: &pairs,
            explicit: &gathered.explicit,
            investigation: investigation.as_ref(),
            files: &run.files,
        };
        Some(match &run.replay {
            Some(path) => replay::from_path(path, command)?,
            None => replay::bundled(component, command, &asked, run.case.as_deref())?,
        })
    };
    let mut settings = configured(component, &mut gathered, plan.as_ref());
    settings.reviewed = loaded.bundled;

    let mut platform =
        CallPlatform { embedded: Embedded::new(), investigation: investigation.clone(), files: Default::default() };
    for (entry, path) in &run.files {
        platform.embedded = platform.embedded.file(entry, path);
    }
    let bundled = plan.as_ref().is_some_and(|plan| plan.bundled);
    let advisor = Advisor { loaded: &loaded, command, file: instance_file.as_ref(), bundled };
    let mut recorder = None;
    let transport: Arc<dyn Transport> = match plan {
        Some(plan) => {
            platform.investigation = platform.investigation.or(plan.investigation);
            platform.files = plan.files;
            Arc::new(Replay::new(plan.recording))
        }
        None => {
            let file = instance_file.as_ref().map(|file| (file, &certificates));
            let live = network(component, &settings, file, output)?;
            if let Some(path) = &run.record {
                // All that soar knows: those that are sent, the others of the instance, and those of the network, as a
                // server may repeat what a proxy is told.
                let of_network = live.secrets();
                let secrets = settings.secrets.values().chain(&gathered.others).chain(&of_network);
                let secrets = Secrets::new(secrets.map(Secret::expose));
                let record = Record::new(Arc::new(live), secrets).with_folder(record::folder(path));
                recorder = Some(record.clone());
                Arc::new(record)
            } else {
                Arc::new(live)
            }
        }
    };
    let parameters = settings.parameters.clone();
    let mut instance = component
        .instance(settings, transport, Arc::new(platform))
        .map_err(|error| advisor.advise(error.failure(&run.command).into()))?;
    // What is played back has no credential, and is shown as it is. A recording is without others than are sent, too.
    let redactor = match &recorder {
        Some(recorder) => Some(recorder.redactor().clone()),
        None => live.then(|| instance.redactor().clone()),
    };
    if let Some(path) = &run.audit {
        let audit = JsonLines::open(path).map_err(|error| Problem::wrong("audit", format!("--audit {error}")))?;
        instance = instance.with_audit(Arc::new(audit));
    }
    let progress = Progress::new(output.json).map(Arc::new);
    if let Some(progress) = &progress {
        instance = instance.with_observer(progress.clone());
    }
    let call = instance.call(&run.command, Given::Strings { pairs: &pairs, unknown: Unknown::Refuse });
    let result = tokio::select! {
        result = call => result,
        // The call is dropped, and recorded as cancelled.
        () = signals::interrupted() => {
            if let Some(progress) = &progress {
                progress.clear();
            }
            let message = "interrupted; what was sent before that may have been done";
            return Err(Problem { code: 130, ..Problem::failed("interrupted", message) });
        }
    };
    if let Some(progress) = progress {
        progress.clear();
    }
    let result = match &redactor {
        Some(redactor) => cover::result(redactor, result),
        None => result,
    };

    let saved = match (&run.record, recorder, &redactor) {
        (Some(path), Some(recorder), Some(redactor)) => record::save(
            path,
            &record::Recorded {
                run: &run,
                pairs: &pairs,
                parameters,
                investigation,
                recorder: &recorder,
                result: &result,
                redactor,
            },
        ),
        _ => Ok(None),
    };
    let saved = saved.map(|said| {
        if let Some(said) = said {
            output.warn(&said);
        }
    });
    let entry = match result {
        Ok(entry) => entry,
        Err(failure) => {
            if let Err(problem) = saved {
                output.warn(&problem.message);
            }
            return Err(advisor.advise(failure.into()));
        }
    };
    // The command is done and can't be taken back: its entry is shown whatever becomes of the files.
    show(&entry, output)?;
    let merged = match (&run.context, context) {
        (Some(path), Some(context)) => merge_context(path, context, &command.outputs, &entry),
        _ => Ok(()),
    };
    saved.and(merged).map_err(|problem| Problem { late: true, ..problem })
}

fn arguments(run: &Run, command: &Command) -> Result<Vec<(String, String)>, Problem> {
    let names: Vec<&str> = command
        .arguments
        .iter()
        .flat_map(|argument| argument.aliases.iter().chain([&argument.name]))
        .map(String::as_str)
        .collect();
    let refuse = |argument: &str, message: String| {
        Problem::wrong("argument", message).with("argument", argument).hint(describe(command))
    };
    let mut pairs = words::arguments(&run.words, &names).map_err(|(word, message)| refuse(&word, message))?;
    for (name, path) in &run.value_files {
        let value = words::value_from(Path::new(path))
            .map_err(|error| refuse(name, format!("--value-file {}: {error}", text::line(name))))?;
        pairs.push((name.clone(), value));
    }
    Ok(pairs)
}

/// The settings for the call; in a replay with those of the recording below them.
fn configured(component: &Component, gathered: &mut Gathered, plan: Option<&Plan>) -> soar::Settings {
    let mut settings = std::mem::take(&mut gathered.settings);
    let Some(plan) = plan else { return settings };
    for (name, value) in &plan.parameters {
        if component.manifest().parameter(name).is_some() {
            settings.parameters.entry(name.clone()).or_insert_with(|| value.clone());
        }
    }
    if let Some(parameter) = component.manifest().of_kind(ParameterKind::ServerUrl).next() {
        settings.parameters.entry(parameter.name.clone()).or_insert_with(|| plan.origin());
    }
    settings
}

/// The network, as the instance wants it.
fn network(
    component: &Component,
    settings: &soar::Settings,
    file: Option<(&InstanceFile, &Certificates)>,
    output: Output,
) -> Result<Live, Problem> {
    let options = LiveOptions::for_instance(component.manifest(), settings);
    let live = options.and_then(|options| {
        let options = match file {
            Some((file, certificates)) => file.network.apply(certificates, options),
            None => options,
        };
        if let Some(proxy) = &options.proxy {
            output.warn(
                "requests go through the system's proxies, where they set any: a proxy resolves the server's name, and which \
                 address it connects to can't be checked here",
            );
            proxy.warnings().iter().for_each(|warning| output.warn(warning));
        }
        if options.any_certificate {
            output.warn("any certificate is trusted: whoever is on the way to the server can read the tokens");
        }
        if is_readable_on_the_way(component, settings) {
            output.warn(
                "the server's URL begins with http://: whoever is on the way to it can read the tokens; expected https://",
            );
        }
        Live::new(options)
    });
    live.map_err(|error| Problem::wrong("configuration", error.to_string()))
}

/// Whether secrets go to a server without TLS, and further than this machine.
fn is_readable_on_the_way(component: &Component, settings: &soar::Settings) -> bool {
    let url = settings::server(component.manifest(), settings).and_then(|(_, url)| url.parse::<http::Uri>().ok());
    let Some(url) = url.filter(|url| url.scheme() == Some(&http::uri::Scheme::HTTP)) else { return false };
    let is_here = Host::parse(url.host().unwrap_or_default()).is_ok_and(|host| match host {
        Host::Literal(address) => Class::of(address) == Class::Loopback,
        Host::Name(_) => host.is_localhost(),
    });
    !is_here && !settings.secrets.is_empty()
}

fn show(entry: &Entry, output: Output) -> Result<(), Problem> {
    if output.json {
        return output.json(&entry.to_json());
    }
    output.text(&markdown::render(&entry.readable, terminal::width()))
}

fn read_context(path: &Path) -> Result<Context, Problem> {
    let refuse = |message: String| Problem::wrong("context", format!("--context {}: {message}", shown(path)));
    if path.file_name().is_none() {
        return Err(refuse("it is a folder; expected a file".into()));
    }
    // Before anything is sent: what the command does can't be taken back.
    files::check_writable(path).map_err(|error| refuse(format!("it can't be written: {error}")))?;
    let text = match files::read_unlinked(path, most::CONTEXT) {
        Err(error) if error.is_missing() => return Ok(Context::new()),
        read => read.map_err(|error| refuse(error.problem.to_string()))?,
    };
    match files::json(&text) {
        Ok(Value::Object(object)) => Ok(object.into()),
        Ok(_) => Err(refuse("expected a JSON object".into())),
        Err(error) => Err(refuse(error.to_string())),
    }
}

fn merge_context(path: &Path, mut context: Context, outputs: &[Filled], entry: &Entry) -> Result<(), Problem> {
    // What several outputs put into one place is one there.
    let mut merged = BTreeSet::new();
    for output in outputs.iter().filter(|output| merged.insert(&output.prefix)) {
        let value = output.prefix.split('.').try_fold(&entry.context, |value, part| value.get(part));
        if let Some(value) = value {
            context.merge(&output.prefix, &output.key, value.clone());
        }
    }
    let text = json::pretty(&Value::from(context));
    if text.len() as u64 > most::CONTEXT {
        let most = ByteSize::b(most::CONTEXT).display().iec().to_string();
        let message =
            format!("{}: it would have more than {most}, the most that is read of one; it is as it was", shown(path));
        return Err(Problem::failed("context", message));
    }
    files::write(path, text.as_bytes(), Readers::Owner, Existing::Replace)
        .map_err(|error| Problem::failed("context", error.to_string()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn what_two_outputs_put_into_one_place_is_there_once_and_not_without_end() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("context.json");
        let output =
            || Filled { prefix: "Chat.Post".into(), key: "id".into(), field: "posts".into(), names: Vec::new() };
        let outputs = [output(), output()];
        let entry = |text: String| Entry {
            command: "post".into(),
            context: json!({ "Chat": { "Post": [{ "text": text }] } }),
            readable: String::new(),
            rest: json!({}),
        };
        merge_context(&path, Context::new(), &outputs, &entry("a".into())).expect("it is written");
        let written = std::fs::read(&path).expect("a file");
        let written: Value = serde_json::from_slice(&written).expect("JSON");
        assert_eq!(written, json!({ "Chat": { "Post": [{ "text": "a" }] } }));
        let large = "a".repeat(65 << 20);
        let problem = merge_context(&path, Context::new(), &outputs, &entry(large)).expect_err("it is too large");
        assert!(problem.message.contains("more than 64.0 MiB") && problem.message.contains("as it was"), "{problem:?}");
    }
}
