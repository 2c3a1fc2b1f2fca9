//! How many sessions a rate needs.
//!
//! The load is Little's law: rate x (transaction + set-up / messages per session),
//! with means; at that number of sessions every message would wait. The number that
//! holds a threshold on the wait is the smallest whose wait by Erlang C holds it.
//! [`pool`](super::pool) simulates the same with the distribution of a run.

use serde::Serialize;

/// What a session does, in means.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub(crate) struct SessionWork {
    /// Seconds of a transaction.
    pub(crate) transaction_s: f64,
    /// Seconds of a set-up.
    pub(crate) setup_s: f64,
    /// Messages before a session is closed.
    pub(crate) messages_per_session: u32,
}

/// A number of sessions, and what it does.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub(crate) struct ErlangSessions {
    /// The number.
    pub(crate) sessions: u64,
    /// Probability that a message waits for a session.
    pub(crate) wait_probability: f64,
    /// 99th percentile of that wait, in seconds.
    pub(crate) wait_p99_s: f64,
}

impl SessionWork {
    /// Seconds that a message occupies a session, its share of the set-up included.
    pub(crate) fn occupied_s(&self) -> f64 {
        self.transaction_s + self.setup_s / f64::from(self.messages_per_session)
    }

    /// Sessions that are busy on average.
    pub(crate) fn load(&self, messages_per_s: f64) -> f64 {
        messages_per_s * self.occupied_s()
    }

    /// Sessions set up per second.
    pub(crate) fn setups_per_s(&self, messages_per_s: f64) -> f64 {
        messages_per_s / f64::from(self.messages_per_session)
    }

    /// The fewest sessions whose 99th percentile of the wait is at most `wait_p99_s`.
    pub(crate) fn fewest(&self, messages_per_s: f64, wait_p99_s: f64) -> ErlangSessions {
        let load = self.load(messages_per_s);
        // Erlang B, from which C follows, grows by one session at a time.
        let (mut sessions, mut blocked) = (0_u64, 1.0);
        loop {
            sessions += 1;
            let servers = sessions as f64;
            blocked = load * blocked / (servers + load * blocked);
            if servers > load {
                let found = self.of(sessions, load, blocked);
                if found.wait_p99_s <= wait_p99_s {
                    return found;
                }
            }
        }
    }

    fn of(&self, sessions: u64, load: f64, blocked: f64) -> ErlangSessions {
        let free = sessions as f64 - load;
        let wait_probability = blocked / (1.0 - load / sessions as f64 * (1.0 - blocked));
        // The wait of those that wait is exponential.
        let beyond = (wait_probability / 0.01).ln().max(0.0);
        ErlangSessions {
            sessions,
            wait_probability,
            wait_p99_s: beyond * self.occupied_s() / free,
        }
    }
}
