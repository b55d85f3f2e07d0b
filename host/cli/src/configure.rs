//! From what was said on the command line to the settings of an instance.

use super::complete;
use super::environment::Named;
use super::instance::InstanceFile;
use super::kind::Kind;
use super::load::Loaded;
use super::network::Certificates;
use super::output::Output;
use super::problem::Problem;
use super::secret_files::SecretFolders;
use super::settings::{Gathered, Sources};
use super::trust::{self, Asked};
use super::{remembered, words};
use clap::{Args, ValueHint};
use clap_complete::engine::ArgValueCompleter;
use soar::files::shown;
use soar::manifest::Command;
use std::ffi::OsString;
use std::path::PathBuf;

/// The options that say which instance.
#[derive(Args, Debug)]
pub struct InstanceOptions {
    /// The instance file with the parameters, as TOML.
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub instance: Option<PathBuf>,
    /// Set a parameter of the instance that is no secret.
    #[arg(long, value_name = "NAME=VALUE", value_parser = words::assignment, add = ArgValueCompleter::new(complete::parameters))]
    pub set: Vec<(String, String)>,
    /// Take a parameter from this environment variable, whatever the instance file says.
    #[arg(long, value_name = "[PARAMETER=]NAME", value_parser = Named::parse, add = ArgValueCompleter::new(complete::variables))]
    pub env: Vec<Named>,
    /// Take nothing from the environment: no parameter, no secret, no proxy, nothing of soar's own. For runs that must not depend on the shell.
    #[arg(long, conflicts_with = "env")]
    pub no_env: bool,
}

/// A variable of the environment.
pub fn environment(name: &str) -> Option<OsString> {
    std::env::var_os(name)
}

/// The options of an instance whose secrets are sent.
#[derive(Args, Debug)]
pub struct SecretOptions {
    /// Let { file = … } in the instance file name files below this folder, too.
    #[arg(long, value_name = "FOLDER", value_hint = ValueHint::DirPath)]
    pub secrets: Vec<PathBuf>,
    /// Trust the instance file as it is now, with this component.
    #[arg(long)]
    pub trust: bool,
    /// Let a parameter of the instance file be of another kind than when it was used last: token=text for a component that reads what was a secret.
    #[arg(long = "kind", value_name = "NAME=KIND", value_parser = words::assignment, add = ArgValueCompleter::new(complete::parameters))]
    pub kinds: Vec<(String, String)>,
}

/// What a call needs of its instance.
pub struct Needs<'a> {
    /// Whether the variables count that nobody named.
    pub environment: bool,
    /// The limits that were given for it.
    pub limits: &'a [(String, String)],
    /// The command whose requests are sent, and how far the user trusts the instance; none if nothing is sent.
    pub sends: Option<(&'a Command, &'a SecretOptions)>,
    /// Whether the user trusts the instance file with a component that only reads it.
    pub trusted: bool,
    /// Whether what is sent is recorded.
    pub recorded: bool,
    /// If the component runs, the kinds that a parameter may have now: what it is not to read as text, it doesn't read in a
    /// replay either.
    pub kinds: Option<&'a [(String, String)]>,
}

/// The settings, and the instance file if there is one.
pub struct Configured {
    /// The settings, and what was said for this call.
    pub gathered: Gathered,
    /// The instance file.
    pub file: Option<InstanceFile>,
    /// What its PEM files hold, if something is sent.
    pub certificates: Certificates,
}

/// Gathers the settings. If something is sent, or a component from elsewhere reads it, the user trusts the file that says so.
pub fn configure(
    loaded: &Loaded,
    options: &InstanceOptions,
    needs: &Needs<'_>,
    output: Output,
) -> Result<Configured, Problem> {
    let wrong = |message| Problem::wrong(Kind::Configuration, message);
    let file = options.instance.as_deref().map(InstanceFile::read).transpose().map_err(wrong)?;
    if let Some(file) = &file {
        file.check_component(|| loaded.component.digest()).map_err(wrong)?;
    }
    let folders = needs.sends.map(|(_, secrets)| SecretFolders::new(&secrets.secrets, &environment)).transpose();
    let folders = folders.map_err(wrong)?.unwrap_or_default();
    let sources = Sources {
        integration: loaded.component.manifest(),
        bundled: loaded.bundled,
        file: file.as_ref(),
        environment: needs.environment && !options.no_env,
        no_env: options.no_env,
        named: &options.env,
        set: &options.set,
        limits: needs.limits,
        folders: &folders,
        sends: needs.sends.map(|(command, _)| command),
        recorded: needs.recorded,
    };
    sources.check()?;
    let mut certificates = Certificates::default();
    if let (Some(file), Some((_, secrets))) = (&file, needs.sends) {
        let read = file.network.certificates(&folders, &file.folder);
        certificates = read.map_err(|why| wrong(format!("{}: {why}", shown(&file.path))))?;
        let asked = Asked { file, loaded, set: &options.set, authority: certificates.authority(), sends: true };
        trust::confirm(&asked, secrets.trust, output)?;
    }
    if let (Some(file), Some(kinds)) = (&file, needs.kinds)
        && (needs.sends.is_some() || !loaded.bundled)
    {
        let new = remembered::check(file, loaded.component.manifest(), kinds)?;
        if needs.sends.is_some() {
            remembered::remember(file, &new, output);
        } else if trust::read(file, loaded).next().is_some() {
            // By another name it is another file, whose kinds nobody remembers: somebody has to say that it is right.
            let asked = Asked { file, loaded, set: &options.set, authority: None, sends: false };
            trust::confirm(&asked, needs.trusted, output)?;
        }
    }
    let gathered = sources.gather(&environment)?;
    gathered.warnings.iter().for_each(|warning| output.warn(warning));
    gathered.unused.iter().for_each(|unused| output.remark(&unused.to_string()));
    gathered.astray.iter().for_each(|astray| output.remark(astray));
    Ok(Configured { gathered, file, certificates })
}
