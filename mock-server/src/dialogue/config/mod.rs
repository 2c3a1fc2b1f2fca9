//! The configuration that all sessions of a server share, made from the
//! settings.

mod delays;
mod draws;
mod texts;

use std::sync::Arc;
use std::time::Duration;

use self::delays::Delays;
pub(super) use self::texts::STARTTLS;
use self::texts::Texts;
use crate::capture::Capture;
use crate::faults::Faults;
use crate::protocol::{Interest, Stage};
use crate::settings::{Settings, SettingsError};

/// The dialogue's view of the settings. Built once, and shared by all sessions.
#[derive(Debug)]
pub struct Config {
    pub(super) texts: Texts,
    pub(super) behaviour: Behaviour,
    pub(super) idle_timeout: Option<Duration>,
    pub(super) seed: u64,
    pub(super) origin_unix_ms: u64,
    /// Stores accepted messages.
    pub(super) capture: Option<Arc<Capture>>,
    /// Simulated round-trip time: what a client sends after a reply arrives this
    /// much later.
    pub(super) rtt: Duration,
    /// What observers need to know of each session.
    pub(super) interest: Interest,
    delays: Delays,
    faults: Faults,
}

/// What is refused, and what follows from that. Unlike the account's limits it is
/// the same at all times.
#[derive(Debug)]
pub(super) struct Behaviour {
    pub(super) require_tls: bool,
    pub(super) require_auth: bool,
    pub(super) max_recipients: u32,
    pub(super) max_message_size: u64,
    pub(super) messages_per_session: Option<u32>,
    pub(super) failed_data_resets: bool,
    pub(super) open_after_refusal: bool,
}

impl Config {
    /// The configuration for `settings` and observers with that interest. `seed`
    /// is the seed of banner ids, message ids, delays and faults;
    /// `origin_unix_ms` is the Unix time of [`Instant(0)`](crate::protocol::Instant)
    /// in milliseconds.
    ///
    /// # Errors
    ///
    /// What [`Settings::check`] finds.
    pub fn new(
        settings: &Settings,
        interest: Interest,
        seed: u64,
        origin_unix_ms: u64,
    ) -> Result<Self, SettingsError> {
        settings.check()?;
        Ok(Config {
            texts: Texts::new(settings),
            behaviour: Behaviour {
                require_tls: settings.require_tls,
                require_auth: settings.require_auth,
                max_recipients: settings.max_recipients,
                max_message_size: settings.max_message_size,
                messages_per_session: settings.messages_per_session,
                failed_data_resets: settings.failed_data_resets,
                open_after_refusal: settings.open_after_refusal,
            },
            idle_timeout: Some(settings.idle_timeout).filter(|timeout| !timeout.is_zero()),
            seed,
            origin_unix_ms,
            capture: None,
            rtt: settings.rtt,
            interest,
            delays: Delays::new(&settings.latency, seed),
            faults: Faults::new(&settings.faults, seed),
        })
    }

    /// Sets the store of accepted messages.
    pub(crate) fn with_capture(mut self, capture: Option<Arc<Capture>>) -> Config {
        self.capture = capture;
        self
    }

    /// How long a client can be silent; `None` means no limit.
    #[must_use]
    pub(crate) fn idle_timeout(&self) -> Option<Duration> {
        self.idle_timeout
    }

    /// Seed of the random number generator.
    #[must_use]
    pub(crate) fn seed(&self) -> u64 {
        self.seed
    }

    pub(crate) fn faults(&self) -> &Faults {
        &self.faults
    }

    /// The latency of `stage`: each call is a new draw.
    pub(super) fn latency(&self, stage: Option<Stage>, secure: bool) -> Duration {
        self.delays.draw(stage, secure)
    }
}
