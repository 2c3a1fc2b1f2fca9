//! The limits that a server declares in its reply to EHLO: the size of a
//! message (RFC 1870), and messages, recipients and domains of a session (RFC
//! 9422).
//!
//! This module reads the limits and checks a message against them. The dialogue
//! and `engine` decide when a session is ended because of them.

use std::fmt;

use crate::vocabulary::{DialogueFailure, Failure};

/// The limits that a server declares; none where it declares none.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Limits {
    /// Largest message in bytes (`SIZE`). `SIZE 0` declares no limit.
    pub size: Option<u64>,
    /// Transactions in a session (`MAILMAX`).
    pub mail_max: Option<u32>,
    /// Recipients of a message (`RCPTMAX`).
    pub rcpt_max: Option<u32>,
    /// Different domains among the recipients of a session (`RCPTDOMAINMAX`).
    pub rcpt_domain_max: Option<u32>,
}

/// How a message exceeds the limits that the server declares.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum LimitExceeded {
    /// RFC 1870 section 4.
    #[error("message of {size} bytes is larger than the server's SIZE {max} (RFC 1870)")]
    Size {
        /// Of the message.
        size: u64,
        /// The server's.
        max: u64,
    },
    /// RFC 9422.
    #[error("message to {recipients} recipients exceeds the server's RCPTMAX {max} (RFC 9422)")]
    Recipients {
        /// Of the message.
        recipients: u64,
        /// The server's.
        max: u32,
    },
    /// RFC 9422.
    #[error(
        "message to recipients in {domains} domains exceeds the server's RCPTDOMAINMAX {max} \
         (RFC 9422)"
    )]
    Domains {
        /// Of the message's recipients.
        domains: u64,
        /// The server's.
        max: u32,
    },
}

impl LimitExceeded {
    /// The failure that it is.
    pub(super) const fn failure(self) -> Failure {
        Failure::Dialogue(match self {
            Self::Size { .. } => DialogueFailure::MessageTooLarge,
            Self::Recipients { .. } => DialogueFailure::TooManyRecipients,
            Self::Domains { .. } => DialogueFailure::TooManyDomains,
        })
    }
}

impl Limits {
    /// Reads the parameters of a line of the reply to EHLO.
    pub(super) fn add<'a>(&mut self, keyword: &str, parameters: impl Iterator<Item = &'a str>) {
        match keyword {
            "SIZE" => self.size = parameters.into_iter().next().and_then(size),
            "LIMITS" => parameters.for_each(|parameter| self.add_limit(parameter)),
            _ => {}
        }
    }

    /// Checks whether a message of that many bytes may be sent.
    pub(crate) fn check_size(&self, size: u64) -> Result<(), LimitExceeded> {
        match self.size {
            Some(max) if size > max => Err(LimitExceeded::Size { size, max }),
            _ => Ok(()),
        }
    }

    /// Checks whether a message with that many recipients may be sent.
    pub(crate) fn check_recipients(&self, recipients: u64) -> Result<(), LimitExceeded> {
        match self.rcpt_max {
            Some(max) if recipients > u64::from(max) => {
                Err(LimitExceeded::Recipients { recipients, max })
            }
            _ => Ok(()),
        }
    }

    /// Checks whether a message to that many domains may be sent, in a session
    /// of its own.
    pub(crate) fn check_domains(&self, domains: u64) -> Result<(), LimitExceeded> {
        match self.rcpt_domain_max {
            Some(max) if domains > u64::from(max) => Err(LimitExceeded::Domains { domains, max }),
            _ => Ok(()),
        }
    }

    /// Each limit by its name in the protocol, for display and for JSON.
    pub(crate) fn named(&self) -> impl Iterator<Item = (&'static str, u64)> {
        let all = [
            ("SIZE", self.size),
            ("MAILMAX", self.mail_max.map(u64::from)),
            ("RCPTMAX", self.rcpt_max.map(u64::from)),
            ("RCPTDOMAINMAX", self.rcpt_domain_max.map(u64::from)),
        ];
        all.into_iter()
            .filter_map(|(name, limit)| limit.map(|limit| (name, limit)))
    }

    /// Parses `NAME=VALUE`. Unknown names are ignored, as RFC 9422 section 4
    /// requires.
    fn add_limit(&mut self, parameter: &str) {
        let Some((name, value)) = parameter.split_once('=') else {
            return;
        };
        let limit = match name.to_ascii_uppercase().as_str() {
            "MAILMAX" => &mut self.mail_max,
            "RCPTMAX" => &mut self.rcpt_max,
            "RCPTDOMAINMAX" => &mut self.rcpt_domain_max,
            _ => return,
        };
        *limit = count(value);
    }
}

