//! What was measured, for people and for programs.

use crate::figure::{FIGURES, Measured, show};
use crate::machine::{self, Machine};
use crate::sandbox;
use anyhow::{Context, Result};
use comfy_table::presets::UTF8_HORIZONTAL_ONLY;
use comfy_table::{CellAlignment, Table};
use serde_json::{Map, Value, json};

pub fn table(measured: &[Measured]) {
    let mut table = Table::new();
    table.load_preset(UTF8_HORIZONTAL_ONLY).set_header(["figure", "goal", "measured", "", "runs", "what"]);
    for figure in FIGURES {
        let Some(measured) = measured.iter().find(|measured| measured.name == figure.name) else { continue };
        let goal = figure.goal.map(|goal| goal.show(figure.unit)).unwrap_or_default();
        let met = figure.goal.map_or("", |goal| if goal.is_met(measured.value) { "met" } else { "not met" });
        let value = show(measured.value, figure.unit);
        table.add_row([figure.name, &goal, &value, met, &measured.runs.to_string(), figure.about]);
    }
    for column in [1, 2, 4] {
        if let Some(column) = table.column_mut(column) {
            column.set_cell_alignment(CellAlignment::Right);
        }
    }
    println!("{table}");
}

/// `target/bench.json`: each figure by its name, then what it should be, how often it was run, on what.
pub fn write(measured: &[Measured], machine: &Machine) -> Result<()> {
    let mut report: Map<String, Value> =
        measured.iter().map(|measured| (measured.name.clone(), rounded(measured.value))).collect();
    let goals =
        FIGURES.iter().filter_map(|figure| Some((figure.name.to_owned(), figure.goal?.show(figure.unit).into())));
    report.insert("goals".into(), Value::Object(goals.collect()));
    let runs = measured.iter().map(|measured| (measured.name.clone(), json!(measured.runs)));
    report.insert("runs".into(), Value::Object(runs.collect()));
    report.insert("machine".into(), machine.to_json());
    report.insert("commit".into(), json!(machine::commit()));
    report.insert("measured".into(), jiff::Timestamp::now().strftime("%FT%TZ").to_string().into());
    let file = sandbox::folder().with_file_name("bench.json");
    std::fs::write(&file, format!("{:#}\n", Value::Object(report))).with_context(|| file.display().to_string())?;
    println!("{}", file.display());
    Ok(())
}

/// To four digits: the rest is noise.
fn rounded(value: f64) -> Value {
    if value.fract() == 0.0 {
        return json!(value as i64);
    }
    let digits = 3 - value.abs().log10().floor() as i32;
    let scale = 10_f64.powi(digits);
    json!((value * scale).round() / scale)
}
