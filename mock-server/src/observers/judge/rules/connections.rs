//! Rules on connections: kept too long, too short, or closed without QUIT.

use super::{count, percent};
use crate::observers::judge::examine::Rule;
use crate::observers::judge::finding::Severity::{Error, Warning};

/// Minimum number of connections that shows a habit.
const HABIT: u64 = 5;
/// Messages on one connection, well above the number at which SES has closed
/// one (a user's report: 350).
const VERY_LONG: u64 = 1_000;

pub(super) const RULES: &[Rule] = &[
    Rule {
        code: "spoke_after_timeout",
        severity: Error,
        seen: |report| {
            let times = report.connections.spoke_after_timeout;
            (times > 0).then(|| {
                format!(
                    "{} used again after the idle time-out.",
                    count(times, "connection")
                )
            })
        },
        ses: "Sends 451 4.4.2 Timeout waiting for data from client. without a command after about \
              10 s of silence, and closes the connection. The client reads it as the reply to its next \
              command.",
        change: "Close a connection after a few idle seconds. Treat this 451, or a closed connection, \
                 at the first command as a reason to reconnect, not as a failure of the message.",
    },
    Rule {
        code: "message_limit_ignored",
        severity: Error,
        seen: |report| {
            let c = &report.connections;
            (c.message_limit > 0 && !c.went_on_after_message_limit).then(|| {
                format!(
                    "{} closed by the 421 for too many messages; no client has connected or sent since \
                     the last one.",
                    count(c.message_limit, "connection")
                )
            })
        },
        ses: "Answers MAIL with 421 Connection closed by server. Maximum message count per session \
              reached., and closes the connection. The current message is not accepted.",
        change: "After a 421 open a new connection and send the same message on it. Better: close a \
                 connection after a fixed number of messages, such as 100.",
    },
    Rule {
        code: "too_many_connections",
        severity: Error,
        seen: |report| {
            let times = report.connections.too_many;
            (times > 0).then(|| {
                format!(
                    "{} refused; at most {} open at the same time.",
                    count(times, "connection"),
                    report.connections.most_open
                )
            })
        },
        ses: "Answers 421 Too many concurrent SMTP connections above a limit that is not published.",
        change: "Use a connection pool of fixed size over all processes: rate x time per message is \
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
                    "{} with only one message ({:.1} on average).",
                    count(single, "connection"),
                    messages.mean
                )
            })
        },
        ses: "Takes 0.13 to 0.64 s (reported) to set up a connection (TCP, TLS, EHLO and AUTH): as \
              long as a message, or longer.",
        change: "Reuse the connection for up to about 100 messages. Close it when there is nothing to \
                 send for a few seconds.",
    },
    Rule {
        code: "very_long_connections",
        severity: Warning,
        seen: |report| {
            let most = report.connections.messages.most;
            (most >= VERY_LONG && report.connections.message_limit == 0)
                .then(|| format!("{} on one connection.", count(most, "message")))
        },
        ses: "Closes a connection with a 421 after a number of messages that is not published; one \
              user reported 350. Amazon advises against long-lived connections.",
        change: "Reconnect after a fixed number of messages, such as 100, and handle the 421 (test it \
                 with messages_per_session = 350).",
    },
    Rule {
        code: "no_resumption",
        severity: Warning,
        seen: |report| {
            let (full, resumed) = (report.tls.full, report.tls.resumed);
            let few = report.connections.messages.mean < 10.0;
            (full >= HABIT && resumed == 0 && few)
                .then(|| format!("{}, no session resumed.", count(full, "full TLS handshake")))
        },
        ses: "Does a full handshake each time: one more round trip in TLS 1.2, and a certificate to \
              verify. Whether SES resumes sessions is not known.",
        change: "Share one TLS context with its session cache between connections, or open fewer \
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
        ses: "Sees a lost connection, and may count it as open for a while.",
        change: "Send QUIT before closing. A client that disconnects after the dot cannot know whether \
                 its message was accepted.",
    },
];