impl fmt::Display for Limits {
    /// Example: `SIZE 10240000, MAILMAX 20`; empty where the server declares
    /// none.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, (name, limit)) in self.named().enumerate() {
            let comma = if index == 0 { "" } else { ", " };
            write!(f, "{comma}{name} {limit}")?;
        }
        Ok(())
    }
}

/// Up to 20 digits (RFC 1870 section 4); 0 means no limit.
fn size(text: &str) -> Option<u64> {
    number(text).filter(|size| *size > 0)
}

/// RFC 9422 section 6: up to six digits, the first not 0.
fn count(text: &str) -> Option<u32> {
    let count = number(text).filter(|_| text.len() <= 6 && !text.starts_with('0'))?;
    u32::try_from(count).ok()
}

fn number(text: &str) -> Option<u64> {
    let digits = text.bytes().all(|byte| byte.is_ascii_digit());
    digits.then(|| text.parse().ok())?
}

#[cfg(test)]
mod tests {
    use super::*;

    fn limits(lines: &[&str]) -> Limits {
        let mut limits = Limits::default();
        for line in lines {
            let (keyword, rest) = line.split_once(' ').unwrap_or((line, ""));
            limits.add(keyword, rest.split_ascii_whitespace());
        }
        limits
    }

    #[test]
    fn limits_are_read_in_any_order_and_invalid_numbers_are_none() {
        for (lines, expected) in [
            (&["SIZE 10240000"][..], "SIZE 10240000"),
            (
                &["LIMITS MAILMAX=20 RCPTMAX=50 RCPTDOMAINMAX=1"],
                "MAILMAX 20, RCPTMAX 50, RCPTDOMAINMAX 1",
            ),
            (&["LIMITS rcptmax=2 mailmax=3"], "MAILMAX 3, RCPTMAX 2"),
            (&["LIMITS X=1 MAILMAX=7 Y"], "MAILMAX 7"),
            (&["SIZE"], ""),
            (&["SIZE 0"], ""),
            (&["SIZE +5"], ""),
            (&["SIZE many"], ""),
            (&["SIZE 99999999999999999999"], ""),
            (&["LIMITS"], ""),
            (&["LIMITS MAILMAX=0 RCPTMAX=-1 RCPTDOMAINMAX="], ""),
            (&["LIMITS MAILMAX=1000000"], ""),
            (&["8BITMIME"], ""),
        ] {
            assert_eq!(limits(lines).to_string(), expected, "{lines:?}");
        }
    }

    #[test]
    fn a_message_at_a_limit_may_be_sent_and_one_above_it_may_not() {
        let limits = limits(&["SIZE 100", "LIMITS RCPTMAX=2 RCPTDOMAINMAX=1"]);
        assert_eq!(limits.check_size(100), Ok(()));
        assert_eq!(
            limits.check_size(101).unwrap_err().to_string(),
            "message of 101 bytes is larger than the server's SIZE 100 (RFC 1870)"
        );
        assert_eq!(limits.check_recipients(2), Ok(()));
        assert_eq!(
            limits.check_recipients(3).unwrap_err().to_string(),
            "message to 3 recipients exceeds the server's RCPTMAX 2 (RFC 9422)"
        );
        assert_eq!(limits.check_domains(1), Ok(()));
        assert_eq!(
            limits.check_domains(2).unwrap_err().to_string(),
            "message to recipients in 2 domains exceeds the server's RCPTDOMAINMAX 1 (RFC 9422)"
        );
        assert_eq!(Limits::default().check_size(u64::MAX), Ok(()));
    }
}
