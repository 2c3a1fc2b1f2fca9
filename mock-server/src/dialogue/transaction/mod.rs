//! The transactions of a session, one after another: the envelope from MAIL to
//! DATA, and the message up to its dot.
//!
//! In order: [`begin`](Transaction::begin) with the envelope, which RCPT
//! [changes](Transaction::envelope_mut); [`receive`](Transaction::receive) with an
//! empty message, which [`read`](Transaction::read) fills; at its dot
//! [`finish`](Transaction::finish) returns both. A message can be
//! [paused](Transaction::pause) or [dropped](Transaction::drop_message), and
//! [`reset`](Transaction::reset) ends a transaction at any point. Which reply
//! follows is the session's business.

mod body;
mod envelope;
mod headers;
mod mailboxes;
mod message;

use std::mem;

pub(super) use self::envelope::Envelope;
pub(super) use self::headers::{Headers, Wanted};
pub(super) use self::message::Message;
use crate::protocol::Instant;

#[derive(Debug, Default)]
pub(super) struct Transaction {
    state: State,
    /// Messages that reached their dot, in all transactions of the session.
    messages: u32,
}

#[derive(Debug, Default)]
enum State {
    #[default]
    None,
    /// Since MAIL.
    Open(Envelope),
    /// Since DATA.
    Receiving(Envelope, Message, Content),
}

/// When the content of a message is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Content {
    /// After its first byte has arrived and no fault has taken its place.
    Awaited,
    /// From that time on.
    Paused(Instant),
    Read,
}

/// What the transaction makes of the client's next bytes.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Received {
    /// They are a line: no message is being received.
    NoMessage,
    /// They are the first of a message, and none of them was read.
    First,
    /// None of them is read before the pause ends.
    Paused,
    /// This many are of a message.
    Part(usize),
    /// This many are the rest of a message, with its dot.
    Whole(usize),
}

impl Transaction {
    /// MAIL was accepted.
    pub(super) fn begin(&mut self, envelope: Envelope) {
        self.state = State::Open(envelope);
    }

    /// DATA was accepted. Without a transaction it does nothing.
    pub(super) fn receive(&mut self, message: Message, content: Content) {
        if let State::Open(envelope) = mem::take(&mut self.state) {
            self.state = State::Receiving(envelope, message, content);
        }
    }

    /// Passes the client's next bytes to the message, if one is received.
    pub(super) fn read(&mut self, bytes: &[u8]) -> Received {
        match &mut self.state {
            State::None | State::Open(_) => Received::NoMessage,
            State::Receiving(_, _, Content::Awaited) => Received::First,
            State::Receiving(_, _, Content::Paused(_)) => Received::Paused,
            State::Receiving(_, message, Content::Read) => match message.read(bytes) {
                (count, false) => Received::Part(count),
                (count, true) => Received::Whole(count),
            },
        }
    }

    /// Sets from when on the message is read.
    pub(super) fn set_content(&mut self, content: Content) {
        if let State::Receiving(_, _, current) = &mut self.state {
            *current = content;
        }
    }

    /// Ends a pause whose time has come.
    pub(super) fn end_pause(&mut self, now: Instant) {
        if self.paused_until().is_some_and(|until| now >= until) {
            self.set_content(Content::Read);
        }
    }

    /// The end of the pause, if there is one.
    pub(super) fn paused_until(&self) -> Option<Instant> {
        match self.state {
            State::Receiving(_, _, Content::Paused(until)) => Some(until),
            _ => None,
        }
    }

    /// Forgets a message that is not read to its end.
    pub(super) fn drop_message(&mut self) {
        self.state = match mem::take(&mut self.state) {
            State::Receiving(envelope, ..) => State::Open(envelope),
            other => other,
        };
    }

    /// The dot: ends the transaction and returns it, and counts the message.
    pub(super) fn finish(&mut self) -> Option<(Envelope, Message)> {
        let State::Receiving(envelope, message, _) = mem::take(&mut self.state) else {
            return None;
        };
        self.messages = self.messages.saturating_add(1);
        Some((envelope, message))
    }

