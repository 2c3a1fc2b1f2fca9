//! Validates a fault rule: its conditions can hold, and its action is possible at
//! its stage.

use std::time::Duration;

use serde::Serialize;

use super::action::NEEDS_BYTES;
use super::{Fault, FaultAction};
use crate::facts::PORTS;
use crate::protocol::Stage;
use crate::settings::SettingsError;
use crate::settings::check::wrong;
use crate::settings::identity::is_identity;
use crate::units::duration;

impl Fault {
    /// Checks the rule at position `number` of the list.
    pub(in crate::settings) fn check(&self, number: usize) -> Result<(), SettingsError> {
        let problem = self
            .selection()
            .or_else(|| self.timing())
            .or_else(|| self.outcome())
            .or_else(|| self.place())
            .or_else(|| self.sequel());
        match problem {
            None => Ok(()),
            Some(Problem {
                key,
                value,
                allowed,
            }) => Err(wrong(format!("faults[{number}].{key}"), value, allowed)),
        }
    }

    /// Checks which sessions and messages it selects.
    fn selection(&self) -> Option<Problem> {
        let known = |port: u16| PORTS.iter().any(|ses| ses.number == port);
        let named = |who: &String| is_identity(who);
        demand(
            self.session.is_none_or(|sessions| !sessions.is_empty()),
            "session",
            self.session.map(as_written),
            "must be a range whose end is not before its start",
        )
        .or_else(|| {
            demand(
                self.port.is_none_or(known),
                "port",
                self.port.map(as_written),
                "must be a port of SES, without the offset: 25, 465, 587, 2465 or 2587",
            )
        })
        .or_else(|| {
            demand(
                self.sender.as_ref().is_none_or(named) && self.fits_sender(),
                "sender",
                self.sender.as_ref().map(as_written),
                "must be an address or a domain, and `at` one of mail, rcpt, data, body, dot",
            )
        })
        .or_else(|| {
            demand(
                self.recipient.as_ref().is_none_or(named) && self.fits_recipient(),
                "recipient",
                self.recipient.as_ref().map(as_written),
                "must be an address or a domain, and `at` one of rcpt, data, body, dot",
            )
        })
    }

    fn fits_sender(&self) -> bool {
        self.sender.is_none() || self.at.has_sender()
    }

    fn fits_recipient(&self) -> bool {
        self.recipient.is_none() || self.at.has_recipient()
    }

    /// Checks which occasions it selects.
    fn timing(&self) -> Option<Problem> {
        let from = self.from.unwrap_or(Duration::ZERO);
        demand(
            self.until.is_none_or(|until| until > from),
            "until",
            self.until.map(|until| as_written(duration::format(until))),
            "must be later than `from`",
        )
        .or_else(|| {
            demand(
                self.first
                    .is_none_or(|first| first > self.after.unwrap_or(0)),
                "first",
                self.first.map(as_written),
                "must be at least 1, and more than `after`: both count from the first occasion",
            )
        })
        .or_else(|| {
            demand(
                self.every != Some(0),
                "every",
                self.every.map(as_written),
                "must be at least 1",
            )
        })
        .or_else(|| {
            demand(
                self.probability.is_none_or(|p| p > 0.0 && p <= 1.0),
                "probability",
                // JSON has no NaN and no infinity.
                self.probability.map(|share| format!("{share:?}")),
                "must be above 0 and at most 1",
            )
        })
    }

    /// Checks that it has exactly one action, in a valid form.
    fn outcome(&self) -> Option<Problem> {
        let happens = self.reply.is_some() || self.action.is_some() || self.delay.is_some();
        demand(
            happens,
            "at",
            Some(as_written(self.at)),
            "must have a reply, a delay or an action",
        )
        .or_else(|| {
            demand(
                self.reply.is_none() || self.action.is_none(),
                "action",
                self.action.map(as_written),
                "must not be combined with `reply`: a rule has one of them",
            )
        })
        .or_else(|| {
            demand(
                self.reply.as_deref().is_none_or(is_reply),
                "reply",
                self.reply.as_ref().map(as_written),
                "must begin with a three-digit code from 200 to 599 and a space, as in \
                 \"451 Temporary service failure\"; with several lines, each begins with the same \
                 code, and all but the last have a hyphen after it",
            )
        })
    }

    /// Checks that the action is possible at this stage.
    fn place(&self) -> Option<Problem> {
        let action = self.action?;
        demand(
            action.is_possible_at(self.at),
            "action",
            Some(as_written(action)),
            action.needs(),
        )
    }

    /// Checks `close` and `accepted`.
    fn sequel(&self) -> Option<Problem> {
        let sends = self.reply.is_some() || self.action.and_then(FaultAction::closes).is_some();
        demand(
            self.close.is_none() || sends,
            "close",
            self.close.map(as_written),
            NEEDS_BYTES,
        )
        .or_else(|| {
            demand(
                self.close != Some(false) || !matches!(self.at, Stage::Tls | Stage::Body),
                "close",
                self.close.map(as_written),
                "must be true at tls and body: after a reply in place of a handshake or within a \
                 message nothing can follow",
            )
        })
        .or_else(|| {
            demand(
                !self.accepted || self.at == Stage::Dot,
                "accepted",
                Some(as_written(self.accepted)),
                "needs at = \"dot\", where messages are accepted",
            )
        })
    }
}

/// A key with an invalid value.
struct Problem {
    key: &'static str,
    value: String,
    allowed: &'static str,
}

fn demand(
    holds: bool,
    key: &'static str,
    value: Option<String>,
    allowed: &'static str,
) -> Option<Problem> {
    (!holds).then(|| Problem {
        key,
        value: value.unwrap_or_default(),
        allowed,
    })
}

/// The value as it is written in a file, not in Rust.
fn as_written(value: impl Serialize) -> String {
    serde_json::to_string(&value).unwrap_or_default()
}

/// Whether it is a reply of RFC 5321 section 4.2, its lines separated by LF or
/// CRLF.
fn is_reply(text: &str) -> bool {
    let code = text.get(..3).unwrap_or_default();
    let lines = text.lines().count();
    let valid = code.bytes().all(|byte| byte.is_ascii_digit())
        && matches!(code.as_bytes().first(), Some(b'2'..=b'5'));
    valid
        && text.lines().enumerate().all(|(n, line)| {
            let mark = if n + 1 < lines { "-" } else { " " };
            let rest = line.strip_prefix(code);
            rest.is_some_and(|rest| rest.starts_with(mark) && !rest.contains(char::is_control))
        })
}

#[cfg(test)]
mod tests;
