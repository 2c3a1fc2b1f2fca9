//! What a client does after a 454.

use super::{count, percent};
use crate::observers::judge::examine::Rule;
use crate::observers::judge::finding::Severity::{Error, Warning};

/// Comparisons of a wait with the one before from which anything follows:
/// back-off with jitter shrinks now and then.
const ENOUGH: u64 = 5;

pub(super) const RULES: &[Rule] = &[
    Rule {
        code: "sent_after_daily_quota",
        severity: Error,
        seen: |report| {
            let times = report.retries.after_quota;
            (times > 0).then(|| {
                format!(
                    "{} sent when the client had already been told that the daily quota is spent.",
                    count(times, "message")
                )
            })
        },
        ses: "Answers each with 454 Throttling failure: Daily message quota exceeded. Nothing gets \
              through until what was sent 24 hours ago makes room.",
        change: "Tell the two 454s apart by their text. At this one stop sending for the whole \
                 account, and begin again after hours; watch the quota instead of running into it.",
    },
    Rule {
        code: "daily_quota_retried_like_rate",
        severity: Error,
        seen: |report| {
            let waits = report.retries.waits_after_quota?;
            (waits.mean_s < 60.0).then(|| {
                format!(
                    "{} of a message refused for the daily quota, {:.1} s after it (mean).",
                    count(waits.count, "retry"),
                    waits.mean_s
                )
            })
        },
        ses: "Has a window of 24 hours that rolls: seconds change nothing.",
        change: "Do not treat Daily message quota exceeded. as Maximum sending rate exceeded.; the \
                 code 454 is the same, the text is not.",
    },
    Rule {
        code: "retry_storm",
        severity: Error,
        seen: |report| {
            let storms = report.retries.storms;
            (storms > 0).then(|| {
                format!(
                    "{} tried 5 times or more within 10 s of the first refusal; most tries of one \
                     message: {}.",
                    count(storms, "message"),
                    report.retries.most_tries
                )
            })
        },
        ses: "Refuses what comes too fast, retries included: they take the place of messages that \
              would have got through.",
        change: "Wait 5 s, then 10 s, then 30 s, then 20 minutes between tries, with some jitter, \
                 and bound their number.",
    },
    Rule {
        code: "retried_at_once",
        severity: Warning,
        seen: |report| {
            let retries: u64 = report
                .retries
                .waits
                .iter()
                .map(|wait| wait.spread.count)
                .sum();
            let at_once = report.retries.at_once;
            (2 * at_once > retries)
                .then(|| format!("{at_once} of {retries} retries came within a second of the 4xx."))
        },
        ses: "Counts rate over time, not per message: a message that comes back at once competes \
              with the next one for the same place.",
        change: "Wait 5 s before the first retry (SES Developer Guide), and slow the whole sender \
                 down, not only that message.",
    },
    Rule {
        code: "waits_do_not_grow",
        severity: Warning,
        seen: |report| {
            let (grew, not) = (report.retries.grew, report.retries.did_not_grow);
            let share = not as f64 / (grew + not).max(1) as f64;
            (grew + not >= ENOUGH && share > 0.5).then(|| {
                format!(
                    "{} of the waits were no longer than the same message's wait before.",
                    percent(share)
                )
            })
        },
        ses: "Goes on refusing while the sender as a whole is too fast.",
        change: "Make each wait longer than the last, by a factor of 2 or so, with jitter.",
    },
];
