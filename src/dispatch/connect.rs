//! When sessions are opened.

use serde::{Deserialize, Serialize};

/// Whether a session's set-up counts towards a message's latency.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Connect {
    /// Sessions are opened before the clock starts, and reopened outside of any
    /// message's latency.
    Ahead,
    /// Set-up counts towards the message that needed it.
    OnDemand,
}
