//! The key that holds the [`Delay`] of each stage.
//!
//! The dialogue looks them up by [`Stage`] and does not know the keys.

use super::{Delay, Latency};
use crate::protocol::Stage;

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
}