    /// Ends a transaction, if there is one.
    pub(super) fn reset(&mut self) {
        self.state = State::None;
    }

    /// The envelope since MAIL.
    pub(super) fn envelope(&self) -> Option<&Envelope> {
        match &self.state {
            State::None => None,
            State::Open(envelope) | State::Receiving(envelope, ..) => Some(envelope),
        }
    }

    /// The envelope, for RCPT.
    pub(super) fn envelope_mut(&mut self) -> Option<&mut Envelope> {
        match &mut self.state {
            State::None => None,
            State::Open(envelope) | State::Receiving(envelope, ..) => Some(envelope),
        }
    }

    /// Messages that reached their dot in this session.
    pub(super) fn messages(&self) -> u32 {
        self.messages
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::account::{Account, Credentials};
    use crate::settings::Settings;

    const BYTES: &[u8] = b"x\r\n.\r\nRSET\r\n";

    fn envelope() -> Envelope {
        let credentials = Credentials::new("AKIAEXAMPLE", "some+secret+key");
        let account = Account::new(&Settings::default(), &credentials).unwrap();
        Envelope::new("a@b.c", None, &account)
    }

    fn receiving(content: Content) -> Transaction {
        let mut transaction = Transaction::default();
        transaction.begin(envelope());
        transaction.receive(Message::new(Wanted::default(), None), content);
        transaction
    }

    #[test]
    fn bytes_are_lines_until_data_and_again_after_the_dot() {
        let mut transaction = Transaction::default();
        assert_eq!(transaction.read(BYTES), Received::NoMessage);
        transaction.begin(envelope());
        assert_eq!(transaction.read(BYTES), Received::NoMessage);
        transaction.receive(Message::new(Wanted::default(), None), Content::Read);
        assert_eq!(transaction.read(&BYTES[..3]), Received::Part(3));
        assert_eq!(transaction.read(&BYTES[3..]), Received::Whole(3));
        let (_, message) = transaction.finish().unwrap();
        assert_eq!((message.size(), transaction.messages()), (3, 1));
        assert_eq!(transaction.read(&BYTES[6..]), Received::NoMessage);
        assert!(transaction.envelope().is_none());
    }

    #[test]
    fn nothing_is_read_before_the_first_byte_is_permitted_or_in_a_pause() {
        let mut transaction = receiving(Content::Awaited);
        assert_eq!(transaction.read(BYTES), Received::First);
        transaction.set_content(Content::Paused(Instant(5)));
        assert_eq!(transaction.read(BYTES), Received::Paused);
        transaction.end_pause(Instant(4));
        assert_eq!(transaction.paused_until(), Some(Instant(5)));
        transaction.end_pause(Instant(5));
        assert_eq!(transaction.paused_until(), None);
        assert_eq!(transaction.read(BYTES), Received::Whole(6));
    }

    #[test]
    fn a_dropped_message_leaves_its_envelope_and_a_reset_nothing() {
        let mut transaction = receiving(Content::Read);
        transaction.drop_message();
        assert_eq!(transaction.read(BYTES), Received::NoMessage);
        assert!(transaction.envelope().is_some());
        transaction.reset();
        assert!(transaction.envelope().is_none());
        assert_eq!(transaction.messages(), 0);
    }

    #[test]
    fn a_reset_keeps_the_count_of_messages() {
        let mut transaction = receiving(Content::Read);
        transaction.finish();
        transaction.reset();
        assert_eq!(transaction.messages(), 1);
    }

    #[test]
    fn there_is_no_message_without_an_envelope() {
        let mut transaction = Transaction::default();
        transaction.receive(Message::new(Wanted::default(), None), Content::Read);
        assert_eq!(transaction.read(BYTES), Received::NoMessage);
        assert!(transaction.finish().is_none());
    }
}
