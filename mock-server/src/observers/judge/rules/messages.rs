//! Messages lost, doubled, or refused for good.

use super::{count, percent};
use crate::observers::judge::Report;
use crate::observers::judge::examine::Rule;
use crate::observers::judge::finding::Severity::{Error, Warning};

/// A throttled message now and then is SES's everyday conduct.
const OFTEN_THROTTLED: f64 = 0.01;

pub(super) const RULES: &[Rule] = &[
    Rule {
        code: "gave_up",
        severity: Error,
        seen: gave_up,
        ses: "Drops what it answers with a 4xx: nothing is queued, and nobody is told. A message \
              that is not sent again is lost.",
        change: "Keep a message that got a 4xx and send it again later; count it neither as sent nor \
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
                    "{} accepted and sent again though the 250 had not been heard: it was still \
                     to come, or lost with its connection (250s lost in all: {undelivered}).",
                    count(resent, "message")
                )
            })
        },
        ses: "Has accepted the message at the dot, delivers it, and takes the second one as a new \
              message: the recipient has it twice.",
        change: "Wait for the answer to the dot for 10 minutes (RFC 5321 section 4.5.3.2.6), and \
                 treat a message without one as perhaps delivered: resend it only where twice is \
                 better than never.",
    },
    Rule {
        code: "accepted_twice",
        severity: Error,
        seen: |report| {
            let times = report.messages.accepted_twice;
            (times > 0).then(|| {
                format!(
                    "{} accepted that had been accepted before: same Message-ID, same recipients.",
                    count(times, "message")
                )
            })
        },
        ses: "Does not look for doubles: the recipient has it twice, and both count towards the \
              quota.",
        change: "Mark a message as sent on its 250, before anything else can fail, and let one \
                 process only take it from the queue.",
    },
    Rule {
        code: "resent_after_rejection",
        severity: Error,
        seen: |report| {
            let times = report.messages.resent_rejected;
            (times > 0).then(|| format!("{} of messages that had got a 5xx.", count(times, "try")))
        },
        ses: "Refuses it again, for the same reason.",
        change: "Do not retry a 5xx; report it with its text, which names the cause.",
    },
    Rule {
        code: "rejected",
        severity: Error,
        seen: rejected,
        ses: "Refuses such messages for good after their dot, and sends no bounce.",
        change: "Read the texts: each names what is wrong with the message, the identity or the \
                 account.",
    },
    Rule {
        code: "over_rate",
        severity: Warning,
        seen: over_rate,
        ses: "Answers 454 Throttling failure: Maximum sending rate exceeded. after the dot, when the \
              whole message has been uploaded. Short bursts pass, and no exact bound is published.",
        change: "Pace the sending a little below the account's rate, over all processes together, \
                 rather than find the limit by being refused.",
    },
];

fn gave_up(report: &Report) -> Option<String> {
    let (open, long) = (report.retries.open, report.retries.open_for_a_minute);
    (open > 0).then(|| {
        format!(
            "{} got a 4xx and did not come again while the mock was watching, {long} of them for a \
             minute or more. As far as it can tell: a message that comes back later, or with \
             another Message-ID, is not recognised.",
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
        || "the account has no rate now".to_owned(),
        |allowed| format!("the account's rate is {allowed}"),
    );
    (share > OFTEN_THROTTLED).then(|| {
        format!(
            "{} of the attempts were throttled. In its busiest second the client offered {} \
             recipients; {allowed}.",
            percent(share),
            rate.busiest_s
        )
    })
}
