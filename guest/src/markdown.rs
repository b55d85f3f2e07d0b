//! Tables for the War Room.

/// A table with a title: one row for each list of cells. A missing cell is empty.
pub fn table<const N: usize, S: AsRef<str>>(
    title: &str,
    columns: [&str; N],
    rows: impl Iterator<Item = [Option<S>; N]>,
) -> String {
    let mut lines = String::new();
    rows.for_each(|row| push(&mut lines, &row.each_ref().map(|cell| cell.as_ref().map(AsRef::as_ref))));
    under(title, &columns, &lines)
}

/// The rows of a table under its title and header.
fn under(title: &str, columns: &[&str], rows: &str) -> String {
    if rows.is_empty() {
        return format!("### {title}\n**No entries.**");
    }
    format!("### {title}\n| {} |\n|{}{rows}", columns.join(" | "), " --- |".repeat(columns.len()))
}

fn push(lines: &mut String, row: &[Option<&str>]) {
    lines.push_str("\n|");
    for cell in row {
        lines.push(' ');
        escape(lines, cell.unwrap_or_default());
        lines.push_str(" |");
    }
}

/// Adds a text for a cell: nothing in it ends the cell or the row.
fn escape(escaped: &mut String, text: &str) {
    let mut rest = text;
    // Nearly all texts have none of these, and lists have ten thousand.
    while let Some(at) = rest.find(['|', '`', '\r', '\n']) {
        let (plain, special) = rest.split_at(at);
        escaped.push_str(plain);
        rest = match special.strip_prefix("\r\n").or_else(|| special.strip_prefix(['\r', '\n'])) {
            Some(next) => {
                escaped.push_str("<br>");
                next
            }
            None => {
                escaped.push('\\');
                escaped.push_str(&special[..1]);
                &special[1..]
            }
        };
    }
    escaped.push_str(rest);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_table_has_a_title_a_header_a_rule_and_rows() {
        let rows = [[Some("off-topic"), Some("Off | `Topic`\r\nagain")], [None, Some("a\nb\rc")]];
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
        assert_eq!(table::<1, &str>("Users:", ["id"], std::iter::empty()), "### Users:\n**No entries.**");
    }
}
