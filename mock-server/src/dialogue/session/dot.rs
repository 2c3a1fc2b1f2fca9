//! The final dot of a message: what is evaluated, stored, counted and replied, in
//! that order.

use std::fmt::Display;
use std::sync::Arc;

use rand_pcg::rand_core::Rng;

use super::Dialogue;
use crate::capture;
use crate::dialogue::link::ClosedBy;
use crate::dialogue::transaction::{Envelope, Message};
use crate::facts::message_id;
use crate::faults::InjectedFault;
use crate::protocol::{Event, Instant, Judged, Reply, Stage};

impl Dialogue {
    /// The message is complete: checks everything that MAIL and RCPT accepted.
    pub(super) fn dot(&mut self, now: Instant) {
        let fault = self.match_fault(Stage::Dot, None, now);
        let finished = self.transaction.finish();
        let (mut envelope, mut message) = finished.expect("the dot ends a message");
        if let Some(fault) = fault.as_ref().filter(|fault| !fault.lets_judge()) {
            self.emit(now, &unjudged(fault, &envelope, &message));
            return self.lose(envelope, fault, now);
        }
        let heard = fault.as_ref().is_none_or(InjectedFault::lets_hear);
        self.faults.await_reply(fault);
        for from in message.headers().from() {
            envelope.send_from(&from, self.auth.user(), &self.context.account);
        }
        let reply = self.evaluate(&envelope, &message, now);
        let turn = self.turn(Stage::Dot, now);
        // Stored before it is counted: a program that sees the count may look
        // for the message.
        let accepted = reply == Reply::Accepted;
        let id = accepted.then(|| self.keep(&mut envelope, &mut message, now));
        let due = turn.due + self.faults.pending_delay();
        self.emit(now, &self.judged(reply, due, &envelope, &message));
        if let Some(id) = id {
            let config = Arc::clone(&self.context.config);
            self.accept(id.text(&config.texts.id_prefix), turn);
            return self.owe(heard, now);
        }
        self.refuse(reply, &envelope, message.headers(), turn);
        if !self.context.config.behaviour.failed_data_resets {
            self.transaction.begin(envelope);
        }
        if !self.context.config.behaviour.open_after_refusal {
            self.close(ClosedBy::LastReply);
        }
    }

    /// A message was accepted: its 250 must be delivered, unless a fault removed
    /// it.
    fn owe(&mut self, heard: bool, now: Instant) {
        if !heard {
            return self.emit(now, &Event::ReplyUndelivered { messages: 1 });
        }
        self.outbox.track_delivery();
    }

    /// A fault replaces the reply, and the message is lost with it.
    fn lose(&mut self, envelope: Envelope, fault: &InjectedFault, now: Instant) {
        self.apply_fault(fault, self.turn(Stage::Dot, now));
        if !self.context.config.behaviour.failed_data_resets && !fault.lets_happen() {
            self.transaction.begin(envelope);
        }
    }

    fn judged<'a>(
        &self,
        reply: Reply,
        due: Instant,
        envelope: &Envelope,
        message: &'a Message,
    ) -> Event<'a> {
        Event::Judged(Judged {
            reply,
            recipients: envelope.recipients(),
            simulated: envelope.simulated(),
            size: message.size(),
            message_id: message.headers().message_id(),
            due,
            undelivered: self.outbox.undelivered(),
            envelope: envelope.fingerprint(),
        })
    }

    /// Assigns an id to an accepted message, and stores it if messages are
    /// captured.
    fn keep(&mut self, envelope: &mut Envelope, message: &mut Message, now: Instant) -> Id {
        let config = &self.context.config;
        let id = Id {
            unix_ms: config.origin_unix_ms + now.0 / 1_000_000,
            random: u128::from(self.random.next_u64()) << 64 | u128::from(self.random.next_u64()),
        };
        if let Some(capture) = &config.capture {
            let text = id.text(&config.texts.id_prefix).to_string();
            capture.keep(captured(text, id.unix_ms, envelope, message));
        }
        id
    }
}

/// The parts of a message id.
struct Id {
    unix_ms: u64,
    random: u128,
}

impl Id {
    fn text(&self, prefix: &str) -> impl Display {
        message_id(prefix, self.unix_ms, self.random)
    }
}

fn captured(
    id: String,
    accepted_unix_ms: u64,
    envelope: &mut Envelope,
    message: &mut Message,
) -> capture::Message {
    let addresses = envelope.take_addresses();
    let addresses = addresses.map_or_else(Default::default, |a| (a.sender, a.recipients));
    let (sender, recipients) = addresses;
    capture::Message {
        id,
        sender,
        recipients,
        data: message.take_data().unwrap_or_default(),
        accepted_unix_ms,
    }
}

fn unjudged<'a>(fault: &InjectedFault, envelope: &Envelope, message: &'a Message) -> Event<'a> {
    Event::Unjudged {
        message_id: message.headers().message_id(),
        envelope: envelope.fingerprint(),
        recipients: envelope.recipients(),
        code: fault.first_digit(),
        reply: fault.words().and_then(Reply::refusal),
    }
}
