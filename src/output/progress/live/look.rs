//! What a terminal can show: colours, and characters beyond ASCII.

use std::env;

use crate::output::paint::Paint;

/// Colours and characters.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Look {
    pub(super) paint: Paint,
    /// Whether block characters and ellipses can be used.
    pub(super) unicode: bool,
}

impl Look {
    /// That of standard error.
    pub(super) fn of_stderr() -> Self {
        Self {
            paint: Paint::for_stderr(),
            unicode: is_utf8(|name| env::var(name).ok()),
        }
    }

    /// The text in at most `width` characters, with a mark where it is cut.
    pub(super) fn cut(self, text: &str, width: usize) -> String {
        let mark = if self.unicode { "…" } else { ".." };
        if text.chars().count() <= width {
            return text.to_owned();
        }
        let kept = width.saturating_sub(mark.chars().count());
        let kept: String = text.chars().take(kept).collect();
        let cut = format!("{}{mark}", kept.trim_end());
        cut.chars().take(width).collect()
    }

    /// Text of others in characters that are one column wide in every terminal.
    pub(super) fn plain(self, text: &str) -> String {
        let one_column = |c: char| match c {
            ' '..='~' => true,
            '\u{a1}'..'\u{300}' | '\u{370}'..'\u{483}' => self.unicode && c != '\u{ad}',
            _ => false,
        };
        text.chars()
            .map(|c| if one_column(c) { c } else { '?' })
            .collect()
    }
}

/// Whether the locale's characters are UTF-8: the first of these variables that is not
/// empty decides (POSIX, "Internationalization Variables").
fn is_utf8(variable: impl Fn(&str) -> Option<String>) -> bool {
    let mut values = ["LC_ALL", "LC_CTYPE", "LANG"].into_iter();
    let value = values.find_map(|name| variable(name).filter(|value| !value.is_empty()));
    let value = value.unwrap_or_default().to_ascii_lowercase();
    value.contains("utf-8") || value.contains("utf8")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_variable_that_is_set_names_the_characters() {
        let utf8 = |set: &[(&str, &str)]| {
            is_utf8(|name| {
                let mut all = set.iter();
                let found = all.find(|(each, _)| *each == name);
                found.map(|(_, value)| (*value).to_owned())
            })
        };
        assert!(!utf8(&[]));
        assert!(utf8(&[("LANG", "en_GB.UTF-8")]));
        assert!(utf8(&[("LC_ALL", ""), ("LC_CTYPE", "C.utf8")]));
        assert!(!utf8(&[("LC_ALL", "C"), ("LANG", "en_GB.UTF-8")]));
        assert!(!utf8(&[("LANG", "de_DE.ISO-8859-1")]));
    }

    #[test]
    fn text_is_cut_with_a_mark_and_never_wider_than_asked() {
        let (ascii, unicode) = (
            Look::default(),
            Look {
                unicode: true,
                ..Look::default()
            },
        );
        assert_eq!(unicode.cut("seventeen", 9), "seventeen");
        assert_eq!(unicode.cut("seventeen", 6), "seven…");
        assert_eq!(ascii.cut("seventeen", 6), "seve..");
        assert_eq!(ascii.cut("a b c", 4), "a..");
        for width in 0..4 {
            assert!(ascii.cut("seventeen", width).chars().count() <= width);
        }
    }

    #[test]
    fn characters_of_unknown_width_are_replaced() {
        let (ascii, unicode) = (
            Look::default(),
            Look {
                unicode: true,
                ..Look::default()
            },
        );
        assert_eq!(unicode.plain("é Ω 漢 e\u{301} \u{202e}\x1b"), "é Ω ? e? ??");
        assert_eq!(ascii.plain("é-ok"), "?-ok");
    }
}
