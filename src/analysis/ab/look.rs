//! When a series looks at its result, and at which level each look decides.
//!
//! A series that looked after every pair and stopped at the first significant result
//! would call most equal arms different. So it looks twice at most, and the two levels
//! add up to that of a single look.

/// A look at the result, after so many pairs.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Look {
    /// Pairs that have run, dropped ones included. The discarded first one does not
    /// count.
    pub(crate) pairs: usize,
    /// The level of its tests.
    pub(crate) alpha: f64,
}

impl Look {
    /// The confidence of the interval that has to lie within the floor for `unchanged`:
    /// two one-sided tests, each at the level of the look.
    pub(crate) fn confidence(self) -> f64 {
        1.0 - 2.0 * self.alpha
    }
}

/// Pairs before the first of two looks.
const FIRST: usize = 10;

/// The level of a single look.
const LEVEL: f64 = 0.05;

/// The level of the first of two looks; the rest of [`LEVEL`] is for the second.
const FIRST_LEVEL: f64 = 0.02;

/// The looks of a series of at most so many pairs.
pub(crate) fn looks(most: usize) -> Vec<Look> {
    let look = |pairs, alpha| Look { pairs, alpha };
    match most {
        ..=FIRST => vec![look(most, LEVEL)],
        _ => vec![look(FIRST, FIRST_LEVEL), look(most, LEVEL - FIRST_LEVEL)],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_looks_share_the_level_of_one() {
        let shown = |most| {
            let looks = looks(most).into_iter();
            Vec::from_iter(looks.map(|look| {
                let (alpha, confidence) = (look.alpha, look.confidence());
                format!("{} {alpha:.2} {confidence:.2}", look.pairs)
            }))
        };
        assert_eq!(shown(20), ["10 0.02 0.96", "20 0.03 0.94"]);
        assert_eq!(shown(30), ["10 0.02 0.96", "30 0.03 0.94"]);
        assert_eq!(shown(10), ["10 0.05 0.90"]);
        assert_eq!(shown(7), ["7 0.05 0.90"]);
    }
}
