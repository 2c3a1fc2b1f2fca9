//! Fallbacks where no other row fits: one row for each outcome except `accepted`.

use super::Diagnosis;
use crate::vocabulary::Outcome;

const RFC5321: &str = "RFC 5321 section 4.2.1";
const OWN: &str = "results/README.md";

pub(super) const ROWS: &[Diagnosis] = &[
    Diagnosis {
        id: "credentials-refused",
        title: "the credentials were refused",
        meaning: "The server does not accept this user name with this password.",
        advice: "Check SESBENCH_USERNAME and SESBENCH_PASSWORD, or the variables that the scenario \
            names.",
        sign: "any other 5xx to AUTH",
        source: "RFC 4954 section 6",
        fits: |met| met.outcome == Outcome::Auth,
        ..Diagnosis::PLAIN
    },
    Diagnosis {
        id: "rejected",
        title: "the server rejected the message",
        meaning: "The server refused the message permanently; a retry does not help.",
        advice: "Read its reply, which gives the reason.",
        sign: "any other 5xx to a message",
        source: RFC5321,
        fits: |met| met.outcome == Outcome::Rejected,
        ..Diagnosis::PLAIN
    },
    Diagnosis {
        id: "deferred",
        title: "the server deferred the session or the message",
        meaning: "The server refused the session or the message for now; its reply gives the \
            reason.",
        advice: "Try again later: a retry may succeed.",
        sign: "any other 4xx",
        source: RFC5321,
        fits: |met| {
            matches!(
                met.outcome,
                Outcome::Deferred | Outcome::Throttled | Outcome::Quota
            )
        },
        ..Diagnosis::PLAIN
    },
    Diagnosis {
        id: "no-answer",
        title: "the server did not answer in time",
        meaning: "The connection was open, but no reply arrived within the time-out. No message \
            was sent completely, so none was delivered.",
        advice: "Check the server's load and log; for a slow server, raise the time-out of the \
            phase, such as --set timeouts.auth=90s.",
        sign: "time-out in any other phase",
        source: OWN,
        fits: |met| met.outcome == Outcome::Timeout,
        ..Diagnosis::PLAIN
    },
    Diagnosis {
        id: "session-refused",
        title: "the server refused the session",
        meaning: "The server refused the session before any message.",
        advice: "Read its reply, which gives the reason; common ones are a block list and a \
            missing reverse DNS name.",
        sign: "a 5xx before MAIL, other than to AUTH",
        source: "RFC 5321 section 3.1",
        fits: |met| met.outcome == Outcome::Lost && matches!(met.reply_code(), Some(500..=599)),
        ..Diagnosis::PLAIN
    },
    Diagnosis {
        id: "connection-lost",
        title: "the connection failed",
        meaning: "The connection broke, or the server violated the protocol. No message was sent \
            completely, so none was delivered.",
        advice: "Read the error, look at the server's log, and try again.",
        sign: "any other loss before the final dot",
        source: OWN,
        fits: |met| met.outcome == Outcome::Lost,
        ..Diagnosis::PLAIN
    },
    Diagnosis {
        id: "unsent",
        title: "the run ended first",
        meaning: "The run ended before a session was free for the message, or a limit on attempts \
            (load.catch_up, target.max_rate) held it back until then.",
        advice: "Lower the rate; or, if the target permits it, use more sessions (load.sessions) \
            or raise the limit.",
        sign: "never started",
        source: OWN,
        fits: |met| met.outcome == Outcome::Unsent,
        ..Diagnosis::PLAIN
    },
];
