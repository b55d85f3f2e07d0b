//! Tests of the rendering.

use super::*;
use proptest::prelude::*;

fn unstyled(markdown: &str, width: Option<u16>) -> String {
    render(markdown, width).replace("\u{1b}[1m", "").replace("\u{1b}[0m", "")
}

#[test]
fn a_table_is_aligned_and_its_heading_is_bold() {
    let text = "### Channels:\n|name|id|\n|---|---|\n|town-square|abc|\n|ä|日本|\n";
    assert_eq!(
        unstyled(text, None),
        "Channels:\nname         id\n─────────────────\ntown-square  abc\nä            日本\n"
    );
    assert!(render(text, None).starts_with("\u{1b}[1mChannels:\u{1b}[0m\n\u{1b}[1mname"));
}

#[test]
fn what_was_escaped_in_a_cell_is_undone() {
    let text = "|a|b|\n|---|---|\n|x\\|y|one<br>two|\n|\\`code\\`|C:\\dir|\n";
    assert_eq!(unstyled(text, None), "a       b\n──────────────\nx|y     one\n        two\n`code`  C:\\dir\n");
}

#[test]
fn escapes_are_undone_everywhere_but_in_code() {
    for (text, expected) in [
        ("### \\# a \\*b\\*\n", "# a *b*\n"),
        ("a \\*b\\* \\<br\\> \\[x](y) C:\\\\dir C:\\dir \\\\\\*\n", "a *b* <br> [x](y) C:\\dir C:\\dir \\*\n"),
        ("\\# no heading\n\n\\| a \\|\n\\|---\\|\n", "# no heading\n\n| a |\n|---|\n"),
        ("\\*\\*not strong\\*\\*\n**strong \\*\\***\n", "**not strong**\nstrong **\n"),
        ("`a\\*` &lt;b&gt; &amp;amp; \\&lt; &#27;[2J\n", "`a\\*` <b> &amp; &lt; \\u{1b}[2J\n"),
        ("    a\\*b &amp;\n\n```\na\\*b\n```\n", "    a\\*b &amp;\n\n```\na\\*b\n```\n"),
        ("> a\\_b\n\n- c\\_d\n", "> a_b\n\n- c_d\n"),
    ] {
        assert_eq!(unstyled(text, None), expected, "{text}");
    }
    assert!(!render("\\*\\*not strong\\*\\*\n", None).contains('\u{1b}'));
}

#[test]
fn escapes_in_a_cell_keep_the_columns() {
    let text = "| a | b |\n| --- | --- |\n| C:\\\\ | end |\n| x\\\\\\|y \\<br\\> | &#10;end |\n| `x\\|y` | end |\n";
    assert_eq!(
        unstyled(text, None),
        "a          b\n────────────────\nC:\\        end\nx\\|y <br>  \\nend\n`x|y`      end\n"
    );
}

#[test]
fn plain_text_is_passed_on_as_it_is() {
    for text in [
        "The member snake_case_name was added, with channel ID: _abc_\n",
        "file my_file_1.txt <b>& *stars* `ticks` [link](http://x/y_z) was sent to a~b~ C:\\dir\n",
        "* not a list\n1. neither\n> nor a quote\n    nor code\n",
        "text\n---\n",
    ] {
        assert_eq!(unstyled(text, Some(20)), text);
    }
}

#[test]
fn an_empty_table_and_an_empty_text() {
    assert_eq!(unstyled("### Users:\n**No entries.**\n", None), "Users:\nNo entries.\n");
    assert_eq!(render("", None), "");
}

#[test]
fn ids_stay_in_one_piece_in_a_narrow_terminal() {
    let id = "abcdefghijklmnopqrstuvwxyz";
    let text = format!("|name|purpose|id|\n|---|---|---|\n|n|{}|{id}|\n", "many words ".repeat(20));
    let shown = unstyled(&text, Some(70));
    assert!(shown.lines().all(|line| line.chars().count() <= 70), "{shown}");
    assert!(shown.contains(id), "{shown}");
}

