//! The judge with scripted clients, in simulated time.

mod bad;
mod bounds;
mod good;
mod text;

use std::time::Duration;

use super::{Judge, Report};
use crate::facts::Quota;
use crate::protocol::{Event, Handshake, Instant, Judged, Observer, Reply, Stage, TlsVersion};

/// A judge, and the simulated time.
struct World {
    judge: Judge,
    now: Instant,
    sessions: u64,
}

impl World {
    fn new() -> World {
        World {
            judge: Judge::default(),
            now: Instant(0),
            sessions: 0,
        }
    }

    fn passes(&mut self, seconds: f64) {
        self.now = self.now + Duration::from_secs_f64(seconds);
    }

    fn emit(&self, session: u64, event: Event<'_>) {
        self.judge.on_event(session, self.now, &event);
    }

    /// A session with STARTTLS, logged in.
    fn opens(&mut self) -> u64 {
        self.opens_with(false)
    }

    fn opens_with(&mut self, resumed: bool) -> u64 {
        let session = self.sessions;
        self.sessions += 1;
        self.emit(session, Event::Connected { wrapper: false });
        let version = TlsVersion::Tls13;
        self.emit(session, Event::Secured(Handshake { version, resumed }));
        self.replies(session, Reply::Banner);
        self.emit(session, Event::LoggedIn { user: "u" });
        session
    }

    fn replies(&self, session: u64, reply: Reply) {
        let stage = None;
        self.emit(session, Event::Replied { reply, stage });
    }

    /// A message to one recipient, whose reply is sent.
    fn sends(&self, session: u64, id: &str, reply: Reply) {
        self.sends_to(session, id, 1, reply);
    }

    /// A message whose 250 is not sent.
    fn sends_unheard(&self, session: u64, id: &str) {
        self.sends_to(session, id, 1, Reply::Accepted);
        self.emit(session, Event::ReplyUndelivered { messages: 1 });
    }

    fn sends_to(&self, session: u64, id: &str, envelope: u64, reply: Reply) {
        let stage = Some(Stage::Dot);
        self.emit(
            session,
            Event::Judged(Judged {
                reply,
                recipients: 1,
                simulated: 0,
                size: 1000,
                message_id: Some(id).filter(|id| !id.is_empty()),
                due: self.now,
                undelivered: 0,
                envelope,
            }),
        );
        self.emit(session, Event::Replied { reply, stage });
    }

    /// A message that a rule of `faults` answers.
    fn sends_in_vain(&self, session: u64, id: &str, code: Option<u8>) {
        let event = Event::Unjudged {
            message_id: Some(id),
            envelope: 1,
            recipients: 1,
            code,
            reply: None,
        };
        self.emit(session, event);
    }

    fn quits(&self, session: u64) {
        self.replies(session, Reply::Bye);
        self.emit(session, Event::Ended { by_client: false });
    }

    fn report(&self) -> Report {
        let quota = Quota {
            daily: Some(50_000),
            rate: Some(14.0),
        };
        self.judge.report(self.now, quota)
    }

    fn codes(&self) -> Vec<&'static str> {
        self.report().findings.iter().map(|f| f.code).collect()
    }
}
