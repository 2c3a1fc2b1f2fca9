//! What a search varies, and which load comes next: further out while one side of
//! the bracket is open, and between its ends when both are known.
//!
//! A load is a number: a rate per second, in the unit of `load.rate`, or a number of
//! sessions. A higher rate is harder to hold, and so are fewer sessions.

/// What is varied.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Vary {
    /// The rate, with the sessions of the scenario.
    Rate,
    /// The number of sessions, at the rate of the scenario.
    Sessions,
}

impl Vary {
    /// The name in flags and results.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Rate => "rate",
            Self::Sessions => "sessions",
        }
    }
}

/// The loads that a search may use.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Axis {
    /// What is varied.
    pub(crate) vary: Vary,
    /// The easiest load: the lowest rate, or the most sessions.
    pub(crate) easiest: f64,
    /// The hardest load: the highest rate, or the fewest sessions.
    pub(crate) hardest: f64,
    /// The width of the final bracket, as a share of the load that holds.
    pub(crate) precision: f64,
}

/// The factor between two loads while one end of the bracket is open.
const FACTOR: f64 = 2.0;

/// A finer precision needs a fourth significant digit of the rate.
const FINE: f64 = 0.02;

impl Axis {
    /// Whether `a` is harder to hold than `b`.
    pub(crate) fn is_harder(&self, a: f64, b: f64) -> bool {
        match self.vary {
            Vary::Rate => a > b,
            Vary::Sessions => a < b,
        }
    }

    /// The next load to try when `load` holds; none if it is the hardest.
    pub(crate) fn harder(&self, load: f64) -> Option<f64> {
        let next = match self.vary {
            Vary::Rate => load * FACTOR,
            Vary::Sessions => (load / FACTOR).floor(),
        };
        let next = self.rounded(next);
        self.is_harder(next, load).then_some(next)
    }

    /// The next load to try when `load` does not hold; none if it is the easiest.
    pub(crate) fn easier(&self, load: f64) -> Option<f64> {
        let next = match self.vary {
            Vary::Rate => load / FACTOR,
            Vary::Sessions => load * FACTOR,
        };
        let next = self.rounded(next);
        self.is_harder(load, next).then_some(next)
    }

    /// A load between one that holds and one that does not; none if they are as close
    /// as `width`, as a share, or have no load between them.
    pub(crate) fn between(&self, held: f64, failed: f64, width: f64) -> Option<f64> {
        let ratio = held.max(failed) / held.min(failed);
        // Rounding of the loads does not make another step.
        if ratio <= 1.0 + width + 1e-9 {
            return None;
        }
        let middle = self.rounded((held * failed).sqrt());
        let is_between = self.is_harder(middle, held) && self.is_harder(failed, middle);
        is_between.then_some(middle)
    }

    /// The load with few digits, so that it can be read and written again, and within
    /// the bounds.
    pub(crate) fn rounded(&self, load: f64) -> f64 {
        let load = match self.vary {
            Vary::Rate => significant(load, if self.precision < FINE { 4 } else { 3 }),
            Vary::Sessions => load.round(),
        };
        let (low, high) = (
            self.easiest.min(self.hardest),
            self.easiest.max(self.hardest),
        );
        load.clamp(low, high)
    }
}

/// A number with that many significant digits, as its decimal text is read.
fn significant(number: f64, digits: i32) -> f64 {
    if number <= 0.0 {
        return number;
    }
    let decimals = digits - 1 - number.log10().floor() as i32;
    match usize::try_from(decimals) {
        Ok(decimals) => format!("{number:.decimals$}").parse().unwrap_or(number),
        Err(_) => {
            let unit = 10_f64.powi(-decimals);
            (number / unit).round() * unit
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const RATES: Axis = Axis {
        vary: Vary::Rate,
        easiest: 1.0,
        hardest: 333.5,
        precision: 0.05,
    };
    const SESSIONS: Axis = Axis {
        vary: Vary::Sessions,
        easiest: 140.0,
        hardest: 1.0,
        precision: 0.05,
    };

    #[test]
    fn an_open_side_is_searched_by_a_factor_of_two_up_to_the_bound() {
        assert_eq!(RATES.harder(50.0), Some(100.0));
        assert_eq!(RATES.harder(200.0), Some(333.5));
        assert_eq!(RATES.harder(333.5), None);
        assert_eq!(RATES.easier(1.5), Some(1.0));
        assert_eq!(RATES.easier(1.0), None);
        assert_eq!(SESSIONS.harder(5.0), Some(2.0));
        assert_eq!(SESSIONS.harder(1.0), None);
        assert_eq!(SESSIONS.easier(100.0), Some(140.0));
        assert_eq!(SESSIONS.easier(140.0), None);
    }

    #[test]
    fn a_bracket_is_divided_in_proportion_until_it_is_narrow() {
        assert_eq!(RATES.between(10.0, 20.0, 0.05), Some(14.1));
        assert_eq!(RATES.between(20.0, 21.2, 0.05), Some(20.6));
        assert_eq!(RATES.between(20.0, 21.0, 0.05), None);
        assert_eq!(SESSIONS.between(8.0, 4.0, 0.05), Some(6.0));
        assert_eq!(SESSIONS.between(5.0, 4.0, 0.05), None);
        assert_eq!(SESSIONS.between(105.0, 100.0, 0.05), None);
    }

    #[test]
    fn loads_have_few_digits() {
        assert_eq!(significant(14.142, 3), 14.1);
        assert_eq!(significant(14.142, 4), 14.14);
        assert_eq!(significant(0.014_142, 3), 0.014_1);
        assert_eq!(significant(141_421.0, 3), 141_000.0);
        assert_eq!(significant(999.9, 3), 1_000.0);
    }
}
