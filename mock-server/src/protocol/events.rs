//! What happens in sessions, as one stream of events.
//!
//! The dialogue emits each event once, to an
//! [`Observer`](crate::protocol::Observer), with the session's number and the
//! time. An event says what happened; what is counted or reported of it is
//! decided where it is consumed.

use super::{FaultStage, Instant, LoginFailure, Reply, Stage, TlsVersion};

/// Something that happened in a session.
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
    /// A password came before TLS: it was on the wire for all to read, whatever
    /// the answer is.
    PlaintextCredentials,
    /// A user has logged in.
    LoggedIn {
        /// The name of the IAM user.
        user: &'a str,
    },
    /// Credentials were refused.
    LoginFailed(LoginFailure),
    /// The server has an answer.
    Replied {
        /// Which.
        reply: Reply,
        /// To what.
        stage: Stage,
    },
    /// A message has reached its final dot, and this is the answer.
    Judged(Judged<'a>),
    /// A message has reached its final dot, and a rule of `faults` answers in
    /// place of the account, or nobody does: it was not taken.
    Unjudged {
        /// Its `Message-ID`, where somebody wants to know it.
        message_id: Option<&'a str>,
        /// As in [`Judged::envelope`].
        envelope: u64,
        /// All recipients.
        recipients: u32,
        /// First digit of the reply, if there is one.
        code: Option<u8>,
        /// The reply, if the rule gives one of SES's own refusals.
        reply: Option<Reply>,
    },
    /// The answers to all dots so far are with the socket.
    Answered,
    /// The 250s for the messages that were accepted last have not left, and
    /// never will, or the client was gone when they did.
    ReplyUndelivered {
        /// How many.
        messages: u32,
    },
    /// Input came after the idle time-out had ended the session.
    SpokeAfterTimeout,
    /// The server has said something else than its answer, because a rule of
    /// `faults` has it so.
    Said {
        /// The words, line ends included.
        text: &'a str,
        /// In place of the answer to what.
        stage: Stage,
    },
    /// A rule of `faults` strikes. At a dot this comes before the message is
    /// judged, if it is judged at all.
    Faulted {
        /// The rule's place in the list, from 0.
        rule: usize,
        /// Where.
        at: FaultStage,
    },
    /// The session is over.
    Ended {
        /// The client has hung up, or was lost. What the server does after
        /// QUIT, too, is the server's doing.
        by_client: bool,
    },
}

/// What a TLS handshake came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Handshake {
    /// The version.
    pub version: TlsVersion,
    /// Whether it went on with an earlier session.
    pub resumed: bool,
}

/// A message at its final dot.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Judged<'a> {
    /// The answer.
    pub reply: Reply,
    /// All recipients.
    pub recipients: u32,
    /// Those of the mailbox simulator.
    pub simulated: u32,
    /// Bytes before dot-stuffing.
    pub size: u64,
    /// The `Message-ID` of its header, where somebody wants to know it.
    pub message_id: Option<&'a str>,
    /// The answer does not leave before.
    pub due: Instant,
    /// How many 250s for messages before this one have not left yet:
    /// pipelining.
    pub undelivered: u32,
    /// A hash of the recipients' addresses, in any order: with the `Message-ID`
    /// it tells a message that comes again from one that goes to several
    /// recipients in several transactions.
    pub envelope: u64,
}
