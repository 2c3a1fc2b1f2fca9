//! One session as a state machine.
//!
//! The driver asks [`Dialogue::next`] for a step, performs it, and reports the
//! result; the engine gives it messages by [`Dialogue::begin`] and ends it by
//! [`Dialogue::quit`]. Time is always an argument. One value serves all
//! sessions of a slot in turn, so that its buffers are allocated once.

mod ending;
mod setup;
mod step;
#[cfg(test)]
mod tests;
mod transaction;

use std::collections::BTreeSet;
use std::sync::Arc;

use ending::Parting;
pub(crate) use ending::QUIT_TIMEOUT;
use step::Line;
pub(crate) use step::{Step, StepFailure};

use super::capabilities::Capabilities;
use super::outgoing::Outgoing;
use super::reader::ReplyReader;
use super::redact::Secrets;
use super::reply::Reply;
use super::{Credentials, Mechanism, Timeouts, TlsMode};
use crate::vocabulary::{Cause, Event, Failure, Instant, Observer, Outcome, Phase, SlotId, Ticket};

/// Settings that all sessions of a run share.
#[derive(Clone, Debug)]
pub(crate) struct Config {
    /// How TLS is reached.
    pub tls: TlsMode,
    /// The name given in EHLO.
    pub ehlo_name: String,
    /// How to log in; none: no AUTH.
    pub sasl: Option<Sasl>,
    /// Whether to send MAIL, RCPT and DATA as one group where PIPELINING is
    /// offered.
    pub pipelining: bool,
    /// How long each phase may last.
    pub timeouts: Timeouts,
}

/// How to log in, with the credentials.
#[derive(Clone, Debug)]
pub(crate) struct Sasl {
    /// The mechanism.
    pub mechanism: Mechanism,
    /// Whether PLAIN's answer is sent as initial response, in the AUTH command.
    pub initial_response: bool,
    /// The credentials.
    pub credentials: Credentials,
}

/// What the driver has to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Doing {
    /// Between sessions.
    Nothing,
    Connecting,
    Securing,
    Sending,
    Receiving,
    Resting,
}

/// The state of the protocol.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum DialogueState {
    Connect,
    Tls,
    Banner,
    Ehlo,
    Starttls,
    EhloTls,
    /// The number of the exchange, from 0.
    Auth(usize),
    Mail,
    /// The number of the recipient, from 0.
    Rcpt(usize),
    Data,
    Content,
    /// The content could not be sent completely; the server may send a reply
    /// that explains it.
    ContentRefused,
    Ready,
    Rset,
    Quit,
}

/// An attempt in progress.
#[derive(Clone, Copy, Debug)]
struct Attempt {
    ticket: Ticket,
    began: Instant,
    transaction: Option<Instant>,
}

/// One session after another, each from connect to QUIT or loss.
#[derive(Debug)]
pub(crate) struct Dialogue {
    config: Arc<Config>,
    /// Secrets to redact in replies.
    secrets: Option<Secrets>,
    slot: SlotId,
    doing: Doing,
    stage: DialogueState,
    deadline: Instant,
    /// When the current phase began.
    phase_began: Instant,
    /// When the session's connect began.
    session_began: Instant,
    /// When the session became ready; none before that.
    ready_since: Option<Instant>,
    /// Number of messages whose final dot was answered in this session.
    served: u64,
    /// Consecutive transactions that were refused before the final dot.
    refused: u32,
    /// Whether MAIL of the last attempt was handed to the socket.
    mail_sent: bool,
    /// Whether it was accepted, so that a transaction was opened.
    mail_accepted: bool,
    /// Why the session is ended by QUIT while its message moves to the next
    /// session.
    parting: Option<Parting>,
    /// Different recipient domains in this session; recorded only where the
    /// server limits them.
    domains: BTreeSet<Vec<u8>>,
    /// Whether HELO was sent because the server does not know EHLO.
    helo: bool,
    capabilities: Capabilities,
    attempt: Option<Attempt>,
    /// Whether commands of the transaction were sent as one group.
    grouped: bool,
    /// Whether the next reply was received before its command was sent
    /// completely: the server replies ahead of the command.
    ahead: bool,
    /// The error that kept the content from being sent completely.
    content_failure: Option<StepFailure>,
    /// The outcome of the session's failure, if it has failed.
    failed: Option<Outcome>,
    reader: ReplyReader,
    /// A command of the session itself: EHLO, AUTH.
    line: Line,
    outgoing: Outgoing,
}

