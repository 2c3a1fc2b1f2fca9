//! The plan: a validated scenario, typed and complete.
//!
//! Code below `cli` sees no flag, no TOML value and no missing default, only a
//! [`Plan`]. The validation of this folder is the only way to one.

use std::net::IpAddr;

use serde::Serialize;

use crate::analysis::verdict::Threshold;
use crate::dispatch::Retry;
use crate::engine::{Demand, Load, worker_count};
use crate::message::{Message, address};
use crate::net::{ConnectorConfig, TlsSettings};
use crate::schedule::{Rate, Schedule, Shard};
use crate::ses::AccountSnapshot;
use crate::ses::limits::SIMULATOR_DOMAIN;
use crate::smtp::{Credentials, Mechanism, Timeouts, TlsMode};
use crate::vocabulary::Period;

/// Everything that a run needs to know.
#[derive(Clone, Debug, Serialize)]
pub struct Plan {
    /// The scenario's name; part of the run folder's name.
    pub name: String,
    /// Seeds every random choice: message contents, jitter, order.
    pub seed: u64,
    /// The server, and how to connect to it.
    pub target: Target,
    /// How to log in; `None` means no AUTH.
    pub auth: Option<Login>,
    /// Whether AUTH is switched off, as opposed to missing credentials.
    #[serde(skip)]
    pub log_in_declined: bool,
    /// Rate, length and sessions.
    pub load: Load,
    /// What to send.
    pub message: Message,
    /// The retry policy for throttled and deferred messages; `None`: no retries.
    pub retry: Option<Retry>,
    /// The conditions for the run to pass; never empty.
    pub thresholds: Vec<Threshold>,
    /// The time-out of each phase.
    pub timeouts: Timeouts,
    /// Domains of recipients that are allowed where the target is not loopback,
    /// besides the mailbox simulator's. All recipients are checked already.
    pub allow_recipient_domains: Vec<String>,
    /// The part that this process runs; `None`: the whole plan.
    #[serde(skip)]
    pub shard: Option<Shard>,
    /// The state of the SES account, if the user gave it.
    #[serde(skip)]
    pub(crate) account: Option<AccountSnapshot>,
}

impl Plan {
    /// When each message of this part of the plan is intended; `None` in the
    /// closed model.
    pub fn schedule(&self) -> Option<Schedule> {
        let whole = self.load.schedule(self.seed)?;
        Some(whole.shard(self.shard.unwrap_or(Shard::WHOLE)))
    }

    /// The highest rate of that schedule in messages per second.
    pub(crate) fn peak_per_s(&self) -> Option<f64> {
        let whole = self.load.peak_per_s()?;
        Some(whole / f64::from(self.shard.unwrap_or(Shard::WHOLE).of()))
    }

    /// The parts of the run that thresholds are about, each once.
    pub(crate) fn periods(&self) -> Vec<Period> {
        let mut periods = Vec::new();
        for period in self.thresholds.iter().filter_map(Threshold::period) {
            if !periods.contains(&period) {
                periods.push(period);
            }
        }
        periods
    }

    /// Whether all mail goes to Amazon's mailbox simulator, which does not count
    /// against the daily quota.
    pub(crate) fn is_to_simulator(&self) -> bool {
        let mut to = self.message.to.iter();
        to.all(|each| address::domain(each) == SIMULATOR_DOMAIN)
    }

    /// The number of worker threads.
    pub fn workers(&self) -> usize {
        worker_count(&self.demand())
    }

    /// The work that the worker threads have to do.
    pub(crate) fn demand(&self) -> Demand<'_> {
        Demand {
            load: &self.load,
            peak_per_s: self.peak_per_s(),
            tls: self.target.tls,
            largest_message: self.message.largest(),
            server_is_here: self.target.is_loopback(),
        }
    }
}

/// The server, and how to connect to it.
#[derive(Clone, Debug, Serialize)]
pub struct Target {
    /// Its kind and address.
    pub kind: TargetKind,
    /// The TLS mode.
    pub tls: TlsMode,
    /// Settings of TLS; unused with [`TlsMode::None`].
    pub tls_settings: TlsSettings,
    /// The name in EHLO.
    pub ehlo_name: String,
    /// Whether MAIL, RCPT and DATA are sent together where the server offers
    /// PIPELINING (RFC 2920).
    pub pipelining: bool,
    /// Local addresses to connect from, in turn; empty: the system chooses.
    pub source_addresses: Vec<IpAddr>,
    /// What must never be exceeded.
    #[serde(skip_serializing_if = "Ceilings::is_none")]
    pub ceilings: Ceilings,
}

impl Target {
    /// Whether mail stays on this machine: the target is the mock or a local
    /// server. A target of kind `ses` never counts, because the local address may
    /// be a tunnel.
    pub fn is_loopback(&self) -> bool {
        match &self.kind {
            TargetKind::Mock { .. } => true,
            TargetKind::Smtp { host, .. } => is_this_machine(host),
            TargetKind::Ses(_) => false,
        }
    }

