//! Maps an unexpected reply to the outcome of the message.

use super::reply::Reply;
use crate::vocabulary::{Outcome, Phase, Scope};

/// The outcome of an attempt (or of a session in set-up) that got `reply` in
/// `phase`, where the dialogue can't continue as planned.
pub(super) fn outcome(phase: Phase, reply: &Reply) -> Outcome {
    match (reply.code(), phase) {
        (454, _) if is_daily_quota(reply.text()) => Outcome::Quota,
        (454, _) if is_throttling(reply.text()) => Outcome::Throttled,
        (400..=499, _) => Outcome::Deferred,
        (500..=599, Phase::Auth) => Outcome::Auth,
        (500..=599, _) if phase.scope() == Scope::Message => Outcome::Rejected,
        // A 5xx that refuses the session itself, or an unexpected 2xx or 3xx.
        _ => Outcome::Lost,
    }
}

/// Whether the server ends the session with this reply instead of answering:
/// 421 (RFC 5321 section 3.8), or the unsolicited 451 4.4.2 that SES sends to
/// an idle client, which the client reads in place of its next reply.
pub(super) fn ends_session(reply: &Reply) -> bool {
    reply.code() == 421 || (reply.code() == 451 && reply.enhanced() == Some("4.4.2"))
}

/// Whether a refusal of MAIL, on a session that has accepted MAIL before, may
/// be about the session: it may have reached its number of messages, which
/// servers report by any code and text (OpenSMTPD: `452 4.5.3 Too many
/// recipients: Too many messages sent`). Every MAIL of a run is the same, so
/// the refusal is not about the message. A refusal about the account, or about
/// the client's rate, would be the same on another session, and the new attempt
/// would count again.
pub(super) fn may_be_of_session(reply: &Reply) -> bool {
    let of_account = matches!(
        outcome(Phase::Mail, reply),
        Outcome::Throttled | Outcome::Quota
    ) || is_suspension(reply.text());
    matches!(reply.code(), 400..=599) && !of_account && !is_rate_limit(reply.text())
}

/// Whether SES reports that sending is suspended for the account.
pub(crate) fn is_suspension(text: &str) -> bool {
    contains(text, "sending suspended for this account")
}

/// SES uses the code 454 for both kinds of throttling; only the text
/// distinguishes the rate from the daily quota.
fn is_throttling(text: &str) -> bool {
    contains(text, "throttling") || contains(text, "rate exceeded")
}

/// Postfix's anvil, and the rate limits of other servers.
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
