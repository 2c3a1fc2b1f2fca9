//! The server ended the session, or did not let it begin.

use super::Diagnosis;

const CODES: &str = "SES Developer Guide, \"Amazon SES SMTP response codes\"";

pub(super) const ROWS: &[Diagnosis] = &[
    Diagnosis {
        id: "too-many-connections",
        title: "too many connections at once",
        meaning: "The server bounds the connections it holds, for the account or for an address. SES \
            publishes no number for it.",
        advice: "Use fewer sessions (load.sessions), with more messages on each, and see that other \
            senders of the account are quiet.",
        sign: "421, naming too many connections",
        source: CODES,
        fits: |met| met.code(421) && met.says("too many") && met.says("connections"),
        ..Diagnosis::PLAIN
    },
    Diagnosis {
        id: "messages-per-session",
        title: "the session has had its messages",
        meaning: "The server takes a number of messages on a session and no more (SES publishes none; \
            350 was seen; OpenSMTPD: 100). The message it said so to was not taken, and goes by another \
            session.",
        advice: "Set load.messages_per_session to that number or below, so that sessions are reopened in \
            time.",
        sign: "421, 45x or 55x to MAIL, naming the messages of the session",
        source: CODES,
        fits: |met| {
            matches!(met.cause.code, Some(421 | 450..=452 | 550..=554))
                && met.says_any(&SESSION_HAD_MESSAGES)
        },
        ..Diagnosis::PLAIN
    },
    Diagnosis {
        id: "idle-timeout",
        title: "the session was idle for too long",
        meaning: "The server closed a session that said nothing for a while (SES: about 10 s), and said \
            so unasked; a client reads it as the answer to its next command.",
        advice: "Use fewer sessions, so that none rests that long, or open them when they are needed: \
            load.connect = \"on_demand\".",
        sign: "451 4.4.2, or 421 4.4.2, naming a time-out",
        source: "SES Developer Guide, \"Issues with the SMTP interface\"",
        fits: |met| met.enhanced("4.4.2") || met.says("Timeout waiting for data"),
        ..Diagnosis::PLAIN
    },
    Diagnosis {
        id: "fate-unknown",
        title: "the message may have been delivered",
        meaning: "The whole message was sent and the reply to its final dot never came. The server may \
            have taken it before the connection failed (RFC 5321 section 4.2.5).",
        advice: "Look for it in the server's log or in SES's events before you send it again: a blind \
            resend may deliver it twice.",
        sign: "time-out or loss after the final dot",
        source: "RFC 5321 section 4.2.5",
        fits: |met| met.outcome == crate::vocabulary::Outcome::Unknown,
        ..Diagnosis::PLAIN
    },
];

/// SES, OpenSMTPD, Exim, and others that bound the messages of a session.
pub(super) const SESSION_HAD_MESSAGES: [&str; 7] = [
    "message count per session",
    "too many messages sent",
    "too many messages in this connection",
    "too many messages in this session",
    "too many messages this session",
    "too many messages per session",
    "too many transactions",
];
