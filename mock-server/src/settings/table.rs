//! Every key of the settings, in one table: field, default and its source, flag,
//! meaning and check.
//!
//! The order of the rows is that of the JSON. A new key is a row here and its use;
//! the parts of a row are described in `rows`.

use std::net::{IpAddr, Ipv4Addr};
use std::path::PathBuf;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::check::{BURST_ALLOWED, check_faults, delay, identities, users};
use super::conditions::{
    Given, above_zero, are_host_names, at_least_one, check_given, demand, is_account_id, is_burst,
    is_id_prefix, is_path, is_region, is_set,
};
use super::keys::Key;
use super::keys::Kind::{List, Switch, Tables, Text, Value};
use super::rows::table;
use super::{CertificateKey, Delay, Fault, Listen, SettingsError, UserSettings, seed};
use crate::facts::{DEFAULT_REGION, Profile, limits};
use crate::protocol::TlsVersion;
use crate::units::{Bandwidth, bytes, duration, optional_per_second};

table! {
    /// The time between a command's last byte and its reply, for each stage.
    ///
    /// Written as `"250ms"`, or as a distribution: see [`Delay`]. Default of all: no
    /// delay.
    Latency "latency." {
        "Delays and faults" {
            /// Before anything else on a new connection. It appears in the time of the
            /// banner (STARTTLS) or of the TLS handshake (wrapper).
            connect: Delay = Delay::default(),
                takes Value("DELAY"), default "0s",
                meaning "Before anything else on a new connection; appears in the banner (STARTTLS) or in the handshake (wrapper)",
                check delay;
            /// Before the banner.
            banner: Delay = Delay::default(),
                takes Value("DELAY"), default "0s", meaning "Before the banner", check delay;
            /// Before the reply to EHLO or HELO, in plaintext and after TLS.
            ehlo: Delay = Delay::default(),
                takes Value("DELAY"), default "0s", meaning "Before the reply to EHLO", check delay;
            /// Before the reply to EHLO or HELO after TLS, if it differs. Default: the value
            /// of `ehlo`.
            #[serde(skip_serializing_if = "Option::is_none")]
            ehlo_tls: Option<Delay> = None,
                takes Value("DELAY"), default "that of `latency.ehlo`",
                meaning "Before the reply to EHLO after TLS, if it differs",
                check delay;
            /// Before the reply to STARTTLS.
            starttls: Delay = Delay::default(),
                takes Value("DELAY"), default "0s", meaning "Before the reply to STARTTLS", check delay;
            /// Before the server answers the TLS handshake.
            tls: Delay = Delay::default(),
                takes Value("DELAY"), default "0s", meaning "Before the server answers the TLS handshake", check delay;
            /// Before the final reply of AUTH; challenges are sent immediately.
            auth: Delay = Delay::default(),
                takes Value("DELAY"), default "0s", meaning "Before the final reply of AUTH", check delay;
            /// Before the reply to MAIL.
            mail: Delay = Delay::default(),
                takes Value("DELAY"), default "0s", meaning "Before the reply to MAIL", check delay;
            /// Before the reply to RCPT.
            rcpt: Delay = Delay::default(),
                takes Value("DELAY"), default "0s", meaning "Before the reply to RCPT", check delay;
            /// Before the 354.
            data: Delay = Delay::default(),
                takes Value("DELAY"), default "0s", meaning "Before the 354", check delay;
            /// Before the reply to the final dot.
            dot: Delay = Delay::default(),
                takes Value("DELAY"), default "0s", meaning "Before the reply to the final dot", check delay;
            /// Before the reply to RSET.
            rset: Delay = Delay::default(),
                takes Value("DELAY"), default "0s", meaning "Before the reply to RSET", check delay;
            /// Before the 221.
            quit: Delay = Delay::default(),
                takes Value("DELAY"), default "0s", meaning "Before the 221", check delay;
        }
    }

    /// Settings of the mock. Every key is optional.
    Settings "" {
        "Account" {
            /// Kind of account: `sandbox`, `production` or `unlimited`. It sets the
            /// defaults of `rate` and `daily`. Default: `production`.
            profile: Profile = Profile::default(),
                takes Text("PROFILE"), default "production",
                meaning "Kind of account: `sandbox` (200 a day, 1/s), `production` (50,000 a day, 14/s) or `unlimited`";
            /// Region: used in the certificate, the password derivation, message ids
            /// and the 554 for unverified identities. Default: `us-east-1`.
            region: String = DEFAULT_REGION.to_owned(),
                takes Text("REGION"), default "us-east-1",
                meaning "Region in the certificate, the password, message ids and the 554",
                check demand(is_region, "must be the name of a region, such as \"us-east-1\" (lower case, digits, hyphens)");
            /// First four hexadecimal digits of message ids. Default: those of the
            /// region if known, otherwise those of us-east-1 (guess).
            #[serde(skip_serializing_if = "Option::is_none")]
            id_prefix: Option<String> = None,
                takes Text("HEX"), default "that of the region",
                meaning "First four hexadecimal digits of message ids",
                check demand(is_id_prefix, "must be four lower-case hexadecimal digits");
            /// Sending rate in recipients per second. Also read with a unit of time, such
            /// as `"14/s"` or `"50000/d"`. Default: the profile's.
            #[serde(deserialize_with = "optional_per_second")]
            #[serde(skip_serializing_if = "Option::is_none")]
            rate: Option<f64> = None,
                takes Value("RATE"), default "that of the profile",
                meaning "Sending rate in recipients per second, or with a unit: `14/s`, `50000/d`",
                check demand(above_zero, "must be a number above 0 (recipients per second); for no limit use profile = \"unlimited\"");
            /// Capacity of the rate's token bucket in recipients: how many can be sent
            /// at once after a pause. Amazon publishes no value. Default: one second of
            /// the rate, at least 1 (guess).
            #[serde(skip_serializing_if = "Option::is_none")]
            burst: Option<f64> = None,
                takes Value("N"), default "one second of the rate",
                meaning "Recipients that can be sent at once after a pause",
                check demand(is_burst, BURST_ALLOWED);
            /// Recipients per rolling 24 hours. Default: the profile's.
            #[serde(skip_serializing_if = "Option::is_none")]
            daily: Option<u64> = None,
                takes Value("N"), default "that of the profile",
                meaning "Recipients per rolling 24 hours, without those of the mailbox simulator";
            /// Recipients per second for users with a version 2 password, in addition to
            /// the account's rate; above it `Maximum SigV2 SMTP sending rate exceeded.`
            /// Amazon publishes no value. Default: no separate limit (guess).
            #[serde(deserialize_with = "optional_per_second")]
            #[serde(skip_serializing_if = "Option::is_none")]
            sigv2_rate: Option<f64> = None,
                takes Value("RATE"), default "no separate limit",
                meaning "Recipients per second for users with a version 2 password",
                check demand(above_zero, "must be a number above 0 (recipients per second); leave it out for no limit");
            /// Users that can log in. All share the account's quota. Default: one user
            /// with a version 4 password, generated at start.
            users: Vec<UserSettings> = Vec::new(),
                takes Tables, default "one, generated at start",
                meaning "Users that can log in: `[[users]]` with `name`, `access_key_id`, `secret_env` or `secret_file`, `password_version` (4 or 2), `denied` (identities that the user's policy denies)",
                check users;
            /// Number of the AWS account, in the 554 `Access denied`. Default:
            /// `111122223333`, as in Amazon's examples.
            account_id: String = "111122223333".to_owned(),
                takes Text("NUMBER"), default "111122223333",
                meaning "Number of the AWS account, in the 554 `Access denied`",
                check demand(is_account_id, "must be the number of an AWS account, twelve digits");
            /// The account has signed up for SES; if not, every login gets
            /// `535 Account not subscribed to SES`. Default: yes.
            subscribed: bool = true,
                takes Switch,
                meaning "The account has signed up for SES; if not, logins get a 535";
            /// The account's sending is paused: 554 `Sending suspended for this
            /// account.` Default: no.
            paused: bool = false,
                takes Switch,
                meaning "Sending is paused: 554 `Sending suspended for this account.`";
            /// Configuration sets that exist; a message that names another gets the
            /// 554. Default: every name exists.
            #[serde(skip_serializing_if = "Option::is_none")]
            configuration_sets: Option<Vec<String>> = None,
                takes List("NAME"), default "every name exists",
                meaning "Configuration sets that exist; a message that names another one gets the 554";
        }
        "Delays and faults" {
            /// How long the server takes for each reply. Default: no delays.
            latency: Latency = Latency::default();
            /// Fault injection: rules with a stage, conditions and an action. If several
            /// rules match, the first one applies. Default: none.
            #[serde(skip_serializing_if = "Vec::is_empty")]
            faults: Vec<Fault> = Vec::new(),
                takes Tables, default "none",
                meaning "Fault injection: rules with a stage, conditions and an action: `[[faults]]`, or `--fault` with the keys of one rule",
                check |_, faults| check_faults(faults);
            /// Seed of the random number generator, for `faults`, delays and ids. The
            /// same seed and the same order of sessions and commands give the same
            /// faults. A string if it is above the largest integer of TOML. Default: a
            /// new one at each start.
            #[serde(deserialize_with = "seed::deserialize", default)]
            #[serde(skip_serializing_if = "Option::is_none")]
            seed: Option<u64> = None,
                takes Value("N"), default "new at each start",
                meaning "Seed of the random number generator; the same seed and order of commands give the same faults";
            /// Round-trip time added to the path between client and server. What a
            /// client sends, including its connection, arrives this much later; replies
            /// are sent immediately, so one direction carries the whole round trip.
            /// Default: nothing is added.
            #[serde(with = "duration", skip_serializing_if = "Duration::is_zero")]
            rtt: Duration = Duration::ZERO,
                takes Text("TIME"), default "0s",
                meaning "Round-trip time added to the path: what a client sends, including its connection, arrives this much later";
            /// Limit of incoming data on each connection, such as `"40MB/s"`. It affects
            /// the time that a large message takes. Default: no limit.
            #[serde(skip_serializing_if = "Option::is_none")]
            bandwidth: Option<Bandwidth> = None,
                takes Text("BYTES/s"), default "no limit",
                meaning "Limit of incoming data on each connection, such as `40MB/s`";
        }
        "Account" {
            /// Verified identities: addresses, or domains (with their subdomains). When
            /// set, only these can send, and in the sandbox only these can receive.
            /// Default: every sender; in the sandbox, only recipients of the mailbox
            /// simulator.
            #[serde(skip_serializing_if = "Option::is_none")]
            verified: Option<Vec<String>> = None,
                takes List("IDENTITY"), default "every sender; in the sandbox, the mailbox simulator as a recipient",
                meaning "Verified addresses and domains; when set, only these can send, and in the sandbox only these can receive",
                check identities;
            /// Identities that are not verified, even if `verified` contains them: they
            /// get the 554. Default: none.
            unverified: Vec<String> = Vec::new(),
                takes List("IDENTITY"), default "none",
                meaning "Identities that get the 554, even if they are in `verified`",
                check identities;
        }
        "Limits" {
            /// Recipients of one message, enforced after the final dot.
            /// Default: 50 (SES Developer Guide, "Service quotas").
            max_recipients: u32 = limits::MAX_RECIPIENTS,
                takes Value("N"), default "50",
                meaning "Recipients of one message; more are refused after the dot",
                check demand(at_least_one, "must be at least 1");
            /// Bytes of one message before dot-stuffing; one more is a 552.
            /// Also read with a unit, such as `"40 MiB"`.
            /// Default: 41943040 (SES Developer Guide, "Service quotas": 40 MB).
            #[serde(deserialize_with = "bytes")]
            max_message_size: u64 = limits::MAX_MESSAGE_SIZE,
                takes Value("SIZE"), default "41943040",
                meaning "Bytes of one message before dot-stuffing, or with a unit: `40 MiB`; a larger one gets the 552",
                check demand(at_least_one, "must be at least 1 (byte)");
            /// Messages per session; the next MAIL gets the 421. Every message that
            /// reaches the final dot counts. Amazon publishes no value, one user reported
            /// 350. Default: no limit.
            #[serde(skip_serializing_if = "Option::is_none")]
            messages_per_session: Option<u32> = None,
                takes Value("N"), default "no limit",
                meaning "Messages per session; the next MAIL gets the 421",
                check demand(at_least_one, "must be at least 1; leave it out for no limit");
            /// Maximum number of open sessions; above it a 421 replaces the banner.
            /// Amazon publishes no value. Default: no limit.
            #[serde(skip_serializing_if = "Option::is_none")]
            max_connections: Option<u32> = None,
                takes Value("N"), default "no limit",
                meaning "Open sessions; above it a 421 replaces the banner",
                check demand(at_least_one, "must be at least 1; leave it out for no limit");
            /// How long a client can be silent before the unsolicited
            /// `451 4.4.2 Timeout waiting for data from client.`; "0s" means no limit.
            /// Default: "10s" (SES Developer Guide, "SMTP response codes").
            #[serde(with = "duration")]
            idle_timeout: Duration = limits::IDLE_TIMEOUT,
                takes Text("TIME"), default "10s",
                meaning "Silence after which the unsolicited 451 is sent; `0s` means no limit";
        }
        "SMTP behaviour" {
            /// List `SIZE 10485760` after EHLO, as SES did until 2020. Default: no.
            advertise_size: bool = false,
                takes Switch,
                meaning "List `SIZE 10485760` after EHLO, as SES did until 2020";
            /// List STARTTLS after TLS too, as SES did until 2023. Default: no.
            starttls_after_tls: bool = false,
                takes Switch,
                meaning "List STARTTLS after TLS too, as SES did until 2023";
            /// A message refused after the dot ends the transaction, so that MAIL can
            /// follow. Default: yes (SubEthaSMTP).
            failed_data_resets: bool = true,
                takes Switch,
                meaning "A message refused after the dot ends the transaction (SubEthaSMTP)";
            /// The connection stays open after a 454 or 554 at the dot.
            /// Default: yes (guess).
            open_after_refusal: bool = true,
                takes Switch,
                meaning "The connection stays open after a refusal at the dot (a guess)";
            /// Before TLS, only EHLO, NOOP, QUIT and STARTTLS are accepted, as in SES.
            /// Without it, the STARTTLS ports are a plain SMTP server with SES's limits.
            /// Default: yes.
            require_tls: bool = true,
                takes Switch,
                meaning "Before TLS, accept only EHLO, NOOP, QUIT and STARTTLS";
            /// MAIL is accepted only after a login, as in SES. Default: yes.
            require_auth: bool = true,
                takes Switch,
                meaning "Accept MAIL only after a login";
        }
        "TLS" {
            /// Key type of the server's certificate: `ecdsa-p256` or `rsa-2048` (as
            /// SES). Default: `ecdsa-p256`, which needs less CPU.
            certificate: CertificateKey = CertificateKey::default(),
                takes Text("KEY"), default "ecdsa-p256",
                meaning "Key type of the certificate: `ecdsa-p256`, or `rsa-2048` as SES";
            /// Additional names and addresses in the certificate, such as the name of a
            /// container. It always has `localhost`, `127.0.0.1`, `::1`, `bind` and the
            /// region's endpoint. Default: none.
            #[serde(skip_serializing_if = "Vec::is_empty")]
            host_names: Vec<String> = Vec::new(),
                takes List("NAME"), default "none",
                meaning "Additional names in the certificate, such as a container's; it always has localhost, `bind` and the region's endpoint",
                check demand(are_host_names, "must be a list of host names or IP addresses");
            /// TLS versions offered. Default: both (SES Developer Guide).
            tls_versions: Vec<TlsVersion> = vec![TlsVersion::Tls13, TlsVersion::Tls12],
                takes List("VERSION"), default "1.3 and 1.2",
                meaning "TLS versions offered",
                check demand(is_set, "must contain \"1.3\", \"1.2\" or both");
            /// Whether TLS sessions can be resumed. Whether SES does is not known.
            /// Default: yes (guess).
            resumption: bool = true,
                takes Switch,
                meaning "TLS sessions can be resumed";
        }
        "Report and captured messages" {
            /// Report how clients treat SES. It costs a little time per message.
            /// Default: yes, but not under a supervisor.
            #[serde(skip_serializing_if = "Option::is_none")]
            judge: Option<bool> = None,
                takes Switch, default "true, but not in `sesbench run`",
                meaning "Report how clients treat SES";
            /// Folder for accepted messages, each as `<message id>.eml`: the envelope in
            /// `X-Envelope-From` and `X-Envelope-To`, then the message. Default: none.
            #[serde(skip_serializing_if = "Option::is_none")]
            capture: Option<PathBuf> = None,
                takes Text("DIR"), default "off",
                meaning "Write each accepted message to this folder, as `<message id>.eml`",
                check demand(is_path, "must be the path of a folder; leave it out to write no files");
            /// Keep accepted messages in memory, for tests and for the control
            /// endpoint. Default: no; with `Server::builder()`, yes.
            capture_in_memory: bool = false,
                takes Switch, default "false; true with `Server::builder()`",
                meaning "Keep accepted messages, for tests and for the control endpoint";
            /// Maximum number of messages kept in memory; the oldest are removed first.
            /// Default: 10000.
            capture_messages: usize = 10_000,
                takes Value("N"), default "10000",
                meaning "Maximum number of messages kept in memory; the oldest are removed first",
                check demand(at_least_one, "must be at least 1; to keep none, leave out capture_in_memory");
            /// Maximum size of the messages kept in memory, in bytes. Also read with a
            /// unit, such as `"64 MiB"`. Default: 67108864.
            #[serde(deserialize_with = "bytes")]
            capture_bytes: u64 = 64 * 1024 * 1024,
                takes Value("SIZE"), default "67108864",
                meaning "Maximum size of the messages kept in memory: bytes, or with a unit",
                check demand(at_least_one, "must be at least 1; to keep none, leave out capture_in_memory");
        }
        "Server" {
            /// Address of the control endpoint (HTTP): `"127.0.0.1:9025"`, or a port
            /// alone for loopback. Every client that can connect to it can change the
            /// mock and read captured messages. Default: off.
            #[serde(skip_serializing_if = "Option::is_none")]
            control: Option<Listen> = None,
                takes Text("[ADDRESS:]PORT"), default "off",
                meaning "Address of the control endpoint (HTTP: /metrics, /state and more); a port alone is on loopback, port 0 is a free one";
        }
        "TLS" {
            /// File for the CA certificate (PEM). Default: a temporary file, removed at
            /// the end.
            #[serde(skip_serializing_if = "Option::is_none")]
            ca_file: Option<PathBuf> = None,
                takes Text("FILE"), default "a temporary file",
                meaning "File for the CA certificate (PEM)",
                check demand(is_path, "must be the path of a file; leave it out for a temporary one");
        }
        "Server" {
            /// Address to listen on. Default: 127.0.0.1.
            bind: IpAddr = IpAddr::V4(Ipv4Addr::LOCALHOST),
                takes Text("ADDRESS"), default "127.0.0.1",
                meaning "Address to listen on";
            /// Added to SES's port numbers. Default: 10000.
            port_offset: u16 = 10_000,
                takes Value("N"), default "10000",
                meaning "Added to SES's ports (25, 465, 587, 2465, 2587); 0 uses SES's own ports";
            /// Use free ports instead. Default: no.
            ephemeral: bool = false,
                takes Switch,
                meaning "Use free ports instead, and print them";
            /// Worker threads. Default: one for each core.
            #[serde(skip_serializing_if = "Option::is_none")]
            workers: Option<usize> = None,
                takes Value("N"), default "one for each core",
                meaning "Worker threads",
                check demand(|threads| (1..=256).contains(threads), "must be from 1 to 256");
        }
    }
}
