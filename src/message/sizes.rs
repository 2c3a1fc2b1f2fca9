//! Draws the size of each message.

use std::f64::consts::TAU;

use super::Sizes;
use super::weighted::Weighted;
use crate::random::{self, Draw, bits};

/// The 99th percentile of the standard normal distribution (NIST/SEMATECH
/// e-Handbook of Statistical Methods, section 1.3.6.7.1, to more digits).
const Z99: f64 = 2.326_347_874_040_841;

/// Sizes by index: message `index` of a plan has the same size on every machine,
/// in every shard and for every attempt. Cheap to clone.
#[derive(Clone, Debug)]
pub(super) struct SizeDraw {
    seed: u64,
    shape: Shape,
}

#[derive(Clone, Debug)]
enum Shape {
    Fixed(u64),
    Uniform {
        least: u64,
        most: u64,
    },
    LogNormal {
        mu: f64,
        sigma: f64,
        bounds: (u64, u64),
    },
    Listed {
        shares: Weighted,
        sizes: Vec<u64>,
    },
}

impl SizeDraw {
    pub(super) fn new(sizes: &Sizes, seed: u64) -> Self {
        let shape = match sizes {
            Sizes::Fixed(size) => Shape::Fixed(*size),
            Sizes::Uniform { least, most } => Shape::Uniform {
                least: *least,
                most: *most,
            },
            Sizes::LogNormal {
                median,
                p99,
                least,
                most,
            } => {
                let mu = libm::log(*median as f64);
                Shape::LogNormal {
                    mu,
                    sigma: (libm::log(*p99 as f64) - mu) / Z99,
                    bounds: (*least, *most),
                }
            }
            Sizes::Listed(list) => Shape::Listed {
                shares: Weighted::new(list.iter().map(|each| each.weight)),
                sizes: list.iter().map(|each| each.size).collect(),
            },
        };
        Self { seed, shape }
    }

    /// The size of message `index`.
    pub(super) fn of(&self, index: u64) -> u64 {
        let drawn = |draw| bits(self.seed, draw, index);
        match &self.shape {
            Shape::Fixed(size) => *size,
            Shape::Uniform { least, most } => {
                least + random::up_to(most - least, drawn(Draw::Size))
            }
            Shape::LogNormal { mu, sigma, bounds } => {
                let z = normal(drawn(Draw::Size), drawn(Draw::SizeAngle));
                let size = libm::round(libm::exp(mu + sigma * z));
                (size as u64).clamp(bounds.0, bounds.1)
            }
            Shape::Listed { shares, sizes } => sizes[shares.pick(drawn(Draw::Size))],
        }
    }
}

