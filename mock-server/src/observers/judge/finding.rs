//! A finding: one thing a client should change, with its texts.

use serde::Serialize;

/// Something a client did that SES would refuse or that costs more than
/// necessary.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// Stable identifier, the same in all versions.
    pub code: &'static str,
    /// Its severity.
    #[serde(rename = "gravity")]
    pub severity: Severity,
    /// What was seen, with numbers.
    pub seen: String,
    /// What SES does about it.
    pub ses: &'static str,
    /// What to change.
    pub change: &'static str,
}

/// Severity of a finding.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub enum Severity {
    /// An error: mail is lost or duplicated, a secret is exposed, or the account
    /// is at risk.
    #[serde(rename = "harm")]
    Error,
    /// A warning: it works, but is slower or costs more than necessary.
    #[serde(rename = "waste")]
    Warning,
}
