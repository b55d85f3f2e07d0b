//! `soar policy`.

mod whole;

use super::complete;
use super::configure::{Configured, InstanceOptions, Needs, configure};
use super::describe;
use super::kind::Kind;
use super::load::{self, Wanted};
use super::output::Output;
use super::problem::Problem;
use super::settings;
use super::table::Table;
use super::terminal::{self, BOLD};
use clap::Args;
use clap_complete::engine::ArgValueCompleter;
use http::{HeaderMap, Method, Uri};
use serde_json::{Value, json};
use soar::manifest::Integration;
use soar::policy::{Code, Decision, Narrowed, Narrowing, Origin, Policy, Rule, Rules};
use soar::text;
use soar::transport::LiveOptions;
use soar::{CommandHandle, Component};
use whole::Whole;

/// Whose requests are decided about where no server is configured: only their paths count.
const SOMEWHERE: &str = "https://server.invalid";
/// Of a reason, which repeats what was asked for, at most so many bytes are shown.
const LONGEST: usize = 1_000;

/// That an endpoint may be asked as it is declared.
const YES: &str = "yes";

/// What `soar policy` takes.
#[derive(Args, Debug)]
pub struct Asked {
    /// The command: `soar commands` lists them. Without one: the whole instance, with a digest to sign.
    #[arg(add = ArgValueCompleter::new(complete::commands))]
    command: Option<String>,
    /// Say of one request of a command whether it may be made: its method, and its URL or its path below the server's base URL.
    #[arg(long, num_args = 2, value_names = ["METHOD", "URL"], requires = "command")]
    check: Option<Vec<String>>,
    #[command(flatten)]
    instance: InstanceOptions,
}

impl Asked {
    /// Whether nothing of the environment is to count.
    pub fn is_bare(&self) -> bool {
        self.instance.no_env
    }
}

/// Shows what a command may reach, or answers for one request. Gives the exit code.
pub async fn policy(wanted: Wanted<'_>, asked: &Asked, output: Output) -> Result<u8, Problem> {
    let loaded = load::loaded(wanted).await?;
    let component = &loaded.component;
    let command = asked.command.as_deref().map(|name| load::command(component, name)).transpose()?;
    // Nothing is sent, so no secret is looked for.
    let needs = Needs { environment: true, limits: &[], sends: None, trusted: false, recorded: false, kinds: None };
    let Configured { gathered, file, .. } = configure(&loaded, &asked.instance, &needs, output)?;
    let settings = gathered.settings;
    let wrong = |parameter: &str, message: String| Problem::wrong(Kind::Configuration, message).of_parameter(parameter);
    let narrowing = component.narrowing(&settings.network).map_err(|error| wrong(error.key, error.to_string()))?;
    let origin = match settings::server(component.manifest(), &settings) {
        Some((name, url)) => {
            let origin = Origin::parse(url).map_err(|error| wrong(name, format!("{name}: {error}")))?;
            Some(origin)
        }
        None => None,
    };
    let private = settings.network.private != Some(false);
    let options = LiveOptions::for_instance(component.manifest(), &settings);
    let options = options.map_err(|error| wrong("proxy", error.to_string()));
    let Some(command) = command else {
        let options = options?;
        let network = file.map(|file| file.network).unwrap_or_default();
        let (insecure, proxied) = (options.any_certificate, options.proxy.is_some());
        let whole = Whole { component, origin, narrowing, network, private, insecure, proxied };
        match output.json {
            true => output.json(&whole.to_json())?,
            false => output.page(&whole.text(terminal::page()))?,
        }
        return Ok(0);
    };
    if let Some([method, url]) = asked.check.as_deref() {
        return check(method, url, origin, command.rules(), narrowing, output);
    }
    let proxied = options?.proxy.is_some();
    let reach = Reach { command, origin, narrowing, private, proxied };
    match output.json {
        true => output.json(&reach.to_json())?,
        false => output.page(&reach.text(terminal::page()))?,
    }
    Ok(0)
}

/// What a command may reach.
struct Reach<'a> {
    command: CommandHandle<'a>,
    origin: Option<Origin>,
    narrowing: Narrowing,
    /// Whether private networks are as they are by default.
    private: bool,
    /// Whether requests may go through a proxy.
    proxied: bool,
}

impl Reach<'_> {
    fn text(&self, width: u16) -> String {
        let server = self.origin.as_ref().map_or("the server's base URL", Origin::url);
        let mut text = format!("{BOLD}{}{BOLD:#}\n", text::line(&self.command.name));
        text.push_str(&format!("May reach, below {}, this and nothing else:\n\n", text::line(server)));
        let mut table = Table::new(["Request", "Credential", "Allowed"]);
        for rule in self.command.rules().iter() {
            let allowed = allowed(self.narrowing.of(rule));
            if allowed != YES {
                // A pattern reads as one, beside what it narrows.
                table.apart();
            }
            table.row([&*describe::request(rule), rule.credential().unwrap_or("none"), &allowed]);
        }
        text.push_str(&if table.is_empty() { "Nothing.\n".to_owned() } else { table.render(Some(width)) });
        let mut table = Table::new(["Request", "Credential", "Allowed"]);
        for rule in self.command.accounts() {
            let allowed = allowed(self.narrowing.of(rule));
            table.row([&*describe::request(rule), rule.credential().unwrap_or("none"), &allowed]);
        }
        text.push_str(&describe::for_the_audit(&table, width));
        text.push_str(&around(self.command.component(), self.private, self.proxied));
        text
    }

    fn to_json(&self) -> Value {
        json!({
            "command": self.command.name,
            "component": self.command.component().digest(),
            "server": self.origin.as_ref().map(Origin::url),
            "endpoints": self.command.rules().iter().map(|rule| endpoint(rule, &self.narrowing)).collect::<Vec<_>>(),
            "accounts": self.command.accounts().map(|rule| endpoint(rule, &self.narrowing)).collect::<Vec<_>>(),
            "redirects": "not followed",
            "private_networks": private_networks(self.private),
        })
    }
}

