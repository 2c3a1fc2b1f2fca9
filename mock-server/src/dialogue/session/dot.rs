//! Evaluates a message at the final dot, where SES enforces all of its policy.

use std::fmt::Display;
use std::mem;
use std::sync::Arc;

use rand_pcg::rand_core::Rng;

use super::reply::put;
use super::{Dialogue, State};
use crate::account::QuotaDecision;
use crate::capture;
use crate::dialogue::link::ClosedBy;
use crate::dialogue::transaction::{Headers, Message, Transaction, Wanted};
use crate::dialogue::turn::Turn;
use crate::facts::message_id;
use crate::faults::InjectedFault;
use crate::protocol::{Event, Instant, Judged, Reply, Stage};

impl Dialogue {
    /// A new message.
    pub(super) fn body(&self) -> Message {
        let user = self.auth.user();
        let policy = user.is_some_and(|user| self.account.has_policy(user));
        let wanted = Wanted {
            from: policy || self.account.identities().restrict_senders(),
            message_id: self.config.interest.message_ids,
            configuration_set: self.account.knows_configuration_sets(),
        };
        let keep = self.config.capture.is_some();
        Message::new(wanted, keep.then_some(self.config.max_message_size))
    }

    /// The message is complete: checks everything that MAIL and RCPT accepted.
    pub(super) fn dot(&mut self, now: Instant) {
        let State::Body(mut message) = mem::replace(&mut self.state, State::Command) else {
            unreachable!("the dot ends a body");
        };
        let fault = self.match_fault(Stage::Dot, None, now);
        let mut transaction = self.transaction.take().expect("a body is in a transaction");
        self.messages = self.messages.saturating_add(1);
        if let Some(fault) = fault.as_ref().filter(|fault| !fault.lets_judge()) {
            self.emit(now, &unjudged(fault, &transaction, &message));
            return self.lose(transaction, fault, now);
        }
        let answers = fault.as_ref().is_none_or(InjectedFault::answers);
        let heard = fault.as_ref().is_none_or(InjectedFault::lets_hear);
        self.faults.await_reply(fault);
        for from in message.headers().from() {
            transaction.send_from(&from, self.auth.user(), &self.account);
        }
        let reply = self.judge(&transaction, &message, now);
        let turn = self.turn(Stage::Dot, now);
        let late = self.faults.pending_delay();
        let accepted = reply == Reply::Accepted;
        // Stored before it is counted: a program that sees the count may look
        // for the message.
        let id = accepted.then(|| self.keep(&mut transaction, &mut message, now));
        self.emit(
            now,
            &self.judged(reply, turn.delayed_by(late).due, &transaction, &message),
        );
        self.outbox.answer_dot(answers);
        if let Some(id) = id {
            self.accept(id, turn);
            return self.owe(heard, now);
        }
        self.refuse(reply, &transaction, message.headers(), turn);
        if !self.config.failed_data_resets {
            self.transaction = Some(transaction);
        }
        if !self.config.open_after_refusal {
            self.close(ClosedBy::LastReply);
        }
    }

    /// Reports 250s that will never be sent, if there are any.
    pub(super) fn report_undelivered_replies(&mut self, now: Instant) {
        let messages = self.outbox.take_undelivered();
        if messages > 0 {
            self.emit(now, &Event::ReplyUndelivered { messages });
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
    fn lose(&mut self, transaction: Transaction, fault: &InjectedFault, now: Instant) {
        self.apply_fault(fault, self.turn(Stage::Dot, now));
        if !self.config.failed_data_resets && !fault.lets_happen() {
            self.transaction = Some(transaction);
        }
    }

    fn judged<'a>(
        &self,
        reply: Reply,
        due: Instant,
        transaction: &Transaction,
        message: &'a Message,
    ) -> Event<'a> {
        Event::Judged(Judged {
            reply,
            recipients: transaction.recipients(),
            simulated: transaction.simulated(),
            size: message.size(),
            message_id: message.headers().message_id(),
            due,
            undelivered: self.outbox.undelivered(),
            envelope: transaction.fingerprint(),
        })
    }

