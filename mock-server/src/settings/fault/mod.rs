//! What is to go wrong, where, and when: one rule of `[[faults]]`.
//!
//! A rule is kept as it was written. Whether it makes sense is said by the
//! module `check`; whether it strikes, by the mock's `faults`.

mod check;
mod sessions;

use std::time::Duration;

use serde::{Deserialize, Serialize};

pub use self::sessions::Sessions;
use crate::protocol::FaultStage;
use crate::units::duration;

/// A rule. Of the conditions that are given all must hold; one that is not
/// given always does.
///
/// ```
/// use sesbench_mock::settings::Fault;
/// use sesbench_mock::{At, Settings};
///
/// let every_tenth = Fault {
///     every: Some(10),
///     reply: Some("454 Temporary service failure".to_owned()),
///     ..Fault::new(At::Dot)
/// };
/// let settings = Settings { faults: vec![every_tenth], ..Settings::default() };
/// assert!(settings.check().is_ok());
/// ```
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Fault {
    /// The stage at which it happens.
    pub at: FaultStage,

    /// Sessions, by number, in the order of connecting, from 0.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub session: Option<Sessions>,

    /// Port of SES, without the offset: 25, 465, 587, 2465 or 2587.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub port: Option<u16>,

    /// Address in MAIL, or its domain (with subdomains). From `mail` to `dot`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sender: Option<String>,

    /// Address in RCPT, or its domain; from `data` on, any of the message's.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub recipient: Option<String>,

    /// Not before that time after the server's start.
    #[serde(with = "duration::optional", default)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub from: Option<Duration>,

    /// Only before that time after the server's start.
    #[serde(with = "duration::optional", default)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub until: Option<Duration>,

    /// Not on that many occasions, the first ones. An occasion is each time
    /// that a session is at the stage and all conditions above hold.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub after: Option<u64>,

    /// Only on that many occasions, the first ones.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub first: Option<u64>,

    /// Only on every n-th occasion: 10 is the 10th, the 20th and so on.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub every: Option<u64>,

    /// On this share of occasions, above 0 and at most 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub probability: Option<f64>,

    /// Time added to what the stage takes anyway.
    #[serde(with = "duration::optional", default)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub delay: Option<Duration>,

    /// What is said in place of the stage's reply, with its code; several lines
    /// as SMTP has them. A command that is answered with a 4xx or 5xx has no
    /// effect; with any other code only its reply is another.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reply: Option<String>,

    /// What else is done in place of the stage's reply.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub action: Option<Action>,

    /// Close the connection after `reply`, `garbage` or `half_reply`. Default:
    /// after `half_reply`, and at `tls` and `body`, where nothing can follow.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub close: Option<bool>,

    /// At the dot: the message is judged and counted, and perhaps accepted,
    /// before its reply goes wrong. Default: no.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub accepted: bool,
}

/// What can be done other than to reply.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Action {
    /// Say nothing more and read nothing more, until the client goes away.
    Stall,
    /// Close the connection, in order.
    Close,
    /// Reset the connection (RST).
    Reset,
    /// Say the first half of the reply.
    HalfReply,
    /// Say a line of random bytes that are no reply and no TLS record.
    Garbage,
    /// End the handshake with the fatal alert `handshake_failure`.
    TlsAlert,
    /// Show a certificate that has expired.
    ExpiredCertificate,
    /// Show a certificate for another host.
    WrongNameCertificate,
    /// Don't offer STARTTLS, and don't know it.
    NoStarttls,
}

impl Fault {
    /// A rule for that stage, without condition; what happens is still to be
    /// said.
    #[must_use]
    pub fn new(at: FaultStage) -> Fault {
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
            action: Some(Action::HalfReply),
            close: Some(false),
            accepted: true,
            ..Fault::new(FaultStage::StartTls)
        };
        let line = serde_json::to_string(&fault).unwrap();
        assert_eq!(
            line,
            r#"{"at":"starttls","session":"5-9","from":"10s","probability":0.1,"delay":"1.5ms","action":"half_reply","close":false,"accepted":true}"#
        );
        assert_eq!(serde_json::from_str::<Fault>(&line).unwrap(), fault);
    }

    #[test]
    fn what_is_not_said_is_not_there() {
        let fault = serde_json::from_str::<Fault>(r#"{"at":"noop"}"#).unwrap();
        assert_eq!(fault, Fault::new(FaultStage::Noop));
        assert_eq!(serde_json::to_string(&fault).unwrap(), r#"{"at":"noop"}"#);
    }

    #[test]
    fn refuses_what_it_does_not_know_by_name() {
        for (line, part) in [
            (r#"{"every":10}"#, "`at`"),
            (r#"{"at":"dot","evry":10}"#, "evry"),
            (r#"{"at":"vrfy"}"#, "vrfy"),
            (r#"{"at":"dot","action":"explode"}"#, "explode"),
            (r#"{"at":"dot","delay":"soon"}"#, "not a duration"),
            (r#"{"at":"dot","session":"last"}"#, "5-9"),
        ] {
            let error = serde_json::from_str::<Fault>(line).unwrap_err().to_string();
            assert!(error.contains(part), "{line}: {error}");
        }
    }
}
