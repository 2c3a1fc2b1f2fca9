//! Ranks of values, with midranks for ties.

/// Twice the midrank of each value: a whole number, also where values are equal.
pub(super) fn doubled_midranks(values: &[f64]) -> Vec<usize> {
    let mut order: Vec<usize> = (0..values.len()).collect();
    order.sort_by(|a, b| values[*a].total_cmp(&values[*b]));
    let mut ranks = vec![0; values.len()];
    let mut first = 0;
    while first < order.len() {
        let value = values[order[first]];
        let equal = order[first..].iter();
        let equal = equal.take_while(|at| values[**at] == value).count().max(1);
        let end = first + equal;
        for at in &order[first..end] {
            // The mean of the ranks first + 1 to end, doubled.
            ranks[*at] = first + 1 + end;
        }
        first = end;
    }
    ranks
}

/// The median: the middle one of the values, or the mean of the two in the middle. None
/// without values.
pub(crate) fn median(mut values: Vec<f64>) -> Option<f64> {
    values.sort_by(f64::total_cmp);
    let low = values.get(values.len().saturating_sub(1) / 2)?;
    Some(f64::midpoint(*low, values[values.len() / 2]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_values_share_the_mean_of_their_ranks() {
        for (values, doubled) in [
            (&[][..], &[][..]),
            (&[3.0], &[2]),
            (&[3.0, 1.0, 2.0], &[6, 2, 4]),
            (&[1.0, 1.0], &[3, 3]),
            (&[5.0, 1.0, 5.0, 5.0], &[6, 2, 6, 6]),
            (&[0.0, -0.0, 1.0], &[3, 3, 6]),
        ] {
            assert_eq!(doubled_midranks(values), doubled, "{values:?}");
        }
    }

    #[test]
    fn the_median_of_an_even_number_is_between_the_middle_two() {
        assert_eq!(median(vec![4.0, 1.0, 2.0]), Some(2.0));
        assert_eq!(median(vec![9.0, 4.0, 1.0, 2.0]), Some(3.0));
        assert_eq!(median(Vec::new()), None);
    }
}
