//! The stages of a session, with their names in settings.
//!
//! A fault can be injected at each of them. Which of them have a latency is
//! decided by the settings, in the one match of `settings/latency.rs`.

use serde::{Deserialize, Serialize};

/// Generates the enum and the list of all stages.
macro_rules! stages {
    ($($(#[$doc:meta])* $name:ident,)*) => {
        /// A stage of a session: where a rule of `faults` can match, and what a
        /// latency or a reply belongs to.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
        #[serde(rename_all = "lowercase")]
        pub enum Stage {
            $($(#[$doc])* $name,)*
        }

        impl Stage {
            /// Every stage, in the order of the variants.
            pub(crate) const ALL: &[Stage] = &[$(Stage::$name),*];
        }
    };
}

stages! {
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

impl Stage {
    /// Whether it is within a message's transaction, so that a sender is known.
    pub(crate) fn has_sender(self) -> bool {
        self == Stage::Mail || self.has_recipient()
    }

    /// Whether a recipient is known.
    pub(crate) fn has_recipient(self) -> bool {
        matches!(self, Stage::Rcpt | Stage::Data | Stage::Body | Stage::Dot)
    }
}
