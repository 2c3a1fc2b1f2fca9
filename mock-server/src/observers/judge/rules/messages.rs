//! Rules on messages: lost, duplicated, rejected, or sent too fast.

use super::{count, percent};
use crate::observers::judge::Report;
use crate::observers::judge::examine::Rule;
use crate::observers::judge::finding::Severity::{Error, Warning};

/// Share of throttled attempts above which the rule applies: SES throttles a
/// message now and then also below the rate.
const OFTEN_THROTTLED: f64 = 0.01;

pub(super) const RULES: &[Rule] = &[
    Rule {
        code: "gave_up",
        severity: Error,
        seen: gave_up,
        ses: "Does not queue a message that it answers with a 4xx, and sends no notification. A \
              message that is not sent again is lost.",
        change: "Keep a message that got a 4xx and send it again later. Count it neither as sent nor \
                 as a bounce.",
    },
    Rule {
        code: "resent_after_lost_reply",
        severity: Error,
        seen: |report| {
            let (undelivered, resent) =
                (report.messages.undelivered, report.messages.resent_unheard);
            (resent > 0).then(|| {
                format!(
                    "{} accepted, and sent again before the 250 was received: it was still pending, \
                     or lost with its connection (lost 250s: {undelivered}).",
                    count(resent, "message")
                )
            })
        },
        ses: "Accepted the message at the dot, delivers it, and accepts the second one as a new \
              message: the recipient gets it twice.",
        change: "Wait for the reply to the dot for 10 minutes (RFC 5321 section 4.5.3.2.6). A message \
                 without one may have been delivered: send it again only where a duplicate is better \
                 than a lost message.",
    },
    Rule {
        code: "accepted_twice",
        severity: Error,
        seen: |report| {
            let times = report.messages.accepted_twice;
            (times > 0).then(|| {
                format!(
                    "{} accepted more than once: same Message-ID, same recipients.",
                    count(times, "message")
                )
            })
        },
        ses: "Does not detect duplicates: the recipient gets the message twice, and both count \
              towards the quota.",
        change: "Mark a message as sent as soon as its 250 arrives, before anything else can fail, \
                 and let only one process take it from the queue.",
    },
    Rule {
        code: "resent_after_rejection",
        severity: Error,
        seen: |report| {
            let times = report.messages.resent_rejected;
            (times > 0)
                .then(|| format!("{} of messages that had got a 5xx.", count(times, "retry")))
        },
        ses: "Rejects it again, for the same reason.",
        change: "Do not retry a 5xx. Report it with its text, which states the cause.",
    },
    Rule {
        code: "rejected",
        severity: Error,
        seen: rejected,
        ses: "Rejects such messages permanently after the dot, and sends no bounce.",
        change: "Read the texts: each states what is wrong with the message, the identity or the \
                 account.",
    },
    Rule {
        code: "over_rate",
        severity: Warning,
        seen: over_rate,
        ses: "Answers 454 Throttling failure: Maximum sending rate exceeded. after the dot, when the \
              whole message has been uploaded. Short bursts pass; the exact limit is not published.",
        change: "Limit the rate of all processes together to slightly below the account's rate, \
                 instead of sending until SES refuses.",
    },
];

fn gave_up(report: &Report) -> Option<String> {
    let (open, long) = (report.retries.open, report.retries.open_for_a_minute);
    (open > 0).then(|| {
        format!(
            "{} got a 4xx and no retry while the mock ran, {long} of them for a minute or more. A \
             message that is sent again later, or with another Message-ID, is not recognised.",
            count(open, "message")
        )
    })
}

fn rejected(report: &Report) -> Option<String> {
    let replies = report.messages.rejected.iter();
    let each: Vec<String> = replies.map(|(text, n)| format!("{n} x {text}")).collect();
    (!each.is_empty()).then(|| format!("{}.", each.join("; ").trim_end_matches('.')))
}

fn over_rate(report: &Report) -> Option<String> {
    let (share, rate) = (report.rate.throttled_share, &report.rate);
    let allowed = rate.allowed_per_s.map_or_else(
        || "the account has no rate limit now".to_owned(),
        |allowed| format!("the account's rate is {allowed}"),
    );
    (share > OFTEN_THROTTLED).then(|| {
        format!(
            "{} of the attempts were throttled. Clients sent at most {} recipients in one second; \
             {allowed}.",
            percent(share),
            rate.busiest_s
        )
    })
}
