//! The events of sessions, as one stream.
//!
//! The dialogue emits each event once, to an
//! [`Observer`](crate::protocol::Observer), with the number of the session and
//! the time. Consumers decide what to count or report.

use super::{Instant, LoginFailure, Reply, Stage, TlsVersion};

/// An event of a session.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Event<'a> {
    /// A client has connected, to a port with or without TLS from the first
    /// byte.
    Connected {
        /// TLS from the first byte.
        wrapper: bool,
    },
    /// The TLS handshake is done.
    Secured(Handshake),
    /// A password was sent before TLS: it was readable on the network, whatever
    /// the reply.
    PlaintextCredentials,
    /// A user has logged in.
    LoggedIn {
        /// The name of the IAM user.
        user: &'a str,
    },
    /// Credentials were refused.
    LoginFailed(LoginFailure),
    /// The server sends a reply.
    Replied {
        /// The reply.
        reply: Reply,
        /// Its stage; none for a command that is unknown or not allowed yet, a
        /// challenge, and a reply that no command asked for.
        stage: Option<Stage>,
    },
    /// A message has reached the final dot and was evaluated.
    Judged(Judged<'a>),
    /// A message has reached the final dot and was not evaluated: a rule of
    /// `faults` replies instead, or there is no reply. It was not accepted.
    Unjudged {
        /// Its `Message-ID`, if an observer needs it.
        message_id: Option<&'a str>,
        /// As in [`Judged::envelope`].
        envelope: u64,
        /// All recipients.
        recipients: u32,
        /// First digit of the reply, if there is one.
        code: Option<u8>,
        /// The reply, if the rule sends one of SES's own refusals.
        reply: Option<Reply>,
    },
    /// The 250s for the last accepted messages will never be sent, or the client
    /// had disconnected before they were.
    ReplyUndelivered {
        /// How many.
        messages: u32,
    },
    /// Input arrived after the idle time-out had ended the session.
    SpokeAfterTimeout,
    /// The server sends the reply of a rule of `faults` instead of its own.
    Said {
        /// The text, with line ends.
        text: &'a str,
        /// The stage of the replaced reply.
        stage: Option<Stage>,
    },
    /// A rule of `faults` matches. At the dot this comes before the message is
    /// evaluated, if it is.
    Faulted {
        /// Position of the rule in the list, from 0.
        rule: usize,
        /// The stage.
        at: Stage,
    },
    /// The session has ended.
    Ended {
        /// The client disconnected without QUIT, or was lost. After QUIT the
        /// server closes the connection.
        by_client: bool,
    },
}

/// The result of a TLS handshake.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Handshake {
    /// The version.
    pub version: TlsVersion,
    /// Whether it resumed an earlier session.
    pub resumed: bool,
}

/// A message at the final dot.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Judged<'a> {
    /// The reply.
    pub reply: Reply,
    /// All recipients.
    pub recipients: u32,
    /// Those of the mailbox simulator.
    pub simulated: u32,
    /// Bytes before dot-stuffing.
    pub size: u64,
    /// Its `Message-ID`, if an observer needs it.
    pub message_id: Option<&'a str>,
    /// The reply is not sent before.
    pub due: Instant,
    /// How many 250s for earlier messages have not been sent yet, because of
    /// pipelining.
    pub undelivered: u32,
    /// A hash of the recipients' addresses, in any order. Together with the
    /// `Message-ID` it distinguishes a message that is sent again from one that
    /// goes to several recipients in several transactions.
    pub envelope: u64,
}
