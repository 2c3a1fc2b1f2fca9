//! The delay of each stage, made ready to be drawn from.

use std::time::Duration;

use super::draws::Draws;
use crate::protocol::Stage;
use crate::settings::Latency;

/// Draws for all stages of all sessions.
#[derive(Debug)]
pub(super) struct Delays {
    /// By stage; those of EHLO under TLS stand last.
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
            // Neighbouring seeds are mixed by every draw.
            Draws::new(delay, seed.wrapping_add(index as u64))
        };
        Delays {
            all: std::array::from_fn(draws),
        }
    }

    /// How long `stage` takes this time.
    pub(super) fn draw(&self, stage: Stage, secure: bool) -> Duration {
        let index = match stage {
            Stage::Ehlo if secure => Stage::COUNT,
            stage => stage as usize,
        };
        self.all[index].draw()
    }
}
