//! All random numbers of a run. They depend only on its seed and their purpose.
//!
//! Any worker may make a message, in any order, twice, or in the process of
//! another shard. So a draw is not the next number of a sequence, but a function
//! of the message's index. Only what is made as a whole, such as the arrivals or
//! the text of one message, takes the next numbers of a [`sequence`].

use rand_pcg::Pcg64Mcg;
use rand_pcg::rand_core::{Rng, SeedableRng};

/// The purpose of a number. Draws for different purposes are independent.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Draw {
    Size = 0x7369_7a65,
    SizeAngle = 0x616e_676c,
    Recipient = 0x7265_6369,
    VariantTemplate = 0x6b69_6e64,
    Attachment = 0x6174_7461,
}

/// These keep the arrivals and the waits before retries independent of the
/// contents of messages, which use the same seed.
const ARRIVALS: u64 = 0x6172_7269_7661_6c73;
const RETRIES: u64 = 0x6261_636b_2d6f_6666;

/// These keep the order of the runs of a series and the seeds of its pairs
/// independent of each other, and of what a run with the same seed draws.
const RUN_ORDER: u64 = 0x7275_6e2d_6f72_6465;
const PAIRS: u64 = 0x6f66_2d61_2d70_6169;

/// The step of SplitMix64: 2^64 divided by the golden ratio, made odd.
const GOLDEN_GAMMA: u64 = 0x9e37_79b9_7f4a_7c15;

/// 64 random bits, the same for the same arguments.
pub(crate) fn bits(seed: u64, draw: Draw, index: u64) -> u64 {
    nth(nth(seed, draw as u64), index)
}

/// A number in [0, 1), in steps of 2^-53.
pub(crate) fn uniform(bits: u64) -> f64 {
    (bits >> 11) as f64 / (1u64 << 53) as f64
}

/// A number in (0, 1], in steps of 2^-53, of which there is a logarithm.
pub(crate) fn above_zero(bits: u64) -> f64 {
    ((bits >> 11) + 1) as f64 / (1u64 << 53) as f64
}

/// An integer from 0 to `most`, uniform within 2^-64 of each share: the high half
/// of a product (Lemire, "Fast Random Integer
/// Generation in an Interval", 2019).
pub(crate) fn up_to(most: u64, bits: u64) -> u64 {
    ((u128::from(bits) * (u128::from(most) + 1)) >> 64) as u64
}

