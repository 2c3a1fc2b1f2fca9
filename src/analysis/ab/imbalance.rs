//! Whether the arms had the same machine: other processes that happen to run beside one
//! arm make it slower.

use crate::analysis::statistics::median;

/// The largest difference of the shares that does not matter: ten percentage points.
const MOST: f64 = 0.10;

/// The share of all cores that other processes took.
pub(crate) fn others_share(machine_s: f64, ours_s: f64, window_s: f64, cores: usize) -> f64 {
    let available = window_s * cores as f64;
    match available > 0.0 {
        true => ((machine_s - ours_s) / available).clamp(0.0, 1.0),
        false => 0.0,
    }
}

/// By how much the medians of the shares of two arms differ, if that is too much.
pub(crate) fn imbalance(base: &[f64], new: &[f64]) -> Option<f64> {
    let difference = median(new.to_vec())? - median(base.to_vec())?;
    (difference.abs() > MOST).then_some(difference)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn arms_that_had_another_machine_are_found() {
        assert_eq!(others_share(3.0, 1.0, 5.0, 2), 0.2);
        // The clocks of a process and of the machine have other resolutions.
        assert_eq!(others_share(0.9, 1.0, 5.0, 2), 0.0);
        let quiet = [0.05, 0.04, 0.9];
        assert_eq!(imbalance(&quiet, &[0.1, 0.14, 0.15]), None);
        let difference = imbalance(&quiet, &[0.16, 0.16, 0.0]).unwrap();
        assert!((difference - 0.11).abs() < 1e-12);
        assert!(imbalance(&[0.5], &[0.2]).unwrap() < 0.0);
        assert_eq!(imbalance(&[], &[0.5]), None);
    }
}
