//! Messages on standard error while the first session is opened: the target, and
//! after a few seconds of silence what the session waits for.
//!
//! Without it, a port with TLS from the first byte that is used with STARTTLS is
//! silent until the time-out.

use std::cell::Cell;
use std::rc::Rc;
use std::time::Duration;

use super::resolved_target::ResolvedTarget;
use crate::output::screen::print_message;
use crate::smtp::TlsMode;
use crate::sys::clock::Clock;
use crate::vocabulary::{Event, Instant, Observer, Phase};

/// The silence after which an explanation is printed.
const PROGRESS_DELAY: Duration = Duration::from_secs(3);
/// How often to check for it.
const POLL_INTERVAL: Duration = Duration::from_millis(100);

/// Observes a session and explains its silences; clones observe the same one.
#[derive(Clone)]
pub(super) struct Waiting(Rc<State>);

struct State {
    clock: Clock,
    tls: TlsMode,
    quiet: bool,
    /// When the session started to wait.
    since: Cell<Instant>,
    /// The phase that ended last; `None` before the connection is open.
    after: Cell<Option<Phase>>,
    /// Whether this silence is explained.
    explained: Cell<bool>,
}

impl Waiting {
    pub(super) fn new(resolved: &ResolvedTarget, clock: Clock, quiet: bool) -> Self {
        Self(Rc::new(State {
            clock,
            tls: resolved.config.tls,
            quiet,
            since: Cell::new(clock.now()),
            after: Cell::new(None),
            explained: Cell::new(false),
        }))
    }

    /// Prints the target before the name is resolved; not for the embedded mock.
    pub(super) fn announce(&self, resolved: &ResolvedTarget) {
        if !self.0.quiet && !resolved.is_embedded() {
            // An IPv6 address needs brackets.
            let host = match resolved.host.contains(':') {
                true => format!("[{}]", resolved.host),
                false => resolved.host.clone(),
            };
            print_message(&format!("connecting to {host}:{} ...", resolved.port));
        }
    }

    /// Explains every long silence; never returns.
    pub(super) async fn explain<T>(self) -> T {
        loop {
            tokio::time::sleep(POLL_INTERVAL).await;
            if let Some(text) = self.due(self.0.clock.now())
                && !self.0.quiet
            {
                print_message(text);
            }
        }
    }

    /// The text to print now, once for each silence.
    fn due(&self, now: Instant) -> Option<&'static str> {
        let is_long = now.since(self.0.since.get()) >= PROGRESS_DELAY;
        if !is_long || self.0.explained.replace(true) {
            return None;
        }
        Some(awaited(self.0.after.get(), self.0.tls))
    }

    fn on_progress(&self, at: Instant) {
        self.0.since.set(at);
        self.0.explained.set(false);
    }
}

/// What a session waits for after that phase.
fn awaited(after: Option<Phase>, tls: TlsMode) -> &'static str {
    match (after, tls) {
        (None, _) => {
            "no answer to the connection yet; a firewall may drop it, or the address is not in use"
        }
        (Some(Phase::Connect), TlsMode::Starttls | TlsMode::None) => {
            "connected; waiting for the server's greeting; if this port speaks TLS from the start, \
             use --tls wrapper"
        }
        (Some(Phase::Connect), TlsMode::Wrapper) => {
            "connected; waiting for the server's part of the TLS handshake; if this port begins in \
             plaintext, use --tls starttls"
        }
        (Some(Phase::Tls), TlsMode::Wrapper) => "TLS is set up; waiting for the server's greeting",
        (Some(Phase::Starttls), _) => {
            "the server accepted STARTTLS; waiting for its part of the TLS handshake"
        }
        _ => "waiting for the server's next reply",
    }
}

impl Observer for Waiting {
    fn on_event(&mut self, at: Instant, event: &Event<'_>) {
        match *event {
            Event::SessionOpening { .. } => {
                self.0.after.set(None);
                self.on_progress(at);
            }
            Event::PhaseEnded { phase, .. } => {
                self.0.after.set(Some(phase));
                self.on_progress(at);
            }
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::vocabulary::SlotId;

    fn waiting(tls: TlsMode) -> Waiting {
        Waiting(Rc::new(State {
            clock: Clock::start(),
            tls,
            quiet: true,
            since: Cell::new(Instant::ORIGIN),
            after: Cell::new(None),
            explained: Cell::new(false),
        }))
    }

    fn ends(waiting: &mut Waiting, phase: Phase, at: Instant) {
        let (slot, began) = (SlotId(0), at);
        waiting.on_event(at, &Event::PhaseEnded { slot, phase, began });
    }

    #[test]
    fn a_silence_of_three_seconds_is_explained_once() {
        let second = |seconds| Instant::ORIGIN + Duration::from_secs(seconds);
        let mut waiting = waiting(TlsMode::Starttls);
        assert_eq!(waiting.due(second(2)), None);
        assert!(waiting.due(second(3)).unwrap().contains("firewall"));
        assert_eq!(waiting.due(second(9)), None);
        ends(&mut waiting, Phase::Connect, second(10));
        assert_eq!(waiting.due(second(12)), None);
        let text = waiting.due(second(13)).unwrap();
        assert!(text.contains("use --tls wrapper"), "{text}");
        assert_eq!(waiting.due(second(60)), None);
    }

    #[test]
    fn the_explanation_depends_on_the_mode_and_the_last_phase() {
        for (after, tls, part) in [
            (Phase::Connect, TlsMode::None, "use --tls wrapper"),
            (Phase::Connect, TlsMode::Wrapper, "use --tls starttls"),
            (Phase::Tls, TlsMode::Wrapper, "greeting"),
            (Phase::Tls, TlsMode::Starttls, "next reply"),
            (Phase::Starttls, TlsMode::Starttls, "handshake"),
            (Phase::Ehlo, TlsMode::None, "next reply"),
        ] {
            let text = awaited(Some(after), tls);
            assert!(text.contains(part), "{text}");
        }
    }
}
