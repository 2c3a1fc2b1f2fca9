//! How long the server takes for each reply: one [`Delay`] per stage.
//!
//! The dialogue looks them up by [`Stage`] and does not know these names.

use serde::{Deserialize, Serialize};

use super::Delay;
use crate::protocol::Stage;

/// The time between a command's last byte and its reply, for each stage.
///
/// Written as `"250ms"`, or as a distribution: see [`Delay`]. Default of all: no
/// delay.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Latency {
    /// Before anything else on a new connection. It appears in the time of the
    /// banner (STARTTLS) or of the TLS handshake (wrapper).
    pub connect: Delay,
    /// Before the banner.
    pub banner: Delay,
    /// Before the reply to EHLO or HELO, in plaintext and after TLS.
    pub ehlo: Delay,
    /// Before the reply to EHLO or HELO after TLS, if it differs. Default: the value
    /// of `ehlo`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ehlo_tls: Option<Delay>,
    /// Before the reply to STARTTLS.
    pub starttls: Delay,
    /// Before the server answers the TLS handshake.
    pub tls: Delay,
    /// Before the final reply of AUTH; challenges are sent immediately.
    pub auth: Delay,
    /// Before the reply to MAIL.
    pub mail: Delay,
    /// Before the reply to RCPT.
    pub rcpt: Delay,
    /// Before the 354.
    pub data: Delay,
    /// Before the reply to the final dot.
    pub dot: Delay,
    /// Before the reply to RSET.
    pub rset: Delay,
    /// Before the 221.
    pub quit: Delay,
}

impl Latency {
    /// The latency of `stage`, within TLS or not; `None` for a stage without one.
    #[must_use]
    pub(crate) fn of(&self, stage: Stage, secure: bool) -> Option<&Delay> {
        Some(match stage {
            Stage::Connect => &self.connect,
            Stage::Banner => &self.banner,
            Stage::Ehlo if secure => self.ehlo_tls.as_ref().unwrap_or(&self.ehlo),
            Stage::Ehlo => &self.ehlo,
            Stage::StartTls => &self.starttls,
            Stage::Tls => &self.tls,
            Stage::Auth => &self.auth,
            Stage::Mail => &self.mail,
            Stage::Rcpt => &self.rcpt,
            Stage::Data => &self.data,
            Stage::Dot => &self.dot,
            Stage::Rset => &self.rset,
            Stage::Quit => &self.quit,
            Stage::Other => return None,
        })
    }

    /// All delays that are set, with their keys.
    pub(super) fn keyed(&self) -> impl Iterator<Item = (&'static str, &Delay)> {
        let all = [
            ("latency.connect", Some(&self.connect)),
            ("latency.banner", Some(&self.banner)),
            ("latency.ehlo", Some(&self.ehlo)),
            ("latency.ehlo_tls", self.ehlo_tls.as_ref()),
            ("latency.starttls", Some(&self.starttls)),
            ("latency.tls", Some(&self.tls)),
            ("latency.auth", Some(&self.auth)),
            ("latency.mail", Some(&self.mail)),
            ("latency.rcpt", Some(&self.rcpt)),
            ("latency.data", Some(&self.data)),
            ("latency.dot", Some(&self.dot)),
            ("latency.rset", Some(&self.rset)),
            ("latency.quit", Some(&self.quit)),
        ];
        all.into_iter()
            .filter_map(|(key, delay)| Some((key, delay?)))
    }
}
