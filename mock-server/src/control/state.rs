//! The state of a mock as JSON. Its keys are a contract.

use serde::Serialize;

use crate::account::{Limits, Used};
use crate::handle::Handle;
use crate::observers::Counts;

/// The response of `GET /state`.
#[derive(Serialize)]
pub(super) struct State {
    sessions_open: u32,
    paused: bool,
    /// What the account can send.
    quota: Limits,
    /// How much of that it has used.
    used: Used,
    /// Since the start or the last reset.
    counts: Counts,
    /// Messages kept in memory.
    messages_kept: usize,
}

impl State {
    pub(super) fn of(handle: &Handle) -> State {
        let account = handle.account();
        State {
            sessions_open: account.open(),
            paused: account.is_paused(),
            quota: account.limits(),
            used: handle.used(),
            counts: handle.counts(),
            messages_kept: handle.messages().len(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::golden::{assert_golden, shape};
    use crate::server::Server;

    #[test]
    fn golden_of_the_state() {
        let server = Server::builder().rate(14.0).daily(50_000).start().unwrap();
        let state = serde_json::to_value(State::of(server.handle())).unwrap();
        assert_golden("state.txt", &shape(&state));
    }
}
