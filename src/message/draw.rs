//! Random numbers that depend on nothing but the seed and on what they are for.
//!
//! A message is made by whichever worker takes it up, in any order, perhaps
//! twice, perhaps in another process that carries out another shard: so the
//! draw of a message is not the next of a sequence but a function of its index.

/// What a number is drawn for. Draws for different things are independent.
#[derive(Clone, Copy, Debug)]
pub(super) enum Draw {
    Size = 0x7369_7a65,
    SizeAngle = 0x616e_676c,
    Recipient = 0x7265_6369,
    Letter = 0x6b69_6e64,
    Attachment = 0x6174_7461,
}

/// 64 random bits, the same for the same arguments.
pub(super) fn bits(seed: u64, draw: Draw, index: u64) -> u64 {
    nth(nth(seed, draw as u64), index)
}

/// From 0 up to 1 and without it, in steps of 2^-53.
pub(super) fn uniform(bits: u64) -> f64 {
    (bits >> 11) as f64 / (1u64 << 53) as f64
}

/// A whole number from 0 up to `most`, each as often as any other (within 2^-64
/// of its share): the high half of a product (Lemire, "Fast Random Integer
/// Generation in an Interval", 2019).
pub(super) fn up_to(most: u64, bits: u64) -> u64 {
    ((u128::from(bits) * (u128::from(most) + 1)) >> 64) as u64
}

/// Number `index` of the sequence that SplitMix64 makes of a seed (Steele, Lea
/// and Flood, "Fast Splittable Pseudorandom Number Generators", 2014): any of
/// them without those before it.
pub(super) fn nth(seed: u64, index: u64) -> u64 {
    let step = index.wrapping_add(1).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    let mut z = seed.wrapping_add(step);
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_sequence_is_that_of_splitmix64() {
        // The first numbers of the reference implementation for this seed
        // (Vigna, splitmix64.c, as the tests of Rosetta Code have them).
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
}
