//! The configuration that all sessions of a server share, made from the
//! settings.

mod delays;
mod draws;

use std::sync::Arc;
use std::time::Duration;

use self::delays::Delays;
use crate::capture::Capture;
use crate::facts;
use crate::faults::Faults;
use crate::protocol::{Interest, Stage};
use crate::settings::{Settings, SettingsError};

/// The line of the EHLO reply that offers STARTTLS.
pub(super) const STARTTLS: &str = "250-STARTTLS\r\n";

/// The dialogue's view of the settings. Built once, and shared by all sessions.
#[derive(Debug)]
pub struct Config {
    pub(super) capabilities: String,
    pub(super) capabilities_secure: String,
    pub(super) region_in_capitals: String,
    pub(super) id_prefix: String,
    pub(super) max_recipients: u32,
    pub(super) max_message_size: u64,
    pub(super) messages_per_session: Option<u32>,
    pub(super) idle_timeout: Option<Duration>,
    pub(super) failed_data_resets: bool,
    pub(super) open_after_refusal: bool,
    pub(super) seed: u64,
    pub(super) origin_unix_ms: u64,
    pub(super) require_tls: bool,
    pub(super) require_auth: bool,
    pub(super) account_id: String,
    pub(super) region: String,
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
            capabilities: capabilities(settings, true),
            capabilities_secure: capabilities(settings, settings.starttls_after_tls),
            region_in_capitals: settings.region.to_ascii_uppercase(),
            id_prefix: id_prefix(settings),
            max_recipients: settings.max_recipients,
            max_message_size: settings.max_message_size,
            messages_per_session: settings.messages_per_session,
            idle_timeout: Some(settings.idle_timeout).filter(|timeout| !timeout.is_zero()),
            failed_data_resets: settings.failed_data_resets,
            open_after_refusal: settings.open_after_refusal,
            seed,
            origin_unix_ms,
            require_tls: settings.require_tls,
            require_auth: settings.require_auth,
            account_id: settings.account_id.clone(),
            region: settings.region.clone(),
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

/// The lines in the order seen in 2023 and 2026; SIZE until 2020.
fn capabilities(settings: &Settings, starttls: bool) -> String {
    let lines = [
        ("250-email-smtp.amazonaws.com", true),
        ("250-8BITMIME", true),
        ("250-SIZE 10485760", settings.advertise_size),
        ("250-STARTTLS", starttls),
        ("250-AUTH PLAIN LOGIN", true),
        ("250 Ok", true),
    ];
    let shown = lines.iter().filter(|(_, shown)| *shown);
    shown.map(|(line, _)| format!("{line}\r\n")).collect()
}

fn id_prefix(settings: &Settings) -> String {
    let of = |region: &str| facts::region(region).and_then(|region| region.id_prefix);
    let known = of(&settings.region).or_else(|| of(facts::DEFAULT_REGION));
    let set = settings.id_prefix.as_deref();
    set.or(known).unwrap_or_default().to_owned()
}
