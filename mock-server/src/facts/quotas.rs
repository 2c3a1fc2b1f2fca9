//! What an account can send, by kind of account.
//!
//! Both limits count recipients, not messages, per account and region.
//! Source: SES Developer Guide, "Managing your Amazon SES sending limits".

use serde::{Deserialize, Serialize};

/// A kind of account.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Profile {
    /// A new account: few messages, and only to verified recipients or the
    /// mailbox simulator.
    Sandbox,
    /// The common first grant of production access.
    #[default]
    Production,
    /// No limit at all.
    Unlimited,
}

/// An account's limits, in recipients; `None` is unlimited.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Quota {
    /// Per rolling 24 hours.
    pub daily: Option<u64>,
    /// Per second.
    pub rate: Option<f64>,
}

impl Profile {
    /// The limits of the profile.
    #[must_use]
    pub fn quota(self) -> Quota {
        let (daily, rate) = match self {
            // SES Developer Guide, "Request production access".
            Profile::Sandbox => (Some(200), Some(1.0)),
            // Reported by many for a first increase; not published.
            Profile::Production => (Some(50_000), Some(14.0)),
            Profile::Unlimited => (None, None),
        };
        Quota { daily, rate }
    }
}
