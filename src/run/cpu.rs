//! Processor time in `run.json`.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::measure::{FigureSource, Measurements, ProcessorTime};
use crate::sys::cpu::CpuTimes;

/// Processor time used over the measured window.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Cpu {
    /// Of the generator; none if the window never began.
    pub generator: Option<CpuUse>,
    /// Of the embedded mock.
    pub mock: Option<CpuUse>,
    /// Of all processes on all cores, in seconds.
    pub machine_s: Option<f64>,
}

/// Processor time of one process, in user mode and in the kernel.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct CpuUse {
    /// In seconds.
    #[cfg_attr(test, schemars(range(min = 0)))]
    pub seconds: f64,
    /// Per message accepted within the window, in microseconds.
    pub per_message_us: Option<f64>,
    /// Per session opened in the window, in microseconds; none if there was none.
    pub per_session_us: Option<f64>,
    /// The part used by threads that handle no messages; it does not depend on the
    /// number of messages. None if unknown.
    #[serde(default)]
    pub background_s: Option<f64>,
    /// Per message accepted within the window, without the background, in
    /// microseconds; none if there were too few messages to measure it.
    #[serde(default)]
    pub message_us: Option<f64>,
}

/// With less work than this the cost of a message is not reported: idle workers wake
/// up a few times a second, and a thread's first messages run with cold caches.
const ENOUGH: Duration = Duration::from_millis(100);

impl Cpu {
    /// Processor time used in the window, divided by the messages and sessions in it.
    pub fn new(used: &CpuTimes, measured: &Measurements) -> Self {
        let messages = measured.accepted_in_window();
        let sessions = measured.counts().sessions.opened_in_window;
        let shared_out = |used: Duration, background: Option<Duration>| CpuUse {
            seconds: used.as_secs_f64(),
            per_message_us: each(used, messages),
            per_session_us: each(used, sessions),
            background_s: background.map(|background| background.as_secs_f64()),
            message_us: background
                .map(|background| used.saturating_sub(background))
                .filter(|work| *work >= ENOUGH)
                .and_then(|work| each(work, messages)),
        };
        Self {
            generator: Some(shared_out(used.generator, used.background)),
            mock: used.mock.map(|mock| shared_out(mock, None)),
            machine_s: Some(used.machine.as_secs_f64()),
        }
    }

    /// The figures that thresholds can be about: the generator's.
    pub fn figures(&self) -> ProcessorTime {
        ProcessorTime {
            per_message_us: self.generator.and_then(|used| used.per_message_us),
            per_session_us: self.generator.and_then(|used| used.per_session_us),
        }
    }
}

/// In microseconds.
fn each(used: Duration, count: u64) -> Option<f64> {
    (count > 0).then(|| used.as_secs_f64() * 1e6 / count as f64)
}
