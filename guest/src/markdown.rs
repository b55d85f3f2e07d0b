//! Tables for the War Room.

/// A table with a title: one row for each list of cells. A missing cell is empty.
pub fn table<const N: usize>(
    title: &str,
    columns: [&str; N],
    rows: impl Iterator<Item = [Option<String>; N]>,
) -> String {
    let mut lines = format!("### {title}\n");
    let head = lines.len();
    for row in rows {
        lines.push_str("\n|");
        for cell in row {
            lines.push(' ');
            lines.push_str(&escape(cell.as_deref().unwrap_or_default()));
            lines.push_str(" |");
        }
    }
    if lines.len() == head {
        return lines + "**No entries.**";
    }
    let header = format!("| {} |\n|{}", columns.join(" | "), " --- |".repeat(N));
    lines.insert_str(head, &header);
    lines
}

/// A text for a cell: nothing in it ends the cell or the row.
fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
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
    escaped
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
