//! A sparkline: a value a second as a row of characters, from zero to the highest.

use super::look::Look;

/// Eighths of a cell.
const BLOCKS: [char; 8] = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];
/// The same in ASCII: heavier for higher.
const ASCII: [char; 8] = ['.', ':', '-', '=', '+', '*', '%', '#'];

/// The values as characters; a gap where there is none. The scale begins at zero, so
/// that what is a tenth as long is a tenth as high.
pub(super) fn sparkline(values: &[Option<f64>], look: Look) -> String {
    let levels = if look.unicode { BLOCKS } else { ASCII };
    let highest = highest(values).unwrap_or_default();
    let cell = |value: &Option<f64>| {
        let value = value.as_ref()?;
        let eighths = (value / highest * levels.len() as f64).ceil();
        let level = (eighths as usize).clamp(1, levels.len());
        Some(levels[level - 1])
    };
    values
        .iter()
        .map(|value| cell(value).unwrap_or(' '))
        .collect()
}

/// The value at the top of the scale.
pub(super) fn highest(values: &[Option<f64>]) -> Option<f64> {
    values.iter().flatten().copied().reduce(f64::max)
}

#[cfg(test)]
mod tests {
    use super::*;

    const UNICODE: Look = Look {
        unicode: true,
        paint: crate::output::paint::Paint { colour: false },
    };

    #[test]
    fn the_highest_value_fills_its_cell_and_gaps_stay_empty() {
        let values = [Some(1.0), Some(4.0), None, Some(8.0), Some(0.0)];
        assert_eq!(sparkline(&values, UNICODE), "▁▄ █▁");
        assert_eq!(sparkline(&values, Look::default()), ".= #.");
    }

    #[test]
    fn steady_values_are_alike_and_no_values_are_nothing() {
        assert_eq!(sparkline(&[Some(3.0); 4], UNICODE), "████");
        assert_eq!(sparkline(&[None, None], UNICODE), "  ");
        assert_eq!(sparkline(&[Some(0.0)], UNICODE), "▁");
        assert_eq!(highest(&[None]), None);
    }
}
