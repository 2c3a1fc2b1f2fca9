//! The keys a scenario may have: one table.
//!
//! The check for unknown keys, the check of types, the defaults and the
//! reference in `docs/scenario.md` all stand on it. What a key's value means
//! together with others is decided where the plan is built.

use std::borrow::Cow;

use super::kind::Kind;
use crate::vocabulary::Phase;

/// A key of a scenario.
#[derive(Clone, Debug)]
pub(super) struct Key {
    /// Where it stands, with dots: `load.rate`.
    pub(super) path: Cow<'static, str>,
    /// What it holds.
    pub(super) kind: Kind,
    /// What holds where it is absent.
    pub(super) default: Default,
    /// What it means, in a sentence or two.
    pub(super) meaning: Cow<'static, str>,
    /// A value, as TOML.
    pub(super) example: Cow<'static, str>,
}

/// What holds where a key is absent.
#[derive(Clone, Debug)]
pub(super) enum Default {
    /// This value, as TOML.
    Is(Cow<'static, str>),
    /// What these words say.
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
        meaning: format!("The longest this phase may last: {}.", phase.meaning()).into(),
        example: "\"10s\"".into(),
    }
}

/// [`Default`], as it can stand in a constant.
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
     "Names the run and its folder: letters, digits, `-`, `_` and `.`."),
    ("seed", Kind::Integer, Is("1"), "42",
     "Seeds every random choice: the same seed sends the same messages, but for what names the run (Date, Message-ID, X-Sesbench-Run)."),
    ("allow_recipient_domains", Kind::Texts, Is("[]"), "[\"example.com\"]",
     "Domains that mail may be sent to when the target is not the mock, beyond simulator.amazonses.com and, on loopback, the names reserved for tests. Subdomains are listed by themselves."),

    ("target.kind", Kind::OneOf(&["mock", "smtp", "ses"]), Is("\"mock\""), "\"smtp\"",
     "`mock` is the embedded mock of SES, started for the run; `smtp` is any SMTP server; `ses` is Amazon SES itself, guarded: see [targets-and-safety.md](targets-and-safety.md)."),
    ("target.host", Kind::Text, Said("none; needed for `smtp`; for `ses` the region's endpoint"), "\"relay.example.com\"",
     "Name or address of the server. For `ses`, another way to it, such as a VPC endpoint or a proxy: every guard still holds."),
    ("target.port", Kind::Integer, Said("465 for `tls = \"wrapper\"`, otherwise 25, or for `ses` 587"), "587",
     "TCP port of the server."),
    ("target.region", Kind::Text, Said("none; needed for `ses`"), "\"us-east-1\"",
     "Region of SES. One that is not in the program's table is a remark, not an error."),
    ("target.fips", Kind::Bool, Is("false"), "true",
     "Use the region's FIPS endpoint, for `ses`."),
    ("target.max_rate", Kind::Rate, Said("none; needed for `ses`"), "\"14/s\"",
     "The most recipients per time, retries and catching up included. A load that asks for more is refused; a run never sends more."),
    ("target.max_recipients", Kind::Integer, Said("none; needed for `ses`"), "1000",
     "The most recipients in all, warm-up and retries included. A load that asks for more is refused; a run never sends more."),
    ("target.daily_quota", Kind::Integer, Is("0"), "50000",
     "Recipients the account may send to in 24 hours, for the share that is told before a run on SES; 0: not known."),
    ("target.price_per_1000", Kind::Number, Said("the price list in the program"), "0.16",
     "US dollars for 1,000 recipients, for the cost that is told before a run on SES."),
    ("target.tls", Kind::OneOf(&["starttls", "wrapper", "none"]), Said("`wrapper` on ports 465 and 2465, otherwise `starttls`"), "\"wrapper\"",
     "How TLS is reached: by STARTTLS (its absence is an error, never plaintext), from the first byte, or not at all, which SES does not take."),
    ("target.tls_versions", Kind::ListOf(&["1.2", "1.3"]), Is("[\"1.3\", \"1.2\"]"), "[\"1.3\"]",
     "TLS versions offered."),
    ("target.key_exchange", Kind::ListOf(super::kind::KEY_EXCHANGE), Is("[]"), "[\"X25519\"]",
     "Key exchange groups offered, best first; empty: the TLS library's own choice."),
    ("target.resumption", Kind::Bool, Is("false"), "true",
     "Whether sessions may resume the TLS of earlier ones. Off, every handshake is a full one."),
    ("target.ca_file", Kind::Text, Said("the platform's roots"), "\"relay-ca.pem\"",
     "PEM file of the only certificates to trust: issuers, or the server's own, a self-signed one included. The embedded mock brings its own."),
    ("target.insecure", Kind::Bool, Is("false"), "true",
     "Accept any certificate. Every report says so."),
    ("target.ehlo_name", Kind::Text, Is("\"sesbench.invalid\""), "\"client.example.com\"",
     "The name given in EHLO. Some servers want the full name of this machine, with an address in DNS."),
    ("target.pipelining", Kind::Bool, Is("false"), "true",
     "Send MAIL, RCPT and DATA together where the server offers PIPELINING (SES does not)."),
    ("target.source_addresses", Kind::Addresses, Is("[]"), "[\"192.0.2.10\", \"192.0.2.11\"]",
     "Local addresses to connect from, in turn; empty: the system chooses."),

    ("auth.mechanism", Kind::OneOf(&["plain", "login", "none"]), Is("\"plain\""), "\"login\"",
     "SASL mechanism; `none` never logs in. Without credentials there is no AUTH either, except to the mock, which makes its own."),
    ("auth.initial_response", Kind::Bool, Is("true"), "false",
     "Whether PLAIN sends its answer with the AUTH command, which saves a round trip."),
    ("auth.username_env", Kind::Text, Is("\"SESBENCH_USERNAME\""), "\"SES_USER\"",
     "Environment variable that holds the user name. Not read for the mock, unless this key is given."),
    ("auth.password_env", Kind::Text, Is("\"SESBENCH_PASSWORD\""), "\"SES_PASSWORD\"",
     "Environment variable that holds the password. Not read for the mock, unless this key is given."),
    ("auth.password_file", Kind::Text, Said("none"), "\"/run/secrets/smtp\"",
     "File that holds the password, in place of an environment variable; a line end at its end is ignored."),
    ("auth.wrong_credentials", Kind::Bool, Is("false"), "true",
     "Log in with a user name and a password made up for the purpose, to see the refusal."),

    ("load.model", Kind::OneOf(&["open", "closed"]), Is("\"open\""), "\"closed\"",
     "`open`: the schedule does not slow down when the server does; what cannot start waits, and the wait is measured. `closed`: every session sends as fast as replies come."),
    ("load.rate", Kind::Rate, Said("none; needed for `open` unless `stages` are given, refused for `closed`"), "\"50/s\"",
     "Messages per second, minute (`/min`), hour (`/h`) or day (`/d`), the same all the time. Up to nine decimals are kept exactly; a rate by which no message is due in the measured time is refused."),
    ("load.stages", Kind::Stages, Said("none"), "[{ to = \"200/s\", over = \"60s\" }, { hold = \"30s\" }]",
     "A rate that changes, in place of `rate` and `duration`: see [load-shapes.md](load-shapes.md)."),
    ("load.rate_unit", Kind::OneOf(&["messages", "recipients"]), Is("\"messages\""), "\"recipients\"",
     "What `rate` and the rates of `stages` count. `recipients`, as SES's quotas do: each message is as many as `message.recipients`."),
    ("load.arrivals", Kind::OneOf(&["constant", "poisson"]), Is("\"constant\""), "\"poisson\"",
     "`constant`: evenly spaced. `poisson`: at random, each for itself, at that rate on average; the same for the same `seed`."),
    ("load.duration", Kind::Duration, Said("none; needed unless `messages` or `stages` is given"), "\"30s\"",
     "How long to send, warm-up excluded."),
    ("load.messages", Kind::Integer, Said("none; needed unless `duration` or `stages` is given"), "10000",
     "How many messages to send, those of the warm-up excluded."),
    ("load.catch_up", Kind::Rate, Said("no bound but `target.max_rate`"), "\"100/s\"",
     "The fastest that attempts may start, in `rate_unit`: what waited through a stall is caught up at this pace instead of all at once. Counts retries too."),
    ("load.stop_on_quota", Kind::Bool, Is("true"), "false",
     "Whether the run stops when the server says that the day's quota is spent: every further message would be refused, too."),
    ("load.warm_up", Kind::Duration, Is("\"1s\""), "\"5s\"",
     "Messages intended before this much time has passed are sent, but not measured. Before `stages`, it is at the rate they begin with. The closed model with `messages` has none unless this is set."),
    ("load.drain", Kind::Duration, Is("\"30s\""), "\"10s\"",
     "How long messages under way may still take when the schedule is over."),
    ("load.sessions", Kind::Integer, Is("10"), "20",
     "Sessions held at once, 1 to 100,000."),
    ("load.messages_per_session", Kind::Integer, Is("0"), "100",
     "Messages on one session before it is closed and reopened; 0: as many as the server takes. A lower `MAILMAX` in the server's reply to EHLO (RFC 9422) holds."),
    ("load.connect", Kind::OneOf(&["ahead", "on_demand"]), Is("\"ahead\""), "\"on_demand\"",
     "`ahead`: sessions are opened before the clock starts and reopened off any message's clock. `on_demand`: set-up belongs to the message that needed it."),
    ("load.session_rate", Kind::Rate, Said("before the clock starts 200/s, or what opens all in 5 s; then no bound"), "\"50/s\"",
     "Bound on sessions opened per time."),
    ("load.workers", Kind::Integer, Is("0"), "2",
     "Worker threads; 0: as many as the rate needs (the closed model: all), one per core at most, and one less where the target is on this machine."),

    ("message.from", Kind::Text, Is("\"sender@example.com\""), "\"news@example.org\"",
     "Envelope sender and `From:`."),
    ("message.to", Kind::Texts, Is("[\"success@simulator.amazonses.com\"]"), "[\"a@example.com\", \"b@example.com\"]",
     "Addresses that recipients are taken from, in turn. Except to the mock only simulator.amazonses.com and `allow_recipient_domains` are allowed; on loopback also reserved names (`example.com`, `.test` and others of RFC 2606 and RFC 6761)."),
    ("message.recipients_csv", Kind::Text, Said("none"), "\"people.csv\"",
     "File of recipients in place of `to`: a column `address` or `email`; `weight`, if they are to be drawn by weight; `header.NAME` for values of that header; all columns may be named in `message.headers`, as `{column}`. Found from the directory sesbench is started in. See [messages.md](messages.md)."),
    ("message.recipients", Kind::Integer, Is("1"), "10",
     "Recipients of each message."),
    ("message.size", Kind::Sizes, Is("\"1 KiB\""), "\"40 MiB\"",
     "Bytes of each message as the server counts it: headers and body with CRLF, before dot-stuffing, without the final dot. A table or a list is a distribution: see [messages.md](messages.md)."),
    ("message.headers", Kind::TextTable, Is("{}"), "{ \"X-SES-CONFIGURATION-SET\" = \"load\" }",
     "Extra headers, by name."),
    ("message.attachments", Kind::Attachments, Is("[]"), "[\"1 MiB\", { size = \"200 KiB\", name = \"report.pdf\", type = \"application/pdf\" }]",
     "Attachments of random bytes, by their sizes before base64. They come on top of `message.size`; `sesbench check` says what it comes to."),
    ("message.eml", Kind::Text, Said("none"), "\"newsletter.eml\"",
     "File with a message that is sent as it is, but for its Message-ID, Date and To. Found from the directory sesbench is started in."),
    ("message.mix", Kind::Mix, Said("none"), "[{ weight = 7, size = \"4 KiB\" }, { weight = 3, size = \"1 MiB\" }]",
     "Several kinds of messages, by weight, each with any of `name`, `size`, `headers`, `attachments`, `eml`; what is absent comes from `[message]`. See [messages.md](messages.md)."),

    ("retry.policy", Kind::OneOf(&["none", "exponential"]), Is("\"none\""), "\"exponential\"",
     "What becomes of a message that was `throttled` or `deferred`. `none`: that is its end. `exponential`: it is tried again, after a wait at random between nothing and a bound that grows (full jitter); its slot is free meanwhile."),
    ("retry.base", Kind::Duration, Is("\"1s\""), "\"500ms\"",
     "The bound of the first wait."),
    ("retry.factor", Kind::Number, Is("2.0"), "1.5",
     "By how much the bound grows from one wait to the next, 1 to 100."),
    ("retry.cap", Kind::Duration, Is("\"30s\""), "\"5min\"",
     "The bound grows no further than this."),
    ("retry.attempts", Kind::Integer, Is("5"), "3",
     "Attempts at one message, the first included, 2 to 1000. When all are used, the message ends as the last one did."),

    ("thresholds", Kind::Thresholds, Is("{}"), "{ \"response.p99\" = \"< 250ms\" }",
     "What must hold for the run to pass: a figure, and a sign and limit, or a list of them. Without any there is one: `outcome.accepted >= 99%`."),
    ("mock", Kind::Mock, Is("{}"), "{ profile = \"production\" }",
     "Settings of the embedded mock, for `kind = \"mock\"`."),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_key_stands_there_once_and_its_example_and_default_fit_it() {
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
