//! A complete reply.

use super::reader::InvalidReply;
use crate::vocabulary::Lines;

/// Maximum number of lines of one reply. The longest replies of real servers
/// are those to EHLO, with under 30.
pub(super) const MAX_LINES: usize = 128;

/// A complete reply.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Reply {
    code: u16,
    /// Texts of the lines, joined by a space.
    text: String,
    /// Where each line ends in `text`.
    ends: Vec<usize>,
    /// The redacted version, if the reply contains secrets.
    told: Option<Box<Reply>>,
}

impl Reply {
    /// The three-digit code.
    pub fn code(&self) -> u16 {
        self.code
    }

    /// Whether the code is 2xx.
    pub fn is_positive(&self) -> bool {
        self.code / 100 == 2
    }

    /// Whether the code is 4xx.
    pub fn is_transient(&self) -> bool {
        self.code / 100 == 4
    }

    /// The enhanced status code (RFC 3463), if the text opens with one.
    pub fn enhanced(&self) -> Option<&str> {
        split_enhanced(&self.text).0
    }

    /// The text without codes, lines joined by a space.
    pub fn text(&self) -> &str {
        split_enhanced(&self.text).1
    }

    /// The text of each line, without the code.
    pub fn lines(&self) -> Lines<'_> {
        Lines::new(&self.text, &self.ends)
    }

    /// Whether it has no line yet.
    pub(super) fn is_empty(&self) -> bool {
        self.ends.is_empty()
    }

    /// The version to report: the reply itself, or the redacted version.
    pub(super) fn told(&self) -> &Self {
        self.told.as_deref().unwrap_or(self)
    }

    /// Stores a redacted version of each line; the reply's meaning stays the
    /// same.
    pub(super) fn retell(&mut self, reworded: impl Fn(&str) -> String) {
        let mut told = Self {
            code: self.code,
            ..Self::default()
        };
        for line in self.lines().iter() {
            told.push_line(reworded(line).as_bytes());
        }
        self.told = Some(Box::new(told));
    }

    /// The text of all lines, enhanced code included.
    pub(super) fn whole(&self) -> &str {
        &self.text
    }

    pub(super) fn clear(&mut self) {
        self.code = 0;
        self.text.clear();
        self.ends.clear();
        self.told = None;
    }

    /// Whether another line with this code may follow; the first line sets the
    /// code.
    pub(super) fn accepts(&mut self, code: u16) -> Result<(), InvalidReply> {
        if self.ends.is_empty() {
            self.code = code;
        }
        let first = self.code;
        match (first == code, self.ends.len() < MAX_LINES) {
            (false, _) => Err(InvalidReply::CodesDiffer { first, later: code }),
            (_, false) => Err(InvalidReply::ManyLines),
            _ => Ok(()),
        }
    }

    pub(super) fn push_line(&mut self, text: &[u8]) {
        if !self.ends.is_empty() {
            self.text.push(' ');
        }
        match std::str::from_utf8(text) {
            Ok(text) => self.text.push_str(text),
            Err(_) => self.text.push_str(&String::from_utf8_lossy(text)),
        }
        self.ends.push(self.text.len());
    }
}

/// Splits `class.subject.detail` (RFC 3463 section 2) from the start of a text.
fn split_enhanced(text: &str) -> (Option<&str>, &str) {
    match enhanced_length(text.as_bytes()) {
        Some(length) => {
            let (enhanced, rest) = text.split_at(length);
            (Some(enhanced), rest.strip_prefix(' ').unwrap_or(rest))
        }
        None => (None, text),
    }
}

/// Looks only at the start: this runs for every reply, and searching whole
/// texts took a fifth of all instructions for a message.
fn enhanced_length(text: &[u8]) -> Option<usize> {
    let [b'2' | b'4' | b'5', b'.', rest @ ..] = text else {
        return None;
    };
    let subject = number_length(rest)?;
    let [b'.', rest @ ..] = &rest[subject..] else {
        return None;
    };
    let length = "c.".len() + subject + ".".len() + number_length(rest)?;
    matches!(text.get(length), None | Some(b' ')).then_some(length)
}

/// A number of one to three digits.
fn number_length(text: &[u8]) -> Option<usize> {
    let digits = text.iter().take_while(|byte| byte.is_ascii_digit());
    let length = digits.take(4).count();
    (1..=3).contains(&length).then_some(length)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_that_only_looks_like_an_enhanced_code_stays_text() {
        for text in [
            "",
            "4",
            "4.",
            "4.4",
            "4.4 x",
            "4.4.",
            "4.4.2.1 x",
            "9.9.9 x",
            "4..2 x",
            "1.2.3 x",
            "4.4.2x y",
            "4.1234.1 x",
            "4.1.1234 x",
            "2.0.\u{e9} x",
        ] {
            assert_eq!(split_enhanced(text), (None, text));
        }
    }

    #[test]
    fn an_enhanced_code_is_separated_from_the_text_after_it() {
        for (text, enhanced, rest) in [
            ("2.0.0 Ok: queued", "2.0.0", "Ok: queued"),
            ("4.7.1", "4.7.1", ""),
            ("5.123.456  two spaces", "5.123.456", " two spaces"),
        ] {
            assert_eq!(split_enhanced(text), (Some(enhanced), rest));
        }
    }
}
