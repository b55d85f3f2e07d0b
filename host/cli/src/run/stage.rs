//! Where a call is performed: its settings, its platform, its audit.

use super::super::advice::Advisor;
use super::super::configure::Configured;
use super::super::cover::{self, Covered};
use super::super::kind::Kind;
use super::super::load::Loaded;
use super::super::output::Output;
use super::super::platform::{CallPlatform, Missing};
use super::super::problem::Problem;
use super::super::progress::Progress;
use super::super::replay::Plan;
use super::super::signals;
use super::{Run, Typed};
use soar::manifest::ParameterKind;
use soar::recording::Redactor;
use soar::transport::Transport;
use soar::{CallContext, Embedded, Entry, Failure, Given, Instance, JsonLines, Settings};
use std::collections::BTreeMap;
use std::sync::Arc;

/// What a call is performed with.
pub struct Stage<'a> {
    /// The component.
    pub loaded: &'a Loaded,
    /// The call.
    pub typed: &'a Typed<'a>,
    /// The command line.
    pub run: &'a Run,
    /// The settings, and where they come from.
    pub configured: &'a Configured,
    /// How to print.
    pub output: Output,
}

/// A call that was performed.
pub struct Played {
    /// What came of it.
    pub result: Result<Entry, Failure>,
    /// What takes the credentials of the instance out of it.
    pub redactor: Arc<Redactor>,
    /// The parameters, without secrets.
    pub parameters: BTreeMap<String, String>,
    /// Whether the answers came with soar.
    pub bundled: bool,
    /// The entry that was asked for and has no file.
    pub missing: Missing,
    /// Whether the component did.
    pub reviewed: bool,
}

impl<'a> Stage<'a> {
    /// Performs the call; with a plan on recorded answers.
    pub async fn play(&self, plan: Option<&Plan>, transport: Arc<dyn Transport>) -> Result<Played, Problem> {
        self.perform(plan, transport, true).await
    }

    /// The same; without an audit if it is only tried.
    pub async fn perform(
        &self,
        plan: Option<&Plan>,
        transport: Arc<dyn Transport>,
        audited: bool,
    ) -> Result<Played, Problem> {
        let settings = self.settings(plan);
        let parameters = settings.parameters.clone();
        let bundled = plan.is_some_and(|plan| plan.bundled);
        let platform = self.platform(plan);
        let missing = platform.missing.clone();
        let instance =
            self.loaded.component.instance(settings).transport(transport).platform(Arc::new(platform)).build();
        let failure = |error: soar::ConfigurationError| Failure::new(&self.run.command, error);
        let instance = instance.map_err(|error| self.advisor(bundled).advise(failure(error).into()))?;
        let redactor = instance.redactor();
        let instance = if audited { self.audited(instance)? } else { instance };
        let file = self.configured.file.as_ref().and_then(|file| file.path.file_stem());
        let instance = match file {
            Some(name) => instance.named(&*name.to_string_lossy()),
            None => instance,
        };
        let result = self.call(instance, &self.context(plan)).await?;
        let reviewed = self.loaded.bundled;
        Ok(Played { result, redactor, parameters, bundled, reviewed, missing })
    }

    /// What a failure of the call is told about.
    pub fn advisor(&self, bundled: bool) -> Advisor<'a> {
        Advisor {
            loaded: self.loaded,
            command: self.typed.command.entry(),
            file: self.configured.file.as_ref(),
            bundled,
            environment: !self.run.instance.no_env,
        }
    }

    fn audited(&self, instance: Instance) -> Result<Instance, Problem> {
        let Some(path) = &self.run.audit else { return Ok(instance) };
        let audit = JsonLines::open(path).map_err(|error| Problem::wrong(Kind::Audit, format!("--audit {error}")))?;
        Ok(instance.with_audit(Arc::new(audit)))
    }

    async fn call(&self, mut instance: Instance, context: &CallContext) -> Result<Result<Entry, Failure>, Problem> {
        let progress = Progress::new(self.output.json).map(Arc::new);
        if let Some(progress) = &progress {
            instance = instance.with_observer(progress.clone());
        }
        let given = Given::strings(self.typed.pairs.iter().cloned());
        let result = tokio::select! {
            result = instance.call_in(context, &self.run.command, given) => Ok(result),
            // The call is dropped, and recorded as cancelled.
            () = signals::interrupted() => {
                let message = "interrupted; what was sent before that may have been done";
                Err(Problem { code: signals::INTERRUPTED, ..Problem::failed(Kind::Interrupted, message) })
            }
        };
        if let Some(progress) = progress {
            progress.clear();
        }
        result
    }

    /// What the call is a part of: the investigation that was given, or the recorded case's; who asked for it, if that was said.
    fn context(&self, plan: Option<&Plan>) -> CallContext {
        let given = self.typed.investigation.clone();
        let investigation = given.or_else(|| plan.and_then(|plan| plan.investigation.clone()));
        let mut context = CallContext::new();
        context.investigation = investigation;
        context.actor.clone_from(&self.run.actor);
        context.correlation_id.clone_from(&self.run.correlation_id);
        context
    }

    fn platform(&self, plan: Option<&Plan>) -> CallPlatform {
        CallPlatform {
            embedded: self.run.files.iter().fold(Embedded::new(), |all, (entry, path)| all.file(entry, path)),
            files: plan.map(|plan| plan.files.clone()).unwrap_or_default(),
            missing: Missing::default(),
        }
    }

    /// The settings for the call; in a replay with those of the recording below them.
    fn settings(&self, plan: Option<&Plan>) -> Settings {
        let manifest = self.loaded.component.manifest();
        let mut settings = self.configured.gathered.settings.clone();
        settings.reviewed = self.loaded.bundled;
        let Some(plan) = plan else { return settings };
        for (name, value) in &plan.parameters {
            if manifest.parameter(name).is_some() {
                settings.parameters.entry(name.clone()).or_insert_with(|| value.clone());
            }
        }
        if let Some(parameter) = manifest.of_kind(ParameterKind::ServerUrl).next() {
            settings.parameters.entry(parameter.name.clone()).or_insert_with(|| plan.base(&self.typed.command));
        }
        settings
    }
}

impl Played {
    /// What came of it, as it may be shown. What is played back has no credential, and is shown as it is. A recording is
    /// without others than are sent, too.
    pub fn covered(self, redactor: Option<&Arc<Redactor>>) -> Result<Entry, Covered> {
        cover::result(redactor, self.reviewed, self.result)
    }
}
