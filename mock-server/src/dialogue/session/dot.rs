//! The reply to the final dot, where SES enforces all of its policy.

use std::mem;
use std::sync::Arc;

use rand_pcg::rand_core::Rng;

use super::{Dialogue, State, put};
use crate::account::Verdict;
use crate::dialogue::reply::Reply;
use crate::dialogue::stage::Stage;
use crate::dialogue::transaction::Transaction;
use crate::facts::message_id;
use crate::nanos::Nanos;

impl Dialogue {
    /// The message is here: now everything is judged that MAIL and RCPT let
    /// pass.
    pub(super) fn dot(&mut self, now: Nanos) {
        let State::Body(body) = mem::replace(&mut self.state, State::Command) else {
            unreachable!("the dot ends a body");
        };
        let transaction = self.transaction.take().expect("a body is in a transaction");
        self.messages = self.messages.saturating_add(1);
        let reply = self.judge(&transaction, body.size(), now);
        match reply {
            Reply::Accepted => self.accept(&transaction, body.size(), now),
            Reply::NotVerified => self.name_unverified(transaction.failed(), now),
            Reply::TooManyRecipients => {
                let most = self.config.max_recipients;
                self.say(reply, Stage::Dot, now, |out| {
                    put(
                        out,
                        format_args!("554 Transaction failed: Recipient count exceeds {most}.\r\n"),
                    );
                });
            }
            _ => self.reply(reply, Stage::Dot, now),
        }
        if reply == Reply::Accepted {
            return;
        }
        if !self.config.failed_data_resets {
            self.transaction = Some(transaction);
        }
        if !self.config.open_after_refusal {
            self.close(true);
        }
    }

    fn judge(&self, transaction: &Transaction, size: u64, now: Nanos) -> Reply {
        let recipients = transaction.recipients();
        if size > self.config.max_message_size {
            return Reply::TooLong;
        }
        if recipients > self.config.max_recipients {
            return Reply::TooManyRecipients;
        }
        if !transaction.failed().is_empty() {
            return Reply::NotVerified;
        }
        match self.account.spend(recipients, transaction.simulated(), now) {
            Verdict::Accepted => Reply::Accepted,
            Verdict::Throttled => Reply::Throttled,
            Verdict::Quota => Reply::QuotaSpent,
        }
    }

    fn accept(&mut self, transaction: &Transaction, size: u64, now: Nanos) {
        self.account
            .counters()
            .accepted(transaction.recipients(), size);
        let random = u128::from(self.random.next_u64()) << 64 | u128::from(self.random.next_u64());
        let config = Arc::clone(&self.config);
        let unix_ms = config.origin_unix_ms + now.0 / 1_000_000;
        let id = message_id(&config.id_prefix, unix_ms, random);
        self.say(Reply::Accepted, Stage::Dot, now, |out| {
            put(out, format_args!("250 Ok {id}\r\n"));
        });
    }

    fn name_unverified(&mut self, identities: &[String], now: Nanos) {
        let config = Arc::clone(&self.config);
        self.say(Reply::NotVerified, Stage::Dot, now, |out| {
            let region = &config.region_in_capitals;
            put(out, format_args!("554 Message rejected: Email address is not verified. The following identities failed the check in region {region}: {}\r\n", identities.join(", ")));
        });
    }
}
