//! What a reply other than the hoped-for one means for a message.

use super::reply::Reply;
use crate::vocabulary::{Outcome, Phase, Scope};

/// The outcome of an attempt (or of a session being set up) that met `reply`
/// in `phase`, where the dialogue can't go on as hoped.
pub(super) fn outcome(phase: Phase, reply: &Reply) -> Outcome {
    match (reply.code(), phase) {
        (454, _) if is_daily_quota(reply.text()) => Outcome::Quota,
        (454, _) if is_throttling(reply.text()) => Outcome::Throttled,
        (400..=499, _) => Outcome::Deferred,
        (500..=599, Phase::Auth) => Outcome::Auth,
        (500..=599, _) if phase.scope() == Scope::Message => Outcome::Rejected,
        // A 5xx that refuses the session itself, or a 2xx or 3xx out of place.
        _ => Outcome::Lost,
    }
}

/// Whether the server is ending the session with this reply rather than
/// answering: 421 (RFC 5321 section 3.8), or the 451 4.4.2 that SES sends, unasked,
/// to a client that idled, and that the client reads in place of its next answer.
pub(super) fn ends_session(reply: &Reply) -> bool {
    reply.code() == 421 || (reply.code() == 451 && reply.enhanced() == Some("4.4.2"))
}

/// Whether a refusal of MAIL, by a session that had taken it before, is the
/// session's: it may have had its number of messages, which servers say by any
/// code and in any words (OpenSMTPD: `452 4.5.3 Too many recipients: Too many
/// messages sent`). Every MAIL of a run is the same, so it is not about the
/// message. What is about the account, or about the client's rate, is no other
/// on another session, and asking again would count once more.
pub(super) fn may_be_of_session(reply: &Reply) -> bool {
    let of_account = matches!(
        outcome(Phase::Mail, reply),
        Outcome::Throttled | Outcome::Quota
    ) || is_suspension(reply.text());
    matches!(reply.code(), 400..=599) && !of_account && !is_rate_limit(reply.text())
}

/// Whether SES says that the account may not send any more, whatever it sends.
pub fn is_suspension(text: &str) -> bool {
    contains(text, "sending suspended for this account")
}

/// SES gives both of its throttling failures the code 454; only the text tells
/// a rate from a spent day.
fn is_throttling(text: &str) -> bool {
    contains(text, "throttling") || contains(text, "rate exceeded")
}

/// Postfix's anvil, and what other servers call theirs.
fn is_rate_limit(text: &str) -> bool {
    const WORDS: [&str; 5] = [
        "too much mail",
        "rate limit",
        "ratelimit",
        "rate exceeded",
        "throttl",
    ];
    WORDS.iter().any(|words| contains(text, words))
}

fn is_daily_quota(text: &str) -> bool {
    contains(text, "daily") && contains(text, "quota exceeded")
}

fn contains(text: &str, part: &str) -> bool {
    let windows = text.as_bytes().windows(part.len());
    windows
        .into_iter()
        .any(|window| window.eq_ignore_ascii_case(part.as_bytes()))
}
