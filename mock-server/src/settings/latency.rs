//! How long the server takes for each reply.
//!
//! One fixed duration a stage. The dialogue asks by [`Stage`] and never sees
//! these names; a distribution could take the place of the duration.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::duration;
use crate::dialogue::Stage;

/// The time between a command's last byte and its reply, for each stage.
///
/// Written like `"250ms"` or `"1.5ms"`. Default of all: no time.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Latency {
    /// Before anything else on a new connection: it shows in the banner
    /// (STARTTLS) or in the TLS handshake (wrapper).
    #[serde(with = "duration")]
    pub connect: Duration,
    /// Before the banner.
    #[serde(with = "duration")]
    pub banner: Duration,
    /// Before the reply to EHLO or HELO, in plaintext and after TLS.
    #[serde(with = "duration")]
    pub ehlo: Duration,
    /// Before the reply to STARTTLS.
    #[serde(with = "duration")]
    pub starttls: Duration,
    /// Before the server takes part in the TLS handshake.
    #[serde(with = "duration")]
    pub tls: Duration,
    /// Before the last reply of AUTH; challenges come at once.
    #[serde(with = "duration")]
    pub auth: Duration,
    /// Before the reply to MAIL.
    #[serde(with = "duration")]
    pub mail: Duration,
    /// Before the reply to RCPT.
    #[serde(with = "duration")]
    pub rcpt: Duration,
    /// Before the 354.
    #[serde(with = "duration")]
    pub data: Duration,
    /// Before the reply to the final dot.
    #[serde(with = "duration")]
    pub dot: Duration,
    /// Before the reply to RSET.
    #[serde(with = "duration")]
    pub rset: Duration,
    /// Before the 221.
    #[serde(with = "duration")]
    pub quit: Duration,
}

impl Latency {
    /// The latency of `stage`.
    #[must_use]
    pub fn of(&self, stage: Stage) -> Duration {
        match stage {
            Stage::Connect => self.connect,
            Stage::Banner => self.banner,
            Stage::Ehlo => self.ehlo,
            Stage::StartTls => self.starttls,
            Stage::Tls => self.tls,
            Stage::Auth => self.auth,
            Stage::Mail => self.mail,
            Stage::Rcpt => self.rcpt,
            Stage::Data => self.data,
            Stage::Dot => self.dot,
            Stage::Rset => self.rset,
            Stage::Quit => self.quit,
            Stage::Other => Duration::ZERO,
        }
    }
}
