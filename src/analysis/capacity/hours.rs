//! The largest volume of a series of hours: in one hour, and in any 24.
//!
//! SES counts the previous 24 hours at every message, so a calendar day is not
//! enough. Where the rate inside an hour is even, the sum over a moving window is
//! piecewise linear, and largest where the window begins on the hour. Any other
//! shape touches 25 hours at most, whose sum is the upper bound.

/// A day has this many hours.
const DAY: usize = 24;

/// The largest sums of a series.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct LargestSums {
    /// Hour with the largest volume, from 0, and its volume.
    pub(super) hour: (usize, f64),
    /// First hour of the 24 with the largest sum, and that sum.
    pub(super) day: (usize, f64),
    /// What no 24 hours exceed, whatever the shape inside the hours.
    pub(super) at_most: f64,
}

/// The largest sums of a series of hours; `None` if it is empty. A series that is
/// shorter than a window counts as a whole.
pub(super) fn largest_sums(hours: &[f64]) -> Option<LargestSums> {
    Some(LargestSums {
        hour: largest(hours, 1)?,
        day: largest(hours, DAY)?,
        at_most: largest(hours, DAY + 1)?.1,
    })
}

/// The first window with the largest sum.
fn largest(hours: &[f64], length: usize) -> Option<(usize, f64)> {
    let length = length.min(hours.len()).max(1);
    let sums = hours.windows(length).map(|window| window.iter().sum());
    sums.enumerate()
        .reduce(|best: (usize, f64), next| if next.1 > best.1 { next } else { best })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_day_is_any_24_hours() {
        let mut hours = vec![0.0; 48];
        hours[20] = 10.0;
        hours[30] = 7.0;
        let sums = largest_sums(&hours).unwrap();
        assert_eq!(sums.hour, (20, 10.0));
        assert_eq!(sums.day, (7, 17.0));
        assert_eq!(largest_sums(&[]), None);
        assert_eq!(largest_sums(&[1.0, 2.0]).unwrap().day, (0, 3.0));
    }

    proptest! {
        /// The window that begins `fraction` into an hour: never above the largest
        /// one that begins on the hour.
        #[test]
        fn no_window_exceeds_the_largest(
            hours in prop::collection::vec(0_u32..1_000, 26..80),
            start in 0_usize..100,
            fraction in 0.0..1.0_f64,
        ) {
            let hours: Vec<f64> = hours.into_iter().map(f64::from).collect();
            let start = start % (hours.len() - DAY);
            let whole: f64 = hours[start + 1..start + DAY].iter().sum();
            let moved = whole + hours[start] * (1.0 - fraction) + hours[start + DAY] * fraction;
            let sums = largest_sums(&hours).unwrap();
            prop_assert!(moved <= sums.day.1 + 1e-6);
            // All of both hours at the ends, at any shape.
            prop_assert!(whole + hours[start] + hours[start + DAY] <= sums.at_most + 1e-6);
        }
    }
}
