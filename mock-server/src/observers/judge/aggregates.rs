//! Turns events into figures, and figures into a report.

use std::collections::{BTreeMap, HashMap};
use std::hash::{DefaultHasher, Hash, Hasher};

use super::Report;
use super::examine::examine;
use super::figures::{Connections, Logins, Messages, Rate, Retries, Tls};
use super::message_tracker::{Disposition, MessageTracker};
use super::session_tracker::{Loads, SessionTracker};
use super::timeline::Timeline;
use super::waits::Durations;
use crate::facts::Quota;
use crate::protocol::{Event, Handshake, Instant, Judged, LoginFailure, Reply, TlsVersion};

/// When one session gets the 454 for the daily quota, the others cannot know at
/// once: for this long, each may get it for a message of its own.
const NEWS: std::time::Duration = std::time::Duration::from_secs(1);

/// Name of a 5xx of a rule of `faults`: its text is the user's, not SES's.
const OWN_REFUSAL: &str = "a 5xx of a fault";

/// The reply to a message at the dot.
#[derive(Clone, Copy, Debug)]
enum Answer {
    /// A reply of SES, from the mock or from a fault.
    Own(Reply),
    /// A reply that SES does not have, with its first digit.
    Foreign(u8),
    None,
}

/// All aggregates since the start or the last reset.
#[derive(Debug)]
pub(super) struct Aggregates {
    start: Instant,
    open: HashMap<u64, SessionTracker>,
    /// Of those, sessions that got the banner.
    admitted: u64,
    connections: Connections,
    loads: Loads,
    tls: Tls,
    logins: Logins,
    messages: Messages,
    timeline: Timeline,
    messages_seen: MessageTracker,
    pauses: Durations,
    /// Since when the daily quota is used up.
    day_spent: Option<Instant>,
    after_quota: u64,
    refusals: [u64; Reply::ALL.len()],
}

impl Default for Aggregates {
    fn default() -> Self {
        Aggregates::new(Instant(0))
    }
}

impl Aggregates {
    fn new(start: Instant) -> Aggregates {
        Aggregates {
            start,
            open: HashMap::new(),
            admitted: 0,
            connections: Connections::default(),
            loads: Loads::default(),
            tls: Tls::default(),
            logins: Logins::default(),
            messages: Messages::default(),
            timeline: Timeline::new(start),
            messages_seen: MessageTracker::default(),
            pauses: Durations::default(),
            day_spent: None,
            after_quota: 0,
            refusals: [0; Reply::ALL.len()],
        }
    }

    /// Discards all figures at `now` and keeps the open sessions.
    pub(super) fn reset(&mut self, now: Instant) {
        let (open, admitted) = (std::mem::take(&mut self.open), self.admitted);
        *self = Aggregates::new(now);
        self.connections.most_open = admitted;
        (self.open, self.admitted) = (open, admitted);
        for seat in self.open.values_mut() {
            seat.messages = 0;
            seat.put_off = None;
        }
    }

    pub(super) fn take(&mut self, session: u64, now: Instant, event: &Event<'_>) {
        match event {
            Event::Connected { wrapper } => self.connected(session, *wrapper),
            Event::Secured(handshake) => self.secured(*handshake),
            Event::PlaintextCredentials => self.logins.plaintext += 1,
            Event::LoggedIn { .. } => self.logins.accepted += 1,
            Event::LoginFailed(cause) => *self.logins.failed.entry(name(*cause)).or_default() += 1,
            Event::Replied { reply, .. } => self.replied(session, *reply),
            Event::Judged(judged) => self.judged(session, now, judged),
            Event::Unjudged {
                message_id,
                envelope,
                recipients,
                code,
                reply,
            } => {
                let key = message_id.map(|id| key(id, *envelope));
                let answer = Answer::of_fault(*reply, *code);
                self.tried(session, now, key, *recipients, answer);
            }
            Event::ReplyUndelivered { messages } => self.undelivered(session, *messages),
            // Injected by the server, not the client's behaviour.
            Event::Faulted { .. } | Event::Said { .. } => {}
            Event::SpokeAfterTimeout => self.connections.spoke_after_timeout += 1,
            Event::Ended { by_client } => self.ended(session, *by_client),
        }
    }

    fn connected(&mut self, session: u64, wrapper: bool) {
        self.connections.opened += 1;
        if !wrapper {
            self.connections.starttls += 1;
        }
        if wrapper {
            self.connections.wrapper += 1;
        }
        self.goes_on();
        self.open.insert(session, SessionTracker::default());
    }

