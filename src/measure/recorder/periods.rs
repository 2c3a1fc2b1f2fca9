//! Parts of the window that thresholds are about: each has a recorder of its own.

use super::Recorder;
use crate::vocabulary::{Cause, Event, Instant, Observer};

impl Recorder {
    /// Adds the recorder of a part of the window, which sees the same events.
    pub(in crate::measure) fn add_period(&mut self, recorder: Self) {
        self.periods.push(recorder);
    }

    #[cold]
    pub(super) fn record_periods(&mut self, at: Instant, event: &Event<'_>) {
        let event = without_texts(*event);
        for each in &mut self.periods {
            each.on_event(at, &event);
        }
    }
}

/// The event without what a server replied: replies are counted once, for the whole
/// run.
fn without_texts(mut event: Event<'_>) -> Event<'_> {
    match &mut event {
        Event::AttemptEnded { cause, .. } | Event::Ended { cause, .. } => forget(cause),
        Event::SessionEnded {
            failure: Some((_, cause)),
            ..
        } => forget(cause),
        _ => {}
    }
    event
}

fn forget(cause: &mut Cause<'_>) {
    cause.text = "";
    cause.detail = None;
}
