//! One rule of `[[faults]]`: what to inject, where, and when.
//!
//! A rule is kept as written. The module `check` validates it; `faults` decides
//! when it matches.

mod action;
mod check;
mod sessions;

use std::time::Duration;

use serde::{Deserialize, Serialize};

pub(crate) use self::action::ActionKind;
pub use self::action::FaultAction;
pub use self::sessions::Sessions;
use crate::protocol::Stage;
use crate::units::{duration, share};

/// A rule. All given conditions must hold.
///
/// ```
/// use sesbench_mock::settings::Fault;
/// use sesbench_mock::{Stage, Settings};
///
/// let every_tenth = Fault {
///     every: Some(10),
///     reply: Some("454 Temporary service failure".to_owned()),
///     ..Fault::new(Stage::Dot)
/// };
/// let settings = Settings { faults: vec![every_tenth], ..Settings::default() };
/// assert!(settings.check().is_ok());
/// ```
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Fault {
    /// The stage.
    pub at: Stage,

    /// Sessions, by number, in the order of connecting, from 0.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub session: Option<Sessions>,

    /// Port of SES, without the offset: 25, 465, 587, 2465 or 2587.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub port: Option<u16>,

    /// Address in MAIL, or its domain (with subdomains). Applies from `mail` to
    /// `dot`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sender: Option<String>,

    /// Address in RCPT, or its domain; from `data` on, any recipient of the message.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub recipient: Option<String>,

    /// From this time after the server's start.
    #[serde(with = "duration::optional", default)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub from: Option<Duration>,

    /// Until this time after the server's start.
    #[serde(with = "duration::optional", default)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub until: Option<Duration>,

    /// Skips this many first occasions. An occasion is each time that a session
    /// reaches the stage and all conditions above hold.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub after: Option<u64>,

    /// Only up to this occasion.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub first: Option<u64>,

    /// Only every n-th occasion: 10 means the 10th, the 20th and so on.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub every: Option<u64>,

    /// A random share of the occasions, above 0 and at most 1. Also read as a
    /// percentage, such as `"10%"`.
    #[serde(deserialize_with = "share::optional", default)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub probability: Option<f64>,

    /// Time added to the stage's latency.
    #[serde(with = "duration::optional", default)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub delay: Option<Duration>,

    /// The reply in place of the stage's own, with its code; several lines as in
    /// SMTP. A command answered with a 4xx or 5xx has no effect; any other code
    /// changes only the reply.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reply: Option<String>,

    /// The action in place of the stage's own reply.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub action: Option<FaultAction>,

    /// Close the connection after `reply`, `garbage` or `half_reply`. Default:
    /// yes after `half_reply`, and at `tls` and `body`, where nothing can follow.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub close: Option<bool>,

    /// At the dot: the message is evaluated and counted as usual, and may be
    /// accepted; only its reply fails. Default: no.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub accepted: bool,
}

impl Fault {
    /// A rule for that stage, without conditions and without an action yet.
    #[must_use]
    pub fn new(at: Stage) -> Fault {
        Fault {
            at,
            session: None,
            port: None,
            sender: None,
            recipient: None,
            from: None,
            until: None,
            after: None,
            first: None,
            every: None,
            probability: None,
            delay: None,
            reply: None,
            action: None,
            close: None,
            accepted: false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn survives_the_line_of_json() {
        let fault = Fault {
            session: Some(Sessions::range(5, 9)),
            from: Some(Duration::from_secs(10)),
            probability: Some(0.1),
            delay: Some(Duration::from_micros(1500)),
            action: Some(FaultAction::HalfReply),
            close: Some(false),
            accepted: true,
            ..Fault::new(Stage::StartTls)
        };
        let line = serde_json::to_string(&fault).unwrap();
        assert_eq!(
            line,
            r#"{"at":"starttls","session":"5-9","from":"10s","probability":0.1,"delay":"1.5ms","action":"half_reply","close":false,"accepted":true}"#
        );
        assert_eq!(serde_json::from_str::<Fault>(&line).unwrap(), fault);
    }

    #[test]
    fn keys_that_are_not_set_are_not_written() {
        let fault = serde_json::from_str::<Fault>(r#"{"at":"noop"}"#).unwrap();
        assert_eq!(fault, Fault::new(Stage::Noop));
        assert_eq!(serde_json::to_string(&fault).unwrap(), r#"{"at":"noop"}"#);
    }

    #[test]
    fn refuses_unknown_keys_and_values_by_name() {
        for (line, part) in [
            (r#"{"every":10}"#, "`at`"),
            (r#"{"at":"dot","evry":10}"#, "evry"),
            (r#"{"at":"vrfy"}"#, "vrfy"),
            (r#"{"at":"dot","action":"explode"}"#, "explode"),
            (r#"{"at":"dot","delay":"soon"}"#, "invalid duration"),
            (r#"{"at":"dot","session":"last"}"#, "5-9"),
        ] {
            let error = serde_json::from_str::<Fault>(line).unwrap_err().to_string();
            assert!(error.contains(part), "{line}: {error}");
        }
    }
}
