//! The account as SES reports it: its quotas, and whether it may send.
//!
//! [`Account::parse`] reads what `aws sesv2 get-account` and `aws ses
//! get-send-quota` print. Where the text comes from, and what a plan does with it,
//! is decided elsewhere.

use std::path::PathBuf;
use std::time::Duration;

use serde_json::{Map, Value};

use crate::text::{json_error, printable};

/// The commands that print an account, for errors.
const COMMANDS: &str = "`aws sesv2 get-account` or `aws ses get-send-quota`";

/// No rate and no quota can be higher: an account of this size does not exist, and
/// a file with more is not an account's.
const MAX_RATE: f64 = 1e6;
const MAX_RECIPIENTS: f64 = 1e12;

/// The lowest rate, in recipients per second: rates have three decimals here.
const MIN_RATE: f64 = 0.001;

/// The longest text of a value in an error, in characters.
const SHOWN: usize = 60;

/// An account of SES in one region.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Account {
    /// The maximum sending rate in recipients per second, above zero.
    pub rate_per_s: f64,
    /// Recipients in any 24 hours; `None`: unlimited.
    pub per_day: Option<u64>,
    /// Recipients in the last 24 hours. SES does not report when they were sent.
    pub sent_last_24h: u64,
    /// Whether it has production access, or is in the sandbox. Like the rest below,
    /// only `get-account` prints it.
    pub production: Option<bool>,
    /// Whether it may send; its owner can pause it, and so can SES.
    pub sending_enabled: Option<bool>,
    /// Its reputation.
    pub enforcement: Option<Enforcement>,
    /// The latest request for production access.
    pub review: Option<Review>,
}

/// The reputation of an account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Enforcement {
    /// Nothing is wrong.
    Healthy,
    /// Under review, and able to send.
    Probation,
    /// Not able to send.
    Shutdown,
    /// A word that this version does not know.
    Other(String),
}

/// A request for production access.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Review {
    /// `PENDING`, `FAILED`, `GRANTED` or `DENIED`.
    pub status: String,
    /// The support case.
    pub case_id: Option<String>,
}

/// An account as it was at one time.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct AccountSnapshot {
    /// The account.
    pub account: Account,
    /// The file with it; `None`: standard input.
    pub file: Option<PathBuf>,
    /// The age of the file; `None`: as of now.
    pub age: Option<Duration>,
}

impl AccountSnapshot {
    /// The name of the file, for people.
    pub(crate) fn origin(&self) -> String {
        match &self.file {
            Some(file) => printable(&file.display().to_string()),
            None => "standard input".to_owned(),
        }
    }
}

impl Account {
    /// Parses what one of the commands prints. The error is one line, without the
    /// name of the file.
    pub(crate) fn parse(text: &str) -> Result<Self, String> {
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        if text.trim().is_empty() {
            return Err(format!("empty: expected the JSON of {COMMANDS}"));
        }
        let value: Value = serde_json::from_str(text).map_err(|error| {
            let why = json_error(text, &error);
            format!("{why}: expected the JSON of {COMMANDS}, with `--output json`")
        })?;
        let Value::Object(all) = &value else {
            let found = shown(&value);
            return Err(format!("found {found}: expected the JSON of {COMMANDS}"));
        };
        let top = Fields { all, within: "" };
        let quota = match top.object("SendQuota")? {
            Some(quota) => quota,
            None if all.contains_key("MaxSendRate") || all.contains_key("Max24HourSend") => {
                Fields { all, within: "" }
            }
            None => return Err(top.missing("SendQuota")),
        };
        Ok(Self {
            rate_per_s: quota.rate("MaxSendRate")?,
            per_day: quota.recipients_or_unlimited("Max24HourSend")?,
            sent_last_24h: quota.recipients("SentLast24Hours")?,
            production: top.boolean("ProductionAccessEnabled")?,
            sending_enabled: top.boolean("SendingEnabled")?,
            enforcement: top.text("EnforcementStatus")?.map(Enforcement::parse),
            review: review(&top)?,
        })
    }

    /// Recipients left of the present 24 hours; `None`: unlimited.
    pub(crate) fn left_of_day(&self) -> Option<u64> {
        let per_day = self.per_day?;
        Some(per_day.saturating_sub(self.sent_last_24h))
    }

    /// Why the account cannot send at all: the key that shows it, and what to do.
    pub(crate) fn blocked(&self) -> Option<(&'static str, &'static str)> {
        match (&self.enforcement, self.sending_enabled) {
            (Some(Enforcement::Shutdown), _) => Some((
                "EnforcementStatus",
                "SHUTDOWN: SES refuses every message: correct what it wrote to the account's \
                 owner, then request the release in the support case",
            )),
            (_, Some(false)) => Some((
                "SendingEnabled",
                "false: sending is paused, and SES refuses every message: resume it with `aws \
                 sesv2 put-account-sending-attributes --sending-enabled`, if you paused it",
            )),
            _ => None,
        }
    }

