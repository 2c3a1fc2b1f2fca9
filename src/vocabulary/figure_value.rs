//! A quantile of a latency.

/// A quantile, in microseconds.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum FigureValue {
    /// Nothing was measured.
    Empty,
    /// This value.
    Value(f64),
    /// Longer than this: messages without a latency (`timeout`, `lost`,
    /// `unknown`, `unsent`) and failed sessions count as longer than any
    /// measured latency, and the quantile falls among them.
    Above(f64),
}
