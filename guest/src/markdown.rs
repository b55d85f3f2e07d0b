//! Tables for the War Room.

/// A table with a title: one row for each list of cells. A missing cell is empty.
pub fn table<const N: usize>(
    title: &str,
    columns: [&str; N],
    rows: impl Iterator<Item = [Option<String>; N]>,
) -> String {
    let mut lines = String::new();
    rows.for_each(|row| push(&mut lines, &row));
    under(title, &columns, &lines)
}

/// The rows of a table under its title and header.
fn under(title: &str, columns: &[&str], rows: &str) -> String {
    if rows.is_empty() {
        return format!("### {title}\n**No entries.**");
    }
    format!("### {title}\n| {} |\n|{}{rows}", columns.join(" | "), " --- |".repeat(columns.len()))
}

fn push(lines: &mut String, row: &[Option<String>]) {
    lines.push_str("\n|");
    for cell in row {
        lines.push(' ');
        escape(lines, cell.as_deref().unwrap_or_default());
        lines.push_str(" |");
    }
}

/// Adds a text for a cell: nothing in it ends the cell or the row.
fn escape(escaped: &mut String, text: &str) {
    escaped.reserve(text.len());
    let mut rest = text.chars().peekable();
    while let Some(c) = rest.next() {
        match c {
            '|' | '`' => escaped.extend(['\\', c]),
            '\r' => {
                rest.next_if_eq(&'\n');
                escaped.push_str("<br>");
            }
            '\n' => escaped.push_str("<br>"),
            c => escaped.push(c),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_table_has_a_title_a_header_a_rule_and_rows() {
        let rows = [[Some("off-topic".into()), Some("Off | `Topic`\r\nagain".into())], [None, Some("a\nb\rc".into())]];
        assert_eq!(
            table("Channels:", ["name", "display_name"], rows.into_iter()),
            "### Channels:\n\
             | name | display_name |\n\
             | --- | --- |\n\
             | off-topic | Off \\| \\`Topic\\`<br>again |\n\
             |  | a<br>b<br>c |"
        );
    }

    #[test]
    fn an_empty_table_says_so() {
        assert_eq!(table("Users:", ["id"], std::iter::empty()), "### Users:\n**No entries.**");
    }
}
