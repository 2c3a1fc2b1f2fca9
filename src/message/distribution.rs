//! Message sizes: one size, or a distribution.

use std::fmt;

use serde::Serialize;

use crate::text::percent;
use crate::units::Size;

/// Message sizes, in bytes.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(untagged)]
pub enum Sizes {
    /// One size for all.
    Fixed(u64),
    /// Log-normal, clamped to two bounds.
    LogNormal {
        /// Half of the sizes are smaller.
        median: u64,
        /// 99 % of the sizes are smaller.
        p99: u64,
        /// The minimum.
        least: u64,
        /// The maximum.
        most: u64,
    },
    /// Uniform between two bounds.
    Uniform {
        /// The minimum.
        least: u64,
        /// The maximum.
        most: u64,
    },
    /// A list of sizes, each with a weight.
    Listed(Vec<SizeShare>),
}

/// One of several sizes.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct SizeShare {
    /// In bytes.
    pub size: u64,
    /// How often it is drawn, relative to the other weights; above zero.
    pub weight: f64,
}

impl Sizes {
    /// The smallest possible size.
    pub fn least(&self) -> u64 {
        match self {
            Self::Fixed(size) => *size,
            Self::LogNormal { least, .. } | Self::Uniform { least, .. } => *least,
            Self::Listed(list) => list.iter().map(|each| each.size).min().unwrap_or_default(),
        }
    }

    /// The largest possible size.
    pub fn most(&self) -> u64 {
        match self {
            Self::Fixed(size) => *size,
            Self::LogNormal { most, .. } | Self::Uniform { most, .. } => *most,
            Self::Listed(list) => list.iter().map(|each| each.size).max().unwrap_or_default(),
        }
    }

    /// Sets the lower bound of a log-normal distribution, if it has none, to the
    /// smallest possible message.
    pub(crate) fn begin_at(&mut self, smallest: u64) {
        if let Self::LogNormal { least, median, .. } = self
            && *least == 0
        {
            *least = smallest.min(*median);
        }
    }
}

impl fmt::Display for Sizes {
    /// The text of `sesbench check`.
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
