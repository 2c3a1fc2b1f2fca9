//! The random gaps of a Poisson process of rate 1.

use rand_pcg::Pcg64Mcg;
use rand_pcg::rand_core::Rng;

use crate::random;

/// Exponential with mean 1, and the same for the same seed on every machine:
/// each shard of a plan generates the whole sequence.
#[derive(Clone, Debug)]
pub(super) struct Gaps(Pcg64Mcg);

impl Gaps {
    pub(super) fn new(seed: u64) -> Self {
        Self(random::arrivals(seed))
    }

    /// The next gap, by inversion. The logarithm is libm's, because the system's
    /// differs between platforms.
    pub(super) fn next(&mut self) -> f64 {
        -libm::log(random::above_zero(self.0.next_u64()))
    }
}
