//! How long each phase may last.

use std::time::Duration;

use serde::Serialize;

use crate::vocabulary::Phase;

/// How long each phase may last.
#[derive(Clone, Debug)]
pub struct Timeouts([Duration; Phase::COUNT]);

impl Timeouts {
    /// The time-out of one phase.
    pub fn of(&self, phase: Phase) -> Duration {
        self.0[phase as usize]
    }

    /// Sets the time-out of one phase.
    pub fn set(&mut self, phase: Phase, timeout: Duration) {
        self.0[phase as usize] = timeout;
    }
}

impl Default for Timeouts {
    fn default() -> Self {
        let mut all = [Duration::ZERO; Phase::COUNT];
        for phase in Phase::ALL {
            all[*phase as usize] = phase.default_timeout();
        }
        Self(all)
    }
}

impl Serialize for Timeouts {
    /// As a map from the phase's name to seconds.
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(
            Phase::ALL
                .iter()
                .map(|phase| (phase.name(), self.of(*phase).as_secs_f64())),
        )
    }
}