    /// A client has connected or sent: if there was a 421 before, it continued
    /// after it.
    fn goes_on(&mut self) {
        let connections = &mut self.connections;
        connections.went_on_after_message_limit = connections.message_limit > 0;
    }

    fn secured(&mut self, handshake: Handshake) {
        let version = match handshake.version {
            TlsVersion::Tls12 => "1.2",
            TlsVersion::Tls13 => "1.3",
        };
        *self.tls.versions.entry(version).or_default() += 1;
        if !handshake.resumed {
            self.tls.full += 1;
        }
        if handshake.resumed {
            self.tls.resumed += 1;
        }
    }

    fn replied(&mut self, session: u64, reply: Reply) {
        let connections = &mut self.connections;
        match reply {
            Reply::Banner => self.admitted(session),
            Reply::IdleTimeout => connections.timed_out += 1,
            Reply::TooManyConnections => connections.too_many += 1,
            Reply::TooManyMessages => {
                connections.message_limit += 1;
                connections.went_on_after_message_limit = false;
            }
            _ => self.refusals[reply as usize] += 1,
        }
    }

    fn admitted(&mut self, session: u64) {
        if let Some(seat) = self.open.get_mut(&session) {
            seat.admitted = true;
            self.admitted += 1;
            self.connections.most_open = self.connections.most_open.max(self.admitted);
        }
    }

    fn undelivered(&mut self, session: u64, messages: u32) {
        let Some(seat) = self.open.get_mut(&session) else {
            return;
        };
        let heard = seat.accepted.len().saturating_sub(messages as usize);
        for key in seat.accepted.drain(heard..).flatten() {
            self.messages_seen.undelivered(key);
        }
    }

    fn judged(&mut self, session: u64, now: Instant, judged: &Judged<'_>) {
        let key = judged.message_id.map(|id| key(id, judged.envelope));
        let accepted = judged.reply == Reply::Accepted;
        if accepted && judged.recipients > judged.simulated {
            self.day_spent = None;
        }
        let answer = Answer::Own(judged.reply);
        self.tried(session, now, key, judged.recipients, answer);
        if let Some(key) = key.filter(|_| accepted && judged.due > now) {
            self.messages_seen.held(key, judged.due);
        }
        let Some(seat) = self.open.get_mut(&session) else {
            return;
        };
        if judged.undelivered == 0 {
            seat.accepted.clear();
        }
        if accepted {
            seat.accepted.push(key);
        }
    }

    /// Records an attempt that reached the dot.
    fn tried(
        &mut self,
        session: u64,
        now: Instant,
        key: Option<u64>,
        recipients: u32,
        answer: Answer,
    ) {
        self.count(now, recipients.into(), answer);
        if let Answer::Own(Reply::QuotaSpent) = answer {
            self.told_of_day(session, now);
        }
        match key {
            Some(key) => self.messages_seen.judged(key, answer.disposition(), now),
            None => self.messages.without_id += 1,
        }
        self.goes_on();
        if let Some(seat) = self.open.get_mut(&session) {
            seat.messages += 1;
            if let Some(since) = seat.put_off.take() {
                self.pauses.add(now.since(since));
            }
            let put_off = matches!(
                answer.disposition(),
                Disposition::Deferred | Disposition::Quota
            );
            seat.put_off = put_off.then_some(now);
        }
    }

    fn count(&mut self, now: Instant, recipients: u64, answer: Answer) {
        let messages = &mut self.messages;
        let slice = self.timeline.at(now);
        messages.attempts += 1;
        messages.recipients += recipients;
        slice.offered += recipients;
        match answer {
            Answer::Own(Reply::Accepted) => {
                messages.accepted += 1;
                messages.accepted_recipients += recipients;
                slice.accepted += recipients;
            }
            Answer::Own(Reply::Throttled | Reply::ThrottledV2) => {
                messages.throttled += 1;
                slice.throttled += recipients;
            }
            Answer::Own(Reply::QuotaSpent) => {
                messages.quota += 1;
                slice.quota += recipients;
            }
            Answer::Own(reply) if reply.is_permanent() => {
                *messages.rejected.entry(reply.text()).or_default() += 1;
            }
            Answer::Foreign(b'5') => {
                *messages.rejected.entry(OWN_REFUSAL).or_default() += 1;
            }
            Answer::Own(_) | Answer::Foreign(b'4') => messages.temporary += 1,
            Answer::Foreign(_) | Answer::None => {}
        }
        self.timeline.offered(recipients, now);
    }

