//! A server's reply, line by line.

/// The lines of a reply, each without its code.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Lines<'a> {
    text: &'a str,
    ends: &'a [usize],
}

impl<'a> Lines<'a> {
    /// `text` has the lines with one byte between them; `ends` has the end of
    /// each.
    pub const fn new(text: &'a str, ends: &'a [usize]) -> Self {
        Self { text, ends }
    }

    /// Each line.
    pub fn iter(self) -> impl Iterator<Item = &'a str> {
        let mut start = 0;
        self.ends.iter().map(move |&end| {
            let line = &self.text[start..end];
            start = (end + 1).min(self.text.len());
            line
        })
    }
}
