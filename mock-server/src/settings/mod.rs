//! All settings, with their defaults and the sources of the defaults.
//!
//! [`Settings`] is the `[mock]` table of a scenario, the mock's own TOML file,
//! and the line of JSON that a supervisor sends. It holds the values as given;
//! [`Settings::check`] validates them once, before anything runs. Secrets are
//! not settings: credentials are generated at start, or passed to
//! [`Server::start_with`](crate::Server::start_with).

mod certificate_key;
mod check;
mod delay;
mod fault;
#[cfg(feature = "cli")]
mod from_table;
mod gaussian;
mod identity;
#[cfg(feature = "cli")]
mod key_lines;
pub mod keys;
mod latency;
mod listen;
mod plain;
mod recorded;
mod seed;
mod user;

use std::net::{IpAddr, Ipv4Addr};
use std::path::PathBuf;
use std::time::Duration;

use serde::{Deserialize, Serialize};

pub use self::certificate_key::CertificateKey;
pub use self::check::SettingsError;
pub(crate) use self::check::{check_faults, check_limits};
pub use self::delay::Delay;
pub(crate) use self::fault::ActionKind;
pub use self::fault::{Action, Fault, Sessions};
#[cfg(feature = "cli")]
pub use self::from_table::TableError;
#[cfg(feature = "cli")]
pub use self::key_lines::KeyLines;
pub use self::latency::Latency;
pub use self::listen::Listen;
pub use self::plain::plain;
pub use self::recorded::Recorded;
pub use self::user::{PasswordVersion, UserSettings};
use crate::facts::{DEFAULT_REGION, Profile, limits};
use crate::protocol::TlsVersion;
use crate::units::{Bandwidth, bytes, duration, optional_per_second};

