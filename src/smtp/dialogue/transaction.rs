//! From MAIL to the reply after the final dot.
//!
//! After a refused transaction, RSET is sent only if a transaction is open, so
//! that servers that count commands other than those of messages do not close
//! the session (Exim: `smtp_accept_max_nonmail`, 10); and QUIT is sent before a
//! server would close the session because of too many errors.

use std::collections::BTreeSet;

use super::{Attempt, Dialogue, DialogueState, Doing, StepFailure};
use crate::smtp::classify;
use crate::smtp::limits::LimitExceeded;
use crate::smtp::outgoing::Outgoing;
use crate::smtp::reply::Reply;
use crate::vocabulary::{Cause, Event, Instant, Observer, Outcome, Phase, Ticket};

/// After this many consecutive transactions refused before the final dot, the
/// session is ended by QUIT. Exim closes the connection at the eleventh RSET
/// that counts, and Postfix delays its replies from the tenth error without a
/// message in between (`smtpd_soft_error_limit`).
const MAX_REFUSED: u32 = 10;

impl Dialogue {
    /// The buffer for the next message, to be written before it is begun.
    pub(crate) fn outgoing(&mut self) -> &mut Outgoing {
        &mut self.outgoing
    }

    /// Gives the session the message that was written. A ready session begins
    /// the transaction; a session that is not open yet begins it once it is
    /// ready, and its set-up counts towards the attempt.
    pub(crate) fn begin(&mut self, ticket: Ticket, now: Instant, events: &mut dyn Observer) {
        self.attempt = Some(Attempt {
            ticket,
            began: now,
            transaction: None,
        });
        self.mail_sent = false;
        self.mail_accepted = false;
        let (slot, message) = (self.slot, ticket);
        events.on_event(now, &Event::AttemptStarted { slot, message });
        if self.doing == Doing::Resting {
            self.start_transaction(now, events);
        }
    }

    pub(super) fn rest(&mut self, now: Instant) {
        self.stage = DialogueState::Ready;
        self.doing = Doing::Resting;
        self.ready_since = Some(now);
        self.deadline = Instant::NEVER;
    }

    pub(super) fn start_transaction(&mut self, now: Instant, events: &mut dyn Observer) {
        if let Err(exceeded) = self.check_limits() {
            // Not sent, so the session stays ready.
            let failure = StepFailure::new(exceeded.failure(), exceeded.to_string());
            let cause = failure.cause(Some(Phase::Mail));
            return self.end_attempt(Outcome::Rejected, cause, now, events);
        }
        if !self.has_room_for_domains() {
            return self.leave_for_next(None, now);
        }
        self.grouped = self.config.pipelining && self.capabilities.pipelining;
        self.mail_sent = true;
        self.send(DialogueState::Mail, now);
        let slot = self.slot;
        if let Some(attempt) = &mut self.attempt {
            attempt.transaction = Some(now);
            let message = attempt.ticket;
            events.on_event(now, &Event::TransactionStarted { slot, message });
        }
    }

    pub(super) fn on_transaction_reply(
        &mut self,
        reply: &Reply,
        now: Instant,
        events: &mut dyn Observer,
    ) {
        if self.stage == DialogueState::Mail && self.was_dead_before(reply, now) {
            return self.keep_for_next(self.said(reply), now, events);
        }
        if self.stage == DialogueState::Mail && self.is_spent(reply) {
            return self.leave_for_next(Some(reply), now);
        }
        if self.stage != DialogueState::ContentRefused {
            self.end_phase(self.phase(), now, events);
        }
        if classify::ends_session(reply) {
            return self.refuse_session(reply, now, events);
        }
        match self.stage {
            DialogueState::Content => self.on_accept(reply, now, events),
            DialogueState::ContentRefused => self.on_content_refused(reply, now, events),
            DialogueState::Rset => self.on_rset(reply, now, events),
            DialogueState::Data => self.on_data(reply, now, events),
            _ => self.on_envelope(reply, now, events),
        }
    }

    /// Whether the message is within the limits that the server declares.
    fn check_limits(&self) -> Result<(), LimitExceeded> {
        let limits = &self.capabilities.limits;
        if let Some(max) = limits.size {
            limits.check_size(self.outgoing.size(max))?;
        }
        limits.check_recipients(self.outgoing.recipients() as u64)?;
        if limits.rcpt_domain_max.is_some() {
            limits.check_domains(self.domains_of_message().len() as u64)?;
        }
        Ok(())
    }

    /// Whether the session may also have recipients in the domains of this
    /// message; if so, they are added to the session's domains.
    fn has_room_for_domains(&mut self) -> bool {
        let Some(max) = self.capabilities.limits.rcpt_domain_max else {
            return true;
        };
        let mut all = self.domains_of_message();
        all.extend(self.domains.iter().cloned());
        // A message that exceeds the limit by itself was refused before.
        let room = self.domains.is_empty() || all.len() <= max as usize;
        if room {
            self.domains = all;
        }
        room
    }

