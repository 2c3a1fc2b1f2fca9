//! Names what limits the load: by what the steps that failed have in common with
//! that limit, and those that held do not.

use super::step::StepResult;

/// What limits the load.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Limit {
    /// The account's sending rate: messages were refused with 454.
    Quota,
    /// All sessions of the load were busy, and the server was as fast as before.
    Sessions,
    /// The server refused sessions, and the others were busy.
    ServerSessions,
    /// The server became slow, or refused or lost messages.
    Server,
    /// The generator or its machine.
    Generator,
    /// None was reached: the highest load that may be used holds.
    Ceiling,
}

/// A server that takes so many times longer is at its limit itself.
const SLOWER: f64 = 1.5;

impl Limit {
    /// Every limit, with its name in results and what it is.
    const NAMES: [(Self, &'static str, &'static str); 6] = [
        (Self::Quota, "quota", "rate quota of the account"),
        (Self::Sessions, "sessions", "sessions of the load, all busy"),
        (
            Self::ServerSessions,
            "server_sessions",
            "sessions that the server allows",
        ),
        (Self::Server, "server", "latency or capacity of the server"),
        (Self::Generator, "generator", "generator or its machine"),
        (Self::Ceiling, "ceiling", "ceiling of the search"),
    ];

    /// The limit that a failed step shows. `service_us` is the median service time
    /// of the hardest load that held.
    pub(crate) fn of_step(failed: &StepResult, service_us: Option<f64>) -> Self {
        if failed.throttled {
            return Self::Quota;
        }
        let became_slow = match (failed.service_us, service_us) {
            (Some(now), Some(before)) => now > SLOWER * before,
            _ => false,
        };
        match (failed.waited, failed.sessions_refused) {
            (true, true) => Self::ServerSessions,
            (true, false) if !became_slow => Self::Sessions,
            _ => Self::Server,
        }
    }

    /// The name in results.
    pub(crate) fn name(self) -> &'static str {
        self.row().1
    }

    /// What it is, for people.
    pub(crate) fn meaning(self) -> &'static str {
        self.row().2
    }

    fn row(self) -> (Self, &'static str, &'static str) {
        let row = Self::NAMES.into_iter().find(|(limit, ..)| *limit == self);
        row.unwrap_or((self, "", ""))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analysis::search::StepOutcome;

    #[test]
    fn a_limit_is_named_by_what_the_failed_step_shows() {
        let failed = |throttled, waited, sessions_refused, service_us| StepResult {
            outcome: StepOutcome::Failed,
            throttling: None,
            throttled,
            waited,
            sessions_refused,
            service_us: Some(service_us),
        };
        for (step, limit) in [
            (failed(true, true, true, 1.0), Limit::Quota),
            (failed(false, true, false, 11.0), Limit::Sessions),
            (failed(false, true, false, 16.0), Limit::Server),
            (failed(false, true, true, 10.0), Limit::ServerSessions),
            (failed(false, false, true, 10.0), Limit::Server),
            (failed(false, false, false, 99.0), Limit::Server),
        ] {
            assert_eq!(Limit::of_step(&step, Some(10.0)), limit, "{step:?}");
        }
        let unknown = failed(false, true, false, 99.0);
        assert_eq!(Limit::of_step(&unknown, None), Limit::Sessions);
    }

    #[test]
    fn every_limit_has_a_name_and_a_meaning() {
        for (limit, name, meaning) in Limit::NAMES {
            assert_eq!((limit.name(), limit.meaning()), (name, meaning));
        }
    }
}