/// Settings of the mock. Every key is optional.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Settings {
    /// Kind of account: `sandbox`, `production` or `unlimited`. It sets the
    /// defaults of `rate` and `daily`. Default: `production`.
    pub profile: Profile,

    /// Region: used in the certificate, the password derivation, message ids
    /// and the 554 for unverified identities. Default: `us-east-1`.
    pub region: String,

    /// First four hexadecimal digits of message ids. Default: those of the
    /// region if known, otherwise those of us-east-1 (guess).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id_prefix: Option<String>,

    /// Sending rate in recipients per second. Also read with a unit of time, such
    /// as `"14/s"` or `"50000/d"`. Default: the profile's.
    #[serde(deserialize_with = "optional_per_second")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rate: Option<f64>,

    /// Capacity of the rate's token bucket in recipients: how many can be sent
    /// at once after a pause. Amazon publishes no value. Default: one second of
    /// the rate, at least 1 (guess).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub burst: Option<f64>,

    /// Recipients per rolling 24 hours. Default: the profile's.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub daily: Option<u64>,

    /// Recipients per second for users with a version 2 password, in addition to
    /// the account's rate; above it `Maximum SigV2 SMTP sending rate exceeded.`
    /// Amazon publishes no value. Default: no separate limit (guess).
    #[serde(deserialize_with = "optional_per_second")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sigv2_rate: Option<f64>,

    /// Users that can log in. All share the account's quota. Default: one user
    /// with a version 4 password, generated at start.
    pub users: Vec<UserSettings>,

    /// Number of the AWS account, in the 554 `Access denied`. Default:
    /// `111122223333`, as in Amazon's examples.
    pub account_id: String,

    /// The account has signed up for SES; if not, every login gets
    /// `535 Account not subscribed to SES`. Default: yes.
    pub subscribed: bool,

    /// The account's sending is paused: 554 `Sending suspended for this
    /// account.` Default: no.
    pub paused: bool,

    /// Configuration sets that exist; a message that names another gets the
    /// 554. Default: every name exists.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub configuration_sets: Option<Vec<String>>,

    /// How long the server takes for each reply. Default: no delays.
    pub latency: Latency,

    /// Fault injection: rules with a stage, conditions and an action. If several
    /// rules match, the first one applies. Default: none.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub faults: Vec<Fault>,

    /// Seed of the random number generator, for `faults`, delays and ids. The
    /// same seed and the same order of sessions and commands give the same
    /// faults. A string if it is above the largest integer of TOML. Default: a
    /// new one at each start.
    #[serde(deserialize_with = "seed::deserialize", default)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub seed: Option<u64>,

    /// Round-trip time added to the path between client and server. What a
    /// client sends, including its connection, arrives this much later; replies
    /// are sent immediately, so one direction carries the whole round trip.
    /// Default: nothing is added.
    #[serde(with = "duration", skip_serializing_if = "Duration::is_zero")]
    pub rtt: Duration,

    /// Limit of incoming data on each connection, such as `"40MB/s"`. It affects
    /// the time that a large message takes. Default: no limit.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub bandwidth: Option<Bandwidth>,

    /// Verified identities: addresses, or domains (with their subdomains). When
    /// set, only these can send, and in the sandbox only these can receive.
    /// Default: every sender; in the sandbox, only recipients of the mailbox
    /// simulator.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub verified: Option<Vec<String>>,

    /// Identities that are not verified, even if `verified` contains them: they
    /// get the 554. Default: none.
    pub unverified: Vec<String>,

    /// Recipients of one message, enforced after the final dot.
    /// Default: 50 (SES Developer Guide, "Service quotas").
    pub max_recipients: u32,

    /// Bytes of one message before dot-stuffing; one more is a 552.
    /// Also read with a unit, such as `"40 MiB"`.
    /// Default: 41943040 (SES Developer Guide, "Service quotas": 40 MB).
    #[serde(deserialize_with = "bytes")]
    pub max_message_size: u64,

    /// Messages per session; the next MAIL gets the 421. Every message that
    /// reaches the final dot counts. Amazon publishes no value, one user reported
    /// 350. Default: no limit.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub messages_per_session: Option<u32>,

    /// Maximum number of open sessions; above it a 421 replaces the banner.
    /// Amazon publishes no value. Default: no limit.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_connections: Option<u32>,

    /// How long a client can be silent before the unsolicited
    /// `451 4.4.2 Timeout waiting for data from client.`; "0s" means no limit.
    /// Default: "10s" (SES Developer Guide, "SMTP response codes").
    #[serde(with = "duration")]
    pub idle_timeout: Duration,

    /// List `SIZE 10485760` after EHLO, as SES did until 2020. Default: no.
    pub advertise_size: bool,

    /// List STARTTLS after TLS too, as SES did until 2023. Default: no.
    pub starttls_after_tls: bool,

    /// A message refused after the dot ends the transaction, so that MAIL can
    /// follow. Default: yes (SubEthaSMTP).
    pub failed_data_resets: bool,

    /// The connection stays open after a 454 or 554 at the dot.
    /// Default: yes (guess).
    pub open_after_refusal: bool,

    /// Before TLS, only EHLO, NOOP, QUIT and STARTTLS are accepted, as in SES.
    /// Without it, the STARTTLS ports are a plain SMTP server with SES's limits.
    /// Default: yes.
    pub require_tls: bool,

    /// MAIL is accepted only after a login, as in SES. Default: yes.
    pub require_auth: bool,

    /// Key type of the server's certificate: `ecdsa-p256` or `rsa-2048` (as
    /// SES). Default: `ecdsa-p256`, which needs less CPU.
    pub certificate: CertificateKey,

    /// Additional names and addresses in the certificate, such as the name of a
    /// container. It always has `localhost`, `127.0.0.1`, `::1`, `bind` and the
    /// region's endpoint. Default: none.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub host_names: Vec<String>,

    /// TLS versions offered. Default: both (SES Developer Guide).
    pub tls_versions: Vec<TlsVersion>,

    /// Whether TLS sessions can be resumed. Whether SES does is not known.
    /// Default: yes (guess).
    pub resumption: bool,

    /// Report how clients treat SES. It costs a little time per message.
    /// Default: yes, but not under a supervisor.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub judge: Option<bool>,

    /// Folder for accepted messages, each as `<message id>.eml`: the envelope in
    /// `X-Envelope-From` and `X-Envelope-To`, then the message. Default: none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub capture: Option<PathBuf>,

    /// Keep accepted messages in memory, for tests and for the control
    /// endpoint. Default: no; with `Server::builder()`, yes.
    pub capture_in_memory: bool,

    /// Maximum number of messages kept in memory; the oldest are removed first.
    /// Default: 10000.
    pub capture_messages: usize,

    /// Maximum size of the messages kept in memory, in bytes. Also read with a
    /// unit, such as `"64 MiB"`. Default: 67108864.
    #[serde(deserialize_with = "bytes")]
    pub capture_bytes: u64,

    /// Address of the control endpoint (HTTP): `"127.0.0.1:9025"`, or a port
    /// alone for loopback. Every client that can connect to it can change the
    /// mock and read captured messages. Default: off.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub control: Option<Listen>,

    /// File for the CA certificate (PEM). Default: a temporary file, removed at
    /// the end.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ca_file: Option<PathBuf>,

    /// Address to listen on. Default: 127.0.0.1.
    pub bind: IpAddr,

    /// Added to SES's port numbers. Default: 10000.
    pub port_offset: u16,

    /// Use free ports instead. Default: no.
    pub ephemeral: bool,

    /// Worker threads. Default: one for each core.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub workers: Option<usize>,
}

