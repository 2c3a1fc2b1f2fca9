//! A row of the table, and a row that fits a failure.

use std::fmt;

use super::FailureCase;

/// A kind of failure: how it is recognised, and the texts about it.
#[derive(Clone, Copy)]
pub struct Diagnosis {
    /// Stable identifier; never changes.
    pub id: &'static str,
    /// What it is, in a phrase.
    pub title: &'static str,
    /// What happened, in whole sentences.
    pub meaning: &'static str,
    /// What to do, in whole sentences.
    pub advice: &'static str,
    /// What to do if the session was logged in; empty if that makes no
    /// difference.
    pub advice_after_login: &'static str,
    /// How it is recognised, in a phrase.
    pub sign: &'static str,
    /// Where the meaning is documented.
    pub source: &'static str,
    /// Whether it fits the failure.
    pub(super) fits: fn(&FailureCase<'_>) -> bool,
    /// What is specific to this failure, in whole sentences.
    pub(super) detail: fn(&FailureCase<'_>) -> Option<String>,
}

impl Diagnosis {
    /// Defaults for a row: no details of the single failure.
    pub(super) const PLAIN: Self = Self {
        id: "",
        title: "",
        meaning: "",
        advice: "",
        advice_after_login: "",
        sign: "",
        source: "",
        fits: |_| false,
        detail: |_| None,
    };

    /// This diagnosis, if it fits the failure.
    pub(super) fn of(&'static self, case: &FailureCase<'_>) -> Option<Diagnosed> {
        (self.fits)(case).then(|| Diagnosed {
            diagnosis: self,
            advice: match case.logged_in() && !self.advice_after_login.is_empty() {
                true => self.advice_after_login,
                false => self.advice,
            },
            detail: (self.detail)(case),
        })
    }
}

impl fmt::Debug for Diagnosis {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.id)
    }
}

/// A diagnosis that fits a failure.
#[derive(Clone, Debug)]
pub struct Diagnosed {
    /// The row.
    pub diagnosis: &'static Diagnosis,
    /// What to do in this case.
    pub advice: &'static str,
    /// What is specific to this failure.
    pub detail: Option<String>,
}

impl Diagnosed {
    /// What happened.
    pub fn meaning(&self) -> String {
        match &self.detail {
            Some(detail) => format!("{} {detail}", self.diagnosis.meaning),
            None => self.diagnosis.meaning.to_owned(),
        }
    }

    /// What happened and what to do.
    pub fn text(&self) -> String {
        format!("{} {}", self.meaning(), self.advice)
    }
}