    /// The order of SES's checks is not known. Here, checks without the account
    /// come first, and the quotas last, so that no other refusal uses quota.
    fn judge(&self, transaction: &Transaction, message: &Message, now: Instant) -> Reply {
        let (account, headers) = (&self.account, message.headers());
        let no_set = |set: &str| !account.has_configuration_set(set);
        let refusals = [
            (
                message.size() > self.config.max_message_size,
                Reply::TooLong,
            ),
            (account.is_paused(), Reply::Suspended),
            (headers.duplicate().is_some(), Reply::DuplicateHeader),
            (
                transaction.recipients() > self.config.max_recipients,
                Reply::TooManyRecipients,
            ),
            (transaction.denied().is_some(), Reply::AccessDenied),
            (!transaction.failed().is_empty(), Reply::NotVerified),
            (
                headers.configuration_set().is_some_and(no_set),
                Reply::NoConfigurationSet,
            ),
        ];
        if let Some((_, refusal)) = refusals.iter().find(|(refused, _)| *refused) {
            return *refusal;
        }
        let (recipients, simulated) = (transaction.recipients(), transaction.simulated());
        match account.spend(recipients, simulated, self.auth.user(), now) {
            QuotaDecision::Accepted => Reply::Accepted,
            QuotaDecision::Throttled => Reply::Throttled,
            QuotaDecision::ThrottledV2 => Reply::ThrottledV2,
            QuotaDecision::Quota => Reply::QuotaSpent,
        }
    }

    fn refuse(&mut self, reply: Reply, transaction: &Transaction, headers: &Headers, turn: Turn) {
        let config = Arc::clone(&self.config);
        match reply {
            Reply::NotVerified => {
                let region = &config.region_in_capitals;
                let failed = transaction.failed().join(", ");
                self.say_at_dot(reply, turn, format_args!("554 Message rejected: Email address is not verified. The following identities failed the check in region {region}: {failed}"));
            }
            Reply::TooManyRecipients => {
                let most = config.max_recipients;
                self.say_at_dot(
                    reply,
                    turn,
                    format_args!("554 Transaction failed: Recipient count exceeds {most}."),
                );
            }
            Reply::DuplicateHeader => {
                let field = headers.duplicate().unwrap_or_default();
                self.say_at_dot(
                    reply,
                    turn,
                    format_args!("554 Transaction failed: Duplicate header '{field}'."),
                );
            }
            Reply::NoConfigurationSet => {
                let set = headers.configuration_set().unwrap_or_default();
                self.say_at_dot(reply, turn, format_args!("554 Configuration Set does not exist: Configuration set <{set}> does not exist."));
            }
            Reply::AccessDenied => self.deny(transaction.denied().unwrap_or_default(), turn),
            _ => self.say_at_dot(reply, turn, format_args!("{}", reply.text())),
        }
    }

    /// Assigns an id to an accepted message, and stores it if messages are
    /// captured.
    fn keep(&mut self, transaction: &mut Transaction, message: &mut Message, now: Instant) -> Id {
        let id = Id {
            unix_ms: self.config.origin_unix_ms + now.0 / 1_000_000,
            random: u128::from(self.random.next_u64()) << 64 | u128::from(self.random.next_u64()),
        };
        if let Some(capture) = &self.config.capture {
            let text = id.text(&self.config.id_prefix).to_string();
            capture.keep(captured(text, id.unix_ms, transaction, message));
        }
        id
    }

    fn accept(&mut self, id: Id, turn: Turn) {
        let config = Arc::clone(&self.config);
        let id = id.text(&config.id_prefix);
        self.say_at_dot(Reply::Accepted, turn, format_args!("250 Ok {id}"));
    }

    /// The resource is the sending identity: here, the domain of the address.
    fn deny(&mut self, address: &str, turn: Turn) {
        let config = Arc::clone(&self.config);
        let account = Arc::clone(&self.account);
        let (number, region) = (&config.account_id, &config.region);
        let user = self.auth.user();
        let user = user.map_or("", |user| account.user(user).name());
        let domain = address.rsplit('@').next().unwrap_or_default();
        self.say_at_dot(Reply::AccessDenied, turn, format_args!("554 Access denied: User `arn:aws:iam::{number}:user/{user}' is not authorized to perform `ses:SendRawEmail' on resource `arn:aws:ses:{region}:{number}:identity/{domain}'"));
    }

    fn say_at_dot(&mut self, reply: Reply, turn: Turn, text: std::fmt::Arguments<'_>) {
        self.say(reply, turn, |out| {
            put(out, text);
            out.extend_from_slice(b"\r\n");
        });
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
    transaction: &mut Transaction,
    message: &mut Message,
) -> capture::Message {
    let addresses = transaction.take_addresses();
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

fn unjudged<'a>(
    fault: &InjectedFault,
    transaction: &Transaction,
    message: &'a Message,
) -> Event<'a> {
    Event::Unjudged {
        message_id: message.headers().message_id(),
        envelope: transaction.fingerprint(),
        recipients: transaction.recipients(),
        code: fault.first_digit(),
        reply: fault.words().and_then(Reply::refusal),
    }
}
