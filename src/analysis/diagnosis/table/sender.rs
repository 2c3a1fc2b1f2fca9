//! Refusals because of the sender or the content of a message.

use super::Diagnosis;
use crate::analysis::diagnosis::FailureCase;
use crate::vocabulary::{Outcome, Phase};

pub(super) const ROWS: &[Diagnosis] = &[
    Diagnosis {
        id: "sender-not-allowed",
        title: "this user may not send as this sender",
        meaning: "The server lets a user send only from the user's own addresses, and the envelope \
            sender is not one of them.",
        advice: "Set message.from (--from) to an address of the user, or allow it at the server \
            (Postfix: smtpd_sender_login_maps; Exchange: the permission Send As).",
        sign: "5.7.60, or naming a sender that is not the user's",
        source: "Postfix, postconf(5), smtpd_sender_login_maps",
        fits: |met| {
            let named = met.in_transaction() && met.says_any(&NOT_OWNED);
            met.is_refused() && (met.enhanced("5.7.60") || named)
        },
        ..Diagnosis::PLAIN
    },
    Diagnosis {
        id: "unknown-sender",
        title: "the sender's address does not exist",
        meaning: "The server looks up the envelope sender, and finds no such domain or mailbox.",
        advice: "Set message.from (--from) to an address that exists in a domain with MX or address \
            records.",
        sign: "4.1.8 or 5.1.8, or naming a sender that does not verify",
        source: "RFC 3463 section 3.2",
        fits: has_unknown_sender,
        ..Diagnosis::PLAIN
    },
    Diagnosis {
        id: "sender-not-authenticated",
        title: "the message fails SPF, DKIM or DMARC",
        meaning: "The server checks whether this machine may send for the sender's domain, and the \
            check failed.",
        advice: "Set message.from (--from) to a domain whose SPF record allows this machine, or \
            sign the message on the way; on a test relay, switch the check off.",
        sign: "a 4xx or 5xx to a message, naming SPF, DKIM or DMARC; x.7.20 to x.7.24, x.7.26",
        source: "RFC 7372 section 3",
        fits: |met| {
            let numbered = matches!(policy(met), Some(20..=24 | 26));
            let named = met.is_policy() || matches!(met.reply_code(), Some(550 | 554));
            let named = named && !met.context.is_ses && met.says_any(&["SPF", "DKIM", "DMARC"]);
            met.in_transaction() && met.is_refused() && (numbered || named)
        },
        ..Diagnosis::PLAIN
    },
    Diagnosis {
        id: "content-refused",
        title: "the server classifies the message as spam or a virus",
        meaning: "A content filter of the server refused the message.",
        advice: "Make message.subject and the body resemble your real mail, or exempt this machine \
            or the recipient from the filter.",
        sign: "a 5xx to the final dot, naming spam or a virus",
        source: "RFC 3463 section 3.8",
        fits: |met| {
            let refused = met.at(Phase::Accept) && met.outcome == Outcome::Rejected;
            refused && !met.context.is_ses && met.says_any(&CONTENT)
        },
        ..Diagnosis::PLAIN
    },
];

pub(super) fn has_unknown_sender(met: &FailureCase<'_>) -> bool {
    let numbered = met.enhanced("4.1.8") || met.enhanced("5.1.8");
    let of_sender = met.says("sender address rejected") && met.says("domain not found");
    met.is_refused() && (numbered || of_sender || met.says_any(&UNVERIFIED))
}

/// The last number of a policy's enhanced code: 26 in `5.7.26`.
fn policy(met: &FailureCase<'_>) -> Option<u16> {
    let code = met.reply()?.enhanced.filter(|_| met.is_policy())?;
    code.rsplit('.').next()?.parse().ok()
}

/// Postfix, Exchange, Exim's recipes.
const NOT_OWNED: [&str; 7] = [
    "not owned by user",
    "not logged in as owner",
    "permissions to send as this sender",
    "permission to send as",
    "not allowed to send as",
    "not authorized to send as",
    "SendAsDenied",
];

/// Exim, Sendmail, Postfix.
const UNVERIFIED: [&str; 5] = [
    "sender verify failed",
    "sender verify callout",
    "unverified address",
    "domain of sender address",
    "sender domain must exist",
];

const CONTENT: [&str; 6] = [
    "spam",
    "virus",
    "malware",
    "infected",
    "phishing",
    "unsolicited mail",
];
