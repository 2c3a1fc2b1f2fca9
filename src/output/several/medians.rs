//! The middle of several runs: the run is the unit, and quantiles are never averaged.

use crate::vocabulary::FigureValue;

/// The median of values. One that is only known to be longer counts as longer than any
/// other.
pub(crate) fn median(values: impl IntoIterator<Item = FigureValue>) -> FigureValue {
    let values = values.into_iter().filter_map(|value| match value {
        FigureValue::Empty => None,
        FigureValue::Value(number) => Some((false, number)),
        FigureValue::Above(number) => Some((true, number)),
    });
    let mut sorted: Vec<(bool, f64)> = values.collect();
    sorted.sort_by(|a, b| a.0.cmp(&b.0).then(a.1.total_cmp(&b.1)));
    let middle = sorted.len().saturating_sub(1) / 2;
    match (sorted.get(middle), sorted.get(sorted.len() / 2)) {
        (Some((false, low)), Some((false, high))) => FigureValue::Value(f64::midpoint(*low, *high)),
        (_, Some((_, high))) => FigureValue::Above(*high),
        (_, None) => FigureValue::Empty,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_that_is_only_known_to_be_longer_is_the_longest() {
        use FigureValue::{Above, Empty, Value};
        for (values, expected) in [
            (&[Value(3.0), Value(1.0), Empty, Value(2.0)][..], Value(2.0)),
            (&[Value(1.0), Value(2.0)], Value(1.5)),
            (&[Above(1.0), Value(5.0), Value(4.0)], Value(5.0)),
            (&[Above(1.0), Value(5.0)], Above(1.0)),
            (&[Empty], Empty),
            (&[], Empty),
        ] {
            assert_eq!(median(values.iter().copied()), expected, "{values:?}");
        }
    }
}
