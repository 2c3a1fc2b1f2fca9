//! All keys in one table: what the flags, the guide's table and the tests are
//! made of.
//!
//! What a key means in full, and where its default comes from, stands with the
//! field of [`Settings`](super::Settings); a test holds the two together.

/// A key of the settings.
#[derive(Clone, Copy, Debug)]
pub struct Key {
    /// As it is written in a file, such as `latency.dot`.
    pub name: &'static str,
    /// What it takes.
    pub kind: Kind,
    /// Its default, in words where it is no value.
    pub default: &'static str,
    /// What it means, in one line.
    pub meaning: &'static str,
}

/// What a key takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// One value of TOML; this is what help calls it.
    Value(&'static str),
    /// One text, even if it looks like a number.
    Text(&'static str),
    /// Yes or no.
    Switch,
    /// Several texts; this is what help calls one.
    List(&'static str),
    /// Tables, which a flag can't hold.
    Tables,
}

use Kind::{List, Switch, Tables, Text, Value};

/// Makes rows of `name, kind, default, meaning;`.
macro_rules! keys {
    ($($name:literal, $kind:expr, $default:literal, $meaning:literal;)*) => {
        /// Every key, in the order of the guide.
        pub const KEYS: &[Key] = &[$(Key {
            name: $name,
            kind: $kind,
            default: $default,
            meaning: $meaning,
        }),*];
    };
}

keys! {
    "profile", Text("PROFILE"), "production", "Kind of account: `sandbox` (200 a day, 1/s), `production` (50,000 a day, 14/s) or `unlimited`";
    "region", Text("REGION"), "us-east-1", "Region: in the certificate, the password, message ids and the 554";
    "rate", Value("N"), "the profile's", "Sending rate, in recipients per second";
    "burst", Value("N"), "one second of the rate", "Recipients that may be sent at once after a pause";
    "daily", Value("N"), "the profile's", "Recipients per rolling 24 hours; the mailbox simulator's are free of it";
    "sigv2_rate", Value("N"), "no limit of its own", "Recipients per second for users with a version 2 password";
    "users", Tables, "one, made at start", "Who may log in: `[[users]]` with `name`, `access_key_id`, `secret_env` or `secret_file`, `password_version` (4 or 2), `denied` (identities its policy denies)";
    "account_id", Text("NUMBER"), "111122223333", "Number of the AWS account, in the 554 `Access denied`";
    "subscribed", Switch, "true", "The account has signed up for SES; if not, logins get a 535";
    "paused", Switch, "false", "Sending is paused: 554 `Sending suspended for this account.`";
    "configuration_sets", List("NAME"), "every name exists", "Configuration sets that exist; a message that names another gets the 554";
    "verified", List("IDENTITY"), "every sender; in the sandbox, the mailbox simulator as a recipient", "Verified addresses and domains; given, no others may send, nor in the sandbox be sent to";
    "unverified", List("IDENTITY"), "none", "Identities that get the 554, whatever is verified";
    "max_recipients", Value("N"), "50", "Recipients of one message; more are refused after the dot";
    "max_message_size", Value("BYTES"), "41943040", "Bytes of one message before dot-stuffing; one more is a 552";
    "messages_per_session", Value("N"), "no limit", "Messages after which the next MAIL gets the 421";
    "max_connections", Value("N"), "no limit", "Sessions open at once; above it 421 in place of the banner";
    "idle_timeout", Text("TIME"), "10s", "Silence after which comes the unasked 451; `0s` is for ever";
    "latency.connect", Value("DELAY"), "0s", "Before anything else on a new connection: it shows in the banner (STARTTLS) or in the handshake (wrapper)";
    "latency.banner", Value("DELAY"), "0s", "Before the banner";
    "latency.ehlo", Value("DELAY"), "0s", "Before the reply to EHLO";
    "latency.ehlo_tls", Value("DELAY"), "that of `latency.ehlo`", "Before the reply to EHLO after TLS, where it is another";
    "latency.starttls", Value("DELAY"), "0s", "Before the reply to STARTTLS";
    "latency.tls", Value("DELAY"), "0s", "Before the server takes part in the handshake";
    "latency.auth", Value("DELAY"), "0s", "Before the last reply of AUTH";
    "latency.mail", Value("DELAY"), "0s", "Before the reply to MAIL";
    "latency.rcpt", Value("DELAY"), "0s", "Before the reply to RCPT";
    "latency.data", Value("DELAY"), "0s", "Before the 354";
    "latency.dot", Value("DELAY"), "0s", "Before the reply to the final dot";
    "latency.rset", Value("DELAY"), "0s", "Before the reply to RSET";
    "latency.quit", Value("DELAY"), "0s", "Before the 221";
    "rtt", Text("TIME"), "0s", "Round trip added to the path: what a client sends, its connection included, is seen this much later";
    "bandwidth", Text("BYTES/s"), "no limit", "How fast bytes come in on each connection, such as `40MB/s`";
    "faults", Tables, "nothing goes wrong", "What goes wrong, where and when: `[[faults]]`, or `--fault` with one table's keys";
    "seed", Value("N"), "another at each start", "What all chance comes of: the same seed and order of commands give the same faults";
    "advertise_size", Switch, "false", "List `SIZE 10485760` after EHLO, as SES did until 2020";
    "starttls_after_tls", Switch, "false", "List STARTTLS after TLS too, as SES did until 2023";
    "failed_data_resets", Switch, "true", "A message refused after its dot ends the transaction (SubEthaSMTP)";
    "open_after_refusal", Switch, "true", "The connection stays open after a refusal at the dot (a guess)";
    "require_tls", Switch, "true", "Nothing but EHLO, NOOP, QUIT and STARTTLS is taken before TLS";
    "require_auth", Switch, "true", "MAIL is taken from users only";
    "certificate", Text("KEY"), "ecdsa-p256", "Key of the certificate: `ecdsa-p256`, or `rsa-2048` as SES has it";
    "host_names", List("NAME"), "none", "Names that the certificate is for besides localhost, `bind` and the region's endpoint: such as a container's";
    "tls_versions", List("VERSION"), "1.3 and 1.2", "TLS versions offered";
    "resumption", Switch, "true", "TLS sessions can be resumed";
    "judge", Switch, "true, but not in `sesbench run`", "Watch how clients behave, for a report on their conduct";
    "capture", Text("DIR"), "nowhere", "Write each accepted message to this folder, as `<message id>.eml`";
    "capture_in_memory", Switch, "false; true with `Server::builder()`", "Keep accepted messages, for tests and for the control endpoint";
    "capture_messages", Value("N"), "10000", "Messages kept in memory at most; the oldest go first";
    "capture_bytes", Value("BYTES"), "67108864", "Bytes of messages kept in memory at most";
    "control", Text("[ADDRESS:]PORT"), "nowhere", "Serve the control endpoint (HTTP: /metrics, /state and more) there; a port alone is on loopback, 0 a free one";
    "id_prefix", Text("HEX"), "the region's", "First four digits of message ids";
    "ca_file", Text("FILE"), "a temporary file", "Where to write the CA certificate, as PEM";
    "bind", Text("ADDRESS"), "127.0.0.1", "Address to listen on";
    "port_offset", Value("N"), "10000", "Added to SES's ports (25, 465, 587, 2465, 2587); 0 is the real thing";
    "ephemeral", Switch, "false", "Take free ports instead, and print them";
    "workers", Value("N"), "one for each core", "Worker threads";
}

impl Key {
    /// The flag that sets it, without its dashes in front; none for tables.
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

    /// What serde takes for a table: it says so when it is given something else.
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
        assert_eq!(table, markdown(), "UPDATE_DOCS=1 cargo test makes it anew");
    }
}
