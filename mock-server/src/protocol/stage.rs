//! The stages of a session at which a reply can be delayed.

/// The stage of a reply.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stage {
    /// The connection, before the first byte.
    Connect,
    /// The greeting.
    Banner,
    /// EHLO and HELO.
    Ehlo,
    /// The STARTTLS command.
    StartTls,
    /// The TLS handshake.
    Tls,
    /// AUTH, all its lines.
    Auth,
    /// MAIL.
    Mail,
    /// RCPT.
    Rcpt,
    /// The DATA command.
    Data,
    /// The dot that ends a message.
    Dot,
    /// RSET.
    Rset,
    /// QUIT.
    Quit,
    /// NOOP, VRFY, invalid commands, and unsolicited replies.
    Other,
}

impl Stage {
    /// Every stage, in the order of the variants.
    pub(crate) const ALL: [Stage; Stage::COUNT] = [
        Stage::Connect,
        Stage::Banner,
        Stage::Ehlo,
        Stage::StartTls,
        Stage::Tls,
        Stage::Auth,
        Stage::Mail,
        Stage::Rcpt,
        Stage::Data,
        Stage::Dot,
        Stage::Rset,
        Stage::Quit,
        Stage::Other,
    ];

    /// How many there are.
    pub(crate) const COUNT: usize = Stage::Other as usize + 1;
}