#[test]
fn a_full_table_fits_the_terminal() {
    let cells = ["a".repeat(31), "b".repeat(31), "·".repeat(14), "warning:_run_me".into()];
    let text = format!("|name|display_name|description|id|\n|---|---|---|---|\n|{}|\n", cells.join("|"));
    for width in [60u16, 80] {
        let shown = unstyled(&text, Some(width));
        assert!(shown.lines().all(|line| line.chars().count() <= usize::from(width)), "{shown}");
        assert!(!shown.lines().any(|line| line.starts_with("warning")), "{shown}");
    }
}

#[test]
fn a_very_long_cell_is_shown_whole() {
    let long = "x".repeat(70_000);
    let shown = unstyled(&format!("|a|b|\n|---|---|\n|{long}|1|\n"), None);
    assert_eq!(shown.matches('x').count(), 70_000);
    let shown = unstyled(&format!("|a|b|\n|---|---|\n|{long}|1|\n"), Some(80));
    assert!(shown.matches('x').count() == 70_000);
}

#[test]
fn a_channel_cannot_drive_the_terminal() {
    let shown = unstyled("### \u{1b}]0;title\u{7}\n|a|\n|---|\n|\u{9b}31m\u{1b}[2J\u{202e}x|\n", None);
    assert!(!shown.contains(['\u{1b}', '\u{7}', '\u{9b}', '\u{202e}']), "{shown:?}");
    assert!(shown.contains("\\u{1b}[2J"), "{shown:?}");
}

/// As an integration writes words that are not its own: one line, with a backslash before each mark.
fn escaped(words: &str) -> String {
    let mut escaped = String::new();
    for character in soar::text::line(words).chars() {
        if character.is_ascii_punctuation() {
            escaped.push('\\');
        }
        escaped.push(character);
    }
    escaped
}

/// As they are shown.
fn shown(words: &str) -> String {
    soar::text::line(words).trim().to_owned()
}

/// Texts of what Markdown is made of.
fn words() -> impl Strategy<Value = String> {
    let pieces = [
        "\\",
        "`",
        "*",
        "**",
        "_",
        "~",
        "[",
        "](",
        ")",
        "<",
        ">",
        "<br>",
        "#",
        "|",
        "|---|",
        "---",
        "!",
        "&amp;",
        "&",
        "&#10;",
        "\n",
        "\r",
        "\n\n",
        "\t",
        " ",
        "    ",
        "1. ",
        "- ",
        "```",
        "http://a.b/c_d",
        "a",
        "ä",
        "\u{202e}",
        "\u{1b}[1m",
        "\u{2028}",
    ];
    let piece = prop_oneof![4 => prop::sample::select(pieces.to_vec()).prop_map(str::to_owned), 1 => ".{0,3}"];
    prop::collection::vec(piece, 0..12).prop_map(|pieces| pieces.concat())
}

