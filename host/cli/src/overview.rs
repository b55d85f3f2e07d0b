//! `soar settings`.

use super::configure::{InstanceOptions, environment};
use super::instance::InstanceFile;
use super::kind::Kind;
use super::load::{self, Loaded, Wanted};
use super::output::Output;
use super::place::{Place, Unused};
use super::problem::Problem;
use super::secret_files::SecretFolders;
use super::settings::{Row, Rows, Sources};
use super::table::Table;
use super::terminal;
use clap::{Args, ValueHint};
use serde_json::{Value, json};
use soar::Embedded;
use soar::recording::Recording;
use soar::text;
use soar::transport::Replay;
use std::path::PathBuf;
use std::sync::Arc;

/// What `soar settings` takes.
#[derive(Args, Debug)]
pub struct Asked {
    #[command(flatten)]
    instance: InstanceOptions,
    /// Let { file = … } in the instance file name files below this folder, too.
    #[arg(long, value_name = "FOLDER", value_hint = ValueHint::DirPath)]
    secrets: Vec<PathBuf>,
}

impl Asked {
    /// Whether nothing of the environment is to count.
    pub fn is_bare(&self) -> bool {
        self.instance.no_env
    }
}

/// Shows what a run would use, and from which place. Gives the exit code: 2 if a run would be refused.
pub async fn settings(wanted: Wanted<'_>, asked: &Asked, output: Output) -> Result<u8, Problem> {
    let loaded = load::loaded(wanted).await?;
    let wrong = |message| Problem::wrong(Kind::Configuration, message);
    let file = asked.instance.instance.as_deref().map(InstanceFile::read).transpose().map_err(wrong)?;
    if let Some(file) = &file {
        file.check_component(|| loaded.component.digest()).map_err(wrong)?;
    }
    let folders = SecretFolders::new(&asked.secrets, &environment).map_err(wrong)?;
    let sources = Sources {
        integration: loaded.component.manifest(),
        bundled: loaded.bundled,
        file: file.as_ref(),
        environment: !asked.instance.no_env,
        no_env: asked.instance.no_env,
        named: &asked.instance.env,
        set: &asked.instance.set,
        limits: wanted.limits,
        folders: &folders,
        sends: None,
        recorded: false,
    };
    let mut rows = sources.rows(&environment)?;
    if rows.problems.is_empty() {
        rows.problems.extend(refused(&loaded, &sources));
    }
    let refused = u8::from(!rows.problems.is_empty()) * 2;
    if output.json {
        output.json(&to_json(&rows))?;
        return Ok(refused);
    }
    output.page(&text(&rows.rows, terminal::page()))?;
    for unused in &rows.unused {
        output.remark(&unused.to_string());
    }
    for astray in &rows.astray {
        output.remark(astray);
    }
    for problem in &rows.problems {
        output.problem(problem);
    }
    Ok(refused)
}

/// Why no run could begin with these settings, as a run would say it. Nothing is sent, and no secret is read.
fn refused(loaded: &Loaded, sources: &Sources<'_>) -> Option<Problem> {
    let settings = match sources.gather(&environment) {
        Ok(gathered) => gathered.settings,
        Err(problem) => return Some(problem),
    };
    let settings = settings.with_reviewed(loaded.bundled);
    let nothing = Arc::new(Replay::new(Recording::default()));
    let refused =
        loaded.component.instance(settings).transport(nothing).platform(Arc::new(Embedded::new())).build().err()?;
    Some(Problem::wrong(Kind::Configuration, refused.to_string()))
}

fn text(rows: &[Row], width: u16) -> String {
    let mut table = Table::new(["Setting", "Value", "From"]);
    for row in rows {
        let value = match (&row.value, &row.place) {
            (Some(value), _) => value.as_str(),
            (None, Some(_)) if row.secret => "(secret)",
            (None, _) => "not set",
        };
        let from = match &row.place {
            None => String::new(),
            Some(Place::File(path)) => path.clone(),
            Some(Place::Default) => "default".to_owned(),
            Some(place) => place.to_string(),
        };
        let from = row.by.as_ref().map_or(from.clone(), |by| format!("{from}\n{by}"));
        table.row([&*text::line(&row.name), value, &from]);
    }
    table.render(Some(width))
}

fn to_json(rows: &Rows) -> Value {
    let row = |row: &Row| {
        let (from, place) = from(row.place.as_ref());
        json!({
            "name": row.name,
            "value": row.value,
            "secret": row.secret,
            "set": row.place.is_some() || row.value.is_some(),
            "from": from,
            "place": place,
            "by": row.by,
        })
    };
    let unused = |unused: &Unused| {
        let ((from, place), (used_from, used_place)) = (from(Some(&unused.from)), from(Some(&unused.instead)));
        json!({
            "name": unused.name,
            "value": unused.value,
            "from": from,
            "place": place,
            "used": { "value": unused.used, "from": used_from, "place": used_place },
        })
    };
    json!({
        "settings": rows.rows.iter().map(row).collect::<Vec<_>>(),
        "not_used": rows.unused.iter().map(unused).collect::<Vec<_>>(),
        "notes": rows.astray,
        "problems": rows.problems.iter().map(|problem| problem.to_json()["error"].clone()).collect::<Vec<_>>(),
    })
}

fn from(place: Option<&Place>) -> (Option<&'static str>, Option<&str>) {
    let Some(place) = place else { return (None, None) };
    let (from, place) = place.for_programs();
    (Some(from), place)
}
