//! The shape of a load: the rate over time, as a plan defines it.

use std::num::NonZeroU32;

use serde::Serialize;

use super::{Level, Rate, Stage, segments};
use crate::units::MAX_DECIMALS;

/// The rate over time, warm-up excluded.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Shape {
    /// A constant rate.
    Rate(Rate),
    /// Stages, from 0/s.
    Stages(Vec<Stage>),
}

impl Shape {
    /// Its rates, in order of time.
    pub(super) fn levels(&self) -> Vec<Level> {
        match self {
            Self::Rate(rate) => vec![Level::from(*rate)],
            Self::Stages(stages) => {
                let segments = segments(stages).into_iter();
                segments
                    .flat_map(|segment| [segment.from, segment.to])
                    .collect()
            }
        }
    }

    /// The highest of its rates, even if it holds it for no time.
    pub fn highest(&self) -> Level {
        let levels = self.levels().into_iter();
        let highest = levels.max_by_key(|level| level.parts_a_day(MAX_DECIMALS));
        highest.unwrap_or(Level::NOTHING)
    }
}

/// How arrivals follow from the rate.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Arrivals {
    /// Evenly spaced.
    Constant,
    /// Random and independent, as from many unrelated senders.
    Poisson,
}

/// What rates count.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum RateUnit {
    /// Messages.
    Messages,
    /// Recipients, as SES's quotas do.
    Recipients {
        /// Recipients of each message.
        per_message: NonZeroU32,
    },
}