proptest! {
    #[test]
    fn words_in_a_table_change_neither_its_rows_nor_its_columns(cells in prop::collection::vec(words(), 1..5)) {
        let mut text = String::from("### T:\n|begin|words|end|\n|---|---|---|\n");
        for words in &cells {
            // A backslash right before a bar would be read as one that escapes it.
                text.push_str(&format!("|BEGIN| {} |END|\n", escaped(words)));
        }
        let drawn = unstyled(&text, None);
        let lines: Vec<&str> = drawn.lines().collect();
        prop_assert_eq!(lines.len(), 3 + cells.len(), "{}", drawn);
        for (line, words) in lines[3..].iter().zip(&cells) {
            let cell = line.strip_prefix("BEGIN  ").and_then(|line| line.strip_suffix("END")).map(str::trim);
            prop_assert_eq!(cell, Some(&*shown(words)), "{}", drawn);
        }
    }

    #[test]
    fn words_in_a_sentence_or_a_heading_stay_there(words in words()) {
        // Blanks at the beginning of a line are code, and an integration begins none with them.
        let words = words.trim();
        let text = format!("### Of {0}:\nThe channel {0} was made.\n\n{0} it is.\n", escaped(words));
        let one = soar::text::line(words);
        let expected = format!("Of {one}:\nThe channel {one} was made.\n\n{one} it is.\n");
        prop_assert_eq!(unstyled(&text, None), expected);
    }

    #[test]
    fn whatever_it_is_it_hides_nothing(text in words(), width in prop::option::of(0u16..200)) {
        let shown = unstyled(&text, width);
        prop_assert!(!shown.contains(|c| soar::text::is_hidden(c) && c != '\n' && c != '\t'), "{:?}", shown);
    }

    #[test]
    fn no_row_of_the_screen_is_wider_than_it(cells in prop::collection::vec("(\\PC|[a-z日 ]){0,60}", 4), width in 20u16..200) {
        let cells: Vec<String> = cells.iter().map(|cell| escaped(cell)).collect();
        let text = format!("### {0}:\n| a | b | c | d |\n|---|---|---|---|\n| {1} |\n\nThe channel {0} was made.\n", cells[0].trim(), cells.join(" | "));
        let shown = super::super::wrap::screen(&render(&text, Some(width)), Some(width)).into_owned();
        prop_assert!(shown.lines().all(|row| super::super::wrap::columns(row) <= usize::from(width)), "{}", shown);
    }

    #[test]
    fn never_panics_and_no_control_character_passes(text in "(?s).{0,200}", width in proptest::option::of(0u16..200)) {
        let shown = unstyled(&text, width);
        prop_assert!(!shown.chars().any(|c| c.is_control() && c != '\n' && c != '\t'), "{:?}", shown);
    }

    #[test]
    fn tables_of_any_text_never_panic(cells in proptest::collection::vec("[^\r\n]{0,30}", 1..20), width in proptest::option::of(0u16..100)) {
        let mut text = String::from("### T:\n|a|b|\n|---|---|\n");
        for pair in cells.chunks(2) {
            text.push_str(&format!("|{}|\n", pair.join("|")));
        }
        let shown = unstyled(&text, width);
        prop_assert!(!shown.chars().any(|c| c.is_control() && c != '\n' && c != '\t'), "{:?}", shown);
    }
}

#[test]
fn a_text_that_is_too_large_to_draw_stays_as_it_is() {
    let table = |rows: usize| format!("| a | b |\n|---|---|\n{}", "| 1 | 2 |\n".repeat(rows));
    assert!(render(&table(10), None).contains('─'));
    let large = table(80_000);
    assert_eq!(render(&large, None), large);
    let wide = |rows: usize| format!("| a |\n|---|\n| {} |\n{}", "w".repeat(20_000), "| b |\n".repeat(rows));
    assert!(render(&wide(10), None).contains('─'));
    let large = wide(40_000);
    assert_eq!(render(&large, None), large);
    let broken = format!("| {} |\n|---|\n| {} |\n", "w".repeat(20_000), "<br>".repeat(100_000));
    assert_eq!(render(&broken, None), broken);
    let one = format!("| {} |\n|---|\n{}\n", "w".repeat(10_000), "| b |\n".repeat(300));
    let drawn = render(&one.repeat(30), None);
    assert!(drawn.contains('─') && drawn.contains("|---|") && drawn.len() < 20 << 20, "some of many");
    let lines = format!("| a |\n|---|\n{}", "b\n".repeat(60_000));
    assert_eq!(render(&lines, None), lines);
    let long = format!("# a\n{}\n", "b".repeat(LONGEST));
    assert_eq!(render(&long, None), long);
    assert_eq!(render(&format!("{long}\u{202e}"), None), format!("{long}\\u{{202e}}\n"));
}
