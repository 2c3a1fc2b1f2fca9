//! Makes text from a server safe for a terminal.

/// The text with control characters escaped, so that no server can move the
/// cursor, set a colour or ring the bell.
pub(crate) fn printable(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    for c in text.chars() {
        match c.is_control() {
            true => shown.extend(c.escape_default()),
            false => shown.push(c),
        }
    }
    shown
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn control_characters_are_written_out_and_nothing_else_is() {
        let shown = "\\u{1b}[31mred\\u{7} \\r\\n\\u{9b}";
        assert_eq!(printable("\u{1b}[31mred\u{7} \r\n\u{9b}"), shown);
        assert_eq!(printable(shown), shown);
        assert_eq!(printable("Grüße \\ 250"), "Grüße \\ 250");
    }
}
