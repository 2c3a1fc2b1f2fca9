//! Failures of the server itself: out of storage, overloaded, internal error.

use super::Diagnosis;
use crate::analysis::diagnosis::FailureCase;

const RFC3463: &str = "RFC 3463 section 3";

pub(super) const ROWS: &[Diagnosis] = &[
    Diagnosis {
        id: "server-full",
        title: "the server is out of storage",
        meaning: "The server's disk or queue is full, so it accepts no mail at all.",
        advice: "Free space on the server, and check what its queue holds.",
        sign: "4.3.1, or 451 or 452 naming insufficient storage or a full disk",
        source: RFC3463,
        fits: is_full,
        ..Diagnosis::PLAIN
    },
    Diagnosis {
        id: "server-busy",
        title: "the server is overloaded",
        meaning: "The server's load is above the level up to which it accepts mail (Exim: \
            smtp_load_reserve; Sendmail: RefuseLA; Exchange: back pressure).",
        advice: "Lower the rate, and check what keeps the server busy; a retry may succeed.",
        sign: "421, 451 or 452, naming the load",
        source: "Exim, \"Main configuration\", smtp_load_reserve",
        fits: |met| {
            matches!(met.reply_code(), Some(421 | 451 | 452))
                && met.says_any(&BUSY)
                && !is_full(met)
        },
        ..Diagnosis::PLAIN
    },
    Diagnosis {
        id: "server-fault",
        title: "internal error on the server",
        meaning: "A component of the server failed while it processed the message: a filter \
            (milter), a lookup, its queue or its configuration. The message was not accepted.",
        advice: "Check the server's log for this time: the reply does not name the cause.",
        sign: "451 or 421 with 4.3.0 or 4.3.5, or naming a local problem or an internal error",
        source: "RFC 5321 section 4.2.3",
        fits: |met| {
            let numbered = met.enhanced("4.3.0") || met.enhanced("4.3.5");
            let of_server = matches!(met.reply_code(), Some(421 | 451));
            let busy = met.says_any(&BUSY) || is_full(met);
            of_server && (numbered || met.says_any(&FAULTS)) && !busy && !met.context.is_ses
        },
        ..Diagnosis::PLAIN
    },
];

fn is_full(met: &FailureCase<'_>) -> bool {
    let named = matches!(met.reply_code(), Some(451 | 452)) && met.says_any(&FULL);
    met.enhanced("4.3.1") || named
}

/// Postfix, Exim, Sendmail, qmail.
const FULL: [&str; 6] = [
    "insufficient system storage",
    "insufficient storage",
    "insufficient disk space",
    "space shortage",
    "disk full",
    "no space left",
];

const BUSY: [&str; 5] = [
    "too much load",
    "load average",
    "server busy",
    "server is busy",
    "too busy",
];

/// Exim, Postfix (the last one where a milter does not answer), Sendmail.
const FAULTS: [&str; 7] = [
    "local problem",
    "local error in processing",
    "internal error",
    "internal server error",
    "queue file write error",
    "server configuration error",
    "Service unavailable - try again later",
];
