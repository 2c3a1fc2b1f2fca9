//! What a scenario means: typed, complete, and valid by construction.
//!
//! Nothing below `cli` sees a flag, a TOML value or a missing default: it
//! gets a [`Plan`]. The only way to one is through this folder's validation.

use std::net::IpAddr;

use serde::Serialize;

use crate::analysis::verdict::Threshold;
use crate::dispatch::Retry;
use crate::engine::{Demand, Load, worker_count};
use crate::message::Message;
use crate::net::{ConnectorConfig, TlsSettings};
use crate::schedule::{Rate, Schedule, Shard};
use crate::smtp::{Credentials, Mechanism, Timeouts, TlsMode};

/// Everything a run needs to know of what was asked.
#[derive(Clone, Debug, Serialize)]
pub struct Plan {
    /// The scenario's name; part of the run folder's name.
    pub name: String,
    /// Seeds every random choice: message contents, jitter, order.
    pub seed: u64,
    /// Whom to talk to, and how.
    pub target: Target,
    /// How to log in; none means no AUTH.
    pub auth: Option<Login>,
    /// Whether the user wants no AUTH, rather than gave no credentials.
    #[serde(skip)]
    pub log_in_declined: bool,
    /// How much, how fast, over how many sessions.
    pub load: Load,
    /// What to send.
    pub message: Message,
    /// What becomes of a message that was throttled or deferred; none: that is
    /// its end.
    pub retry: Option<Retry>,
    /// What must hold for the run to pass; never empty.
    pub thresholds: Vec<Threshold>,
    /// How long each phase may last.
    pub timeouts: Timeouts,
    /// Domains that recipients may have where the target is not loopback,
    /// beyond the mailbox simulator's. Held against all recipients already.
    pub allow_recipient_domains: Vec<String>,
    /// The part of it that this process carries out; none: all of it.
    #[serde(skip)]
    pub shard: Option<Shard>,
}

impl Plan {
    /// When each message of this part of the plan is intended; none in the
    /// closed model.
    pub fn schedule(&self) -> Option<Schedule> {
        let shard = self.shard.unwrap_or(Shard::WHOLE);
        let whole = self.load.schedule(self.seed)?;
        Some(whole.shard(shard))
    }

    /// How many worker threads carry it.
    pub fn workers(&self) -> usize {
        worker_count(&self.demand())
    }

    /// What its workers have to do.
    pub(crate) fn demand(&self) -> Demand<'_> {
        Demand {
            load: &self.load,
            peak_per_s: self.schedule().map(|schedule| schedule.peak()),
            tls: self.target.tls,
            largest_message: self.message.largest(),
            server_is_here: self.target.is_loopback(),
        }
    }
}

/// Whom to talk to.
#[derive(Clone, Debug, Serialize)]
pub struct Target {
    /// What it is and where.
    pub kind: TargetKind,
    /// How TLS is reached.
    pub tls: TlsMode,
    /// Settings of TLS itself; they hold where `tls` is not [`TlsMode::None`].
    pub tls_settings: TlsSettings,
    /// The name given in EHLO.
    pub ehlo_name: String,
    /// Whether MAIL, RCPT and DATA may go out together, where the server
    /// offers PIPELINING (RFC 2920).
    pub pipelining: bool,
    /// Local addresses that sessions are made from, in turn; empty: the
    /// system chooses.
    pub source_addresses: Vec<IpAddr>,
    /// What must never be exceeded.
    #[serde(skip_serializing_if = "Ceilings::is_none")]
    pub ceilings: Ceilings,
}

impl Target {
    /// Whether nothing that is sent can leave this machine: the mock, or a
    /// server on it. What is said to be SES never is: a tunnel to it may begin here.
    pub fn is_loopback(&self) -> bool {
        match &self.kind {
            TargetKind::Mock { .. } => true,
            TargetKind::Smtp { host, .. } => is_this_machine(host),
            TargetKind::Ses(_) => false,
        }
    }

    /// What a connector to it has to know.
    pub fn connector_config(&self) -> ConnectorConfig {
        ConnectorConfig {
            tls: self.tls,
            tls_settings: self.tls_settings.clone(),
            source_addresses: self.source_addresses.clone(),
        }
    }
}

/// Whether `host` is a loopback address, or `localhost` (RFC 6761 section
/// 6.3). No name is looked up.
pub(super) fn is_this_machine(host: &str) -> bool {
    match host.parse::<IpAddr>() {
        Ok(address) => address.to_canonical().is_loopback(),
        Err(_) => host.trim_end_matches('.').eq_ignore_ascii_case("localhost"),
    }
}

/// What a run must never exceed, in recipients, as SES counts its quotas: by
/// first attempts and retries, in the warm-up and after, on all sessions together.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize)]
pub struct Ceilings {
    /// Recipients per time; none: no ceiling.
    pub max_rate: Option<Rate>,
    /// Recipients in all; none: no ceiling.
    pub max_recipients: Option<u64>,
}

impl Ceilings {
    fn is_none(&self) -> bool {
        *self == Self::default()
    }
}

/// What the target is.
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
    /// The word in scenarios and results.
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Mock { .. } => "mock",
            Self::Smtp { .. } => "smtp",
            Self::Ses(_) => "ses",
        }
    }

    /// Host and port, where they are known before the run: not the mock's.
    pub fn place(&self) -> Option<(&str, u16)> {
        match self {
            Self::Mock { .. } => None,
            Self::Smtp { host, port } => Some((host, *port)),
            Self::Ses(Ses { host, port, .. }) => Some((host, *port)),
        }
    }
}

/// SES, and what the user said of the account there.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Ses {
    /// Such as `us-east-1`.
    pub region: String,
    /// The region's endpoint, or another way to it.
    pub host: String,
    /// TCP port.
    pub port: u16,
    /// Recipients the account may send to in 24 hours; none: unknown.
    pub daily_quota: Option<u64>,
    /// US dollars for 1,000 recipients; none: by the price list.
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
    /// Whether the credentials are made up, to see them refused.
    pub wrong_credentials: bool,
    /// The credentials; none with the mock, which makes its own at start.
    #[serde(skip)]
    pub credentials: Option<Credentials>,
}