impl Default for Settings {
    fn default() -> Self {
        Settings {
            profile: Profile::default(),
            region: DEFAULT_REGION.to_owned(),
            id_prefix: None,
            rate: None,
            burst: None,
            daily: None,
            sigv2_rate: None,
            users: Vec::new(),
            account_id: "111122223333".to_owned(),
            subscribed: true,
            paused: false,
            configuration_sets: None,
            latency: Latency::default(),
            faults: Vec::new(),
            seed: None,
            rtt: Duration::ZERO,
            bandwidth: None,
            verified: None,
            unverified: Vec::new(),
            max_recipients: limits::MAX_RECIPIENTS,
            max_message_size: limits::MAX_MESSAGE_SIZE,
            messages_per_session: None,
            max_connections: None,
            idle_timeout: limits::IDLE_TIMEOUT,
            advertise_size: false,
            starttls_after_tls: false,
            failed_data_resets: true,
            open_after_refusal: true,
            require_tls: true,
            require_auth: true,
            certificate: CertificateKey::default(),
            host_names: Vec::new(),
            tls_versions: vec![TlsVersion::Tls13, TlsVersion::Tls12],
            resumption: true,
            judge: None,
            capture: None,
            capture_in_memory: false,
            capture_messages: 10_000,
            capture_bytes: 64 * 1024 * 1024,
            control: None,
            ca_file: None,
            bind: IpAddr::V4(Ipv4Addr::LOCALHOST),
            port_offset: 10_000,
            ephemeral: false,
            workers: None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::golden::assert_golden;
    use crate::protocol::FaultStage;

    #[test]
    fn survives_the_line_of_json() {
        let settings = Settings {
            rate: Some(28.0),
            latency: Latency {
                dot: Duration::from_micros(1500).into(),
                ..Latency::default()
            },
            verified: Some(vec!["example.com".to_owned()]),
            ..Settings::default()
        };
        let line = serde_json::to_string(&settings).unwrap();
        assert!(line.contains(r#""dot":"1.5ms""#), "{line}");
        assert_eq!(serde_json::from_str::<Settings>(&line).unwrap(), settings);
        assert_eq!(
            serde_json::from_str::<Settings>("{}").unwrap(),
            Settings::default()
        );
    }

    #[test]
    fn refuses_unknown_keys_by_name() {
        let error = serde_json::from_str::<Settings>(r#"{"rates":1}"#).unwrap_err();
        assert!(error.to_string().contains("rates"), "{error}");
        let error = serde_json::from_str::<Settings>(r#"{"latency":{"helo":"1ms"}}"#).unwrap_err();
        assert!(error.to_string().contains("helo"), "{error}");
    }

    fn line_of(settings: &Settings) -> String {
        serde_json::to_string_pretty(settings).unwrap() + "\n"
    }

    #[test]
    fn golden_of_the_defaults() {
        assert_golden("settings-default.json", &line_of(&Settings::default()));
    }

    /// With every key set, as read from TOML and as passed on as JSON.
    #[cfg(feature = "cli")]
    #[test]
    fn golden_of_everything_set() {
        let text = include_str!("../../tests/contracts/everything.toml");
        let settings: Settings = toml::from_str(text).unwrap();
        settings.check().unwrap();
        let json = serde_json::to_value(&settings).unwrap();
        for key in keys::KEYS {
            let pointer = format!("/{}", key.name.replace('.', "/"));
            assert!(json.pointer(&pointer).is_some(), "{} is not set", key.name);
        }
        let fault = Fault::new(FaultStage::Dot);
        let fault = format!("{fault:?}");
        for key in fault.split(' ').filter_map(|word| word.strip_suffix(':')) {
            assert!(
                text.contains(&format!("\n{key} = ")),
                "faults.{key} is not set"
            );
        }
        assert_golden("settings-everything.json", &line_of(&settings));
        let line = serde_json::to_string(&settings).unwrap();
        assert_eq!(serde_json::from_str::<Settings>(&line).unwrap(), settings);
    }

    /// The text of every error that names a value which is not possible.
    #[cfg(feature = "cli")]
    #[test]
    fn golden_of_refused_values() {
        let cases = include_str!("../../tests/contracts/refused.toml");
        let refusal = |case: &str| {
            let refused = Settings::from_table(case.parse().unwrap()).unwrap_err();
            format!("{case}\n  {refused}\n")
        };
        let refusals: String = cases.trim().split("\n\n").map(refusal).collect();
        assert_golden("settings-refused.txt", &refusals);
    }
}
