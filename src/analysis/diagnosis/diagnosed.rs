//! A row of the table, and a row that fitted.

use std::fmt;

use super::FailureCase;

/// Something that can go wrong: what it is known by, and what to say of it.
#[derive(Clone, Copy)]
pub struct Diagnosis {
    /// A word for programs; never changes.
    pub id: &'static str,
    /// What it is, in a phrase.
    pub title: &'static str,
    /// What happened, in whole sentences.
    pub meaning: &'static str,
    /// What to do, in whole sentences.
    pub advice: &'static str,
    /// What to do where the session was logged in; empty where that makes no
    /// difference.
    pub advice_after_login: &'static str,
    /// What it is known by, in a phrase.
    pub sign: &'static str,
    /// Where the meaning is known from.
    pub source: &'static str,
    /// Whether it is what was met.
    pub(super) fits: fn(&FailureCase<'_>) -> bool,
    /// What can be said of this case and no other, in whole sentences.
    pub(super) detail: fn(&FailureCase<'_>) -> Option<String>,
}

impl Diagnosis {
    /// What a row starts from that knows nothing of single cases.
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

    /// The diagnosis of a situation that it fits.
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

/// A diagnosis that fits what was met.
#[derive(Clone, Debug)]
pub struct Diagnosed {
    /// The row.
    pub diagnosis: &'static Diagnosis,
    /// What to do in this case.
    pub advice: &'static str,
    /// What can be said of this case and no other.
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
