//! Markdown for pull requests and the summaries of jobs: text of others is shown as it
//! is, never as markup.

use crate::text::printable;

/// What could be markup is escaped, and the text stays in its line.
pub(super) fn escaped(text: &str) -> String {
    let mut escaped = String::new();
    for c in printable(text).chars() {
        match c {
            '<' => escaped.push_str("&lt;"),
            '&' => escaped.push_str("&amp;"),
            '\\' | '`' | '*' | '_' | '[' | ']' | '|' | '#' | '~' | '!' | '@' => {
                escaped.push('\\');
                escaped.push(c);
            }
            c => escaped.push(c),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn markup_is_shown_as_text() {
        for (text, shown) in [
            ("a | b", "a \\| b"),
            ("<script>&lt;", "&lt;script>&amp;lt;"),
            ("![x](y) `z` @all", "\\!\\[x\\](y) \\`z\\` \\@all"),
            ("a\nb\u{1b}", "a\\\\nb\\\\u{1b}"),
        ] {
            assert_eq!(escaped(text), shown);
        }
    }
}
