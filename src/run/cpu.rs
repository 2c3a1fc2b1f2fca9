//! Processor time, as it stands in `run.json`.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::measure::Measured;
use crate::sys::cpu::CpuTimes;
use crate::verdict::Figures;
use crate::vocabulary::Outcome;

/// Processor time used over the measured window.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Cpu {
    /// The generator's own; none if the window never opened.
    pub generator: Option<CpuUse>,
    /// The embedded mock's.
    pub mock: Option<CpuUse>,
    /// All processes of the machine, all cores, in seconds.
    pub machine_s: Option<f64>,
}

/// Processor time of one process, in user mode and in the kernel.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct CpuUse {
    /// In seconds.
    pub seconds: f64,
    /// Per message of the window that was accepted, in microseconds.
    pub per_message_us: Option<f64>,
    /// Per session opened in the window, in microseconds; none if there was none.
    pub per_session_us: Option<f64>,
}

impl Cpu {
    /// What was used over the window, shared out over what was done in it.
    pub fn new(used: &CpuTimes, measured: &Measured) -> Self {
        let messages = measured.outcome(Outcome::Accepted);
        let sessions = measured.counts().sessions.opened_in_window;
        let shared_out = |used: Duration| {
            let each = |count: u64| (count > 0).then(|| used.as_secs_f64() * 1e6 / count as f64);
            CpuUse {
                seconds: used.as_secs_f64(),
                per_message_us: each(messages),
                per_session_us: each(sessions),
            }
        };
        Self {
            generator: Some(shared_out(used.generator)),
            mock: used.mock.map(shared_out),
            machine_s: Some(used.machine.as_secs_f64()),
        }
    }
}
