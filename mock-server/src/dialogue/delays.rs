//! Draws the delay of each stage.

use std::time::Duration;

use super::draws::Draws;
use crate::protocol::Stage;
use crate::settings::Latency;

/// Draws for all stages of all sessions.
#[derive(Debug)]
pub(super) struct Delays {
    /// By stage; EHLO within TLS is last.
    all: [Draws; Stage::COUNT + 1],
}

impl Delays {
    pub(super) fn new(latency: &Latency, seed: u64) -> Delays {
        let draws = |index: usize| {
            let secure = index == Stage::COUNT;
            let stage = if secure {
                Stage::Ehlo
            } else {
                Stage::ALL[index]
            };
            let delay = latency.of(stage, secure).cloned().unwrap_or_default();
            // Consecutive seeds are sufficient: every draw mixes its seed.
            Draws::new(delay, seed.wrapping_add(index as u64))
        };
        Delays {
            all: std::array::from_fn(draws),
        }
    }

    /// The latency of `stage`: each call is a new draw.
    pub(super) fn draw(&self, stage: Stage, secure: bool) -> Duration {
        let index = match stage {
            Stage::Ehlo if secure => Stage::COUNT,
            stage => stage as usize,
        };
        self.all[index].draw()
    }
}
