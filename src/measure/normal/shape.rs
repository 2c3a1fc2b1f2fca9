//! The shape of the reply made alike last: most replies that accept a message
//! differ from the one before in the letters and digits of an id only.
//!
//! Such a reply has the same normal form, and one pass over its bytes shows it,
//! at a fraction of the cost of reading it word by word. It is asked only of
//! accepted messages; a refusal is read whole every time.

/// A reply, and which of its bytes may differ.
#[derive(Debug, Default)]
pub(super) struct Shape {
    text: String,
    /// For each byte: all ones where it is fixed, 0 where another letter or
    /// digit may stand.
    fixed: Vec<u8>,
}

impl Shape {
    /// Starts over with `text`, every byte of it fixed.
    pub(super) fn set(&mut self, text: &str) {
        self.text.clear();
        self.text.push_str(text);
        self.fixed.clear();
        self.fixed.resize(text.len(), u8::MAX);
    }

    /// Lets the letters and digits of `text[from..to]` differ.
    pub(super) fn loosen(&mut self, from: usize, to: usize) {
        let bytes = &self.text.as_bytes()[from..to];
        for (byte, fixed) in bytes.iter().zip(&mut self.fixed[from..to]) {
            if byte.is_ascii_alphanumeric() {
                *fixed = 0;
            }
        }
    }

    /// Whether `text` is the very same.
    pub(super) fn is(&self, text: &str) -> bool {
        self.text == text
    }

    /// Whether `text` is the same but for letters and digits that may differ.
    /// It is arithmetic of bytes without a branch, so that the compiler takes 16
    /// of them at a time: this is done twice for each accepted message.
    pub(super) fn fits(&self, text: &str) -> bool {
        let (ours, theirs) = (self.text.as_bytes(), text.as_bytes());
        if ours.len() != theirs.len() || ours.is_empty() {
            return false;
        }
        let bytes = ours.iter().zip(theirs).zip(&self.fixed);
        let misfit = bytes.fold(0, |misfit, ((ours, theirs), fixed)| {
            // 0 where it is a digit, a letter.
            let digit = theirs.wrapping_sub(b'0').saturating_sub(9);
            let variant_template = (theirs | 0x20).wrapping_sub(b'a').saturating_sub(25);
            misfit | ((ours ^ theirs) & fixed) | (digit.min(variant_template) & !fixed)
        });
        misfit == 0
    }
}