    /// The configuration of a connector to it.
    pub fn connector_config(&self) -> ConnectorConfig {
        ConnectorConfig {
            tls: self.tls,
            tls_settings: self.tls_settings.clone(),
            source_addresses: self.source_addresses.clone(),
        }
    }
}

/// Whether `host` is a loopback address, or `localhost` (RFC 6761 section
/// 6.3). No name is resolved.
pub(super) fn is_this_machine(host: &str) -> bool {
    match host.parse::<IpAddr>() {
        Ok(address) => address.to_canonical().is_loopback(),
        Err(_) => host.trim_end_matches('.').eq_ignore_ascii_case("localhost"),
    }
}

/// The limits that a run never exceeds, in recipients, as SES counts its quotas.
/// They cover first attempts and retries, warm-up included, on all sessions.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize)]
pub struct Ceilings {
    /// Recipients per time; `None`: no ceiling.
    pub max_rate: Option<Rate>,
    /// Recipients in total; `None`: no ceiling.
    pub max_recipients: Option<u64>,
}

impl Ceilings {
    fn is_none(&self) -> bool {
        *self == Self::default()
    }
}

/// The kind of the target.
#[derive(Clone, Debug, Serialize)]
#[serde(tag = "kind", rename_all = "lowercase")]
pub enum TargetKind {
    /// The embedded mock of SES, started for this run.
    Mock {
        /// The `[mock]` table.
        settings: Box<sesbench_mock::Settings>,
    },
    /// Any SMTP server.
    Smtp {
        /// Name or address.
        host: String,
        /// TCP port.
        port: u16,
    },
    /// Amazon SES.
    Ses(Ses),
}

impl TargetKind {
    /// Its name in scenarios and results.
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Mock { .. } => "mock",
            Self::Smtp { .. } => "smtp",
            Self::Ses(_) => "ses",
        }
    }

    /// Host and port, if they are known before the run; those of the mock are not.
    pub fn place(&self) -> Option<(&str, u16)> {
        match self {
            Self::Mock { .. } => None,
            Self::Smtp { host, port } => Some((host, *port)),
            Self::Ses(Ses { host, port, .. }) => Some((host, *port)),
        }
    }
}

/// SES, and facts about the user's account.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Ses {
    /// Such as `us-east-1`.
    pub region: String,
    /// The region's endpoint, or a host that leads to it.
    pub host: String,
    /// TCP port.
    pub port: u16,
    /// Recipients the account may send to in 24 hours; `None`: unknown.
    pub daily_quota: Option<u64>,
    /// US dollars for 1,000 recipients; `None`: by the price list.
    pub price_per_1000: Option<f64>,
}

/// How to log in.
#[derive(Clone, Debug, Serialize)]
pub struct Login {
    /// The SASL mechanism.
    pub mechanism: Mechanism,
    /// Whether PLAIN sends its answer in the AUTH command itself (RFC 4954
    /// "initial response").
    pub initial_response: bool,
    /// Whether the credentials are invented, to see them refused.
    pub wrong_credentials: bool,
    /// The credentials; `None` with the mock, which makes its own at start.
    #[serde(skip)]
    pub credentials: Option<Credentials>,
}

#[cfg(test)]
mod tests {
    use crate::scenario::testing::plan;
    use crate::schedule::Length;

    #[test]
    fn the_peak_is_that_of_the_shape_in_messages_and_of_the_shard() {
        let stages = "load.stages=[{to='500/s'},{to='20/s',over='2s'},{burst='90/s',over='1s'}]";
        let unit = ["load.rate_unit=recipients", "message.recipients=4"];
        // The step at the start is the rate of the warm-up, and the ramp begins there.
        assert_eq!(plan(&[stages]).peak_per_s(), Some(500.0));
        let bursts = "load.stages=[{to='1/s'},{burst='4/s',over='1s',every='3s',times=2}]";
        assert_eq!(plan(&[bursts]).peak_per_s(), Some(4.0));
        assert_eq!(plan(&["load.rate=60/min"]).peak_per_s(), Some(1.0));
        let mut shared = plan(&[unit[0], unit[1], "load.rate=14/s"]);
        assert_eq!(shared.peak_per_s(), Some(3.5));
        shared.shard = "2/7".parse().ok();
        assert_eq!(shared.peak_per_s(), Some(0.5));
        assert_eq!(plan(&["load.model=closed"]).peak_per_s(), None);
    }

    /// This many random arrivals cannot be walked: if the peak depended on them, this
    /// test would not end.
    #[test]
    fn workers_are_known_without_a_look_at_the_arrivals() {
        let mut plan = plan(&["load.arrivals=poisson", "load.messages=10"]);
        plan.load.length = Length::Messages(u64::MAX);
        assert_eq!(plan.peak_per_s(), Some(50.0));
        assert_eq!(plan.workers(), 1);
    }
}
