//! How large messages are: one size, or a distribution of sizes.

use std::fmt;

use serde::Serialize;

use crate::text::percent;
use crate::units::Size;

/// How large messages are, in bytes.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(untagged)]
pub enum Sizes {
    /// All the same.
    Fixed(u64),
    /// Log-normal between two bounds: what would be beyond is at the bound.
    LogNormal {
        /// Half of them are smaller.
        median: u64,
        /// All but one in a hundred are smaller.
        p99: u64,
        /// None is smaller.
        least: u64,
        /// None is larger.
        most: u64,
    },
    /// Each whole number of bytes between two bounds as often as any other.
    Uniform {
        /// None is smaller.
        least: u64,
        /// None is larger.
        most: u64,
    },
    /// Some sizes, each with a weight.
    Listed(Vec<SizeShare>),
}

/// One of several sizes.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct SizeShare {
    /// In bytes.
    pub size: u64,
    /// How often it comes, against the other weights; above zero.
    pub weight: f64,
}

impl Sizes {
    /// The smallest there can be.
    pub fn least(&self) -> u64 {
        match self {
            Self::Fixed(size) => *size,
            Self::LogNormal { least, .. } | Self::Uniform { least, .. } => *least,
            Self::Listed(list) => list.iter().map(|each| each.size).min().unwrap_or_default(),
        }
    }

    /// The largest there can be.
    pub fn most(&self) -> u64 {
        match self {
            Self::Fixed(size) => *size,
            Self::LogNormal { most, .. } | Self::Uniform { most, .. } => *most,
            Self::Listed(list) => list.iter().map(|each| each.size).max().unwrap_or_default(),
        }
    }

    /// A log-normal distribution whose lower bound was not written begins at
    /// the smallest message there can be.
    pub(crate) fn begin_at(&mut self, smallest: u64) {
        if let Self::LogNormal { least, median, .. } = self
            && *least == 0
        {
            *least = smallest.min(*median);
        }
    }
}

impl fmt::Display for Sizes {
    /// For people.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Fixed(size) => write!(f, "{}", Size(*size)),
            Self::Uniform { least, most } => write!(f, "{} to {}", Size(*least), Size(*most)),
            Self::LogNormal {
                median,
                p99,
                least,
                most,
            } => write!(
                f,
                "{} to {} (half below {}, 99% below {})",
                Size(*least),
                Size(*most),
                Size(*median),
                Size(*p99)
            ),
            Self::Listed(list) => {
                let total: f64 = list.iter().map(|each| each.weight).sum();
                let shares = list
                    .iter()
                    .map(|each| format!("{} ({})", Size(each.size), percent(each.weight, total)));
                f.write_str(&shares.collect::<Vec<_>>().join(" or "))
            }
        }
    }
}
