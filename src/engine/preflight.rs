//! One session before all others: checks that the target is reachable, TLS
//! works and the credentials are accepted. If not, the run does not begin.
//!
//! It uses the same dialogue and the same driver, and ends by QUIT. It is not
//! measured: it would be the one session of the run with cold caches.

use std::sync::Arc;

use crate::net::{Connector, Session};
use crate::smtp::{Capabilities, Config, Dialogue, Outgoing, QUIT_TIMEOUT};
use crate::sys::clock::Clock;
use crate::text::printable;
use crate::vocabulary::{CauseBuf, Event, Instant, Observer, Outcome, Phase, SlotId};

/// Why the run can't begin.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct SessionFailure {
    /// The outcome that a message would have had.
    pub outcome: Outcome,
    /// The reply or failure, and the phase it happened in.
    pub cause: CauseBuf,
    /// How long the phase had lasted.
    pub after: std::time::Duration,
}

impl std::fmt::Display for SessionFailure {
    /// Example: `AUTH refused after 12 ms: 535 Authentication Credentials
    /// Invalid`.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let cause = &self.cause;
        let phase = cause.phase.map_or("session", Phase::name);
        let verb = match cause.code {
            Some(_) => "refused",
            None => "failed",
        };
        write!(f, "{phase} {verb} after {:.1?}: ", self.after)?;
        if let Some(code) = cause.code {
            write!(f, "{code} ")?;
        }
        if let Some(enhanced) = &cause.enhanced {
            write!(f, "{enhanced} ")?;
        }
        f.write_str(&printable(&cause.text))
    }
}

impl std::error::Error for SessionFailure {}

/// Opens one session and ends it again, and reports its events to `observer`.
pub(crate) async fn preflight(
    config: Arc<Config>,
    connector: Arc<Connector>,
    clock: Clock,
    observer: impl Observer,
) -> Result<Capabilities, SessionFailure> {
    let outgoing = Outgoing::new(Arc::from([]));
    let dialogue = Dialogue::new(config, SlotId(0), outgoing);
    let mut witness = PreflightObserver::default();
    let mut session = Session::new(dialogue, connector, clock, (&mut witness, observer));
    session.open().await;
    let offers = session.dialogue().capabilities().clone();
    session.quit_within(QUIT_TIMEOUT).await;
    drop(session);
    witness.refused.map_or(Ok(offers), Err)
}

/// Records why the session failed.
#[derive(Default)]
struct PreflightObserver {
    /// The moment of the previous event.
    last: Instant,
    refused: Option<SessionFailure>,
}

impl Observer for PreflightObserver {
    fn on_event(&mut self, at: Instant, event: &Event<'_>) {
        match *event {
            // The run can begin even if QUIT was not answered.
            Event::SessionEnded {
                failure: Some((outcome, cause)),
                ..
            } if cause.phase != Some(Phase::Quit) => {
                self.refused = Some(SessionFailure {
                    outcome,
                    cause: cause.into(),
                    after: at.since(self.last),
                });
            }
            Event::SessionOpening { .. } => self.last = at,
            Event::PhaseEnded { began, .. } => self.last = began,
            _ => {}
        }
    }
}
