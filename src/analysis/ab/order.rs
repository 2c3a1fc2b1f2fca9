//! The order of the runs of a series.
//!
//! Neighbouring runs are alike, because the machine changes slowly. So the arms run in
//! pairs, half of them in one order and half in the other, shuffled: a trend then
//! favours no arm. With more than two arms a pair has a run of each; its mirror image
//! has them in the opposite order, so that each arm runs before the first one in half
//! of the pairs.

use rand_pcg::Pcg64Mcg;
use rand_pcg::rand_core::Rng;

use crate::random;

/// The arms of each pair, in the order in which they run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Order(Vec<Vec<usize>>);

impl Order {
    /// An order of `arms` arms, made of blocks of so many pairs. Each block is balanced,
    /// so that the series can stop after any of them.
    pub(super) fn new(arms: usize, seed: u64, blocks: &[usize]) -> Self {
        let mut numbers = random::run_order(seed);
        let blocks = blocks.iter();
        Self(
            blocks
                .flat_map(|pairs| block(arms, *pairs, &mut numbers))
                .collect(),
        )
    }

    /// The arms of that pair; none after the last.
    pub(super) fn pair(&self, pair: usize) -> Option<&[usize]> {
        self.0.get(pair).map(Vec::as_slice)
    }
}

fn block(arms: usize, pairs: usize, numbers: &mut Pcg64Mcg) -> Vec<Vec<usize>> {
    let mut block = Vec::with_capacity(pairs + 1);
    while block.len() < pairs {
        let mut one = Vec::from_iter(0..arms);
        shuffle(&mut one, numbers);
        let mirrored = one.iter().rev().copied().collect();
        block.extend([one, mirrored]);
    }
    // An odd one has no mirror image.
    block.truncate(pairs);
    shuffle(&mut block, numbers);
    block
}

/// Fisher and Yates, as in Knuth, The Art of Computer Programming, algorithm 3.4.2P.
fn shuffle<T>(list: &mut [T], numbers: &mut Pcg64Mcg) {
    for last in (1..list.len()).rev() {
        let other = random::up_to(last as u64, numbers.next_u64());
        list.swap(last, other as usize);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// In how many of the pairs `arm` runs before the first one.
    fn before_the_first(pairs: &[Vec<usize>], arm: usize) -> usize {
        let place = |pair: &[usize], arm| pair.iter().position(|each| *each == arm);
        let earlier = |pair: &&Vec<usize>| place(pair, arm) < place(pair, 0);
        pairs.iter().filter(earlier).count()
    }

    #[test]
    fn each_arm_is_first_in_half_of_each_block() {
        for (arms, seed) in [(2, 1), (2, 2), (3, 1), (5, 7)] {
            let order = Order::new(arms, seed, &[1, 10, 10]);
            assert_eq!(order.0.len(), 21);
            assert_eq!(order.pair(21), None);
            for block in [&order.0[1..11], &order.0[11..]] {
                for arm in 1..arms {
                    assert_eq!(before_the_first(block, arm), 5, "{arms} {seed}");
                }
            }
            for pair in &order.0 {
                let mut arms_of_pair = pair.clone();
                arms_of_pair.sort_unstable();
                assert!(arms_of_pair.iter().copied().eq(0..arms));
            }
        }
    }

    /// Otherwise a series could not be continued.
    #[test]
    fn the_order_follows_from_the_seed() {
        let with = |seed| Order::new(2, seed, &[1, 10, 10]);
        assert_eq!(with(3), with(3));
        let different = (0..50)
            .filter(|seed| with(*seed) != with(*seed + 1))
            .count();
        assert!(different >= 49, "{different}");
    }

    /// A regular order would resonate with whatever happens every few runs.
    #[test]
    fn pairs_do_not_simply_alternate() {
        let runs = |seed| {
            let order = Order::new(2, seed, &[20]);
            let same = order.0.windows(2).filter(|two| two[0] == two[1]);
            same.count()
        };
        let mean = (0..200).map(runs).sum::<usize>() as f64 / 200.0;
        // 19 neighbours, of which 9 in 19 are alike.
        assert!((8.3..9.7).contains(&mean), "{mean}");
    }
}
