//! The stages at which a fault can be injected, with their names in settings.

use serde::{Deserialize, Serialize};

/// The stage of a session at which a rule can match.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum FaultStage {
    /// The connection, before the first byte.
    Connect,
    /// The TLS handshake.
    Tls,
    /// The greeting.
    Banner,
    /// EHLO and HELO.
    Ehlo,
    /// The STARTTLS command.
    StartTls,
    /// The end of AUTH, when the credentials are complete.
    Auth,
    /// MAIL.
    Mail,
    /// RCPT.
    Rcpt,
    /// The DATA command.
    Data,
    /// The first bytes of a message.
    Body,
    /// The dot that ends a message.
    Dot,
    /// RSET.
    Rset,
    /// NOOP.
    Noop,
    /// QUIT.
    Quit,
}

impl FaultStage {
    /// Whether it is within a message's transaction, so that a sender is known.
    pub(crate) fn has_sender(self) -> bool {
        self == FaultStage::Mail || self.has_recipient()
    }

    /// Whether a recipient is known.
    pub(crate) fn has_recipient(self) -> bool {
        matches!(
            self,
            FaultStage::Rcpt | FaultStage::Data | FaultStage::Body | FaultStage::Dot
        )
    }
}
