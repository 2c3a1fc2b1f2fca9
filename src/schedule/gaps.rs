//! The random gaps of a Poisson process of rate 1.

use rand_pcg::Pcg64Mcg;
use rand_pcg::rand_core::{Rng, SeedableRng};

/// Message contents use the same seed; this keeps the two sequences independent.
const STREAM: u64 = 0x6172_7269_7661_6c73;

/// Exponential with mean 1, and the same for the same seed on every machine:
/// each shard of a plan generates the whole sequence.
#[derive(Clone, Debug)]
pub(super) struct Gaps(Pcg64Mcg);

impl Gaps {
    pub(super) fn new(seed: u64) -> Self {
        Self(Pcg64Mcg::seed_from_u64(seed ^ STREAM))
    }

    /// The next gap, by inversion. The logarithm is libm's, because the system's
    /// differs between platforms.
    pub(super) fn next(&mut self) -> f64 {
        // 53 bits, in (0, 1].
        let uniform = ((self.0.next_u64() >> 11) + 1) as f64 / (1u64 << 53) as f64;
        -libm::log(uniform)
    }
}
