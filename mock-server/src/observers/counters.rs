//! Counts events.
//!
//! All workers update the counters without locks. [`Counts`] is a snapshot of
//! them, which is exact when the sessions have ended.

use std::array;
use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

use serde::{Deserialize, Serialize};

use crate::protocol::{Event, Instant, Observer, Reply, Stage};

/// Defines [`Counts`], and a counter for each of its numbers.
macro_rules! counts {
    ($( $( #[$doc:meta] )+ $name:ident, )*) => {
        /// Counts of a server since its start or the last reset.
        #[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
        #[serde(default)]
        pub struct Counts {
            $( $( #[$doc] )+ pub $name: u64, )*
            /// Replies by their text, without ids and addresses.
            pub replies: BTreeMap<String, u64>,
        }

        #[derive(Debug, Default)]
        struct Numbers {
            $( $name: AtomicU64, )*
        }

        impl Numbers {
            fn read(&self, replies: BTreeMap<String, u64>) -> Counts {
                Counts {
                    $( $name: get(&self.$name), )*
                    replies,
                }
            }
        }

        impl Counts {
            fn subtract_numbers(&mut self, before: &Counts) {
                $( self.$name = self.$name.saturating_sub(before.$name); )*
            }
        }
    };
}

counts! {
    /// Accepted TCP connections.
    connections,
    /// Finished TLS handshakes.
    secured,
    /// Sessions that authenticated.
    sessions,
    /// Failed logins: 535.
    auth_failed,
    /// Messages accepted: 250 after the dot.
    accepted,
    /// Recipients of the accepted messages.
    accepted_recipients,
    /// Messages refused because of the sending rate.
    throttled,
    /// Messages refused because of the daily quota.
    quota,
    /// Messages with another 4xx after the dot, which only rules of `faults`
    /// send.
    deferred,
    /// Messages rejected: 5xx after the dot.
    refused,
    /// Messages that were neither accepted nor refused at the dot, because of a
    /// rule of `faults`.
    lost,
    /// 5xx replies to MAIL, RCPT or the dot.
    rejected,
    /// Bytes of the accepted messages, before dot-stuffing.
    bytes,
    /// Injected faults.
    faults,
}

/// Maximum number of different reply texts of faults. Rules can be replaced any
/// number of times while the server runs.
const MOST_OTHERS: usize = 1000;

/// The counters behind [`Counts`].
#[derive(Debug)]
pub(crate) struct Counters {
    numbers: Numbers,
    replies: [AtomicU64; Reply::ALL.len()],
    /// Reply texts of faults that SES does not have.
    others: Mutex<BTreeMap<String, u64>>,
    /// The counts at the last reset.
    before: Mutex<Counts>,
}

impl Default for Counters {
    fn default() -> Self {
        Counters {
            numbers: Numbers::default(),
            replies: array::from_fn(|_| AtomicU64::new(0)),
            others: Mutex::default(),
            before: Mutex::default(),
        }
    }
}

impl Counters {
    /// Counts an evaluated message by its reply.
    fn message(&self, reply: Reply) {
        match reply {
            Reply::Accepted => add(&self.numbers.accepted, 1),
            Reply::Throttled | Reply::ThrottledV2 => add(&self.numbers.throttled, 1),
            Reply::QuotaSpent => add(&self.numbers.quota, 1),
            reply if reply.is_permanent() => add(&self.numbers.refused, 1),
            _ => {}
        }
    }

    /// The counter of a message that a rule of `faults` answered like this.
    fn spoilt(&self, reply: Option<Reply>, digit: Option<u8>) -> &AtomicU64 {
        match (reply, digit) {
            (Some(Reply::Throttled | Reply::ThrottledV2), _) => &self.numbers.throttled,
            (Some(Reply::QuotaSpent), _) => &self.numbers.quota,
            (_, Some(b'4')) => &self.numbers.deferred,
            (_, Some(b'5')) => &self.numbers.refused,
            _ => &self.numbers.lost,
        }
    }

    fn replied(&self, reply: Reply, stage: Option<Stage>) {
        add(&self.replies[reply as usize], 1);
        if refuses_message(stage) && reply.is_permanent() {
            add(&self.numbers.rejected, 1);
        }
    }

    /// Counts the reply of a fault: one of SES's own texts counts as SES's.
    fn said(&self, words: &str, stage: Option<Stage>) {
        let words = words.trim_end();
        if let Some(reply) = Reply::of_words(words) {
            match reply {
                Reply::BadCredentials | Reply::NotSubscribed => add(&self.numbers.auth_failed, 1),
                _ => {}
            }
            return self.replied(reply, stage);
        }
        if refuses_message(stage) && words.starts_with('5') {
            add(&self.numbers.rejected, 1);
        }
        let mut others = self.others();
        if others.len() < MOST_OTHERS || others.contains_key(words) {
            *others.entry(words.to_owned()).or_default() += 1;
        }
    }

    fn others(&self) -> MutexGuard<'_, BTreeMap<String, u64>> {
        self.others.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Counts since the last reset.
    pub(crate) fn read(&self) -> Counts {
        self.read_all().minus(&self.before())
    }

    /// Resets the counts to zero. The counters themselves keep counting;
    /// [`read`](Self::read) returns the difference.
    pub(crate) fn reset(&self) {
        *self.before() = self.read_all();
    }

    /// Counts are consistent at any point, so a poisoned lock can be used.
    fn before(&self) -> MutexGuard<'_, Counts> {
        self.before.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn read_all(&self) -> Counts {
        let replies = |reply: Reply| get(&self.replies[reply as usize]);
        let replies = Reply::ALL
            .iter()
            .map(|reply| (reply.text().to_owned(), replies(*reply)))
            .filter(|(_, count)| *count > 0)
            .chain(self.others().clone())
            .collect();
        self.numbers.read(replies)
    }
}

impl Observer for Counters {
    fn on_event(&self, _: u64, _: Instant, event: &Event<'_>) {
        match event {
            Event::Connected { .. } => add(&self.numbers.connections, 1),
            Event::Secured(_) => add(&self.numbers.secured, 1),
            Event::Faulted { .. } => add(&self.numbers.faults, 1),
            Event::Replied { reply, stage } => self.replied(*reply, *stage),
            Event::Said { text, stage } => self.said(text, *stage),
            Event::LoggedIn { .. } => add(&self.numbers.sessions, 1),
            Event::LoginFailed(_) => add(&self.numbers.auth_failed, 1),
            Event::Judged(judged) => {
                self.message(judged.reply);
                if judged.reply == Reply::Accepted {
                    add(&self.numbers.accepted_recipients, judged.recipients.into());
                    add(&self.numbers.bytes, judged.size);
                }
            }
            Event::Unjudged { reply, code, .. } => add(self.spoilt(*reply, *code), 1),
            _ => {}
        }
    }
}

impl Counts {
    fn minus(mut self, before: &Counts) -> Counts {
        self.subtract_numbers(before);
        for (text, count) in &mut self.replies {
            *count = count.saturating_sub(before.replies.get(text).copied().unwrap_or(0));
        }
        self.replies.retain(|_, count| *count > 0);
        self
    }
}

/// Whether a 5xx at this stage rejects a message.
fn refuses_message(stage: Option<Stage>) -> bool {
    matches!(stage, Some(Stage::Mail | Stage::Rcpt | Stage::Dot))
}

fn add(counter: &AtomicU64, more: u64) {
    counter.fetch_add(more, Ordering::Relaxed);
}

fn get(counter: &AtomicU64) -> u64 {
    counter.load(Ordering::Relaxed)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::protocol::{Handshake, Judged, LoginFailure, Stage, TlsVersion};

    /// Emits events until every count is above zero.
    fn tell_everything(counters: &Counters) {
        let judged = |reply| Judged {
            reply,
            recipients: 2,
            simulated: 0,
            size: 100,
            message_id: None,
            envelope: 0,
            undelivered: 0,
            due: Instant(0),
        };
        let emit = |event: Event<'_>| counters.on_event(0, Instant(0), &event);
        let handshake = Handshake {
            version: TlsVersion::Tls13,
            resumed: false,
        };
        emit(Event::Connected { wrapper: false });
        emit(Event::Secured(handshake));
        for reply in [
            Reply::Accepted,
            Reply::Throttled,
            Reply::QuotaSpent,
            Reply::TooLong,
        ] {
            emit(Event::Judged(judged(reply)));
        }
        emit(Event::LoggedIn { user: "alice" });
        emit(Event::LoginFailed(LoginFailure::WrongPassword));
        emit(Event::Said {
            text: "451 Only a fault sends this",
            stage: Some(Stage::Dot),
        });
        emit(Event::Faulted {
            rule: 0,
            at: Stage::Dot,
        });
        for code in [Some(b'4'), None] {
            emit(Event::Unjudged {
                message_id: None,
                envelope: 0,
                recipients: 1,
                code,
                reply: None,
            });
        }
        for &reply in Reply::ALL {
            let stage = Some(Stage::Dot);
            emit(Event::Replied { reply, stage });
        }
    }

    #[test]
    fn after_a_reset_counts_begin_at_zero() {
        let counters = Counters::default();
        tell_everything(&counters);
        let once = counters.read();
        let Counts {
            connections,
            secured,
            sessions,
            auth_failed,
            accepted,
            accepted_recipients,
            throttled,
            quota,
            rejected,
            bytes,
            faults,
            deferred,
            refused,
            lost,
            replies,
        } = once.clone();
        let all = [
            connections,
            secured,
            sessions,
            auth_failed,
            accepted,
            accepted_recipients,
            throttled,
            quota,
            rejected,
            bytes,
            faults,
            deferred,
            refused,
            lost,
            replies.values().sum(),
        ];
        assert!(all.iter().all(|count| *count > 0), "{once:?}");
        counters.reset();
        assert_eq!(counters.read(), Counts::default());
        tell_everything(&counters);
        assert_eq!(counters.read(), once);
    }
}
