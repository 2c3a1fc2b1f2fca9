//! Draws that can be told again: no state, only numbers in and a number out.

/// A number from 0 up to but not including 1, of the seed, the rule's number
/// and the occasion's.
pub(super) fn draw(seed: u64, rule: usize, occasion: u64) -> f64 {
    let mixed = mix(mix(mix(seed) ^ rule as u64) ^ occasion);
    // The 53 bits that a double holds.
    (mixed >> 11) as f64 / (1_u64 << 53) as f64
}

/// One step of SplitMix64 (Steele, Lea and Flood: "Fast splittable pseudorandom
/// number generators", 2014).
fn mix(number: u64) -> u64 {
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
            |n| draw(n, 0, 1),
            |n| draw(1, n as usize, 1),
            |n| draw(1, 0, n),
        ];
        for draw in draws {
            let mut tenths = [0_u32; 10];
            for n in 0..10_000 {
                tenths[(draw(n) * 10.0) as usize] += 1;
            }
            assert!(tenths.iter().all(|n| (850..1150).contains(n)), "{tenths:?}");
        }
    }
}
