//! Refusals because of the recipient: unknown, full, disabled, not routable.

use super::Diagnosis;
use super::account::SPANS;
use super::relay::denies_relay;
use super::sender::has_unknown_sender;
use crate::analysis::diagnosis::FailureCase;
use crate::vocabulary::Phase;

const RFC3463: &str = "RFC 3463 section 3";

pub(super) const ROWS: &[Diagnosis] = &[
    Diagnosis {
        id: "user-unknown",
        title: "the mailbox does not exist",
        meaning: "The server is responsible for the recipient's domain, and has no such address.",
        advice: "Correct message.to (--to); for a load test, send to an address that discards its \
            mail.",
        sign: "5.1.1 or 5.1.10, or a 5xx to RCPT or the final dot naming an unknown user",
        source: RFC3463,
        fits: |met| is_unknown(met) && !is_unrouteable(met),
        ..Diagnosis::PLAIN
    },
    Diagnosis {
        id: "recipient-without-rule",
        title: "the server has no rule for the recipient",
        meaning: "No rule of the server accepts mail for this recipient from this client: the \
            recipient may be unknown in one of the server's own domains, or be in another domain, \
            to which the server does not relay for this client. The server has one reply for both \
            (OpenSMTPD).",
        advice: "Check message.to (--to), and add a rule at the server that accepts it (OpenSMTPD: \
            match from src ADDRESS for any action NAME, or match auth from any for any).",
        sign: "550 Invalid recipient",
        source: "OpenSMTPD, smtpd.conf(5), match",
        fits: |met| {
            let known = is_unknown(met) || is_unrouteable(met) || denies_relay(met);
            met.at(Phase::Rcpt) && met.code(550) && met.says("invalid recipient") && !known
        },
        ..Diagnosis::PLAIN
    },
    Diagnosis {
        id: "unrouteable-recipient",
        title: "the server cannot route mail to the recipient",
        meaning: "The recipient's domain does not exist in the server's DNS, or none of its \
            routers accepts the address. Exim gives the same reply for an unknown mailbox of its \
            own.",
        advice: "Correct message.to (--to), or check that the server resolves the domain.",
        sign: "4.1.2 or 5.1.2, or naming an unrouteable address or a domain that is not found",
        source: "RFC 3463 section 3.2",
        fits: is_unrouteable,
        ..Diagnosis::PLAIN
    },
    Diagnosis {
        id: "mailbox-full",
        title: "the mailbox is full",
        meaning: "The recipient's mailbox has no room.",
        advice: "Empty it, or send to another one.",
        sign: "4.2.2 or 5.2.2, or a refusal naming a full mailbox or its quota",
        source: RFC3463,
        fits: |met| {
            let refused = matches!(met.reply_code(), Some(422 | 450 | 452 | 550 | 552 | 554));
            let named = met.says_any(&FULL) && !met.says_any(&SPANS);
            let numbered = met.enhanced("4.2.2") || met.enhanced("5.2.2");
            numbered || (met.in_transaction() && refused && named)
        },
        ..Diagnosis::PLAIN
    },
    Diagnosis {
        id: "mailbox-disabled",
        title: "the mailbox is disabled",
        meaning: "The recipient's mailbox exists, but accepts no mail.",
        advice: "Send to another one, or have it enabled.",
        sign: "5.2.1, or a refusal naming a disabled mailbox or account",
        source: RFC3463,
        fits: |met| {
            let named = met.in_transaction() && met.is_refused() && met.says_any(&DISABLED);
            met.enhanced("5.2.1") || named
        },
        ..Diagnosis::PLAIN
    },
];

pub(super) fn is_unknown(met: &FailureCase<'_>) -> bool {
    let numbered = met.enhanced("5.1.1") || met.enhanced("5.1.10");
    let asked = met.at(Phase::Rcpt) || met.at(Phase::Accept);
    let refused = matches!(met.reply_code(), Some(550 | 551 | 553 | 554));
    let named = asked && refused && met.says_any(&UNKNOWN);
    (numbered || named) && !denies_relay(met)
}

fn is_unrouteable(met: &FailureCase<'_>) -> bool {
    let numbered = met.enhanced("4.1.2") || met.enhanced("5.1.2");
    let named = met.says_any(&UNROUTEABLE) || (met.at(Phase::Rcpt) && met.says("domain not found"));
    let otherwise = denies_relay(met) || has_unknown_sender(met);
    met.is_refused() && (numbered || named) && !otherwise
}

/// Postfix, Sendmail, Exim, Exchange, Gmail, MDaemon, Domino.
const UNKNOWN: [&str; 20] = [
    "user unknown",
    "unknown user",
    "no such user",
    "no such recipient",
    "no such mailbox",
    "no such address",
    "recipient unknown",
    "unknown recipient",
    "recipient not found",
    "recipient does not exist",
    "user not found",
    "user does not exist",
    "unknown mailbox",
    "mailbox not found",
    "mailbox does not exist",
    "mailbox unavailable",
    "no mailbox here by that name",
    "address unknown",
    "address does not exist",
    "account that you tried to reach does not exist",
];

/// Exim.
const UNROUTEABLE: [&str; 4] = [
    "unrouteable address",
    "unroutable address",
    "unrouteable domain",
    "unroutable domain",
];

/// Dovecot, Postfix, Gmail, Cyrus, Exchange.
const FULL: [&str; 11] = [
    "mailbox full",
    "mailbox is full",
    "mailbox quota",
    "over quota",
    "quota exceeded",
    "exceeded storage allocation",
    "exceeded its quota",
    "exceeded their quota",
    "out of storage space",
    "inbox is full",
    "inbox is out of storage",
];

const DISABLED: [&str; 5] = [
    "mailbox disabled",
    "mailbox is disabled",
    "account disabled",
    "account is disabled",
    "tried to reach is disabled",
];