    fn domains_of_message(&self) -> BTreeSet<Vec<u8>> {
        let domains = self.outgoing.domains();
        domains.map(<[u8]>::to_ascii_lowercase).collect()
    }

    /// MAIL or RCPT was answered.
    fn on_envelope(&mut self, reply: &Reply, now: Instant, events: &mut dyn Observer) {
        if self.stage == DialogueState::Mail {
            self.mail_accepted = reply.is_positive();
        }
        if !reply.is_positive() {
            self.refuse_attempt(reply, now, events);
            if !self.grouped {
                return self.leave_transaction(now);
            }
        }
        let next = match self.stage {
            DialogueState::Rcpt(recipient) => recipient + 1,
            _ => 0,
        };
        let stage = match next < self.outgoing.recipients() {
            true => DialogueState::Rcpt(next),
            false => DialogueState::Data,
        };
        match self.grouped {
            true => self.await_grouped(stage, now),
            false => self.send(stage, now),
        }
    }

    /// The command was sent together with MAIL: its phase began then, and only
    /// its time-out starts here.
    fn await_grouped(&mut self, stage: DialogueState, now: Instant) {
        self.stage = stage;
        self.deadline = now + self.config.timeouts.of(stage.phase());
    }

    fn on_data(&mut self, reply: &Reply, now: Instant, events: &mut dyn Observer) {
        let refused_before = self.attempt.is_none();
        match (reply.code(), refused_before) {
            (354, false) => self.send(DialogueState::Content, now),
            // A recipient of the group was refused and the server expects
            // content for the others: only closing the connection keeps it from
            // accepting an empty message.
            (354, true) => self.end_session(None, now, events),
            (_, true) => self.leave_transaction(now),
            (_, false) => {
                self.refuse_attempt(reply, now, events);
                self.leave_transaction(now);
            }
        }
    }

    /// The final dot was answered.
    fn on_accept(&mut self, reply: &Reply, now: Instant, events: &mut dyn Observer) {
        let cause = self.said(reply);
        let outcome = match reply.code() {
            200..=299 if self.ahead => return self.lose(cause, now, events),
            200..=299 => Outcome::Accepted,
            // Not a valid reply to the dot: the server is out of step, and may
            // have accepted the message nevertheless.
            300..=399 => return self.lose(cause, now, events),
            _ => classify::outcome(Phase::Accept, reply),
        };
        self.end_attempt(outcome, cause, now, events);
        self.served += 1;
        self.refused = 0;
        match outcome {
            Outcome::Accepted => self.rest(now),
            // The transaction should be over now (RFC 5321 section 4.1.1.4),
            // but is not with some servers: Postfix, after its
            // smtpd_end_of_data_restrictions, answers the next MAIL by `503
            // nested MAIL command`.
            _ => self.send(DialogueState::Rset, now),
        }
    }

    /// The server replied while the content could not be sent completely.
    fn on_content_refused(&mut self, reply: &Reply, now: Instant, events: &mut dyn Observer) {
        let outcome = classify::outcome(Phase::Body, reply);
        self.end_attempt(outcome, self.said(reply), now, events);
        self.end_session(Some((outcome, self.said(reply))), now, events);
    }

    fn on_rset(&mut self, reply: &Reply, now: Instant, events: &mut dyn Observer) {
        match reply.is_positive() {
            true => self.rest(now),
            false => self.refuse_session(reply, now, events),
        }
    }

    fn refuse_attempt(&mut self, reply: &Reply, now: Instant, events: &mut dyn Observer) {
        let outcome = classify::outcome(self.phase(), reply);
        self.end_attempt(outcome, self.said(reply), now, events);
    }

    /// After a refusal before the final dot: if MAIL did not open a
    /// transaction, or the session is about to end, RSET is not needed.
    fn leave_transaction(&mut self, now: Instant) {
        self.refused += 1;
        match self.mail_accepted {
            _ if self.refused >= MAX_REFUSED => self.send(DialogueState::Quit, now),
            true => self.send(DialogueState::Rset, now),
            false => self.rest(now),
        }
    }

    /// Reported once for each attempt; does nothing without an attempt.
    pub(super) fn end_attempt(
        &mut self,
        outcome: Outcome,
        cause: Cause<'_>,
        now: Instant,
        events: &mut dyn Observer,
    ) {
        let Some(attempt) = self.attempt.take() else {
            return;
        };
        let event = Event::AttemptEnded {
            slot: self.slot,
            message: attempt.ticket,
            outcome,
            cause,
            began: attempt.began,
            transaction: attempt.transaction,
        };
        events.on_event(now, &event);
    }
}
