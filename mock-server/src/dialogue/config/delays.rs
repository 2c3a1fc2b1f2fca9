//! Draws the delay of each stage.

use std::time::Duration;

use super::draws::Draws;
use crate::protocol::Stage;
use crate::settings::Latency;

/// Draws for all stages of all sessions.
#[derive(Debug)]
pub(super) struct Delays {
    /// By stage; EHLO within TLS is last.
    all: [Draws; EHLO_TLS + 1],
}

const EHLO_TLS: usize = Stage::ALL.len();

impl Delays {
    pub(super) fn new(latency: &Latency, seed: u64) -> Delays {
        let draws = |index: usize| {
            let secure = index == EHLO_TLS;
            let stage = Stage::ALL.get(index).copied().unwrap_or(Stage::Ehlo);
            let delay = latency.of(stage, secure).cloned().unwrap_or_default();
            // Consecutive seeds are sufficient: every draw mixes its seed.
            Draws::new(delay, seed.wrapping_add(seed_offset(stage, secure)))
        };
        Delays {
            all: std::array::from_fn(draws),
        }
    }

    /// The latency of `stage`: each call is a new draw. Zero outside of a stage.
    pub(super) fn draw(&self, stage: Option<Stage>, secure: bool) -> Duration {
        let index = match stage {
            None => return Duration::ZERO,
            Some(Stage::Ehlo) if secure => EHLO_TLS,
            Some(stage) => stage as usize,
        };
        self.all[index].draw()
    }
}

/// Distinguishes the stages' draws. With other numbers, a seed would give other
/// delays than before.
fn seed_offset(stage: Stage, secure: bool) -> u64 {
    match stage {
        Stage::Connect => 0,
        Stage::Banner => 1,
        Stage::Ehlo if secure => 13,
        Stage::Ehlo => 2,
        Stage::StartTls => 3,
        Stage::Tls => 4,
        Stage::Auth => 5,
        Stage::Mail => 6,
        Stage::Rcpt => 7,
        Stage::Data => 8,
        Stage::Dot => 9,
        Stage::Rset => 10,
        Stage::Quit => 11,
        // They have no latency.
        Stage::Body | Stage::Noop => 12,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::settings::Delay;

    const SEED: u64 = 42;

    /// Each has a different distribution, so that one in place of another shows.
    fn latency(key: &str) -> (Latency, Delay) {
        let delay = json!({"from": "1ms", "to": "9s"});
        let latency = serde_json::from_value(json!({ key: delay.clone() })).unwrap();
        (latency, serde_json::from_value(delay).unwrap())
    }

    #[test]
    fn the_draws_of_a_stage_and_seed_stay_the_same() {
        let stages = [
            ("connect", Stage::Connect, false),
            ("banner", Stage::Banner, false),
            ("ehlo", Stage::Ehlo, false),
            ("starttls", Stage::StartTls, false),
            ("tls", Stage::Tls, false),
            ("auth", Stage::Auth, true),
            ("mail", Stage::Mail, true),
            ("rcpt", Stage::Rcpt, true),
            ("data", Stage::Data, true),
            ("dot", Stage::Dot, true),
            ("rset", Stage::Rset, true),
            ("quit", Stage::Quit, true),
        ];
        let check = |key: &str, stage, secure, offset: u64| {
            let (latency, delay) = latency(key);
            let drawn = Delays::new(&latency, SEED);
            let expected = Draws::new(delay, SEED + offset);
            for _ in 0..20 {
                assert_eq!(drawn.draw(Some(stage), secure), expected.draw(), "{key}");
                assert_eq!(drawn.draw(None, secure), Duration::ZERO);
            }
        };
        for (offset, (key, stage, secure)) in (0..).zip(stages) {
            check(key, stage, secure, offset);
        }
        check("ehlo_tls", Stage::Ehlo, true, 13);
        check("ehlo", Stage::Ehlo, true, 13);
    }
}