impl Dialogue {
    /// The dialogue of one slot. Content ends with the tail of `outgoing`.
    pub(crate) fn new(config: Arc<Config>, slot: SlotId, outgoing: Outgoing) -> Self {
        let sasl = config.sasl.as_ref();
        let secrets = sasl.map(|sasl| Secrets::of(&sasl.credentials));
        Self {
            config,
            secrets,
            slot,
            doing: Doing::Nothing,
            stage: DialogueState::Connect,
            deadline: Instant::NEVER,
            phase_began: Instant::ORIGIN,
            session_began: Instant::ORIGIN,
            ready_since: None,
            served: 0,
            refused: 0,
            mail_sent: false,
            mail_accepted: false,
            parting: None,
            domains: BTreeSet::new(),
            helo: false,
            capabilities: Capabilities::default(),
            attempt: None,
            grouped: false,
            ahead: false,
            content_failure: None,
            failed: None,
            reader: ReplyReader::default(),
            line: Line::default(),
            outgoing,
        }
    }

    /// The next step.
    pub(crate) fn next(&self) -> Step<'_> {
        match self.doing {
            Doing::Nothing => Step::Close,
            Doing::Connecting => Step::Connect,
            Doing::Securing => Step::Secure,
            Doing::Receiving => Step::Receive,
            Doing::Resting => Step::Ready,
            Doing::Sending => self.send_step(),
        }
    }

    /// Whether the session is ready for a message.
    pub(crate) fn is_ready(&self) -> bool {
        self.doing == Doing::Resting
    }

    /// When the current step times out: then call [`Dialogue::failed`] with
    /// [`Failure::TimedOut`].
    pub(crate) fn deadline(&self) -> Instant {
        self.deadline
    }

    /// The buffer for received bytes.
    pub(crate) fn space(&mut self) -> &mut [u8] {
        self.reader.space()
    }

    /// `count` bytes were received into the space; 0 means that the server
    /// closed the connection.
    pub(crate) fn filled(&mut self, count: usize, now: Instant, events: &mut dyn Observer) {
        if count == 0 {
            return self.failed(Failure::Closed.into(), now, events);
        }
        self.reader.filled(count);
        self.take_replies(now, events);
    }

    /// Everything was handed to the socket.
    pub(crate) fn sent(&mut self, now: Instant, events: &mut dyn Observer) {
        self.doing = Doing::Receiving;
        self.ahead = !self.reader.is_empty();
        if matches!(self.stage, DialogueState::Auth(_)) {
            self.line.0.fill(0);
        }
        if self.stage == DialogueState::Content {
            self.end_phase(Phase::Body, now, events);
            self.start_phase(Phase::Accept, now);
        }
        self.take_replies(now, events);
    }

    /// The capabilities that the server offered last.
    pub(crate) fn capabilities(&self) -> &Capabilities {
        &self.capabilities
    }

    /// Whether the current session has been ready for MAIL.
    pub(crate) fn was_ready(&self) -> bool {
        self.ready_since.is_some()
    }

    /// The outcome of the last session's failure, once it is over; none if it
    /// ended as intended.
    pub(crate) fn failure(&self) -> Option<Outcome> {
        self.failed
    }

    /// Whether MAIL of the last attempt was accepted. If not, the next one is
    /// likely to be refused, too.
    pub(crate) fn mail_accepted(&self) -> bool {
        self.mail_accepted
    }

    /// Whether MAIL of the last attempt was sent. It is not if no session was
    /// ready, or if the message exceeds the limits that the server declared.
    pub(crate) fn mail_sent(&self) -> bool {
        self.mail_sent
    }

    /// Whether a message is in progress. If the session is over nevertheless,
    /// the server had ended it before the message was affected, or accepts no
    /// more messages on it, and the message continues with the next
    /// [`Dialogue::open`].
    pub(crate) fn holds_message(&self) -> bool {
        self.attempt.is_some()
    }

    fn send_step(&self) -> Step<'_> {
        let (head, body) = match self.stage {
            DialogueState::Mail if self.grouped => (self.outgoing.group(), DATA),
            DialogueState::Mail => (self.outgoing.command_line(0), NOTHING),
            DialogueState::Rcpt(recipient) => (self.outgoing.command_line(recipient + 1), NOTHING),
            DialogueState::Content => self.outgoing.content(),
            DialogueState::Starttls => (b"STARTTLS\r\n".as_slice(), NOTHING),
            DialogueState::Data => (DATA, NOTHING),
            DialogueState::Rset => (b"RSET\r\n".as_slice(), NOTHING),
            DialogueState::Quit => (b"QUIT\r\n".as_slice(), NOTHING),
            _ => (self.line.0.as_slice(), NOTHING),
        };
        let sensitive = matches!(self.stage, DialogueState::Auth(_));
        Step::Send {
            head,
            body,
            sensitive,
        }
    }

    /// Handles replies while one is expected, or while the session is idle.
    fn take_replies(&mut self, now: Instant, events: &mut dyn Observer) {
        while matches!(self.doing, Doing::Receiving | Doing::Resting) {
            match self.reader.next_reply() {
                Ok(None) => return,
                Ok(Some(mut reply)) => {
                    if let Some(secrets) = self.at_risk(reply.whole()) {
                        reply.retell(|text| secrets.redact(text));
                    }
                    self.on_reply(&reply, now, events);
                    self.reader.recycle(reply);
                }
                Err(invalid) => {
                    let failure = StepFailure::new(invalid.failure(), invalid.to_string());
                    let failure = self.concealed(failure);
                    return self.lose(failure.cause(self.phase_told()), now, events);
                }
            }
        }
    }

    /// The secrets, if the text contains one. A server may repeat them at any
    /// time, even from an earlier session.
    fn at_risk(&self, said: &str) -> Option<&Secrets> {
        let secrets = self.secrets.as_ref()?;
        secrets.are_in(said).then_some(secrets)
    }

    fn on_reply(&mut self, reply: &Reply, now: Instant, events: &mut dyn Observer) {
        let slot = self.slot;
        let (cause, lines) = (self.said(reply), reply.told().lines());
        let said = Event::Replied {
            slot,
            reply: cause,
            lines,
        };
        events.on_event(now, &said);
        match self.stage {
            DialogueState::Mail
            | DialogueState::Rcpt(_)
            | DialogueState::Data
            | DialogueState::Content
            | DialogueState::ContentRefused
            | DialogueState::Rset => self.on_transaction_reply(reply, now, events),
            DialogueState::Ready => self.on_unasked(reply, now, events),
            DialogueState::Quit => self.on_quit_reply(now, events),
            _ => self.on_setup_reply(reply, now, events),
        }
    }

    /// Enters a state whose command has to be sent.
    fn send(&mut self, stage: DialogueState, now: Instant) {
        self.stage = stage;
        self.doing = Doing::Sending;
        self.start_phase(stage.phase(), now);
    }

    fn start_phase(&mut self, phase: Phase, now: Instant) {
        self.phase_began = now;
        self.deadline = now + self.config.timeouts.of(phase);
    }

    fn end_phase(&mut self, phase: Phase, now: Instant, events: &mut dyn Observer) {
        let (slot, began) = (self.slot, self.phase_began);
        events.on_event(now, &Event::PhaseEnded { slot, phase, began });
    }

    /// A reply, as a cause.
    fn said<'a>(&self, reply: &'a Reply) -> Cause<'a> {
        let told = reply.told();
        Cause {
            phase: self.phase_told(),
            code: Some(told.code()),
            enhanced: told.enhanced(),
            failure: None,
            detail: None,
            text: told.text(),
        }
    }

    /// A failure, as a cause.
    fn local(&self, failure: Failure) -> Cause<'static> {
        Cause::local(self.phase_told(), failure)
    }

    /// The phase for a cause: none between messages.
    fn phase_told(&self) -> Option<Phase> {
        (self.stage != DialogueState::Ready).then(|| self.phase())
    }

    /// The current phase.
    fn phase(&self) -> Phase {
        match (self.stage, self.doing) {
            (DialogueState::Content, Doing::Receiving) => Phase::Accept,
            (stage, _) => stage.phase(),
        }
    }
}

const DATA: &[u8] = b"DATA\r\n";
const NOTHING: &[u8] = b"";

impl DialogueState {
    fn phase(self) -> Phase {
        match self {
            Self::Connect => Phase::Connect,
            Self::Tls => Phase::Tls,
            Self::Banner => Phase::Banner,
            Self::Ehlo => Phase::Ehlo,
            Self::Starttls => Phase::Starttls,
            Self::EhloTls => Phase::EhloTls,
            Self::Auth(_) => Phase::Auth,
            Self::Mail | Self::Ready => Phase::Mail,
            Self::Rcpt(_) => Phase::Rcpt,
            Self::Data => Phase::Data,
            Self::Content | Self::ContentRefused => Phase::Body,
            Self::Rset => Phase::Rset,
            Self::Quit => Phase::Quit,
        }
    }
}
