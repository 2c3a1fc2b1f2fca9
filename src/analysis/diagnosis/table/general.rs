//! What can be said of an outcome where nothing more is recognised: one row for
//! each outcome but the good one.

use super::Diagnosis;
use crate::vocabulary::Outcome;

const RFC5321: &str = "RFC 5321 section 4.2.1";
const OWN: &str = "results/README.md";

pub(super) const ROWS: &[Diagnosis] = &[
    Diagnosis {
        id: "credentials-refused",
        title: "the credentials were refused",
        meaning: "The server does not take this user name with this password.",
        advice: "Check SESBENCH_USERNAME and SESBENCH_PASSWORD, or the variables that the scenario \
            names.",
        sign: "any other 5xx to AUTH",
        source: "RFC 4954 section 6",
        fits: |met| met.outcome == Outcome::Auth,
        ..Diagnosis::PLAIN
    },
    Diagnosis {
        id: "rejected",
        title: "the server will not take this message",
        meaning: "The server refused the message for good, now or later.",
        advice: "Read its reply, which says why.",
        sign: "any other 5xx to a message",
        source: RFC5321,
        fits: |met| met.outcome == Outcome::Rejected,
        ..Diagnosis::PLAIN
    },
    Diagnosis {
        id: "deferred",
        title: "the server could not take it now",
        meaning: "The server put the session or the message off; its reply says why.",
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
        meaning: "The connection stood and no reply came. No message was sent whole, so none was \
            delivered.",
        advice: "Look at the server's load and log; a slow server gets more time by its \
            time-out, such as --set timeouts.auth=90s.",
        sign: "time-out in any other phase",
        source: OWN,
        fits: |met| met.outcome == Outcome::Timeout,
        ..Diagnosis::PLAIN
    },
    Diagnosis {
        id: "session-refused",
        title: "the server refused the session",
        meaning: "The server turned the session away before any message.",
        advice: "Read its reply, which says why; a block list or a missing reverse name is usual.",
        sign: "a 5xx before MAIL, other than to AUTH",
        source: "RFC 5321 section 3.1",
        fits: |met| met.outcome == Outcome::Lost && matches!(met.cause.code, Some(500..=599)),
        ..Diagnosis::PLAIN
    },
    Diagnosis {
        id: "connection-lost",
        title: "the connection failed",
        meaning: "The connection broke, or the server did not keep to the protocol. No message was sent \
            whole, so none was delivered.",
        advice: "Read the error, look at the server's log, and try again.",
        sign: "any other loss before the final dot",
        source: OWN,
        fits: |met| met.outcome == Outcome::Lost,
        ..Diagnosis::PLAIN
    },
    Diagnosis {
        id: "unsent",
        title: "the run ended first",
        meaning: "Before the run was over no session was free for the message, or it was held back by a \
            bound on attempts (load.catch_up, target.max_rate).",
        advice: "Ask for a lower rate; or, as far as the target may have it, use more sessions \
            (load.sessions) or allow more.",
        sign: "never started",
        source: OWN,
        fits: |met| met.outcome == Outcome::Unsent,
        ..Diagnosis::PLAIN
    },
];
