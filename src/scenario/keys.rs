//! The table of all scenario keys.
//!
//! The checks for unknown keys and types, the defaults, and the reference in
//! `docs/scenario.md` are all based on it. Ranges and contradictions are checked
//! in `resolve`.

use std::borrow::Cow;

use super::kind::Kind;
use crate::vocabulary::Phase;

/// A key of a scenario.
#[derive(Clone, Debug)]
pub(super) struct Key {
    /// Its path, with dots: `load.rate`.
    pub(super) path: Cow<'static, str>,
    /// The kind of its value.
    pub(super) kind: Kind,
    /// Its default.
    pub(super) default: Default,
    /// Its meaning, in a sentence or two.
    pub(super) meaning: Cow<'static, str>,
    /// An example value, as TOML.
    pub(super) example: Cow<'static, str>,
}

/// The default of a key.
#[derive(Clone, Debug)]
pub(super) enum Default {
    /// This value, as TOML.
    Is(Cow<'static, str>),
    /// A default in words.
    Said(&'static str),
}

/// Every key, in the order of the reference.
pub(super) fn all() -> impl Iterator<Item = Key> {
    let rows = ROWS
        .iter()
        .map(|(path, kind, default, example, meaning)| Key {
            path: Cow::Borrowed(*path),
            kind: *kind,
            default: default.into_default(),
            meaning: Cow::Borrowed(*meaning),
            example: Cow::Borrowed(*example),
        });
    rows.chain(Phase::ALL.iter().copied().map(timeout))
}

fn timeout(phase: Phase) -> Key {
    let default = humantime::format_duration(phase.default_timeout());
    Key {
        path: format!("timeouts.{}", phase.name()).into(),
        kind: Kind::Duration,
        default: Default::Is(format!("\"{default}\"").into()),
        meaning: format!("Time-out of this phase: {}.", phase.meaning()).into(),
        example: "\"10s\"".into(),
    }
}

/// [`Default`] for use in a constant.
#[derive(Clone, Copy)]
enum Absent {
    Is(&'static str),
    Said(&'static str),
}

impl Absent {
    const fn into_default(self) -> Default {
        match self {
            Self::Is(toml) => Default::Is(Cow::Borrowed(toml)),
            Self::Said(words) => Default::Said(words),
        }
    }
}

use Absent::{Is, Said};

type Row = (&'static str, Kind, Absent, &'static str, &'static str);

/// Path, kind, default, example, meaning.
#[rustfmt::skip]
const ROWS: &[Row] = &[
    ("name", Kind::Text, Said("the file's name"), "\"steady\"",
     "Name of the run and its folder: letters, digits, `-`, `_` and `.`."),
    ("seed", Kind::Integer, Is("1"), "42",
     "Seed of the random number generator. The same seed sends the same messages, except for what identifies the run (Date, Message-ID, X-Sesbench-Run)."),
    ("allow_recipient_domains", Kind::Texts, Is("[]"), "[\"example.com\"]",
     "Domains that mail may be sent to when the target is not the mock, besides simulator.amazonses.com and, on loopback, the names reserved for tests. Subdomains must be listed separately."),

    ("target.kind", Kind::OneOf(&["mock", "smtp", "ses"]), Is("\"mock\""), "\"smtp\"",
     "`mock` is the embedded mock of SES, started for the run; `smtp` is any SMTP server; `ses` is Amazon SES itself, guarded: see [targets-and-safety.md](targets-and-safety.md)."),
    ("target.host", Kind::Text, Said("none; required for `smtp`; for `ses` the region's endpoint"), "\"relay.example.com\"",
     "Name or address of the server. For `ses`, a VPC endpoint or a proxy to SES: every guard still applies."),
    ("target.port", Kind::Integer, Said("465 for `tls = \"wrapper\"`, otherwise 25, or for `ses` 587"), "587",
     "TCP port of the server."),
    ("target.region", Kind::Text, Said("none; required for `ses`"), "\"us-east-1\"",
     "Region of SES. A region that is not in the built-in table gets a note, not an error."),
    ("target.fips", Kind::Bool, Is("false"), "true",
     "Use the region's FIPS endpoint, for `ses`."),
    ("target.max_rate", Kind::Rate, Said("none; required for `ses`"), "\"14/s\"",
     "Maximum recipients per time, retries and catching up included. A load that asks for more is refused; a run never sends more."),
    ("target.max_recipients", Kind::Integer, Said("none; required for `ses`"), "1000",
     "Maximum recipients in total, warm-up and retries included. A load that asks for more is refused; a run never sends more."),
    ("target.daily_quota", Kind::Integer, Is("0"), "50000",
     "Recipients that the account may send to in 24 hours, for the share of the quota that is shown before a run on SES; 0: not known."),
    ("target.price_per_1000", Kind::Number, Said("the built-in price list"), "0.16",
     "US dollars for 1,000 recipients, for the cost that is shown before a run on SES."),
    ("target.tls", Kind::OneOf(&["starttls", "wrapper", "none"]), Said("`wrapper` on ports 465 and 2465, otherwise `starttls`"), "\"wrapper\"",
     "TLS mode: STARTTLS (an error if the server does not offer it, never plaintext), TLS from the first byte, or plaintext, which SES does not accept."),
    ("target.tls_versions", Kind::ListOf(&["1.2", "1.3"]), Is("[\"1.3\", \"1.2\"]"), "[\"1.3\"]",
     "TLS versions offered."),
    ("target.key_exchange", Kind::ListOf(super::kind::KEY_EXCHANGE), Is("[]"), "[\"X25519\"]",
     "Key exchange groups offered, in order of preference; empty: the TLS library's default."),
    ("target.resumption", Kind::Bool, Is("false"), "true",
     "Whether sessions may resume the TLS sessions of earlier ones. If not, every handshake is a full one."),
    ("target.ca_file", Kind::Text, Said("the platform's roots"), "\"relay-ca.pem\"",
     "PEM file of the only certificates to trust: issuers, or the server's own, which may be self-signed. The embedded mock has its own."),
    ("target.insecure", Kind::Bool, Is("false"), "true",
     "Accept any certificate. Every report states it."),
    ("target.ehlo_name", Kind::Text, Is("\"sesbench.invalid\""), "\"client.example.com\"",
     "Name in EHLO. Some servers require the fully qualified name of this machine, with an address in DNS."),
    ("target.pipelining", Kind::Bool, Is("false"), "true",
     "Send MAIL, RCPT and DATA together where the server offers PIPELINING (SES does not)."),
    ("target.source_addresses", Kind::Addresses, Is("[]"), "[\"192.0.2.10\", \"192.0.2.11\"]",
     "Local addresses to connect from, in turn; empty: the system chooses."),

    ("auth.mechanism", Kind::OneOf(&["plain", "login", "none"]), Is("\"plain\""), "\"login\"",
     "SASL mechanism; `none` never logs in. Without credentials there is no AUTH either, except with the mock, which makes its own."),
    ("auth.initial_response", Kind::Bool, Is("true"), "false",
     "Whether PLAIN sends its response with the AUTH command, which saves a round trip."),
    ("auth.username_env", Kind::Text, Is("\"SESBENCH_USERNAME\""), "\"SES_USER\"",
     "Environment variable with the user name. Not read for the mock unless this key is set."),
    ("auth.password_env", Kind::Text, Is("\"SESBENCH_PASSWORD\""), "\"SES_PASSWORD\"",
     "Environment variable with the password. Not read for the mock unless this key is set."),
    ("auth.password_file", Kind::Text, Said("none"), "\"/run/secrets/smtp\"",
     "File with the password, instead of an environment variable; a line end at its end is ignored."),
    ("auth.wrong_credentials", Kind::Bool, Is("false"), "true",
     "Log in with an invalid user name and password, to see the refusal."),

    ("load.model", Kind::OneOf(&["open", "closed"]), Is("\"open\""), "\"closed\"",
     "`open`: the schedule does not slow down when the server does; messages that cannot start wait, and the wait is measured. `closed`: every session sends as fast as replies come."),
    ("load.rate", Kind::Rate, Said("none; required for `open` unless `stages` is set, refused for `closed`"), "\"50/s\"",
     "Constant rate in messages per second, minute (`/min`), hour (`/h`) or day (`/d`). Up to nine decimals are exact; a rate by which no message is due in the measured time is refused."),
    ("load.stages", Kind::Stages, Said("none"), "[{ to = \"200/s\", over = \"60s\" }, { hold = \"30s\" }]",
     "A rate that changes, instead of `rate` and `duration`: see [load-shapes.md](load-shapes.md)."),
    ("load.rate_unit", Kind::OneOf(&["messages", "recipients"]), Is("\"messages\""), "\"recipients\"",
     "What `rate` and the rates of `stages` count. With `recipients`, as in SES's quotas, each message counts as `message.recipients`."),
    ("load.arrivals", Kind::OneOf(&["constant", "poisson"]), Is("\"constant\""), "\"poisson\"",
     "`constant`: evenly spaced. `poisson`: random and independent, at that rate on average; the same for the same `seed`."),
    ("load.duration", Kind::Duration, Said("none; required unless `messages` or `stages` is set"), "\"30s\"",
     "Measured time, warm-up excluded."),
    ("load.messages", Kind::Integer, Said("none; required unless `duration` or `stages` is set"), "10000",
     "Number of measured messages, warm-up excluded."),
    ("load.catch_up", Kind::Rate, Said("no limit except `target.max_rate`"), "\"100/s\"",
     "Maximum rate of attempts, in `rate_unit`, retries included. A backlog after a stall is sent at this rate instead of all at once."),
    ("load.stop_on_quota", Kind::Bool, Is("true"), "false",
     "Whether the run stops when the server reports that the daily quota is used up: it would refuse every further message too."),
    ("load.warm_up", Kind::Duration, Is("\"1s\""), "\"5s\"",
     "Time at the start whose messages are sent but not measured. Before `stages`, its rate is the one with which they begin. The closed model with `messages` has no warm-up unless this is set."),
    ("load.drain", Kind::Duration, Is("\"30s\""), "\"10s\"",
     "Time for messages under way to finish after the end of the schedule."),
    ("load.sessions", Kind::Integer, Is("10"), "20",
     "Concurrent sessions, 1 to 100,000."),
    ("load.messages_per_session", Kind::Integer, Is("0"), "100",
     "Messages per session before it is closed and reopened; 0: as many as the server accepts. A lower `MAILMAX` in the server's reply to EHLO (RFC 9422) takes precedence."),
    ("load.connect", Kind::OneOf(&["ahead", "on_demand"]), Is("\"ahead\""), "\"on_demand\"",
     "`ahead`: sessions are opened before the clock starts, and reopening counts for no message. `on_demand`: the set-up time counts for the message that needs the session."),
    ("load.session_rate", Kind::Rate, Said("before the clock starts 200/s, or more if needed to open all in 5 s; then no limit"), "\"50/s\"",
     "Maximum rate at which sessions are opened."),
    ("load.workers", Kind::Integer, Is("0"), "2",
     "Worker threads; 0: as many as the rate needs (the closed model: all), at most one per core, and one less if the target is on this machine."),

    ("message.from", Kind::Text, Is("\"sender@example.com\""), "\"news@example.org\"",
     "Envelope sender and `From:`."),
    ("message.to", Kind::Texts, Is("[\"success@simulator.amazonses.com\"]"), "[\"a@example.com\", \"b@example.com\"]",
     "Addresses of recipients, used in turn. For targets other than the mock, only simulator.amazonses.com and `allow_recipient_domains` are allowed; on loopback also reserved names (`example.com`, `.test` and others of RFC 2606 and RFC 6761)."),
    ("message.recipients_csv", Kind::Text, Said("none"), "\"people.csv\"",
     "CSV file of recipients, instead of `to`: a column `address` or `email`; `weight`, to draw them by weight; `header.NAME` for values of that header. `message.headers` may contain any column, as `{column}`. The path is relative to the current directory. See [messages.md](messages.md)."),
    ("message.recipients", Kind::Integer, Is("1"), "10",
     "Recipients of each message."),
    ("message.size", Kind::Sizes, Is("\"1 KiB\""), "\"40 MiB\"",
     "Bytes of each message as the server counts them: headers and body with CRLF, before dot-stuffing, without the final dot. A table or a list is a distribution: see [messages.md](messages.md)."),
    ("message.headers", Kind::TextTable, Is("{}"), "{ \"X-SES-CONFIGURATION-SET\" = \"load\" }",
     "Extra headers, by name."),
    ("message.attachments", Kind::Attachments, Is("[]"), "[\"1 MiB\", { size = \"200 KiB\", name = \"report.pdf\", type = \"application/pdf\" }]",
     "Attachments of random bytes, with their sizes before base64, in addition to `message.size`; `sesbench check` shows the total."),
    ("message.eml", Kind::Text, Said("none"), "\"newsletter.eml\"",
     "File with a message that is sent unchanged, except for Message-ID, Date and To. The path is relative to the current directory."),
    ("message.mix", Kind::Mix, Said("none"), "[{ weight = 7, size = \"4 KiB\" }, { weight = 3, size = \"1 MiB\" }]",
     "Several kinds of messages, by weight, each with any of `name`, `size`, `headers`, `attachments`, `eml`; absent keys come from `[message]`. See [messages.md](messages.md)."),

    ("retry.policy", Kind::OneOf(&["none", "exponential"]), Is("\"none\""), "\"exponential\"",
     "Policy for messages that are `throttled` or `deferred`. `none`: no retry. `exponential`: exponential back-off with full jitter, a random wait between 0 and a bound that grows; the slot is free meanwhile."),
    ("retry.base", Kind::Duration, Is("\"1s\""), "\"500ms\"",
     "Upper bound of the first wait."),
    ("retry.factor", Kind::Number, Is("2.0"), "1.5",
     "Factor by which the bound grows from one wait to the next, 1 to 100."),
    ("retry.cap", Kind::Duration, Is("\"30s\""), "\"5min\"",
     "Maximum of the bound."),
    ("retry.attempts", Kind::Integer, Is("5"), "3",
     "Maximum attempts per message, the first included, 2 to 1000. The outcome of the last one is the message's."),

    ("thresholds", Kind::Thresholds, Is("{}"), "{ \"response.p99\" = \"< 250ms\" }",
     "Conditions for the run to pass: a figure, with an operator and a limit, or a list of them. Without any, the default is `outcome.accepted >= 99%`."),
    ("mock", Kind::Mock, Is("{}"), "{ profile = \"production\" }",
     "Settings of the embedded mock, for `kind = \"mock\"`."),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_key_is_unique_and_its_example_and_default_are_valid() {
        let mut seen = std::collections::BTreeSet::new();
        for key in all() {
            assert!(seen.insert(key.path.clone()), "{} twice", key.path);
            key.kind.check(&key.example.parse().unwrap()).unwrap();
            if let Default::Is(toml) = &key.default {
                key.kind.check(&toml.parse().unwrap()).unwrap();
            }
            assert!(key.meaning.ends_with('.'), "{}", key.path);
        }
    }
}
