//! Every key of a scenario, in one table: type, default, example, meaning, and the
//! flag of `run` and `check` that sets it.
//!
//! The table makes the structs that hold the values, the checks of types, the flags
//! with their help, and the reference in docs. A new key is a row here and its use
//! in `resolve`.

mod key;
mod kind;
mod limit;
mod rows;
mod value;
mod words;

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::net::IpAddr;
use std::time::Duration;

use key::Default::{Absent, Is};
pub(super) use key::{Default, Key};
pub(crate) use key::{Flag, Heading};
pub(crate) use kind::FlagValue;
pub(super) use kind::Kind;
pub(super) use limit::Limit;
use rows::keys;
pub(super) use value::{KeyValue, ValueError, found, size};
pub(super) use words::{
    KeyExchangeGroups, MechanismWord, ModelWord, RateUnitWord, RetryPolicyWord, TargetWord,
};

use super::Error;
use super::message::Entry;
use super::source_document::SourceDocument;
use crate::dispatch::Connect;
use crate::message::{Attachment, Sizes};
use crate::net::TlsVersion;
use crate::schedule::{Arrivals, Rate, Stage};
use crate::smtp::TlsMode;
use crate::vocabulary::Phase;

keys! {
    /// The keys outside of any table.
    General "" {
        name: Option<String>,
            default Absent("the file's name"), example "\"steady\"",
            "Name of the run and its folder: letters, digits, `-`, `_` and `.`.";
        seed: u64,
            default Is("1"), example "42",
            "Seed of the random number generator. The same seed sends the same messages, except for what identifies the run (Date, Message-ID, X-Sesbench-Run).",
            flag "seed", "N", Scenario, None,
            "Seed of the random number generator",
            "[default: the scenario's, or 1; e.g. 42]";
        allow_recipient_domains: Vec<String>,
            default Is("[]"), example "[\"example.com\"]",
            "Domains that mail may be sent to when the target is not the mock, besides simulator.amazonses.com and, on loopback, the names reserved for tests. Subdomains must be listed separately.";
    }
    /// `[target]`
    Target "target." {
        kind: TargetWord,
            default Is("\"mock\""), example "\"smtp\"",
            "`mock` is the embedded mock of SES, started for the run; `smtp` is any SMTP server; `ses` is Amazon SES itself, guarded: see [targets-and-safety.md](targets-and-safety.md).";
        host: Option<String>,
            default Absent("none; required for `smtp`; for `ses` the region's endpoint"), example "\"relay.example.com\"",
            "Name or address of the server. For `ses`, a VPC endpoint or a proxy to SES: every guard still applies.";
        port: Option<u64>,
            default Absent("465 for `tls = \"wrapper\"`, otherwise 25, or for `ses` 587"), example "587",
            "TCP port of the server.";
        region: Option<String>,
            default Absent("none; required for `ses`"), example "\"us-east-1\"",
            "Region of SES. A region that is not in the built-in table gets a note, not an error.";
        fips: bool,
            default Is("false"), example "true",
            "Use the region's FIPS endpoint, for `ses`.";
        max_rate: Option<Rate>,
            default Absent("none; required for `ses`"), example "\"14/s\"",
            "Maximum recipients per time, retries and catching up included. A load that asks for more is refused; a run never sends more.",
            flag "max-rate", "RATE", Limits, None,
            "Maximum recipients per time, retries included",
            "A load that asks for more is refused, and a run never sends more.\n[default: the scenario's; units /s, /min, /h, /d; e.g. 14/s]";
        max_recipients: Option<u64>,
            default Absent("none; required for `ses`"), example "1000",
            "Maximum recipients in total, warm-up and retries included. A load that asks for more is refused; a run never sends more.",
            flag "max-recipients", "N", Limits, None,
            "Maximum recipients, warm-up and retries included",
            "A load that asks for more is refused, and a run never sends more.\n[default: the scenario's; e.g. 1000]";
        daily_quota: u64,
            default Is("0"), example "50000",
            "Recipients that the account may send to in 24 hours, for the share of the quota that is shown before a run on SES; 0: not known.";
        price_per_1000: Option<f64>,
            default Absent("the built-in price list"), example "0.16",
            "US dollars for 1,000 recipients, for the cost that is shown before a run on SES.";
        tls: Option<TlsMode>,
            default Absent("`wrapper` on ports 465 and 2465, otherwise `starttls`"), example "\"wrapper\"",
            "TLS mode: STARTTLS (an error if the server does not offer it, never plaintext), TLS from the first byte, or plaintext, which SES does not accept.",
            flag "tls", "MODE", Target, None,
            "TLS mode: starttls, wrapper (implicit TLS) or none",
            "[default: the scenario's, else the port's usual mode, else starttls]";
        tls_versions: Vec<TlsVersion>,
            default Is("[\"1.3\", \"1.2\"]"), example "[\"1.3\"]",
            "TLS versions offered.";
        key_exchange: KeyExchangeGroups,
            default Is("[]"), example "[\"X25519\"]",
            "Key exchange groups offered, in order of preference; empty: the TLS library's default.";
        resumption: bool,
            default Is("false"), example "true",
            "Whether sessions may resume the TLS sessions of earlier ones. If not, every handshake is a full one.";
        ca_file: Option<String>,
            default Absent("the platform's roots"), example "\"relay-ca.pem\"",
            "PEM file of the only certificates to trust: issuers, or the server's own, which may be self-signed. The embedded mock has its own.",
            flag "ca-file", "FILE", Target, None,
            "PEM file of the only certificates to trust",
            "Issuers, or the server's own certificate.\n[default: the platform's roots; e.g. relay-ca.pem]";
        insecure: bool,
            default Is("false"), example "true",
            "Accept any certificate. Every report states it.",
            flag "insecure", "", Target, None,
            "Accept any certificate; every report states it",
            "";
        ehlo_name: String,
            default Is("\"sesbench.invalid\""), example "\"client.example.com\"",
            "Name in EHLO. Some servers require the fully qualified name of this machine, with an address in DNS.";
        pipelining: bool,
            default Is("false"), example "true",
            "Send MAIL, RCPT and DATA together where the server offers PIPELINING (SES does not).";
        source_addresses: Vec<IpAddr>,
            default Is("[]"), example "[\"192.0.2.10\", \"192.0.2.11\"]",
            "Local addresses to connect from, in turn; empty: the system chooses.";
    }
    /// `[auth]`
    Auth "auth." {
        mechanism: MechanismWord,
            default Is("\"plain\""), example "\"login\"",
            "SASL mechanism; `none` sends no AUTH. Without credentials no AUTH is sent either, except to the embedded mock, whose credentials are generated.";
        initial_response: bool,
            default Is("true"), example "false",
            "Whether PLAIN sends its response with the AUTH command, which saves a round trip.";
        username_env: String,
            default Is("\"SESBENCH_USERNAME\""), example "\"SES_USER\"",
            "Environment variable with the user name. Not read for the mock unless this key is set.";
        password_env: String,
            default Is("\"SESBENCH_PASSWORD\""), example "\"SES_PASSWORD\"",
            "Environment variable with the password. Not read for the mock unless this key is set.";
        password_file: Option<String>,
            default Absent("none"), example "\"/run/secrets/smtp\"",
            "File with the password, instead of an environment variable; a line end at its end is ignored.";
        wrong_credentials: bool,
            default Is("false"), example "true",
            "Log in with an invalid user name and password, to see the refusal.";
    }
    /// `[load]`
    Load "load." {
        model: ModelWord,
            default Is("\"open\""), example "\"closed\"",
            "`open`: the schedule does not slow down when the server does; messages that cannot start wait, and the wait is measured. `closed`: every session sends as fast as replies come.",
            flag "model", "MODEL", Load, None,
            "Load model: open or closed",
            "Open sends by a schedule, closed after each reply.\n[default: the scenario's, or open]";
        rate: Option<Rate>,
            default Absent("none; required for `open` unless `stages` is set, refused for `closed`"), example "\"50/s\"",
            "Constant rate in messages per second, minute (`/min`), hour (`/h`) or day (`/d`). Up to nine decimals are exact; a rate by which no message is due in the measured time is refused.",
            flag "rate", "RATE", Load, None,
            "Message rate of the open model",
            "[default: the scenario's; units /s, /min, /h, /d; e.g. 500/s]";
        stages: Option<Vec<Stage>>,
            default Absent("none"), example "[{ to = \"200/s\", over = \"60s\" }, { hold = \"30s\" }]",
            "A rate that changes, instead of `rate` and `duration`: see [load-shapes.md](load-shapes.md).";
        rate_unit: RateUnitWord,
            default Is("\"messages\""), example "\"recipients\"",
            "What `rate` and the rates of `stages` count. With `recipients`, as in SES's quotas, each message counts as `message.recipients`.",
            flag "rate-unit", "UNIT", Load, None,
            "What --rate counts: messages or recipients",
            "[default: the scenario's, or messages]";
        arrivals: Arrivals,
            default Is("\"constant\""), example "\"poisson\"",
            "`constant`: evenly spaced. `poisson`: random and independent, at that rate on average; the same for the same `seed`.",
            flag "arrivals", "HOW", Load, None,
            "Arrivals: constant (evenly spaced) or poisson",
            "[default: the scenario's, or constant]";
        duration: Option<Duration>,
            default Absent("none; required unless `messages` or `stages` is set"), example "\"30s\"",
            "Measured time, warm-up excluded.",
            flag "duration", "TIME", Load, Some("messages"),
            "Measured time, warm-up excluded",
            "[default: the scenario's; units ms, s, min, h; e.g. 30s]";
        messages: Option<u64>,
            default Absent("none; required unless `duration` or `stages` is set"), example "10000",
            "Number of measured messages, warm-up excluded.",
            flag "messages", "N", Load, None,
            "Measured messages, instead of --duration",
            "The warm-up is excluded.\n[default: the scenario's; e.g. 10000]";
        catch_up: Option<Rate>,
            default Absent("no limit except `target.max_rate`"), example "\"100/s\"",
            "Maximum rate of attempts, in `rate_unit`, retries included. A backlog after a stall is sent at this rate instead of all at once.";
        stop_on_quota: bool,
            default Is("true"), example "false",
            "Whether the run stops when the server reports that the daily quota is used up: it would refuse every further message too.";
        warm_up: Duration,
            default Is("\"1s\""), example "\"5s\"",
            "Time at the start whose messages are sent but not measured. Before `stages`, its rate is the one with which they begin. The closed model with `messages` has no warm-up unless this is set.",
            flag "warm-up", "TIME", Load, None,
            "Time at the start that is not measured",
            "[default: the scenario's, or 1s; none in the closed model with\n--messages; units ms, s, min; e.g. 5s]";
        drain: Duration,
            default Is("\"30s\""), example "\"10s\"",
            "Time for messages under way to finish after the end of the schedule.";
        sessions: u64,
            default Is("10"), example "20",
            "Concurrent sessions, 1 to 100,000.",
            flag "sessions", "N", Load, None,
            "Concurrent sessions, 1 to 100000",
            "[default: the scenario's, or 10; e.g. 50]";
        messages_per_session: u64,
            default Is("0"), example "100",
            "Messages per session before it is closed and reopened; 0: as many as the server accepts. A lower `MAILMAX` in the server's reply to EHLO (RFC 9422) takes precedence.",
            flag "messages-per-session", "N", Load, None,
            "Messages per session before it is reopened",
            "0: no limit.\n[default: the scenario's, or 0; e.g. 100]";
        connect: Connect,
            default Is("\"ahead\""), example "\"on_demand\"",
            "`ahead`: sessions are opened before the clock starts, and reopening counts for no message. `on_demand`: the set-up time counts for the message that needs the session.";
        session_rate: Option<Rate>,
            default Absent("before the clock starts 200/s, or more if needed to open all in 5 s; then no limit"), example "\"50/s\"",
            "Maximum rate at which sessions are opened.";
        workers: u64,
            default Is("0"), example "2",
            "Worker threads; 0: as many as the rate needs (the closed model: all), at most one per core, and one less if the target is on this machine.";
    }
    /// `[message]`
    Message "message." {
        from: String,
            default Is("\"sender@example.com\""), example "\"news@example.org\"",
            "Envelope sender and `From:`.",
            flag "from", "ADDRESS", Message, None,
            "Envelope sender and From:",
            "[default: the scenario's, or sender@example.com; e.g. you@your.domain]";
        to: Vec<String>,
            default Is("[\"success@simulator.amazonses.com\"]"), example "[\"a@example.com\", \"b@example.com\"]",
            "Addresses of recipients, used in turn. For targets other than the mock, only simulator.amazonses.com and `allow_recipient_domains` are allowed; on loopback also reserved names (`example.com`, `.test` and others of RFC 2606 and RFC 6761).",
            flag "to", "ADDRESS", Message, Some("recipients"),
            "Recipient; repeatable: several are used in turn",
            "[default: the scenario's, or success@simulator.amazonses.com;\ne.g. sink@example.com]";
        recipients_csv: Option<String>,
            default Absent("none"), example "\"people.csv\"",
            "CSV file of recipients, instead of `to`: a column `address` or `email`; `weight`, to draw them by weight; `header.NAME` for values of that header. `message.headers` may contain any column, as `{column}`. The path is relative to the current directory. See [messages.md](messages.md).",
            flag "recipients", "FILE", Message, None,
            "CSV file of recipients, see docs/messages.md",
            "[default: the scenario's; e.g. people.csv]";
        recipients: u64,
            default Is("1"), example "10",
            "Recipients of each message.";
        size: Sizes,
            default Is("\"1 KiB\""), example "\"40 MiB\"",
            "Bytes of each message as the server counts them: headers and body with CRLF, before dot-stuffing, without the final dot. A table or a list is a distribution: see [messages.md](messages.md).",
            flag "size", "SIZE", Message, None,
            "Message size, headers included",
            "With B, KiB, MiB, kB or MB.\n[default: the scenario's, or 1 KiB; e.g. 40MiB]";
        headers: BTreeMap<String, String>,
            default Is("{}"), example "{ \"X-SES-CONFIGURATION-SET\" = \"load\" }",
            "Extra headers, by name.";
        attachments: Vec<Attachment>,
            default Is("[]"), example "[\"1 MiB\", { size = \"200 KiB\", name = \"report.pdf\", type = \"application/pdf\" }]",
            "Attachments of random bytes, with their sizes before base64, in addition to `message.size`; `sesbench check` shows the total.";
        eml: Option<String>,
            default Absent("none"), example "\"newsletter.eml\"",
            "File with a message that is sent unchanged, except for Message-ID, Date and To. The path is relative to the current directory.";
        mix: Option<Vec<Entry>>,
            default Absent("none"), example "[{ weight = 7, size = \"4 KiB\" }, { weight = 3, size = \"1 MiB\" }]",
            "Several kinds of messages, by weight, each with any of `name`, `size`, `headers`, `attachments`, `eml`; absent keys come from `[message]`. See [messages.md](messages.md).";
    }
    /// `[retry]`
    Retry "retry." {
        policy: RetryPolicyWord,
            default Is("\"none\""), example "\"exponential\"",
            "Policy for messages that are `throttled` or `deferred`. `none`: no retry. `exponential`: exponential back-off with full jitter, a random wait between 0 and a bound that grows; the slot is free meanwhile.";
        base: Duration,
            default Is("\"1s\""), example "\"500ms\"",
            "Upper bound of the first wait.";
        factor: f64,
            default Is("2.0"), example "1.5",
            "Factor by which the bound grows from one wait to the next, 1 to 100.";
        cap: Duration,
            default Is("\"30s\""), example "\"5min\"",
            "Maximum of the bound.";
        attempts: u64,
            default Is("5"), example "3",
            "Maximum attempts per message, the first included, 2 to 1000. The outcome of the last one is the message's.";
    }
    /// Tables whose keys are figures, or the mock's.
    Tables "" {
        thresholds: BTreeMap<String, Vec<Limit>>,
            default Is("{}"), example "{ \"response.p99\" = \"< 250ms\" }",
            "Conditions for the run to pass: a figure, with an operator and a limit, or a list of them. `\"response.p99[30s..60s]\"` is of that window of the run. `{ limit = \"< 250ms\", abort_on_fail = true, delay = \"10s\" }` ends a run that is sure to miss it. Without any, the default is `outcome.accepted >= 99%`. [More](running.md#thresholds).";
        mock: toml::Table,
            default Is("{}"), example "{ profile = \"production\" }",
            "Settings of the embedded mock, for `kind = \"mock\"`.";
    }
}

