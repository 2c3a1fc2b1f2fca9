//! What an outcome means for whoever sent the mail, and what to do about it.

use crate::vocabulary::Outcome;

/// What to do about messages that ended so; none for those that are well.
pub const fn explain(outcome: Outcome) -> Option<&'static str> {
    Some(match outcome {
        Outcome::Accepted => return None,
        Outcome::Throttled => {
            "the account's sending rate was exceeded: ask for less, ask for a higher quota, or retry with back-off"
        }
        Outcome::Quota => "the account's daily quota is spent: retrying today does not help",
        Outcome::Rejected => {
            "the server will not take this message, now or later: its reply says why"
        }
        Outcome::Auth => {
            "the credentials were refused: SES wants the SMTP password of this region, not the IAM secret key"
        }
        Outcome::Deferred => "the server could not take it now: a retry may succeed",
        Outcome::Timeout => {
            "the server did not answer in time, before the message was sent: it was not delivered"
        }
        Outcome::Lost => "the connection failed before the message was sent: it was not delivered",
        Outcome::Unknown => {
            "the message was sent and never answered: it may have been delivered, so a retry may deliver it twice"
        }
        Outcome::Unsent => {
            "the run ended before a session was free for it: more sessions, or a lower rate"
        }
    })
}