    /// The maximum sending rate as a quantity, such as `14/s`, never rounded up.
    pub(crate) fn rate(&self) -> String {
        format!("{}/s", (self.rate_per_s * 1e3).floor() / 1e3)
    }
}

impl Enforcement {
    fn parse(word: &str) -> Self {
        match word {
            "HEALTHY" => Self::Healthy,
            "PROBATION" => Self::Probation,
            "SHUTDOWN" => Self::Shutdown,
            other => Self::Other(other.to_owned()),
        }
    }
}

fn review(top: &Fields<'_>) -> Result<Option<Review>, String> {
    let Some(details) = top.object("Details")? else {
        return Ok(None);
    };
    let Some(review) = details.object("ReviewDetails")? else {
        return Ok(None);
    };
    let case_id = review.text("CaseId")?.map(str::to_owned);
    let review = review.text("Status")?.map(|status| Review {
        status: status.to_owned(),
        case_id,
    });
    Ok(review)
}

/// The keys of an object, and where it is.
struct Fields<'a> {
    all: &'a Map<String, Value>,
    /// Its path with a dot at the end, or nothing.
    within: &'static str,
}

impl<'a> Fields<'a> {
    /// `null` counts as absent.
    fn get(&self, key: &str) -> Option<&'a Value> {
        self.all.get(key).filter(|value| !value.is_null())
    }

    fn object(&self, key: &'static str) -> Result<Option<Self>, String> {
        let within = match key {
            "SendQuota" => "SendQuota.",
            "Details" => "Details.",
            _ => "Details.ReviewDetails.",
        };
        let found = self.get(key).map(|value| {
            let all = value.as_object();
            all.ok_or_else(|| self.wrong(key, value, "an object"))
        });
        Ok(found.transpose()?.map(|all| Self { all, within }))
    }

    fn boolean(&self, key: &str) -> Result<Option<bool>, String> {
        let found = self.get(key).map(|value| {
            let flag = value.as_bool();
            flag.ok_or_else(|| self.wrong(key, value, "true or false"))
        });
        found.transpose()
    }

    fn text(&self, key: &str) -> Result<Option<&'a str>, String> {
        let found = self.get(key).map(|value| {
            let text = value.as_str();
            text.ok_or_else(|| self.wrong(key, value, "text in quotes"))
        });
        found.transpose()
    }

    fn rate(&self, key: &str) -> Result<f64, String> {
        let expected = "recipients per second, above 0 and at most 1,000,000";
        self.number(key, MIN_RATE, MAX_RATE, expected)
    }

    /// Rounded up: parts of a recipient do not exist.
    fn recipients(&self, key: &str) -> Result<u64, String> {
        let expected = "a number of recipients from 0 to 10^12";
        let sent = self.number(key, 0.0, MAX_RECIPIENTS, expected)?;
        Ok(sent.ceil() as u64)
    }

    /// Rounded down. SES writes -1 for an unlimited number.
    fn recipients_or_unlimited(&self, key: &str) -> Result<Option<u64>, String> {
        if self.get(key).and_then(Value::as_f64) == Some(-1.0) {
            return Ok(None);
        }
        let expected = "a number of recipients from 0 to 10^12, or -1 for unlimited";
        let most = self.number(key, 0.0, MAX_RECIPIENTS, expected)?;
        Ok(Some(most.floor() as u64))
    }

    fn number(&self, key: &str, min: f64, max: f64, expected: &str) -> Result<f64, String> {
        let value = self.get(key).ok_or_else(|| self.missing(key))?;
        let number = value.as_f64().filter(|number| (min..=max).contains(number));
        number.ok_or_else(|| self.wrong(key, value, expected))
    }

    fn missing(&self, key: &str) -> String {
        let within = self.within;
        format!("`{within}{key}` is missing: expected the JSON of {COMMANDS}")
    }

    fn wrong(&self, key: &str, value: &Value, expected: &str) -> String {
        let (within, value) = (self.within, shown(value));
        format!("`{within}{key}` is {value}: expected {expected}, as {COMMANDS} prints it")
    }
}

fn shown(value: &Value) -> String {
    match value {
        Value::Object(_) => "an object".to_owned(),
        Value::Array(_) => "a list".to_owned(),
        value => {
            let text = value.to_string();
            let mut start: String = text.chars().take(SHOWN).collect();
            if start.len() < text.len() {
                start.push_str("...");
            }
            printable(&start)
        }
    }
}

#[cfg(test)]
mod tests;
