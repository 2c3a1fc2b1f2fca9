//! All keys in one table, from which flags, `--help` and the table in the guide
//! are generated.
//!
//! The full documentation of a key, with the source of its default, is at its
//! field of [`Settings`](super::Settings); a test compares the two lists.

/// A key of the settings.
#[derive(Clone, Copy, Debug)]
pub struct Key {
    /// Its name in a file, such as `latency.dot`.
    pub name: &'static str,
    /// The heading under which `--help` lists its flag.
    pub section: &'static str,
    /// What kind of value it takes.
    pub kind: Kind,
    /// Its default: a value, or a description.
    pub default: &'static str,
    /// Its meaning, in one line.
    pub meaning: &'static str,
}

/// What kind of value a key takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// One TOML value, with its name in help.
    Value(&'static str),
    /// One string, even if it looks like a number, with its name in help.
    Text(&'static str),
    /// True or false.
    Switch,
    /// Several strings, with the name of one in help.
    List(&'static str),
    /// Tables, which have no flag.
    Tables,
}

use Kind::{List, Switch, Tables, Text, Value};

/// Makes rows of `name, kind, default, meaning;` in sections.
macro_rules! keys {
    ($($section:literal {
        $($name:literal, $kind:expr, $default:literal, $meaning:literal;)*
    })*) => {
        /// All keys, in the order of the guide.
        pub const KEYS: &[Key] = &[$($(Key {
            name: $name,
            section: $section,
            kind: $kind,
            default: $default,
            meaning: $meaning,
        },)*)*];
    };
}

keys! {
    "Account" {
        "profile", Text("PROFILE"), "production", "Kind of account: `sandbox` (200 a day, 1/s), `production` (50,000 a day, 14/s) or `unlimited`";
        "region", Text("REGION"), "us-east-1", "Region in the certificate, the password, message ids and the 554";
        "rate", Value("RATE"), "that of the profile", "Sending rate in recipients per second, or with a unit: `14/s`, `50000/d`";
        "burst", Value("N"), "one second of the rate", "Recipients that can be sent at once after a pause";
        "daily", Value("N"), "that of the profile", "Recipients per rolling 24 hours, without those of the mailbox simulator";
        "sigv2_rate", Value("RATE"), "no separate limit", "Recipients per second for users with a version 2 password";
        "users", Tables, "one, generated at start", "Users that can log in: `[[users]]` with `name`, `access_key_id`, `secret_env` or `secret_file`, `password_version` (4 or 2), `denied` (identities that the user's policy denies)";
        "account_id", Text("NUMBER"), "111122223333", "Number of the AWS account, in the 554 `Access denied`";
        "subscribed", Switch, "true", "The account has signed up for SES; if not, logins get a 535";
        "paused", Switch, "false", "Sending is paused: 554 `Sending suspended for this account.`";
        "configuration_sets", List("NAME"), "every name exists", "Configuration sets that exist; a message that names another one gets the 554";
        "verified", List("IDENTITY"), "every sender; in the sandbox, the mailbox simulator as a recipient", "Verified addresses and domains; when set, only these can send, and in the sandbox only these can receive";
        "unverified", List("IDENTITY"), "none", "Identities that get the 554, even if they are in `verified`";
    }
    "Limits" {
        "max_recipients", Value("N"), "50", "Recipients of one message; more are refused after the dot";
        "max_message_size", Value("SIZE"), "41943040", "Bytes of one message before dot-stuffing, or with a unit: `40 MiB`; a larger one gets the 552";
        "messages_per_session", Value("N"), "no limit", "Messages per session; the next MAIL gets the 421";
        "max_connections", Value("N"), "no limit", "Open sessions; above it a 421 replaces the banner";
        "idle_timeout", Text("TIME"), "10s", "Silence after which the unsolicited 451 is sent; `0s` means no limit";
    }
    "Delays and faults" {
        "latency.connect", Value("DELAY"), "0s", "Before anything else on a new connection; appears in the banner (STARTTLS) or in the handshake (wrapper)";
        "latency.banner", Value("DELAY"), "0s", "Before the banner";
        "latency.ehlo", Value("DELAY"), "0s", "Before the reply to EHLO";
        "latency.ehlo_tls", Value("DELAY"), "that of `latency.ehlo`", "Before the reply to EHLO after TLS, if it differs";
        "latency.starttls", Value("DELAY"), "0s", "Before the reply to STARTTLS";
        "latency.tls", Value("DELAY"), "0s", "Before the server answers the TLS handshake";
        "latency.auth", Value("DELAY"), "0s", "Before the final reply of AUTH";
        "latency.mail", Value("DELAY"), "0s", "Before the reply to MAIL";
        "latency.rcpt", Value("DELAY"), "0s", "Before the reply to RCPT";
        "latency.data", Value("DELAY"), "0s", "Before the 354";
        "latency.dot", Value("DELAY"), "0s", "Before the reply to the final dot";
        "latency.rset", Value("DELAY"), "0s", "Before the reply to RSET";
        "latency.quit", Value("DELAY"), "0s", "Before the 221";
        "rtt", Text("TIME"), "0s", "Round-trip time added to the path: what a client sends, including its connection, arrives this much later";
        "bandwidth", Text("BYTES/s"), "no limit", "Limit of incoming data on each connection, such as `40MB/s`";
        "faults", Tables, "none", "Fault injection: rules with a stage, conditions and an action: `[[faults]]`, or `--fault` with the keys of one rule";
        "seed", Value("N"), "new at each start", "Seed of the random number generator; the same seed and order of commands give the same faults";
    }
    "SMTP behaviour" {
        "advertise_size", Switch, "false", "List `SIZE 10485760` after EHLO, as SES did until 2020";
        "starttls_after_tls", Switch, "false", "List STARTTLS after TLS too, as SES did until 2023";
        "failed_data_resets", Switch, "true", "A message refused after the dot ends the transaction (SubEthaSMTP)";
        "open_after_refusal", Switch, "true", "The connection stays open after a refusal at the dot (a guess)";
        "require_tls", Switch, "true", "Before TLS, accept only EHLO, NOOP, QUIT and STARTTLS";
        "require_auth", Switch, "true", "Accept MAIL only after a login";
    }
    "TLS" {
        "certificate", Text("KEY"), "ecdsa-p256", "Key type of the certificate: `ecdsa-p256`, or `rsa-2048` as SES";
        "host_names", List("NAME"), "none", "Additional names in the certificate, such as a container's; it always has localhost, `bind` and the region's endpoint";
        "tls_versions", List("VERSION"), "1.3 and 1.2", "TLS versions offered";
        "resumption", Switch, "true", "TLS sessions can be resumed";
    }
    "Report and captured messages" {
        "judge", Switch, "true, but not in `sesbench run`", "Report how clients treat SES";
        "capture", Text("DIR"), "off", "Write each accepted message to this folder, as `<message id>.eml`";
        "capture_in_memory", Switch, "false; true with `Server::builder()`", "Keep accepted messages, for tests and for the control endpoint";
        "capture_messages", Value("N"), "10000", "Maximum number of messages kept in memory; the oldest are removed first";
        "capture_bytes", Value("SIZE"), "67108864", "Maximum size of the messages kept in memory: bytes, or with a unit";
    }
    "Server" {
        "control", Text("[ADDRESS:]PORT"), "off", "Address of the control endpoint (HTTP: /metrics, /state and more); a port alone is on loopback, port 0 is a free one";
    }
    "Account" {
        "id_prefix", Text("HEX"), "that of the region", "First four hexadecimal digits of message ids";
    }
    "TLS" {
        "ca_file", Text("FILE"), "a temporary file", "File for the CA certificate (PEM)";
    }
    "Server" {
        "bind", Text("ADDRESS"), "127.0.0.1", "Address to listen on";
        "port_offset", Value("N"), "10000", "Added to SES's ports (25, 465, 587, 2465, 2587); 0 uses SES's own ports";
        "ephemeral", Switch, "false", "Use free ports instead, and print them";
        "workers", Value("N"), "one for each core", "Worker threads";
    }
}

impl Key {
    /// Its flag, without the leading dashes; none for tables.
    #[must_use]
    pub fn flag(&self) -> Option<String> {
        (self.kind != Tables).then(|| self.name.replace(['.', '_'], "-"))
    }
}

/// The table of all keys, as Markdown.
#[must_use]
pub fn markdown() -> String {
    let row = |key: &Key| {
        let Key {
            name,
            default,
            meaning,
            ..
        } = key;
        format!("| `{name}` | {default} | {meaning} |\n")
    };
    let rows: String = KEYS.iter().map(row).collect();
    format!("| key | default | meaning |\n|---|---|---|\n{rows}")
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use serde::Deserialize;
    use serde_json::json;

    use super::*;
    use crate::settings::{Latency, Settings};

    /// The fields that serde accepts, taken from its error for an unknown field.
    fn fields<T: for<'de> Deserialize<'de> + std::fmt::Debug>() -> BTreeSet<String> {
        let error = serde_json::from_value::<T>(json!({"?": 0})).unwrap_err();
        let text = error.to_string();
        let (_, known) = text.split_once("expected one of ").unwrap();
        known
            .split('`')
            .skip(1)
            .step_by(2)
            .map(str::to_owned)
            .collect()
    }

    #[test]
    fn the_table_has_every_key_once_and_no_other() {
        let mut wanted = fields::<Settings>();
        wanted.remove("latency");
        wanted.extend(fields::<Latency>().iter().map(|f| format!("latency.{f}")));
        let named: BTreeSet<String> = KEYS.iter().map(|key| key.name.to_owned()).collect();
        assert_eq!(named, wanted);
        assert_eq!(named.len(), KEYS.len());
    }

    #[test]
    fn the_guide_has_the_table() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/mock.md");
        let guide = std::fs::read_to_string(path).unwrap();
        let (begin, end) = ("<!-- keys -->\n", "<!-- end of keys -->");
        let (before, rest) = guide.split_once(begin).unwrap();
        let (table, after) = rest.split_once(end).unwrap();
        if std::env::var_os("UPDATE_DOCS").is_some() {
            let made = format!("{before}{begin}{}{end}{after}", markdown());
            return std::fs::write(path, made).unwrap();
        }
        assert_eq!(table, markdown(), "run UPDATE_DOCS=1 cargo test --lib");
    }
}
