//! Draws from the delays of the stages: as random as it must be, as even as it
//! can be.
//!
//! A run of a few thousand messages is to have the quantiles that were asked
//! for. Independent draws don't give it: the 99th percentile of a thousand of
//! them wanders by a tenth. So the draws of a stage, of all sessions together,
//! are taken by strata. Of every 64 in a row each lies in another 64th of the
//! distribution, in random order; and within its 64th, each of 64 such blocks
//! lies in another 64th part of that, in an order that is even from its start.
//! Thus 4,096 draws hit each 4,096th of the distribution once.
//!
//! What it costs: draws are not independent of their neighbours. After a long
//! delay of a stage another as long is a little less likely until the block of
//! 64 ends; bursts of long delays, as a server has that is in trouble, never
//! come. What is drawn depends on the seed and on how many draws were made
//! before, and on nothing else.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use crate::settings::Delay;

/// The draws of one stage.
#[derive(Debug)]
pub(super) struct Draws {
    delay: Delay,
    seed: u64,
    made: AtomicU64,
}

impl Draws {
    /// Draws from `delay`. Stages have different seeds.
    pub(super) fn new(delay: Delay, seed: u64) -> Draws {
        Draws {
            delay,
            seed,
            made: AtomicU64::new(0),
        }
    }

    /// The next one. What is fixed costs nothing.
    pub(super) fn draw(&self) -> Duration {
        match &self.delay {
            Delay::Fixed(duration) => *duration,
            delay => {
                let number = self.made.fetch_add(1, Ordering::Relaxed);
                delay.quantile(quantile(self.seed, number))
            }
        }
    }
}

/// Bits of a place within a block of 64.
const BITS: u32 = 6;
const BLOCK: u64 = 1 << BITS;

/// The quantile of draw `number`, above 0 and below 1.
fn quantile(seed: u64, number: u64) -> f64 {
    let (block, place) = (number / BLOCK, number % BLOCK);
    let stratum = permuted(place, mix(seed ^ mix(block)));
    // The reverse of the bits is even from its start; the exclusive or with a
    // random number keeps that and hides the pattern (a digital shift).
    let reversed = (block % BLOCK).reverse_bits() >> (u64::BITS - BITS);
    let shift = mix(seed ^ mix((block / BLOCK) << BITS | stratum).rotate_left(1)) % BLOCK;
    let part = reversed ^ shift;
    let within = (mix(seed.rotate_left(7) ^ number) >> 12) as f64 + 0.5;
    let within = within / (1_u64 << 52) as f64;
    ((stratum * BLOCK + part) as f64 + within) / (BLOCK * BLOCK) as f64
}

/// A permutation of the numbers below 64: a Feistel network of two halves of
/// three bits, each round with a random function of its own.
fn permuted(place: u64, mut key: u64) -> u64 {
    let (mut left, mut right) = (place >> 3, place & 7);
    for _ in 0..6 {
        let function = key;
        (left, right) = (right, left ^ (function >> (3 * right)) & 7);
        key = mix(key);
    }
    left << 3 | right
}

/// SplitMix64's output function (Steele, Lea, Flood, OOPSLA 2014).
fn mix(number: u64) -> u64 {
    let z = number.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn quantiles(seed: u64, count: u64) -> Vec<f64> {
        (0..count).map(|number| quantile(seed, number)).collect()
    }

    /// How many of the draws lie in each of `parts`.
    fn spread(draws: &[f64], parts: usize) -> Vec<usize> {
        let mut counts = vec![0; parts];
        for draw in draws {
            counts[(draw * parts as f64) as usize] += 1;
        }
        counts
    }

    #[test]
    fn every_block_hits_every_stratum_once() {
        for seed in 0..50 {
            let draws = quantiles(seed, 4096);
            assert!(draws.iter().all(|q| *q > 0.0 && *q < 1.0));
            for block in draws.chunks(64) {
                assert_eq!(spread(block, 64), [1; 64]);
            }
            assert_eq!(spread(&draws, 4096), [1; 4096]);
        }
    }

    #[test]
    fn a_few_hundred_have_the_quantiles_of_the_whole() {
        for seed in 0..200 {
            for count in [256, 500, 1000, 3000] {
                let mut draws = quantiles(seed, count);
                draws.sort_by(f64::total_cmp);
                for q in [0.5, 0.9, 0.99] {
                    let found = draws[(count as f64 * q) as usize];
                    // Independent ones are off by more than 5 / 3,000 each third time.
                    let most = if q == 0.99 { 2.5 } else { 12.0 } / count as f64;
                    assert!((found - q).abs() < most, "{seed} {count} {q}: {found}");
                }
            }
        }
    }

    #[test]
    fn neighbours_and_seeds_are_unlike() {
        let correlation = |a: &[f64], b: &[f64]| {
            let products = a.iter().zip(b).map(|(a, b)| (a - 0.5) * (b - 0.5) * 12.0);
            products.sum::<f64>() / a.len() as f64
        };
        let (one, other) = (quantiles(1, 8192), quantiles(2, 8192));
        for lag in [1, 2, 3, 32, 64, 128, 4096] {
            let found = correlation(&one, &one[lag..]);
            assert!(found.abs() < 0.06, "{lag}: {found}");
        }
        assert!(correlation(&one, &other).abs() < 0.06);
    }

    #[test]
    fn all_sessions_draw_from_one_sequence() {
        let (from, to) = (Duration::ZERO, Duration::from_secs(1));
        let draws = Draws::new(Delay::Uniform { from, to }, 3);
        let drawn = |_| (0..16).map(|_| draws.draw().as_secs_f64()).collect();
        let sessions: Vec<Vec<f64>> = (0..4).map(drawn).collect();
        assert_eq!(spread(&sessions.concat(), 64), [1; 64]);
    }
}
