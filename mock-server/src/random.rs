//! All random numbers of the mock that depend on its seed, so that they can be
//! repeated. Passwords are not among them.

use rand_pcg::Pcg64Mcg;
use rand_pcg::rand_core::SeedableRng;

/// Whether a rule of faults hits: a number from 0 (included) to 1 (excluded), from
/// the seed, the number of the rule and the number of the occasion.
pub(crate) fn occasion(seed: u64, rule: usize, occasion: u64) -> f64 {
    let mixed = mix(mix(mix(seed) ^ rule as u64) ^ occasion);
    // The 53 bits that a double holds.
    (mixed >> 11) as f64 / (1_u64 << 53) as f64
}

/// The numbers of one session: its ids and its garbage.
pub(crate) fn session(seed: u64, number: u64) -> Pcg64Mcg {
    Pcg64Mcg::seed_from_u64(seed.wrapping_add(number))
}

/// One step of SplitMix64 (Steele, Lea and Flood: "Fast splittable pseudorandom
/// number generators", 2014): turns a number into another that looks unrelated.
pub(crate) fn mix(number: u64) -> u64 {
    let mut mixed = number.wrapping_add(0x9e37_79b9_7f4a_7c15);
    mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    mixed ^ (mixed >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn is_the_published_generator() {
        // SplitMix64 from 0 gives these first (java.util.SplittableRandom's
        // reference, as in Vigna's splitmix64.c).
        assert_eq!(mix(0), 0xe220_a839_7b1d_cdaf);
        assert_eq!(mix(0x9e37_79b9_7f4a_7c15), 0x6e78_9e6a_a1b9_65f4);
    }

    #[test]
    fn spreads_evenly_over_seeds_rules_and_occasions() {
        let draws: [fn(u64) -> f64; 3] = [
            |n| occasion(n, 0, 1),
            |n| occasion(1, n as usize, 1),
            |n| occasion(1, 0, n),
        ];
        for draw in draws {
            let mut tenths = [0_u32; 10];
            for n in 0..10_000 {
                tenths[(draw(n) * 10.0) as usize] += 1;
            }
            assert!(tenths.iter().all(|n| (850..1150).contains(n)), "{tenths:?}");
        }
    }

    /// They decide which message a fault affects. In multiples of 2^-53.
    #[test]
    fn draws_of_a_seed_stay_the_same() {
        let drawn = [(42, 0), (42, 3), (u64::MAX, 0)].map(|(seed, rule)| {
            let drawn = (0..20).map(|number| occasion(seed, rule, number));
            Vec::from_iter(drawn.map(|n| (n * (1_u64 << 53) as f64) as u64))
        });
        #[rustfmt::skip]
        let expected = [
            [
                3_485_554_412_553_231, 6_421_550_638_679_170, 7_798_707_984_848_600,
                1_530_206_622_098_673, 219_646_555_552_064, 1_680_517_642_191_276,
                6_024_191_064_479_981, 5_786_435_277_435_480, 2_906_381_255_729_767,
                4_835_022_095_451_799, 8_565_157_498_268_892, 8_323_543_712_598_141,
                3_655_740_147_504_103, 8_255_578_163_763_717, 2_232_940_446_667_243,
                6_391_610_217_571_362, 5_008_962_667_106_914, 7_842_244_644_990_437,
                1_469_900_464_455_036, 3_392_180_574_085_629,
            ],
            [
                1_578_922_485_258_845, 3_280_040_520_445_751, 8_255_928_205_445_974,
                7_639_496_530_108_350, 8_113_098_988_116_470, 6_006_868_749_789_386,
                8_333_517_522_446_070, 6_023_068_569_683_413, 4_805_416_435_248_377,
                2_436_782_543_204_994, 4_285_353_459_268_054, 4_896_416_688_993_166,
                1_212_696_459_690_441, 7_094_006_448_039_486, 1_788_854_517_514_825,
                6_671_908_825_296_228, 4_390_535_355_615_600, 5_572_294_566_670_550,
                3_478_370_736_182_763, 3_604_719_104_288_578,
            ],
            [
                8_867_032_479_744_132, 5_592_001_784_499_211, 5_607_152_719_346_470,
                4_887_984_879_711_720, 410_991_132_337_952, 371_906_393_040_406,
                4_220_006_848_733_829, 1_271_764_446_122_979, 7_907_109_461_979_203,
                6_625_323_200_446_932, 4_386_458_149_277_457, 565_829_414_715_514,
                2_102_478_615_480_317, 5_983_384_901_697_233, 5_617_992_394_666_304,
                7_478_703_200_578_632, 5_189_859_005_864_138, 7_818_141_748_580_558,
                7_825_094_724_395_593, 4_169_866_541_656_165,
            ],
        ];
        assert_eq!(drawn, expected);
    }
}
