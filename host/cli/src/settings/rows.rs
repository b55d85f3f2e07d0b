//! What a run would use, setting by setting, without reading a secret's file.

use super::candidates::{Candidate, Content};
use super::{Lookup, Sources, server, shown_value};
use crate::environment::{Held, held};
use crate::instance::Value as InFile;
use crate::kind::Kind;
use crate::place::{Place, Unused};
use crate::problem::Problem;
use soar::Settings;
use soar::files::shown;
use soar::manifest::{Parameter, ParameterKind};
use soar::text;
use soar::transport::LiveOptions;

/// A setting.
#[derive(Clone, Debug)]
pub struct Row {
    /// Its name.
    pub name: String,
    /// Its value, as it is shown; none if it has none, or is a secret.
    pub value: Option<String>,
    /// Whether it is a secret.
    pub secret: bool,
    /// Where it is from; none if it has no value.
    pub place: Option<Place>,
    /// Where the instance file takes it from: `{ env = "NAME" }`.
    pub by: Option<String>,
}

/// All settings of a run.
#[derive(Debug, Default)]
pub struct Rows {
    /// The parameters; the limits and what is said of the network, as far as they are not the default; what soar itself has from
    /// the environment.
    pub rows: Vec<Row>,
    /// What was given and is not used.
    pub unused: Vec<Unused>,
    /// Variables that look as if a parameter came from them.
    pub astray: Vec<String>,
    /// Why a run would be refused.
    pub problems: Vec<Problem>,
}

/// Variables that soar, or a library of it, heeds beside those of parameters: what each is for.
const OF_SOAR: [(&str, &str); 6] = [
    ("SOAR_SECRETS", "folders of secrets"),
    ("CREDENTIALS_DIRECTORY", "folder of secrets"),
    ("SSL_CERT_FILE", "the machine's certificates"),
    ("SSL_CERT_DIR", "the machine's certificates"),
    ("SOAR_CACHE", "folder of the cache"),
    ("SOAR_LOG", "log"),
];

impl Sources<'_> {
    /// What a run would use: for all commands, as none sends every secret.
    ///
    /// # Errors
    /// Like [`Sources::check`].
    pub fn rows(&self, lookup: Lookup<'_>) -> Result<Rows, Problem> {
        self.check()?;
        let mut rows = Rows { astray: self.astray(lookup)?, ..Rows::default() };
        let mut settings = Settings::default();
        for parameter in &self.integration.parameters {
            let found = self.candidates(parameter, lookup)?;
            let chosen = self.chosen(parameter, &found);
            rows.unused.extend(self.unused(parameter, &found));
            if let Some(text) = found.first().and_then(Candidate::text)
                && parameter.kind != ParameterKind::Secret
            {
                settings.parameters.insert(parameter.name.clone(), text.to_owned());
            }
            rows.problems.extend(chosen.and_then(|_| self.opens(parameter, &found)).err());
            rows.rows.push(self.row(parameter, found.first()));
        }
        let limits = self.limits()?;
        rows.unused.extend(limits.unused);
        let shown_limits = soar::Limit::ALL.into_iter().filter_map(|limit| {
            let place = limits.from.get(limit.name())?.clone();
            Some(plain(&format!("limits.{}", limit.name()), limit.show(limits.limits.get(limit)), place))
        });
        rows.rows.extend(shown_limits);
        if let Some(file) = self.file {
            let place = || Place::File(shown(&file.path));
            rows.rows.extend(file.network.said().into_iter().map(|(key, value)| plain(key, value, place())));
            settings.network = file.network.policy.clone();
        }
        self.proxy(&settings, lookup, &mut rows);
        let own = OF_SOAR.into_iter().filter(|_| self.environment).filter_map(|(variable, what)| {
            let value = match held(variable, lookup) {
                Held::Nothing => return None,
                Held::Text(value) => text::word(&value, super::LONGEST).into_owned(),
                Held::NoText => "(no text)".to_owned(),
            };
            Some(plain(what, value, Place::Variable(variable.to_owned())))
        });
        rows.rows.extend(own);
        Ok(rows)
    }

    fn row(&self, parameter: &Parameter, chosen: Option<&Candidate>) -> Row {
        let secret = parameter.kind == ParameterKind::Secret;
        let default = parameter.default.as_deref().map(|value| (value, Place::Default));
        let value = chosen.and_then(Candidate::text).or(default.as_ref().map(|(value, _)| *value));
        let by = self.file.and_then(|file| match file.value(&parameter.name)? {
            InFile::Text(_) => None,
            InFile::Environment(variable) => Some(format!("{{ env = {} }}", text::quoted(variable))),
            InFile::File(path) => Some(format!("{{ file = {} }}", text::quoted(&path.to_string_lossy()))),
        });
        Row {
            name: parameter.name.clone(),
            value: value.filter(|_| !secret).map(|value| shown_value(parameter.kind, value)),
            secret,
            place: chosen.map(|chosen| chosen.place.clone()).or(default.map(|(_, place)| place)),
            by: by.filter(|_| matches!(chosen, Some(Candidate { place: Place::File(_), .. }))),
        }
    }

    /// Whether the file of a secret can be opened. Nothing of it is read.
    fn opens(&self, parameter: &Parameter, found: &[Candidate]) -> Result<(), Problem> {
        let Some(chosen) = found.first().filter(|chosen| matches!(chosen.content, Content::InFile)) else {
            return Ok(());
        };
        let Some((file, InFile::File(path))) = self.file.and_then(|file| Some((file, file.value(&parameter.name)?)))
        else {
            return Ok(());
        };
        let opened = self.folders.open(path, &file.folder);
        opened.map(drop).map_err(|why| super::refused(parameter, &chosen.place, &why))
    }

    /// Which proxy is on the way, if the system's are to be used.
    fn proxy(&self, settings: &Settings, lookup: Lookup<'_>, rows: &mut Rows) {
        rows.astray.extend(self.proxies_astray(settings, lookup));
        let Some((_, url)) = server(self.integration, settings) else { return };
        let Ok(url) = url.parse() else { return };
        let proxy = match LiveOptions::for_instance(self.integration, settings) {
            Ok(options) => options.proxy,
            Err(error) => {
                rows.problems.push(Problem::wrong(Kind::Configuration, error.to_string()));
                return;
            }
        };
        let Some(proxy) = proxy else { return };
        rows.astray.extend(proxy.warnings().iter().cloned());
        rows.rows.push(match proxy.way_to(&url) {
            Some((variable, way)) => plain("way to the server", format!("through {way}"), Place::Variable(variable)),
            None => {
                let value = Some("without a proxy".to_owned());
                Row { name: "way to the server".into(), value, secret: false, place: None, by: None }
            }
        });
    }
}

fn plain(name: &str, value: String, place: Place) -> Row {
    Row { name: name.to_owned(), value: Some(value), secret: false, place: Some(place), by: None }
}
