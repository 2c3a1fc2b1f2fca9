//! The pattern of the last normalised reply: most replies that accept a message
//! differ from the previous one only in the letters and digits of an id.
//!
//! Such a reply has the same normal form. One pass over its bytes detects that, at a
//! fraction of the cost of normalising it. Used only for accepted messages; refusals
//! are always normalised.

/// A reply, and which of its bytes may vary.
#[derive(Debug, Default)]
pub(super) struct Shape {
    text: String,
    /// For each byte: all ones if it is fixed, 0 if it may be any letter or digit.
    fixed: Vec<u8>,
}

impl Shape {
    /// Resets the pattern to `text`, with every byte fixed.
    pub(super) fn set(&mut self, text: &str) {
        self.text.clear();
        self.text.push_str(text);
        self.fixed.clear();
        self.fixed.resize(text.len(), u8::MAX);
    }

    /// Lets the letters and digits of `text[from..to]` vary.
    pub(super) fn loosen(&mut self, from: usize, to: usize) {
        let bytes = &self.text.as_bytes()[from..to];
        for (byte, fixed) in bytes.iter().zip(&mut self.fixed[from..to]) {
            if byte.is_ascii_alphanumeric() {
                *fixed = 0;
            }
        }
    }

    /// Whether `text` is identical.
    pub(super) fn is(&self, text: &str) -> bool {
        self.text == text
    }

    /// Whether `text` is equal except for letters and digits that may vary. Byte
    /// arithmetic without branches, so that the compiler processes 16 at a time: this
    /// runs twice for each accepted message.
    pub(super) fn fits(&self, text: &str) -> bool {
        let (ours, theirs) = (self.text.as_bytes(), text.as_bytes());
        if ours.len() != theirs.len() || ours.is_empty() {
            return false;
        }
        let bytes = ours.iter().zip(theirs).zip(&self.fixed);
        let misfit = bytes.fold(0, |misfit, ((ours, theirs), fixed)| {
            // 0 if it is a digit; below, if it is a letter.
            let digit = theirs.wrapping_sub(b'0').saturating_sub(9);
            let letter = (theirs | 0x20).wrapping_sub(b'a').saturating_sub(25);
            misfit | ((ours ^ theirs) & fixed) | (digit.min(letter) & !fixed)
        });
        misfit == 0
    }
}
