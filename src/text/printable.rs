//! Makes text from a server safe for a terminal.

/// The text with control characters escaped, so that no server can move the
/// cursor, set a colour, ring the bell, or turn the direction of the text around it.
pub(crate) fn printable(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    for c in text.chars() {
        match c.is_control() || turns_text(c) {
            true => shown.extend(c.escape_default()),
            false => shown.push(c),
        }
    }
    shown
}

/// Marks of direction (UAX 9), and separators of lines that are no control characters.
const fn turns_text(c: char) -> bool {
    matches!(c, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn control_characters_are_written_out_and_nothing_else_is() {
        let shown = "\\u{1b}[31mred\\u{7} \\r\\n\\u{9b}";
        assert_eq!(printable("\u{1b}[31mred\u{7} \r\n\u{9b}"), shown);
        assert_eq!(printable(shown), shown);
        assert_eq!(printable("a\u{202e}b\u{2028}"), "a\\u{202e}b\\u{2028}");
        assert_eq!(printable("Grüße \\ 250"), "Grüße \\ 250");
    }
}
