//! A stage of a load: what every form of it can do.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use serde::{Serialize, Serializer};

use crate::schedule::Level;

/// A form of a stage. Its text (`Display`) is what a plan and reports show of it, such
/// as `to 200/s over 1m`.
pub(super) trait StageForm: fmt::Debug + fmt::Display + Send + Sync {
    /// The rate over the time of this stage, which begins at the rate `before`. The
    /// next stage begins at the rate at which the last segment ends.
    fn segments(&self, before: Level) -> Vec<Segment>;
}

/// A part of a stage: the rate is constant or changes evenly.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Segment {
    /// The rate at the start.
    pub(crate) from: Level,
    /// The rate at the end.
    pub(crate) to: Level,
    /// Its duration; zero for a step.
    pub(crate) length: Duration,
}

impl Segment {
    /// The same rate for a time.
    pub(crate) fn constant(rate: Level, length: Duration) -> Self {
        Self {
            from: rate,
            to: rate,
            length,
        }
    }
}

/// A part of a load, of any form. It begins at the rate at which the one before it
/// ended. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Stage(Arc<dyn StageForm>);

impl Stage {
    pub(super) fn new(form: impl StageForm + 'static) -> Self {
        Self(Arc::new(form))
    }

    fn segments(&self, before: Level) -> Vec<Segment> {
        self.0.segments(before)
    }
}

/// The segments of stages, one after the other, from 0/s.
pub(crate) fn segments(stages: &[Stage]) -> Vec<Segment> {
    let mut segments: Vec<Segment> = Vec::new();
    for stage in stages {
        let before = segments.last().map_or(Level::NOTHING, |last| last.to);
        segments.extend(stage.segments(before));
    }
    segments
}

impl fmt::Display for Stage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl Serialize for Stage {
    /// The text of `Display`.
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl PartialEq for Stage {
    /// Whether they have the same text and, from 0/s, the same rate over time.
    fn eq(&self, other: &Self) -> bool {
        let segments = |stage: &Self| stage.segments(Level::NOTHING);
        self.to_string() == other.to_string() && segments(self) == segments(other)
    }
}

impl Eq for Stage {}
