//! The server ended the session, or refused to begin it.

use super::Diagnosis;
use crate::analysis::diagnosis::FailureCase;

const CODES: &str = "SES Developer Guide, \"Amazon SES SMTP response codes\"";

pub(super) const ROWS: &[Diagnosis] = &[
    Diagnosis {
        id: "too-many-connections",
        title: "too many simultaneous connections",
        meaning: "The server limits simultaneous connections, per account or per address. SES does \
            not publish its limit.",
        advice: "Use fewer sessions (load.sessions), with more messages on each, and check that \
            other senders of the account are idle.",
        sign: "421, naming too many connections or their maximum number",
        source: CODES,
        fits: |met| met.code(421) && too_many_connections(met),
        ..Diagnosis::PLAIN
    },
    Diagnosis {
        id: "messages-per-session",
        title: "the session reached its maximum number of messages",
        meaning: "The server accepts a limited number of messages per session (SES publishes no \
            limit, 350 was observed; OpenSMTPD: 100). The message that met the limit was not \
            accepted, and is sent over another session.",
        advice: "Set load.messages_per_session to that number or below, so that sessions are reopened in \
            time.",
        sign: "421, 45x or 55x to MAIL, naming the messages of the session",
        source: CODES,
        fits: |met| {
            matches!(met.reply_code(), Some(421 | 450..=452 | 550..=554))
                && met.says_any(&SESSION_HAD_MESSAGES)
        },
        ..Diagnosis::PLAIN
    },
    Diagnosis {
        id: "idle-timeout",
        title: "the session was idle for too long",
        meaning: "The server closed a session that was idle (SES: after about 10 s) and sent its \
            reply unasked; a client reads it as the reply to its next command.",
        advice: "Use fewer sessions, so that none is idle that long, or open them on demand: \
            load.connect = \"on_demand\".",
        sign: "451 4.4.2 or 421 4.4.2, or one of these codes naming a time-out of the client",
        source: "SES Developer Guide, \"Issues with the SMTP interface\"",
        fits: |met| {
            let idle = matches!(met.reply_code(), Some(421 | 451)) && met.says_any(&IDLE);
            met.enhanced("4.4.2") || met.says("Timeout waiting for data") || idle
        },
        ..Diagnosis::PLAIN
    },
    Diagnosis {
        id: "too-many-errors",
        title: "too many errors in the session",
        meaning: "The server counts the commands that it refuses or does not understand, and ends \
            the session at a limit (Postfix: smtpd_hard_error_limit; Exim: \
            smtp_accept_max_nonmail). This is a consequence of the earlier refusals.",
        advice: "Look at the earlier refusals and remove their cause; or set \
            load.messages_per_session below that limit.",
        sign: "a 4xx or 5xx, naming too many errors or bad commands",
        source: "Postfix, postconf(5), smtpd_hard_error_limit",
        fits: |met| met.is_refused() && met.says_any(&ERRORS),
        ..Diagnosis::PLAIN
    },
    Diagnosis {
        id: "server-stopping",
        title: "the server is shutting down or unavailable",
        meaning: "The server is shutting down or not in service at the moment, and ended the \
            session.",
        advice: "Wait until it is available again, and check its log if it was not stopped on \
            purpose.",
        sign: "421, naming a shutdown or that the service is not available",
        source: "RFC 5321 section 3.8",
        fits: |met| {
            let otherwise = too_many_connections(met) || met.says_any(&IDLE);
            met.code(421) && met.says_any(&STOPPING) && !otherwise
        },
        ..Diagnosis::PLAIN
    },
    Diagnosis {
        id: "fate-unknown",
        title: "the message may have been delivered",
        meaning: "The whole message was sent, and the reply to its final dot never arrived. The \
            server may have accepted it before the connection failed (RFC 5321 section 4.2.5).",
        advice: "Look for it in the server's log or in SES's events before you send it again: a blind \
            resend may deliver it twice.",
        sign: "time-out or loss after the final dot",
        source: "RFC 5321 section 4.2.5",
        fits: |met| met.outcome == crate::vocabulary::Outcome::Unknown,
        ..Diagnosis::PLAIN
    },
];

fn too_many_connections(met: &FailureCase<'_>) -> bool {
    let counted = met.says("too many") && met.says("connections");
    counted || met.says_any(&CONNECTIONS)
}

/// Exchange; Postfix, Exim, Sendmail and SES write `too many ... connections`.
const CONNECTIONS: [&str; 4] = [
    "maximum number of concurrent",
    "maximum number of connections",
    "connection limit exceeded",
    "connection limit reached",
];

/// SES, OpenSMTPD, Exim, Yahoo, and others that limit the messages of a session.
pub(super) const SESSION_HAD_MESSAGES: [&str; 13] = [
    "message count per session",
    "too many messages sent",
    "too many messages in this connection",
    "too many messages in this session",
    "too many messages this session",
    "too many messages per session",
    "too many messages for this session",
    "too many messages on this connection",
    "too many messages per connection",
    "too many transactions",
    "max message per connection",
    "maximum messages per connection",
    "maximum messages per session",
];

/// Exim, Sendmail, Postfix, Exchange.
const IDLE: [&str; 8] = [
    "command timeout",
    "data timeout",
    "timeout exceeded",
    "idle timeout",
    "inactivity timeout",
    "timeout waiting for input",
    "timeout waiting for client input",
    "idle for too long",
];

/// Postfix, Sendmail, Exim.
const ERRORS: [&str; 6] = [
    "too many errors",
    "too many bad commands",
    "too many unrecognized commands",
    "too many unknown commands",
    "too many nonmail commands",
    "too many syntax or protocol errors",
];

const STOPPING: [&str; 5] = [
    "shutting down",
    "going down",
    "system shutdown",
    "service not available",
    "service unavailable",
];
