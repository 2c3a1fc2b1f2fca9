//! Formats shares as percentages.

/// A share of `total` as a percentage.
pub(crate) fn percent(part: f64, total: f64) -> String {
    let percent = (part / total * 1_000.0).round() / 10.0;
    format!("{percent}%")
}