/// Number `index` of the SplitMix64 sequence of a seed (Steele, Lea and Flood,
/// "Fast Splittable Pseudorandom Number Generators", 2014), without computing
/// those before it.
pub(crate) fn nth(seed: u64, index: u64) -> u64 {
    let step = index.wrapping_add(1).wrapping_mul(GOLDEN_GAMMA);
    let mut z = seed.wrapping_add(step);
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

/// A sequence of numbers, for what is made from its start in one piece.
pub(crate) fn sequence(seed: u64) -> Pcg64Mcg {
    Pcg64Mcg::seed_from_u64(seed)
}

/// The sequence that the arrivals are made from.
pub(crate) fn arrivals(seed: u64) -> Pcg64Mcg {
    sequence(seed ^ ARRIVALS)
}

/// The sequence that the order of the runs of a series is made from.
pub(crate) fn run_order(seed: u64) -> Pcg64Mcg {
    sequence(seed ^ RUN_ORDER)
}

/// The seed of the runs of a pair: at most 53 bits, which every reader of JSON keeps.
pub(crate) fn of_pair(seed: u64, pair: u64) -> u64 {
    nth(seed ^ PAIRS, pair) >> 11
}

/// The jitter of the wait after an attempt of a message: a number in [0, 1).
pub(crate) fn jitter(seed: u64, message: u64, attempt: u32) -> f64 {
    let of_message = message.wrapping_mul(GOLDEN_GAMMA);
    let of_attempt = u64::from(attempt) << 48;
    let mut sequence = sequence(seed ^ RETRIES ^ of_message ^ of_attempt);
    uniform(sequence.next_u64())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_sequence_is_that_of_splitmix64() {
        // The first numbers of the reference implementation for this seed
        // (Vigna, splitmix64.c, from the tests of Rosetta Code).
        let published = [
            6_457_827_717_110_365_317,
            3_203_168_211_198_807_973,
            9_817_491_932_198_370_423,
            4_593_380_528_125_082_431,
            16_408_922_859_458_223_821,
        ];
        let drawn: Vec<u64> = (0..5).map(|index| nth(1_234_567, index)).collect();
        assert_eq!(drawn, published);
    }

    #[test]
    fn numbers_fill_their_range_and_no_more() {
        assert_eq!((up_to(9, 0), up_to(9, u64::MAX)), (0, 9));
        assert_eq!(
            (up_to(u64::MAX, 0), up_to(u64::MAX, u64::MAX)),
            (0, u64::MAX)
        );
        assert!(uniform(u64::MAX) < 1.0 && uniform(0) == 0.0);
        assert!(above_zero(u64::MAX) == 1.0 && above_zero(0) > 0.0);
    }

    #[test]
    fn draws_for_different_things_and_seeds_differ() {
        let a: Vec<u64> = (0..100).map(|index| bits(1, Draw::Size, index)).collect();
        let b: Vec<u64> = (0..100)
            .map(|index| bits(1, Draw::SizeAngle, index))
            .collect();
        let c: Vec<u64> = (0..100).map(|index| bits(2, Draw::Size, index)).collect();
        for (a, (b, c)) in a.iter().zip(b.iter().zip(&c)) {
            assert!(a != b && b != c && a != c);
        }
    }

    /// The content of messages depends on them: the same seed sends the same.
    #[test]
    fn draws_of_every_kind_stay_the_same() {
        let kinds = [
            Draw::Size,
            Draw::SizeAngle,
            Draw::Recipient,
            Draw::VariantTemplate,
            Draw::Attachment,
        ];
        let drawn = kinds.map(|draw| Vec::from_iter((0..20).map(|index| bits(42, draw, index))));
        #[rustfmt::skip]
        let expected = [
            [
                196_584_104_642_997_824, 5_647_151_631_583_038_135, 15_706_757_591_307_571_839,
                3_996_043_573_362_710_035, 2_844_928_050_853_973_631,
                1_594_554_649_168_767_780, 14_506_207_619_563_541_592,
                10_930_819_555_963_609_251, 4_125_528_099_370_402_847,
                15_782_017_575_445_231_622, 8_137_750_277_001_226_707,
                4_725_328_679_189_329_710, 9_462_802_908_669_971_173,
                3_981_866_934_443_847_164, 2_060_780_146_223_556_404,
                13_110_977_898_319_709_073, 1_852_679_295_930_086_237, 126_888_043_883_740_338,
                4_981_318_272_191_799_008, 7_326_890_232_317_912_168,
            ],
            [
                6_354_678_382_312_309_036, 15_790_531_697_676_262_627,
                10_155_887_030_473_901_894, 16_251_233_373_392_323_459,
                5_942_987_084_948_387_919, 8_447_640_360_094_932_782,
                13_207_873_836_112_557_325, 16_370_629_437_989_988_760,
                9_761_414_392_095_131_654, 3_212_250_204_223_256_731,
                1_843_734_953_844_202_571, 14_696_387_110_209_967_212,
                17_867_311_366_089_874_069, 4_936_938_052_520_544_610,
                15_405_282_076_051_848_231, 9_637_979_659_272_005_968, 552_519_954_446_120_948,
                4_008_671_883_839_349_494, 8_778_560_524_207_180_417, 613_338_747_527_583_191,
            ],
            [
                6_650_850_668_493_329_686, 6_674_830_393_021_208_744,
                12_852_610_806_202_231_823, 16_688_171_458_542_581_702,
                6_886_002_457_307_474_605, 16_572_150_549_690_390_047,
                8_443_726_962_343_157_590, 15_681_278_042_926_579_444,
                1_414_938_403_520_715_990, 5_546_682_988_556_071_153,
                1_812_428_687_567_658_637, 6_285_395_114_213_336_778,
                18_183_243_452_483_250_325, 14_633_690_894_298_727_056,
                1_839_971_749_746_690_297, 6_134_989_097_045_893_905, 106_719_199_981_741_083,
                7_582_150_178_071_281_089, 1_639_567_055_461_389_420,
                15_209_162_994_681_388_563,
            ],
            [
                16_390_200_511_379_716_953, 8_769_829_341_716_881_028,
                5_110_985_846_999_268_595, 8_629_896_390_552_239_856,
                18_027_381_101_832_233_388, 1_121_170_956_112_357_169,
                14_216_717_278_306_259_250, 12_530_170_120_112_350_212,
                10_937_106_958_961_691_856, 17_156_121_117_964_643_099,
                11_799_782_828_791_144_649, 1_469_349_468_756_797_431,
                7_140_202_680_254_456_932, 3_524_356_989_400_076_084,
                6_070_349_724_961_151_247, 5_186_196_211_532_586_852,
                1_381_722_003_982_069_277, 7_720_341_518_241_308_273,
                15_937_873_311_174_175_035, 7_036_402_567_720_019_049,
            ],
            [
                5_568_448_173_003_094_557, 5_825_324_891_038_031_751,
                8_104_121_765_574_195_372, 5_596_688_114_350_727_502,
                11_681_128_704_245_668_901, 347_043_793_281_967_619, 4_193_491_869_563_577_678,
                1_094_929_521_471_604_257, 11_519_193_138_365_534_677,
                3_550_845_460_833_027_186, 17_840_503_372_786_488_210,
                10_587_780_462_892_536_907, 1_633_833_451_253_209_323,
                4_967_460_280_144_995_790, 1_711_705_128_483_190_300,
                12_770_097_097_736_835_949, 18_030_790_495_877_028_577,
                7_595_998_649_751_235_084, 13_348_968_718_790_958_183,
                3_500_561_516_566_085_566,
            ],
        ];
        assert_eq!(drawn, expected);
    }
}
