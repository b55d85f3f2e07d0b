//! A platform in a hundred lines: one engine on many threads, calls at once, credentials that change, an end in good order.
//!
//! It runs without a server, on recorded answers:
//!
//! ```text
//! soar extract component.wasm
//! cargo run --package soar --example embed -- component.wasm fixtures/COMMAND/CASE
//! ```

use soar::files::{self, most};
use soar::recording::Recording;
use soar::transport::{Answering, Outbound, Replay, Source, Transport};
use soar::{
    Actor, BoxFuture, CallContext, Compiler, Component, Engine, EngineOptions, File, FileError, Given, Instance,
    JsonLines, Limit, Limits, Platform, Secret, Settings,
};
use std::collections::BTreeMap;
use std::error::Error;
use std::io::Cursor;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::task::JoinSet;

type Result<T> = std::result::Result<T, Box<dyn Error + Send + Sync>>;

/// The files of entries, by their ids. Yours asks its database for them, and whether the context's actor may read them.
struct Entries(BTreeMap<String, Vec<u8>>);

impl Platform for Entries {
    fn open<'a>(
        &'a self,
        _context: &'a CallContext,
        entry_id: &'a str,
    ) -> BoxFuture<'a, std::result::Result<File, FileError>> {
        Box::pin(async move {
            let file = self.0.get(entry_id).ok_or(FileError::NotFound)?.clone();
            let (name, size) = (format!("{entry_id}.txt"), file.len() as u64);
            Ok(File { name, size, content: Box::new(Cursor::new(file)) })
        })
    }
}

/// Answers each request as it was recorded, however often it comes: a [`Replay`] alone answers it once.
struct Recorded(Recording);

impl Transport for Recorded {
    fn send(&self, request: Outbound) -> Answering {
        Replay::new(self.0.clone()).send(request)
    }

    fn source(&self) -> Source {
        Source::Replay
    }
}

/// A recorded call: its command, its arguments, the parameters of its instance, and what was answered.
struct Case {
    command: String,
    given: Given,
    parameters: Vec<(String, String)>,
    recording: Recording,
}

impl Case {
    fn read(folder: &Path) -> Result<Self> {
        let call = files::read(&folder.join("call.json"), most::INSTANCE)?;
        let call: serde_json::Value = serde_json::from_slice(&call)?;
        let object = |name: &str| call[name].as_object().cloned().unwrap_or_default();
        let parameters = object("parameters").into_iter();
        let command = folder.parent().and_then(Path::file_name).ok_or("a folder below a command's")?;
        Ok(Self {
            command: command.to_string_lossy().into_owned(),
            given: Given::json(object("arguments")),
            parameters: parameters.filter_map(|(name, value)| Some((name, value.as_str()?.to_owned()))).collect(),
            recording: Recording::open(&folder.join("exchanges.har"))?,
        })
    }
}

fn instance(component: &Component, case: &Case, number: u32) -> Result<Instance> {
    let settings = Settings::new()
        .with_parameters(case.parameters.iter().cloned())
        .with_secrets(tokens(component, "first"))
        .with_limits(Limits::default().with(Limit::Time, Duration::from_secs(60)));
    let builder = component
        .instance(settings)
        // Leave this line out to go over the network.
        .transport(Arc::new(Recorded(case.recording.clone())))
        .platform(Arc::new(Entries(BTreeMap::from([("85@109".into(), b"a report".to_vec())]))))
        .audit(Arc::new(JsonLines::new(std::io::sink())))
        .name(format!("chat-{number}"));
    Ok(builder.build()?)
}

/// Credentials as they would come from a vault.
fn tokens(component: &Component, word: &str) -> Vec<(String, Secret)> {
    let secrets = component.manifest().of_kind(soar::manifest::ParameterKind::Secret);
    secrets.map(|parameter| (parameter.name.clone(), Secret::new(format!("{word}-token-of-this-vault")))).collect()
}

#[tokio::main]
async fn main() -> Result<()> {
    // First of all: a process of this program that is to compile a component does that here, and ends.
    let compiler = Compiler::of_this_program();
    let mut arguments = std::env::args_os().skip(1).map(PathBuf::from);
    let (Some(file), Some(folder)) = (arguments.next(), arguments.next()) else {
        return Err("expected a component and the folder of a recorded call".into());
    };
    println!("{}", run(EngineOptions::new().with_compiler(compiler).with_pool(32), &file, &folder).await?);
    Ok(())
}

/// Runs a recorded call on several instances at the same time, and says what came of it.
pub async fn run(options: EngineOptions, file: &Path, folder: &Path) -> Result<String> {
    let case = Case::read(folder)?;
    let engine = Engine::new(options)?;
    let component = engine.load(&files::read(file, Limits::default().number(Limit::ComponentBytes))?).await?;
    let instances: Vec<Instance> = (1..=3).map(|number| instance(&component, &case, number)).collect::<Result<_>>()?;

    let mut calls = JoinSet::new();
    for number in 0..24 {
        let instance = instances[number % instances.len()].clone();
        let (command, given) = (case.command.clone(), case.given.clone());
        calls.spawn(async move {
            let context = CallContext::new()
                .with_actor(Actor::new(format!("playbook:{number}")))
                .with_deadline(Instant::now() + Duration::from_secs(30));
            instance.call_in(&context, &command, given).await.map(|entry| entry.readable)
        });
    }
    // A vault has new tokens: calls that begin from now on have them.
    for instance in &instances {
        instance.rotate(tokens(&component, "second"))?;
    }
    // The end: wait for what is under way, but not for ever. What is dropped then is in the audit as cancelled.
    let ended = tokio::time::timeout(Duration::from_secs(10), async {
        let mut done = Vec::new();
        while let Some(call) = calls.join_next().await {
            done.push(call??);
        }
        Ok::<_, Box<dyn Error + Send + Sync>>(done)
    });
    Ok(match ended.await {
        Ok(done) => {
            let done = done?;
            let first = done.first().map_or("", String::as_str);
            format!("{first}\n{} calls on {} instances", done.len(), instances.len())
        }
        Err(_) => "some calls took too long, and are dropped".into(),
    })
}