/// The values of all keys that have a row.
#[derive(Clone, Debug)]
pub(super) struct Values {
    pub(super) general: General,
    pub(super) target: Target,
    pub(super) auth: Auth,
    pub(super) load: Load,
    pub(super) message: Message,
    pub(super) retry: Retry,
    pub(super) tables: Tables,
}

impl Values {
    /// Parses the values of a scenario, with defaults.
    pub(super) fn read(document: &SourceDocument) -> Result<Self, Error> {
        Ok(Self {
            general: General::read(document)?,
            target: Target::read(document)?,
            auth: Auth::read(document)?,
            load: Load::read(document)?,
            message: Message::read(document)?,
            retry: Retry::read(document)?,
            tables: Tables::read(document)?,
        })
    }
}

/// Every key, in the order of the reference.
pub(super) fn all() -> impl Iterator<Item = Key> {
    let timeouts = Phase::ALL.iter().copied().map(timeout);
    ROWS.iter().cloned().chain(timeouts)
}

/// The path of a phase's time-out.
pub(super) fn timeout_path(phase: Phase) -> String {
    format!("timeouts.{}", phase.name())
}

fn timeout(phase: Phase) -> Key {
    let default = humantime::format_duration(phase.default_timeout());
    Key {
        path: timeout_path(phase).into(),
        kind: Kind::Duration,
        default: Is(format!("\"{default}\"").into()),
        meaning: format!("Time-out of this phase: {}.", phase.meaning()).into(),
        example: "\"10s\"".into(),
        flag: None,
    }
}

