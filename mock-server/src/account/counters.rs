//! What happened, counted.
//!
//! Counters are written by all workers without waiting for each other, and read
//! as [`Counts`]: a snapshot that is exact once the sessions have ended.

use std::array;
use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

use serde::{Deserialize, Serialize};

use crate::dialogue::{Reply, Stage};
use crate::events::Event;

/// What a server has done since its start.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Counts {
    /// TCP connections taken.
    pub connections: u64,
    /// Finished TLS handshakes.
    pub secured: u64,
    /// Sessions that authenticated.
    pub sessions: u64,
    /// Logins refused: 535.
    pub auth_failed: u64,
    /// Messages accepted: 250 after the dot.
    pub accepted: u64,
    /// Recipients of the accepted messages.
    pub accepted_recipients: u64,
    /// Messages refused for the sending rate.
    pub throttled: u64,
    /// Messages refused for the daily quota.
    pub quota: u64,
    /// Messages that got another 4xx after the dot, which only a rule of
    /// `faults` gives.
    pub deferred: u64,
    /// Messages refused for good: 5xx after the dot.
    pub refused: u64,
    /// Messages at whose dot a rule of `faults` neither had them accepted nor
    /// refused them.
    pub lost: u64,
    /// 5xx replies to MAIL, RCPT or the dot.
    pub rejected: u64,
    /// Bytes of the accepted messages, before dot-stuffing.
    pub bytes: u64,
    /// Times that a rule of `faults` struck.
    pub faults: u64,
    /// Replies by their text, ids and addresses left out.
    pub replies: BTreeMap<String, u64>,
}

/// The counters behind [`Counts`].
#[derive(Debug)]
pub(crate) struct Counters {
    connections: AtomicU64,
    secured: AtomicU64,
    accepted_recipients: AtomicU64,
    /// In the words of a rule of `faults`, as is the next.
    throttled: AtomicU64,
    quota: AtomicU64,
    deferred: AtomicU64,
    refused: AtomicU64,
    lost: AtomicU64,
    rejected: AtomicU64,
    bytes: AtomicU64,
    faults: AtomicU64,
    replies: [AtomicU64; Reply::ALL.len()],
    /// What had been counted at the last reset.
    before: Mutex<Counts>,
}

impl Default for Counters {
    fn default() -> Self {
        Counters {
            connections: AtomicU64::new(0),
            secured: AtomicU64::new(0),
            accepted_recipients: AtomicU64::new(0),
            throttled: AtomicU64::new(0),
            quota: AtomicU64::new(0),
            deferred: AtomicU64::new(0),
            refused: AtomicU64::new(0),
            lost: AtomicU64::new(0),
            rejected: AtomicU64::new(0),
            bytes: AtomicU64::new(0),
            faults: AtomicU64::new(0),
            replies: array::from_fn(|_| AtomicU64::new(0)),
            before: Mutex::default(),
        }
    }
}

impl Counters {
    /// Counts a connection and gives it its number, from 0.
    pub(super) fn connected(&self) -> u64 {
        self.connections.fetch_add(1, Ordering::Relaxed)
    }

    pub(super) fn tell(&self, event: &Event<'_>) {
        match event {
            Event::Secured(_) => add(&self.secured, 1),
            Event::Faulted { .. } => add(&self.faults, 1),
            Event::Replied { reply, stage } => self.replied(*reply, *stage),
            Event::Judged(judged) if judged.reply == Reply::Accepted => {
                add(&self.accepted_recipients, judged.recipients.into());
                add(&self.bytes, judged.size);
            }
            Event::Judged(judged) if judged.reply.is_permanent() => add(&self.refused, 1),
            Event::Unjudged { reply, code, .. } => add(self.spoilt(*reply, *code), 1),
            _ => {}
        }
    }

    /// What counts a message that a rule of `faults` had answered like this.
    fn spoilt(&self, reply: Option<Reply>, digit: Option<u8>) -> &AtomicU64 {
        match (reply, digit) {
            (Some(Reply::Throttled | Reply::ThrottledV2), _) => &self.throttled,
            (Some(Reply::QuotaSpent), _) => &self.quota,
            (_, Some(b'4')) => &self.deferred,
            (_, Some(b'5')) => &self.refused,
            _ => &self.lost,
        }
    }

