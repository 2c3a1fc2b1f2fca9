//! One thing worth changing, and the words for it.

use serde::Serialize;

/// Something a client did that SES would not let pass, or that costs it more
/// than it needs to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// A word for programs; it stays the same between versions.
    pub code: &'static str,
    /// How bad it is.
    #[serde(rename = "gravity")]
    pub severity: Severity,
    /// What was seen, with numbers.
    pub seen: String,
    /// What SES does about it.
    pub ses: &'static str,
    /// What to change.
    pub change: &'static str,
}

/// How bad a finding is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub enum Severity {
    /// Mail is lost or doubled, a secret is out, or the account is at risk.
    #[serde(rename = "harm")]
    Error,
    /// It works, and is slower or dearer than it needs to be.
    #[serde(rename = "waste")]
    Warning,
}
