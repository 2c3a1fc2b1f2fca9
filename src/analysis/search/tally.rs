//! The class of one load, by the steps made at it.

/// The steps at one load, by how they ended. A step that is long enough to decide
/// alone counts as two.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Tally {
    /// Steps that held.
    pub(crate) held: u32,
    /// Steps that failed.
    pub(crate) failed: u32,
    /// Steps of which the generator or the machine was the limit.
    pub(crate) generator: u32,
}

/// What a load is in the search, in the terms of RFC 9971.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Class {
    /// More steps held than failed. It is confirmed if two held.
    LowerBound {
        /// Whether it was tested again.
        confirmed: bool,
    },
    /// More steps failed than held, at least two.
    UpperBound {
        /// Whether the generator was the limit, not the server.
        of_generator: bool,
    },
    /// It is tested once more.
    Undecided,
}

impl Tally {
    /// The class of the load.
    pub(crate) fn class(self) -> Class {
        let missed = self.failed + self.generator;
        if self.held > missed {
            let confirmed = self.held >= 2;
            // After a failed step, a single step that held is a disagreement.
            return match confirmed || missed == 0 {
                true => Class::LowerBound { confirmed },
                false => Class::Undecided,
            };
        }
        if missed >= 2 && missed > self.held {
            let of_generator = self.generator >= self.failed;
            return Class::UpperBound { of_generator };
        }
        Class::Undecided
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_failed_step_is_repeated_and_a_third_decides_a_disagreement() {
        use Class::{LowerBound, Undecided, UpperBound};
        let lower = |confirmed| LowerBound { confirmed };
        let upper = |of_generator| UpperBound { of_generator };
        for (held, failed, generator, class) in [
            (0, 0, 0, Undecided),
            (1, 0, 0, lower(false)),
            (2, 0, 0, lower(true)),
            (0, 1, 0, Undecided),
            (0, 2, 0, upper(false)),
            (1, 1, 0, Undecided),
            (2, 1, 0, lower(true)),
            (1, 2, 0, upper(false)),
            (0, 0, 1, Undecided),
            (0, 0, 2, upper(true)),
            (1, 0, 1, Undecided),
            (0, 1, 1, upper(true)),
            (0, 2, 1, upper(false)),
            (1, 0, 2, upper(true)),
        ] {
            let tally = Tally {
                held,
                failed,
                generator,
            };
            assert_eq!(tally.class(), class, "{tally:?}");
        }
    }
}