/// A draw from the standard normal distribution (Box and Muller, "A Note on
/// the Generation of Random Normal Deviates", 1958). The functions are libm's,
/// because the system's are not the same everywhere.
fn normal(radius: u64, angle: u64) -> f64 {
    // Not `random::above_zero`: the sizes of a seed must stay the same.
    let above_zero = 1.0 - random::uniform(radius);
    libm::sqrt(-2.0 * libm::log(above_zero)) * libm::cos(TAU * random::uniform(angle))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::message::SizeShare;
    use crate::message::weighted::tests::chi_square;

    const DRAWS: u64 = 100_000;

    fn drawn(sizes: &Sizes) -> Vec<u64> {
        let sizes = SizeDraw::new(sizes, 42);
        (0..DRAWS).map(|index| sizes.of(index)).collect()
    }

    fn share_below(drawn: &[u64], limit: u64) -> f64 {
        drawn.iter().filter(|size| **size < limit).count() as f64 / drawn.len() as f64
    }

    #[test]
    fn uniform_sizes_are_all_as_frequent() {
        let drawn = drawn(&Sizes::Uniform {
            least: 1_000,
            most: 1_009,
        });
        let mut counts = [0; 10];
        for size in drawn {
            counts[(size - 1_000) as usize] += 1;
        }
        // One sample in 100,000 is above this, with 9 degrees of freedom.
        assert!(chi_square(&counts, &[1.0; 10]) < 38.0, "{counts:?}");
    }

    #[test]
    fn log_normal_sizes_have_the_median_and_the_p99_of_the_scenario() {
        let drawn = drawn(&Sizes::LogNormal {
            median: 20_480,
            p99: 1 << 20,
            least: 1_024,
            most: 4 << 20,
        });
        // Five standard errors of a share of 100,000.
        assert!((share_below(&drawn, 20_480) - 0.5).abs() < 0.008);
        assert!((share_below(&drawn, 1 << 20) - 0.99).abs() < 0.0016);
        assert_eq!(drawn.iter().min(), Some(&1_024));
        assert_eq!(drawn.iter().max(), Some(&(4 << 20)));
        let at_most = drawn.iter().filter(|size| **size == 4 << 20).count();
        assert!((50..=200).contains(&at_most), "{at_most}");
    }

    #[test]
    fn listed_sizes_come_by_weight() {
        let weights = [70.0, 30.0];
        let shares =
            [(4_096, 70.0), (1 << 20, 30.0)].map(|(size, weight)| SizeShare { size, weight });
        let drawn = drawn(&Sizes::Listed(shares.to_vec()));
        let small = drawn.iter().filter(|size| **size == 4_096).count() as u64;
        let large = drawn.iter().filter(|size| **size == 1 << 20).count() as u64;
        assert_eq!(small + large, DRAWS);
        assert!(chi_square(&[small, large], &weights) < 19.6);
    }

    #[test]
    fn a_message_has_the_same_size_on_every_call() {
        let sizes = Sizes::Uniform {
            least: 1_000,
            most: 9_000,
        };
        let (draw, again) = (SizeDraw::new(&sizes, 7), SizeDraw::new(&sizes, 7));
        let backwards: Vec<u64> = (0..100).rev().map(|index| again.of(index)).collect();
        let forwards: Vec<u64> = (0..100).map(|index| draw.of(index)).collect();
        assert!(forwards.iter().eq(backwards.iter().rev()));
        let other = SizeDraw::new(&sizes, 8);
        assert!((0..100).any(|index| other.of(index) != draw.of(index)));
    }

    #[test]
    fn sizes_of_a_seed_stay_the_same() {
        let shares =
            [(4_096, 70.0), (1 << 20, 30.0)].map(|(size, weight)| SizeShare { size, weight });
        let (least, most) = (1_024, 4 << 20);
        let (median, p99) = (20_480, 1 << 20);
        let log_normal = Sizes::LogNormal {
            median,
            p99,
            least,
            most,
        };
        let kinds = [
            Sizes::Uniform { least, most },
            log_normal,
            Sizes::Listed(shares.to_vec()),
        ];
        let drawn = kinds.map(|sizes| {
            let draw = SizeDraw::new(&sizes, 42);
            Vec::from_iter((0..20).map(|index| draw.of(index)))
        });
        #[rustfmt::skip]
        let expected = [
            [
                45_711, 1_284_724, 3_571_456, 909_397, 647_727, 363_495, 3_298_549, 2_485_798,
                938_831, 3_588_564, 1_850_882, 1_075_177, 2_152_091, 906_174, 469_476,
                2_981_388, 422_171, 29_867, 1_133_368, 1_666_559,
            ],
            [
                17_830, 50_058, 1_024, 48_726, 13_336, 10_227, 10_905, 114_771, 6_270, 94_292,
                89_685, 29_840, 149_822, 17_975, 31_161, 1_464, 43_996, 21_327, 5_433, 108_270,
            ],
            [
                4_096, 4_096, 1_048_576, 4_096, 4_096, 4_096, 1_048_576, 4_096, 4_096,
                1_048_576, 4_096, 4_096, 4_096, 4_096, 4_096, 1_048_576, 4_096, 4_096, 4_096,
                4_096,
            ],
        ];
        assert_eq!(drawn, expected);
    }
}
