//! Rules on what a client does after a 454.

use super::{count, percent};
use crate::observers::judge::examine::Rule;
use crate::observers::judge::finding::Severity::{Error, Warning};

/// Minimum number of comparisons of a wait with the one before: a back-off with
/// jitter sometimes gets shorter.
const ENOUGH: u64 = 5;

pub(super) const RULES: &[Rule] = &[
    Rule {
        code: "sent_after_daily_quota",
        severity: Error,
        seen: |report| {
            let times = report.retries.after_quota;
            (times > 0).then(|| {
                format!(
                    "{} sent after a reply had reported that the daily quota is used up.",
                    count(times, "message")
                )
            })
        },
        ses: "Answers each with 454 Throttling failure: Daily message quota exceeded. Nothing is \
              accepted until messages sent 24 hours ago leave the quota's window.",
        change: "Distinguish the two 454 replies by their text. After this one stop sending for the \
                 whole account and resume after hours. Monitor the quota before it is used up.",
    },
    Rule {
        code: "daily_quota_retried_like_rate",
        severity: Error,
        seen: |report| {
            let waits = report.retries.waits_after_quota?;
            (waits.mean_s < 60.0).then(|| {
                format!(
                    "{} of messages over the daily quota, on average {:.1} s after the 454.",
                    count(waits.count, "retry"),
                    waits.mean_s
                )
            })
        },
        ses: "Counts over a rolling window of 24 hours: a retry after seconds cannot succeed.",
        change: "Do not treat Daily message quota exceeded. as Maximum sending rate exceeded.: the \
                 code 454 is the same, the text is not.",
    },
    Rule {
        code: "retry_storm",
        severity: Error,
        seen: |report| {
            let storms = report.retries.storms;
            (storms > 0).then(|| {
                format!(
                    "{} with 5 attempts or more within 10 s of the first refusal; most attempts at \
                     one message: {}.",
                    count(storms, "message"),
                    report.retries.most_tries
                )
            })
        },
        ses: "Throttles retries like any other message: they use up the rate that other messages \
              need.",
        change: "Wait 5 s, then 10 s, then 30 s, then 20 minutes between attempts, with some jitter, \
                 and limit their number.",
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
                .then(|| format!("{at_once} of {retries} retries within a second of the 4xx."))
        },
        ses: "Limits the rate of the account, not of a message: an immediate retry competes with the \
              next message for the same rate.",
        change: "Wait 5 s before the first retry (SES Developer Guide), and slow down the whole sender, \
                 not only that message.",
    },
    Rule {
        code: "waits_do_not_grow",
        severity: Warning,
        seen: |report| {
            let (grew, not) = (report.retries.grew, report.retries.did_not_grow);
            let share = not as f64 / (grew + not).max(1) as f64;
            (grew + not >= ENOUGH && share > 0.5).then(|| {
                format!(
                    "{} of the waits were not longer than the message's wait before.",
                    percent(share)
                )
            })
        },
        ses: "Keeps throttling as long as the sender as a whole is too fast.",
        change: "Make each wait longer than the one before, by a factor of about 2, with jitter.",
    },
];
