//! Connections: kept too long, too short, or broken.

use super::{count, percent};
use crate::observers::judge::examine::Rule;
use crate::observers::judge::finding::Severity::{Error, Warning};

/// Connections from which a habit can be told.
const HABIT: u64 = 5;
/// Messages on one connection at which SES is known to have closed long before
/// (a user's report: 350).
const VERY_LONG: u64 = 1_000;

pub(super) const RULES: &[Rule] = &[
    Rule {
        code: "spoke_after_timeout",
        severity: Error,
        seen: |report| {
            let times = report.connections.spoke_after_timeout;
            (times > 0).then(|| {
                format!(
                    "{} used again after the idle time-out had ended it.",
                    count(times, "connection")
                )
            })
        },
        ses: "Sends 451 4.4.2 Timeout waiting for data from client. unasked after about 10 s of \
              silence, and closes. The client reads it as the answer to its next command.",
        change: "Close a connection that has had nothing to do for a few seconds; and take this 451, \
                 or a closed connection, at the first command as a reason to connect anew, not as the \
                 message's failure.",
    },
    Rule {
        code: "message_limit_ignored",
        severity: Error,
        seen: |report| {
            let c = &report.connections;
            (c.message_limit > 0 && !c.went_on_after_message_limit).then(|| {
                format!(
                    "{} closed by the 421 after too many messages, and nobody has connected or sent \
                     since the last.",
                    count(c.message_limit, "connection")
                )
            })
        },
        ses: "Answers MAIL with 421 Connection closed by server. Maximum message count per session \
              reached., and closes; the message at hand has not been taken.",
        change: "On a 421 open a new connection and send the same message on it. Better, close after \
                 a fixed number of messages, such as 100.",
    },
    Rule {
        code: "too_many_connections",
        severity: Error,
        seen: |report| {
            let times = report.connections.too_many;
            (times > 0).then(|| {
                format!(
                    "{} refused; {} were open at most.",
                    count(times, "connection"),
                    report.connections.most_open
                )
            })
        },
        ses: "Answers 421 Too many concurrent SMTP connections above a number it does not publish.",
        change: "Use a pool of fixed size, over all processes together: rate x time per message is \
                 enough, 3 to 6 connections for 14 messages per second.",
    },
    Rule {
        code: "one_message_per_connection",
        severity: Warning,
        seen: |report| {
            let messages = &report.connections.messages;
            let single = messages.connections.get("1").copied().unwrap_or(0);
            (single >= HABIT && messages.mean < 1.5).then(|| {
                format!(
                    "{} carried one message only ({:.1} on average).",
                    count(single, "connection"),
                    messages.mean
                )
            })
        },
        ses: "Takes 0.13 to 0.64 s to set a connection up (reported), for TCP, TLS, EHLO and AUTH: as \
              long as a message or longer.",
        change: "Keep the connection and send the next message on it, up to 100 or so; close it when \
                 there is nothing to send for a few seconds.",
    },
    Rule {
        code: "very_long_connections",
        severity: Warning,
        seen: |report| {
            let most = report.connections.messages.most;
            (most >= VERY_LONG && report.connections.message_limit == 0)
                .then(|| format!("{} on one connection.", count(most, "message")))
        },
        ses: "Closes a connection with a 421 after a number of messages it does not publish; one user \
              saw 350. Amazon advises against long-lived connections.",
        change: "Reconnect after a fixed number of messages, such as 100, and be ready for the 421 \
                 (settings: messages_per_session = 350).",
    },
    Rule {
        code: "no_resumption",
        severity: Warning,
        seen: |report| {
            let (full, resumed) = (report.tls.full, report.tls.resumed);
            let few = report.connections.messages.mean < 10.0;
            (full >= HABIT && resumed == 0 && few).then(|| {
                format!(
                    "{}, none of them resumed.",
                    count(full, "full TLS handshake")
                )
            })
        },
        ses: "Takes part in a full handshake each time: a round trip more in TLS 1.2, and a \
              certificate to verify. Whether SES resumes sessions is not known.",
        change: "Share one TLS context, with its session cache, between connections; or make fewer \
                 connections.",
    },
    Rule {
        code: "without_quit",
        severity: Warning,
        seen: |report| {
            let (without, ended) = (report.connections.without_quit, report.connections.ended);
            let share = without as f64 / ended.max(1) as f64;
            (without >= HABIT && share > 0.5).then(|| {
                format!(
                    "{} of {} ended without QUIT.",
                    percent(share),
                    count(ended, "connection")
                )
            })
        },
        ses: "Notices that the client is gone, and may count the connection as open for a while.",
        change: "Say QUIT before closing; a client that breaks off after the dot can't tell whether \
                 its message was taken.",
    },
];
