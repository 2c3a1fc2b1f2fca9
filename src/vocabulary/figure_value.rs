//! The value of a figure of a run.

/// What a run shows for a figure, in the figure's unit.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum FigureValue {
    /// Nothing was measured.
    Empty,
    /// This value.
    Value(f64),
    /// Longer than this: messages without a latency (`timeout`, `lost`,
    /// `unknown`, `unsent`) and failed sessions count as longer than any
    /// measured latency, and the figure falls among them.
    Above(f64),
}

impl FigureValue {
    /// The value, where it is known.
    pub(crate) fn number(self) -> Option<f64> {
        match self {
            Self::Value(value) => Some(value),
            Self::Empty | Self::Above(_) => None,
        }
    }
}
