//! Shards: a plan divided among processes before they start.

use std::fmt;
use std::num::NonZeroU32;

/// One of several parts of a plan. Shard 2/8 takes every eighth message from the
/// second on, and one session in eight. All shards together are the plan.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Shard {
    index: NonZeroU32,
    of: NonZeroU32,
}

/// The text is not a valid shard.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("invalid shard {0:?}: expected I/N with I from 1 to N, such as 2/8")]
pub struct InvalidShard(String);

impl Shard {
    /// The whole plan.
    pub const WHOLE: Self = Self {
        index: NonZeroU32::MIN,
        of: NonZeroU32::MIN,
    };

    /// The index, from 1.
    pub fn index(self) -> u32 {
        self.index.get()
    }

    /// The number of shards.
    pub fn of(self) -> u32 {
        self.of.get()
    }

    /// Its share of `total`, which is dealt out in turn.
    pub fn share(self, total: u64) -> u64 {
        let skipped = u64::from(self.index() - 1);
        total.saturating_sub(skipped).div_ceil(self.of().into())
    }
}

impl std::str::FromStr for Shard {
    type Err = InvalidShard;

    /// Reads `2/8`.
    fn from_str(text: &str) -> Result<Self, InvalidShard> {
        let numbers = text.split_once('/');
        let shard = numbers.and_then(|(index, of)| {
            let (index, of) = (index.parse().ok()?, of.parse().ok()?);
            (index <= of).then_some(Self { index, of })
        });
        shard.ok_or_else(|| InvalidShard(text.to_owned()))
    }
}

impl fmt::Display for Shard {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.index, self.of)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_shard_is_read_as_it_is_shown() {
        for text in ["1/1", "2/8", "8/8"] {
            assert_eq!(text.parse::<Shard>().unwrap().to_string(), text);
        }
        for text in ["", "2", "0/8", "9/8", "1/0", "a/b", "-1/2"] {
            assert!(text.parse::<Shard>().is_err(), "{text}");
        }
    }

    #[test]
    fn shares_add_up_and_differ_by_one_at_most() {
        for (total, of) in [(0, 3), (2, 3), (10, 3), (100, 7), (7, 7)] {
            let shards = (1..=of).map(|index| format!("{index}/{of}").parse::<Shard>().unwrap());
            let shares: Vec<_> = shards.map(|shard| shard.share(total)).collect();
            assert_eq!(shares.iter().sum::<u64>(), total);
            assert!(shares[0] - shares[shares.len() - 1] <= 1);
        }
    }
}