/// Whether an endpoint may be asked, for people.
fn allowed(narrowed: Narrowed<'_>) -> String {
    match narrowed {
        Narrowed::Whole => YES.to_owned(),
        Narrowed::Partly { only, not } => {
            let only = only.iter().map(|pattern| format!("only {pattern}"));
            only.chain(not.iter().map(|pattern| format!("not {pattern}"))).collect::<Vec<_>>().join("\n")
        }
        Narrowed::Denied(pattern) => format!("no: the administrator denies {pattern}"),
        Narrowed::NotAllowed => "no: the administrator does not allow it".to_owned(),
    }
}

/// An endpoint and whether it may be asked, for programs.
fn endpoint(rule: &Rule, narrowing: &Narrowing) -> Value {
    let (allowed, code, only, not) = match narrowing.of(rule) {
        Narrowed::Whole => ("yes", rule.code(), vec![], vec![]),
        Narrowed::Partly { only, not } => ("partly", rule.code(), only, not),
        Narrowed::Denied(pattern) => ("no", Code::DeniedByAdministrator, vec![], vec![pattern]),
        Narrowed::NotAllowed => ("no", Code::NotAllowedByAdministrator, vec![], vec![]),
    };
    let mut object = describe::endpoint(rule);
    object["allowed"] = json!(allowed);
    object["code"] = json!(code.as_str());
    object["only"] = json!(only);
    object["not"] = json!(not);
    object
}

fn private_networks(private: bool) -> &'static str {
    if private { "if the server is in one" } else { "never" }
}

/// What holds of each request, and whose rules these are.
fn around(component: &Component, private: bool, proxied: bool) -> String {
    let mut text = "\nRedirects are not followed: the command gets the answer that says where to.\n".to_owned();
    text.push_str(match private {
        true => "Addresses of private networks are connected to only if the server's own host is in one.\n",
        false => "Addresses of private networks are never connected to: private = false.\n",
    });
    if proxied {
        text.push_str(
            "The system's proxies are used, where they set any: which address one connects to can't be checked.\n",
        );
    }
    let Integration { name, version, .. } = component.manifest();
    let (name, version) = (text::line(name), text::line(version));
    text.push_str(&format!("Component: {name} {version}, {}\n", component.digest()));
    text
}

/// Answers for one request: 0 if it may be made, 1 if not.
fn check(
    method: &str,
    url: &str,
    origin: Option<Origin>,
    rules: &Rules,
    narrowing: Narrowing,
    output: Output,
) -> Result<u8, Problem> {
    let wrong = |message: &str| Problem::wrong(Kind::Usage, format!("--check: {message}"));
    let method: Method =
        method.parse().map_err(|_| wrong(&format!("{method:?} is no method; expected one such as GET")))?;
    let below = url.starts_with('/');
    let origin = match origin {
        Some(origin) => origin,
        None if below => Origin::parse(SOMEWHERE).map_err(|error| wrong(&error.to_string()))?,
        None => {
            return Err(wrong(
                "no server is configured that the URL could be of; expected one (--instance, the environment, --set), \
                 or a path that begins with a slash",
            ));
        }
    };
    if !below && !url.contains("://") {
        return Err(wrong("expected a URL, or a path that begins with a slash and is below the server's base URL"));
    }
    let whole = if below { format!("{}{url}", origin.url()) } else { url.to_owned() };
    // Not with the URL, which may have a password in it.
    let uri: Uri = whole.parse().map_err(|error| wrong(&format!("the URL can't be read: {error}")))?;
    let policy = Policy::new(origin, rules.clone()).narrowed(narrowing);
    let decision = policy.decide(&method, &uri, &HeaderMap::new());
    let credentials = match &decision {
        Decision::Allow { credentials, .. } => &credentials[..],
        Decision::Deny(_) => &[],
    };
    if output.json {
        output.json(&json!({
            "allowed": decision.is_allowed(),
            "code": decision.code().as_str(),
            "reason": &*text::cut(decision.reason(), LONGEST),
            "rule": decision.rule(),
            // Of several, the command chooses.
            "credential": credentials.first(),
            "credentials": credentials,
        }))?;
    } else {
        let credentials = if credentials.is_empty() { "none".to_owned() } else { credentials.join(" or ") };
        let said = match decision.is_allowed() {
            true => format!("allowed: {}; credential: {credentials}", decision.reason()),
            false => format!("denied: {}: {}", decision.code(), text::cut(decision.reason(), LONGEST)),
        };
        output.text(&format!("{}\n", text::line(&said)))?;
    }
    Ok(if decision.is_allowed() { 0 } else { 1 })
}
