//! Whether a run passed.

mod figures;

pub use figures::{Figures, Quantile};

/// A condition on a run.
#[derive(Clone, Debug, serde::Serialize)]
pub struct Threshold;
