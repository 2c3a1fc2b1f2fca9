//! Random gaps: those of a Poisson process of rate 1.

use rand_pcg::Pcg64Mcg;
use rand_pcg::rand_core::{Rng, SeedableRng};

/// Message contents are drawn from the same seed; this keeps the two apart.
const STREAM: u64 = 0x6172_7269_7661_6c73;

/// Exponentially distributed with mean 1, the same for the same seed on every
/// machine: shards of one plan draw them each for themselves.
#[derive(Clone, Debug)]
pub(super) struct Gaps(Pcg64Mcg);

impl Gaps {
    pub(super) fn new(seed: u64) -> Self {
        Self(Pcg64Mcg::seed_from_u64(seed ^ STREAM))
    }

    /// The next one, by inversion. The logarithm is libm's, because the
    /// system's is not the same everywhere.
    pub(super) fn next(&mut self) -> f64 {
        // 53 bits, from above 0 up to 1 and including it.
        let uniform = ((self.0.next_u64() >> 11) + 1) as f64 / (1u64 << 53) as f64;
        -libm::log(uniform)
    }
}
