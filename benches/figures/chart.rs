//! The chart of `docs/bench.md`: how much of what each goal allows is used.

use crate::figure::{FIGURES, Measured, show, value};
use crate::machine::{self, Machine};
use anyhow::{Context, Result};

const ROW: usize = 26;
const TOP: usize = 34;
/// Where bars begin, and the length of one that just meets its goal.
const LEFT: f64 = 300.0;
const GOAL: f64 = 220.0;
/// A longer bar is cut.
const LONGEST: f64 = 1.6;
const WIDTH: f64 = 860.0;

pub fn write(measured: &[Measured], machine: &Machine) -> Result<()> {
    let file = concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/bench.svg");
    std::fs::write(file, svg(measured, machine)).context(file)?;
    println!("docs/bench.svg");
    Ok(())
}

fn svg(measured: &[Measured], machine: &Machine) -> String {
    let mut rows = String::new();
    let mut count = 0;
    for figure in FIGURES {
        let (Some(goal), Some(value)) = (figure.goal, value(measured, figure.name)) else { continue };
        let (share, middle) = (goal.share(value), TOP + ROW * count + ROW / 2);
        let length = GOAL * share.min(LONGEST);
        let colour = if goal.is_met(value) { "#2da44e" } else { "#d1682a" };
        let (label, top, end) = (figure.about, middle - 7, LEFT + length);
        let said = format!("{} (goal {})", show(value, figure.unit), goal.show(figure.unit));
        let cut = if share > LONGEST { "» " } else { "" };
        rows.push_str(&format!(
            r#"<text x="{:.0}" y="{middle}" text-anchor="end">{label}</text><rect x="{LEFT}" y="{top}" width="{length:.1}" height="14" rx="2" fill="{colour}"/><text x="{:.1}" y="{middle}">{cut}{said}</text>
"#,
            LEFT - 10.0,
            end.max(LEFT + GOAL) + 8.0,
        ));
        count += 1;
    }
    let (line, height) = (LEFT + GOAL, TOP + ROW * count + 34);
    let bottom = TOP + ROW * count;
    let commit = machine::commit().unwrap_or_else(|| "unknown".into());
    let about = format!("commit {commit}; {}, {} cores", machine.cpu, machine.cores);
    format!(
        r##"<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" width="{WIDTH}" height="{height}" role="img">
<title>Measured against the goals: {about}</title>
<style>text {{ font: 12px sans-serif; fill: #808890; dominant-baseline: central }}</style>
<text x="{line}" y="14" text-anchor="middle">goal (shorter is better)</text>
{rows}<line x1="{line}" x2="{line}" y1="24" y2="{bottom}" stroke="#808890" stroke-dasharray="3 3"/>
<text x="{LEFT}" y="{}">{about}</text>
</svg>
"##,
        bottom + 18,
    )
}
