//! The error of every quantity.

/// Why a text is not a quantity: what was wrong with it, and what is expected.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("invalid {quantity} {text:?}: expected {expected}")]
pub struct InvalidQuantity {
    quantity: &'static str,
    text: String,
    expected: &'static str,
}

impl InvalidQuantity {
    /// `text` is not a `quantity`, such as "duration"; `expected` completes
    /// "expected ...".
    #[must_use]
    pub fn new(quantity: &'static str, text: &str, expected: &'static str) -> InvalidQuantity {
        InvalidQuantity {
            quantity,
            text: text.to_owned(),
            expected,
        }
    }

    /// What is expected instead, to complete "expected ...".
    #[must_use]
    pub fn expected(&self) -> &'static str {
        self.expected
    }
}