    fn replied(&self, reply: Reply, stage: Stage) {
        add(&self.replies[reply as usize], 1);
        let refuses_message = matches!(stage, Stage::Mail | Stage::Rcpt | Stage::Dot);
        if refuses_message && reply.is_permanent() {
            add(&self.rejected, 1);
        }
    }

    /// Counts since the last reset.
    pub(super) fn read(&self) -> Counts {
        self.read_all().minus(&self.before())
    }

    /// Begins at zero. Workers go on counting where they are, and sessions keep
    /// their numbers: what is counted from now on is the difference.
    pub(super) fn reset(&self) {
        *self.before() = self.read_all();
    }

    /// Counts are sound at any point: poison says nothing.
    fn before(&self) -> MutexGuard<'_, Counts> {
        self.before.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn read_all(&self) -> Counts {
        let replies = |reply: Reply| get(&self.replies[reply as usize]);
        Counts {
            connections: get(&self.connections),
            secured: get(&self.secured),
            sessions: replies(Reply::Authenticated),
            auth_failed: replies(Reply::BadCredentials) + replies(Reply::NotSubscribed),
            accepted: replies(Reply::Accepted),
            accepted_recipients: get(&self.accepted_recipients),
            throttled: replies(Reply::Throttled)
                + replies(Reply::ThrottledV2)
                + get(&self.throttled),
            quota: replies(Reply::QuotaSpent) + get(&self.quota),
            deferred: get(&self.deferred),
            refused: get(&self.refused),
            lost: get(&self.lost),
            rejected: get(&self.rejected),
            bytes: get(&self.bytes),
            faults: get(&self.faults),
            replies: Reply::ALL
                .iter()
                .map(|reply| (reply.text().to_owned(), replies(*reply)))
                .filter(|(_, count)| *count > 0)
                .collect(),
        }
    }
}

impl Counts {
    fn minus(mut self, before: &Counts) -> Counts {
        let pairs = [
            (&mut self.connections, before.connections),
            (&mut self.secured, before.secured),
            (&mut self.sessions, before.sessions),
            (&mut self.auth_failed, before.auth_failed),
            (&mut self.accepted, before.accepted),
            (&mut self.accepted_recipients, before.accepted_recipients),
            (&mut self.throttled, before.throttled),
            (&mut self.quota, before.quota),
            (&mut self.deferred, before.deferred),
            (&mut self.refused, before.refused),
            (&mut self.lost, before.lost),
            (&mut self.rejected, before.rejected),
            (&mut self.bytes, before.bytes),
            (&mut self.faults, before.faults),
        ];
        for (count, before) in pairs {
            *count = count.saturating_sub(before);
        }
        for (text, count) in &mut self.replies {
            *count = count.saturating_sub(before.replies.get(text).copied().unwrap_or(0));
        }
        self.replies.retain(|_, count| *count > 0);
        self
    }
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

    #[test]
    fn a_reset_begins_at_zero_and_sessions_keep_their_numbers() {
        let counters = Counters::default();
        let reply = Event::Replied {
            reply: Reply::NotVerified,
            stage: Stage::Dot,
        };
        let fault = Event::Faulted {
            rule: 0,
            at: crate::settings::At::Dot,
        };
        let spoilt = |code| Event::Unjudged {
            message_id: None,
            envelope: 0,
            recipients: 1,
            code,
            reply: None,
        };
        assert_eq!(counters.connected(), 0);
        counters.tell(&reply);
        counters.tell(&fault);
        [Some(b'4'), Some(b'5'), None]
            .map(spoilt)
            .iter()
            .for_each(|event| counters.tell(event));
        counters.reset();
        assert_eq!(counters.read(), Counts::default());
        assert_eq!(counters.connected(), 1);
        counters.tell(&reply);
        let counts = counters.read();
        assert_eq!((counts.connections, counts.rejected), (1, 1));
        assert_eq!(counts.replies.values().sum::<u64>(), 1);
    }
}
