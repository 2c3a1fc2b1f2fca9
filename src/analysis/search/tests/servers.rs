//! Servers and accounts of which the limit is known.

use crate::analysis::search::{Step, StepOutcome, StepResult, Throttled};

/// A step that held.
pub(super) const HELD: StepResult = StepResult {
    outcome: StepOutcome::Held,
    throttling: None,
    throttled: false,
    waited: false,
    sessions_refused: false,
    service_us: Some(5_000.0),
};

/// A step that missed a threshold on a latency.
pub(super) const SLOW: StepResult = StepResult {
    outcome: StepOutcome::Failed,
    service_us: Some(50_000.0),
    ..HELD
};

/// An account with a token bucket, as that of the mock.
pub(super) struct Account {
    quota: f64,
    burst: f64,
    tokens: f64,
}

impl Account {
    pub(super) fn new(quota: f64, burst: f64) -> Self {
        let tokens = burst;
        Self {
            quota,
            burst,
            tokens,
        }
    }

    /// A step with the threshold `outcome.accepted >= accepted`.
    pub(super) fn run(&mut self, step: &Step, accepted: f64) -> StepResult {
        self.gain(step.cool_down_s);
        let messages = (step.load * step.length_s).round() as u32;
        let (mut sent, mut first) = (0_u32, None);
        for message in 0..messages {
            if message > 0 {
                self.gain(1.0 / step.load);
            }
            if self.tokens >= 1.0 - 1e-6 {
                self.tokens -= 1.0;
                sent += 1;
            } else {
                first = first.or(Some(f64::from(message) / step.load));
            }
        }
        let is_met = f64::from(sent) >= accepted * f64::from(messages);
        let seen = first.map(|first_s| Throttled {
            offered: step.load,
            first_s,
            from_s: 0.0,
            to_s: step.length_s,
            accepted: f64::from(sent),
        });
        StepResult {
            outcome: if is_met {
                StepOutcome::Held
            } else {
                StepOutcome::Failed
            },
            throttled: first.is_some(),
            throttling: seen.and_then(|seen| seen.throttling()),
            ..HELD
        }
    }

    fn gain(&mut self, seconds: f64) {
        self.tokens = (self.tokens + seconds * self.quota).min(self.burst);
    }
}

/// A server with a constant service time; every message waits for one of a number
/// of sessions.
#[derive(Clone, Copy)]
pub(super) struct Sessions {
    pub(super) sessions: f64,
    pub(super) service_s: f64,
}

impl Sessions {
    pub(super) fn capacity(self) -> f64 {
        self.sessions / self.service_s
    }

    /// A step with the rule that 99 % start in time.
    pub(super) fn run(self, rate: f64, step: &Step) -> StepResult {
        let not_started = ((rate - self.capacity()) * step.length_s).max(0.0).floor();
        let is_kept = not_started < 2.0 || not_started <= 0.01 * rate * step.length_s;
        StepResult {
            outcome: if is_kept {
                StepOutcome::Held
            } else {
                StepOutcome::Failed
            },
            waited: not_started > 0.0,
            service_us: Some(self.service_s * 1e6),
            ..HELD
        }
    }
}
