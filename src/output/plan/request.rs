//! The request for a quota: a text for its form, and the commands.

use crate::analysis::capacity::CapacityPlan;
use crate::ses::{DAY_QUOTA_CODE, RATE_QUOTA_CODE};
use crate::text::figures;
use crate::text::words::{count, plural, rate};

/// The text, in lines of at most 76 characters.
pub(super) fn text(plan: &CapacityPlan) -> Vec<String> {
    let peaks = &plan.peaks;
    let retry = match plan.retry {
        Some(retry) => format!(
            "After a 454 the client retries with exponential back-off and full jitter, {}.",
            plural(retry.attempts.get().into(), "attempt")
        ),
        None => "The client does not retry after a 454.".to_owned(),
    };
    let wanted = [
        (
            plan.rate_is_enough,
            format!("a sending rate of {}/s", count(peaks.ask_rate_per_s)),
        ),
        (
            plan.day_is_enough,
            format!(
                "a sending quota of {} in 24 hours",
                plural(peaks.ask_per_day, "recipient")
            ),
        ),
    ];
    let wanted = wanted.into_iter().filter(|(is_enough, _)| !is_enough);
    let wanted: Vec<String> = wanted.map(|(_, wanted)| wanted).collect();
    let text = format!(
        "We ask for {}. Our busiest minute has {} recipients per second, and our largest 24 hours have {}, \
         planned growth included; the request adds {} to them. We send over {} with {} each. \
         {retry}",
        wanted.join(" and "),
        rate(peaks.peak_per_s),
        count(peaks.largest_24h.ceil() as u64),
        figures::share(plan.demand.headroom),
        plural(plan.sessions.sessions, "SMTP session"),
        plural(plan.sessions.work.messages_per_session.into(), "message"),
    );
    wrapped(&text, 76)
}

/// The commands; the first lists the codes that the others use.
pub(super) fn commands(plan: &CapacityPlan) -> Vec<String> {
    let request = |code, value: u64| {
        [
            "aws service-quotas request-service-quota-increase --service-code ses \\".to_owned(),
            format!("    --quota-code {code} --desired-value {value}"),
        ]
    };
    let mut lines = vec!["aws service-quotas list-service-quotas --service-code ses".to_owned()];
    if !plan.rate_is_enough {
        lines.extend(request(RATE_QUOTA_CODE, plan.peaks.ask_rate_per_s));
    }
    if !plan.day_is_enough {
        lines.extend(request(DAY_QUOTA_CODE, plan.peaks.ask_per_day));
    }
    lines
}

/// The words of `text` in lines of at most `width` characters.
pub(super) fn wrapped(text: &str, width: usize) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for word in text.split_whitespace() {
        match lines.last_mut() {
            Some(line) if line.chars().count() + 1 + word.chars().count() <= width => {
                line.push(' ');
                line.push_str(word);
            }
            _ => lines.push(word.to_owned()),
        }
    }
    lines
}