    /// The daily quota counts as used up from the first 454 for it until a message
    /// is accepted that counts towards the quota.
    fn told_of_day(&mut self, session: u64, now: Instant) {
        let since = *self.day_spent.get_or_insert(now);
        let seat = self.open.get_mut(&session);
        let heard = seat.and_then(|seat| seat.told_of_day.replace(since));
        let could_know = heard == Some(since) || now.since(since) > NEWS;
        if could_know {
            self.after_quota += 1;
        }
    }

    fn ended(&mut self, session: u64, by_client: bool) {
        let Some(seat) = self.open.remove(&session) else {
            return;
        };
        self.connections.ended += 1;
        if by_client {
            self.connections.without_quit += 1;
        }
        if seat.admitted {
            self.admitted -= 1;
        }
        self.loads.add(seat.messages);
    }

    pub(super) fn report(&self, now: Instant, quota: Quota) -> Report {
        let mut report = Report {
            seconds: now.since(self.start).as_secs_f64(),
            connections: self.connections(),
            tls: self.tls.clone(),
            logins: self.logins.clone(),
            messages: self.messages(),
            rate: self.rate(quota),
            retries: self.retries(now),
            refusals: self.refusals(),
            findings: Vec::new(),
        };
        report.findings = examine(&report);
        report
    }

    fn connections(&self) -> Connections {
        let mut loads = self.loads.clone();
        for seat in self.open.values() {
            loads.add(seat.messages);
        }
        Connections {
            messages: loads.figures(),
            ..self.connections.clone()
        }
    }

    fn messages(&self) -> Messages {
        Messages {
            forgotten: self.messages_seen.forgotten,
            accepted_twice: self.messages_seen.accepted_twice,
            undelivered: self.messages_seen.undelivered,
            resent_unheard: self.messages_seen.resent_unheard,
            resent_rejected: self.messages_seen.resent_rejected,
            ..self.messages.clone()
        }
    }

    fn rate(&self, quota: Quota) -> Rate {
        let attempts = self.messages.attempts.max(1);
        Rate {
            allowed_per_s: quota.rate,
            allowed_per_day: quota.daily,
            busiest_s: self.timeline.busiest(),
            throttled_share: self.messages.throttled as f64 / attempts as f64,
            slice_s: self.timeline.width().as_secs_f64(),
            slices: self.timeline.slices().to_vec(),
        }
    }

    fn retries(&self, now: Instant) -> Retries {
        let messages_seen = &self.messages_seen;
        let open = messages_seen.open(now);
        Retries {
            waits: messages_seen.waits.figures(),
            at_once: messages_seen.waits.at_once,
            grew: messages_seen.waits.grew,
            did_not_grow: messages_seen.waits.did_not_grow,
            waits_after_quota: messages_seen.waits_after_quota.spread(),
            pause_on_connection: self.pauses.spread(),
            storms: messages_seen.storms,
            most_tries: messages_seen.most_tries,
            after_quota: self.after_quota,
            open: open.waiting,
            open_for_a_minute: open.for_long,
            open_after_quota: open.over_the_day,
        }
    }

    fn refusals(&self) -> BTreeMap<&'static str, u64> {
        let named = Reply::ALL.iter().map(|reply| reply.text());
        named.zip(self.refusals).filter(|(_, n)| *n > 0).collect()
    }
}

impl Answer {
    fn of_fault(reply: Option<Reply>, digit: Option<u8>) -> Answer {
        let foreign = digit.map_or(Answer::None, Answer::Foreign);
        reply.map_or(foreign, Answer::Own)
    }

    fn disposition(self) -> Disposition {
        match self {
            Answer::Own(reply) => Disposition::of(reply),
            Answer::Foreign(b'4') => Disposition::Deferred,
            Answer::Foreign(b'5') => Disposition::Rejected,
            Answer::Foreign(_) | Answer::None => Disposition::Unanswered,
        }
    }
}

/// Identifies a message.
fn key(id: &str, envelope: u64) -> u64 {
    let mut hasher = DefaultHasher::new();
    (id, envelope).hash(&mut hasher);
    hasher.finish()
}

fn name(cause: LoginFailure) -> String {
    match cause {
        LoginFailure::UnknownUser => "unknown_user".to_owned(),
        LoginFailure::SecretAsPassword => "secret_as_password".to_owned(),
        LoginFailure::OtherRegion(region) => format!("other_region {region}"),
        LoginFailure::OtherVersion => "other_version".to_owned(),
        LoginFailure::WrongPassword => "wrong_password".to_owned(),
        LoginFailure::NotSubscribed => "not_subscribed".to_owned(),
    }
}
