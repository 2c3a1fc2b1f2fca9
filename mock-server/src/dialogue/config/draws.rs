//! Stratified sampling of the delays of a stage.
//!
//! A run of a few thousand messages should have the configured quantiles.
//! Independent draws do not achieve that: the 99th percentile of a thousand
//! draws varies by a tenth. So the draws of a stage, over all sessions, are
//! stratified. Of every 64 consecutive draws each lies in a different 64th of the
//! distribution, in random order. Within its 64th, each of 64 such blocks lies in
//! a different 64th part, in an order that is even from its start. Thus 4,096
//! draws hit each 4,096th of the distribution once.
//!
//! The cost: successive draws are not independent. After a long delay of a stage
//! another one is slightly less likely until the block of 64 ends, and there are
//! no bursts of long delays, as with a server in trouble. A draw depends only on
//! the seed and the number of draws before it.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use crate::random::mix;
use crate::settings::Delay;

/// The draws of one stage.
#[derive(Debug)]
pub(super) struct Draws {
    delay: Delay,
    seed: u64,
    made: AtomicU64,
}

impl Draws {
    /// Draws from `delay`. Each stage has its own seed.
    pub(super) fn new(delay: Delay, seed: u64) -> Draws {
        Draws {
            delay,
            seed,
            made: AtomicU64::new(0),
        }
    }

    /// The next draw. A fixed delay costs nothing.
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

/// Bits of a position within a block of 64.
const BITS: u32 = 6;
const BLOCK: u64 = 1 << BITS;

/// The quantile of draw `number`, above 0 and below 1.
fn quantile(seed: u64, number: u64) -> f64 {
    let (block, place) = (number / BLOCK, number % BLOCK);
    let stratum = permuted(place, mix(seed ^ mix(block)));
    // Bit reversal gives a sequence that is even from its start; the exclusive or
    // with a random number keeps that and hides the pattern (a digital shift).
    let reversed = (block % BLOCK).reverse_bits() >> (u64::BITS - BITS);
    let shift = mix(seed ^ mix((block / BLOCK) << BITS | stratum).rotate_left(1)) % BLOCK;
    let part = reversed ^ shift;
    let within = (mix(seed.rotate_left(7) ^ number) >> 12) as f64 + 0.5;
    let within = within / (1_u64 << 52) as f64;
    ((stratum * BLOCK + part) as f64 + within) / (BLOCK * BLOCK) as f64
}

/// A permutation of the numbers below 64: a Feistel network of two halves of
/// three bits, with a different random function in each round.
fn permuted(place: u64, mut key: u64) -> u64 {
    let (mut left, mut right) = (place >> 3, place & 7);
    for _ in 0..6 {
        let function = key;
        (left, right) = (right, left ^ (function >> (3 * right)) & 7);
        key = mix(key);
    }
    left << 3 | right
}

#[cfg(test)]
mod tests {
    use super::*;

    fn quantiles(seed: u64, count: u64) -> Vec<f64> {
        (0..count).map(|number| quantile(seed, number)).collect()
    }

    /// How many draws lie in each of `parts` equal parts.
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
                    // Independent draws differ by more than 5 / 3,000 every third time.
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

    #[test]
    fn quantiles_of_a_seed_stay_the_same() {
        // In multiples of 2^-53, from the start and from a later block.
        let of = |number| (quantile(42, number) * (1_u64 << 53) as f64) as u64;
        let drawn = [0, 4_090].map(|first| Vec::from_iter((first..first + 20).map(of)));
        #[rustfmt::skip]
        let expected = [
            [
                5_263_875_533_884_350, 753_292_255_633_954, 6_828_038_615_865_534,
                7_642_099_971_598_979, 7_231_753_569_795_310, 8_773_079_457_029_876,
                323_235_596_603_261, 6_526_073_051_152_006, 6_082_815_987_867_316,
                1_356_297_096_576_625, 3_068_193_365_253_452, 3_732_382_238_439_947,
                548_542_118_452_370, 5_650_584_947_296_871, 2_039_852_256_937_214,
                5_155_785_777_293_990, 3_491_016_725_460_877, 2_922_562_400_012_973,
                2_268_893_384_574_325, 5_407_655_241_213_030,
            ],
            [
                8_521_454_966_252_509, 1_670_918_691_632_239, 3_725_238_039_309_685,
                1_939_785_775_838_983, 3_406_145_937_262_119, 1_465_735_202_649_900,
                549_334_860_674_717, 3_753_927_601_429_284, 4_011_427_848_749_250,
                44_232_275_601_734, 8_593_886_382_859_532, 7_318_379_033_291_322,
                5_441_617_017_030_316, 4_826_614_105_043_669, 7_637_494_758_648_942,
                7_270_579_620_720_280, 3_599_397_826_241_937, 2_945_524_715_179_296,
                3_222_409_120_383_827, 2_704_596_093_282_304,
            ],
        ];
        assert_eq!(drawn, expected);
    }

    /// In nanoseconds; with logarithms, which are the system's and can differ in
    /// the last digit, in microseconds.
    #[test]
    fn delays_of_a_seed_stay_the_same() {
        let kinds = [
            r#""40ms""#,
            r#"{"from":"20ms","to":"60ms"}"#,
            r#"{"median":"40ms","p99":"200ms"}"#,
            r#"{"recorded":[[0,"18ms"],[0.5,"30.5ms"],[0.5,"45ms"],[1,"320ms"]]}"#,
        ];
        let mut drawn = kinds.map(|json| {
            let draws = Draws::new(serde_json::from_str(json).unwrap(), 42);
            Vec::from_iter((0..20).map(|_| draws.draw().as_nanos() as u64))
        });
        drawn[2].iter_mut().for_each(|nanos| *nanos /= 1_000);
        #[rustfmt::skip]
        let expected = [
            [
                40_000_000, 40_000_000, 40_000_000, 40_000_000, 40_000_000, 40_000_000,
                40_000_000, 40_000_000, 40_000_000, 40_000_000, 40_000_000, 40_000_000,
                40_000_000, 40_000_000, 40_000_000, 40_000_000, 40_000_000, 40_000_000,
                40_000_000, 40_000_000,
            ],
            [
                43_376_303, 23_345_289, 50_322_582, 53_937_741, 52_115_437, 58_960_299,
                21_435_454, 48_981_586, 47_013_129, 26_023_169, 33_625_515, 36_575_106,
                22_436_016, 45_093_638, 29_058_763, 42_896_288, 35_503_228, 32_978_784,
                30_075_910, 44_014_813,
            ],
            [
                46_356, 15_385, 64_924, 81_557, 72_117, 153_436, 11_509, 60_429, 54_786,
                19_561, 30_106, 34_440, 13_714, 50_078, 23_798, 45_383, 32_827, 29_193, 25_188,
                47_694,
            ],
            [
                91_424_170, 20_090_806, 186_935_513, 236_643_944, 211_587_263, 305_704_115,
                18_897_159, 168_496_811, 141_430_530, 21_764_481, 26_515_947, 28_359_442,
                19_522_510, 115_037_523, 23_661_727, 84_823_964, 27_689_518, 26_111_740,
                24_297_444, 100_203_685,
            ],
        ];
        assert_eq!(drawn, expected);
    }
}