/// The keys that have a flag, by the headings of the help: the path, how the flag
/// takes the value, and the flag.
pub(crate) fn flags() -> Vec<(&'static str, FlagValue, &'static Flag)> {
    let flags = ROWS.iter().filter_map(|key| match (&key.path, &key.flag) {
        (Cow::Borrowed(path), Some(flag)) => Some((*path, key.kind.flag_value(), flag)),
        _ => None,
    });
    let mut flags: Vec<_> = flags.collect();
    flags.sort_by_key(|(_, _, flag)| flag.heading);
    flags
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario::{Override, Source};

    #[test]
    fn every_key_is_unique_and_its_example_and_default_are_valid() {
        let mut seen = std::collections::BTreeSet::new();
        for key in all() {
            assert!(seen.insert(key.path.clone()), "{} twice", key.path);
            assert!(key.meaning.ends_with('.'), "{}", key.path);
            let set = Override::assignment(&format!("{}={}", key.path, key.example)).unwrap();
            let document = SourceDocument::read(&Source::Flags, &[set]).unwrap();
            Values::read(&document).unwrap();
        }
        for phase in Phase::ALL {
            let set = format!("{}=10s", timeout_path(*phase));
            let set = Override::assignment(&set).unwrap();
            let document = SourceDocument::read(&Source::Flags, &[set]).unwrap();
            let timeout: Duration = document.value(&timeout_path(*phase)).unwrap();
            assert_eq!(timeout.as_secs(), 10);
        }
        let defaults = SourceDocument::read(&Source::Flags, &[]).unwrap();
        Values::read(&defaults).unwrap();
    }
}
