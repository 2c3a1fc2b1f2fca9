//! When sessions are opened.

use serde::{Deserialize, Serialize};

/// Whether a session's set-up is on a message's clock.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Connect {
    /// Sessions are opened before the clock starts and reopened off any
    /// message's clock.
    Ahead,
    /// Set-up belongs to the message that needed it.
    OnDemand,
}
