//! A quantile of a latency.

/// A quantile, in microseconds.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum FigureValue {
    /// Nothing was measured.
    Empty,
    /// This value.
    Value(f64),
    /// Longer than this: messages without a latency (timed out, lost, of
    /// unknown fate, unsent) and failed sessions count as longer than any that
    /// was measured, and the quantile falls among them.
    Above(f64),
}
