//! Writes the envelope and the content of each message.

use std::time::{Duration, SystemTime};

use crate::message::MessageTemplates;
use crate::smtp::Outgoing;
use crate::vocabulary::{Instant, Ticket};

/// Writes messages for the dialogue from templates that are prepared before the
/// run.
#[derive(Debug)]
pub(crate) struct Messages {
    from: String,
    template: MessageTemplates,
    /// The wall-clock time of the run's origin, since the Unix epoch.
    origin: Duration,
}

impl Messages {
    /// Messages from one sender and one template, in a run whose origin was at
    /// the wall-clock time `origin`. Dates follow the run's clock from there,
    /// so setting the wall clock during the run does not affect them.
    pub(crate) fn new(from: String, template: MessageTemplates, origin: SystemTime) -> Self {
        let origin = origin.duration_since(SystemTime::UNIX_EPOCH);
        Self {
            from,
            template,
            origin: origin.unwrap_or_default(),
        }
    }

    /// Writes a message; every attempt at it has the same content.
    pub(crate) fn write(&self, ticket: Ticket, outgoing: &mut Outgoing) {
        outgoing.start(&self.from);
        for recipient in self.template.recipients().of(ticket.index) {
            outgoing.recipient(recipient);
        }
        let date = self.date(ticket);
        let (tail, part) = self.template.write(ticket.index, date, outgoing.head());
        outgoing.tail(tail, part);
    }

    /// The date is the intended time: the moment at which its sender had the
    /// message ready (RFC 5322 section 3.6.1), and the same for every attempt.
    fn date(&self, ticket: Ticket) -> i64 {
        let date = self.origin + ticket.intended.since(Instant::ORIGIN);
        date.as_secs().cast_signed()
    }
}
