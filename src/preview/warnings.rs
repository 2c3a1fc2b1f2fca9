//! Warnings about a valid plan: what may surprise.

use crate::analysis::verdict::{Figure, samples_needed};
use crate::engine::Model;
use crate::scenario::{Plan, TargetKind, endpoint, expected_messages, expected_within};
use crate::schedule::Length;
use crate::ses::limits::{MAX_MESSAGE_SIZE, MAX_RECIPIENTS};
use crate::smtp::TlsMode;
use crate::text::words::count;
use crate::units::Size;
use crate::vocabulary::{Metric, Span};

/// The warnings about this plan, a sentence each.
pub(crate) fn warnings(plan: &Plan) -> Vec<String> {
    let all = [
        insecure(plan),
        plaintext_mock(plan),
        unusual_port(plan),
        repeated(plan),
        recipients(plan),
        size(plan),
        no_catching_up(plan),
    ];
    all.into_iter()
        .flatten()
        .chain(too_few_samples(plan))
        .collect()
}

fn insecure(plan: &Plan) -> Option<String> {
    let insecure = plan.target.tls_settings.insecure;
    insecure.then(|| "certificates are not verified; every report states it".to_owned())
}

fn plaintext_mock(plan: &Plan) -> Option<String> {
    let mock = matches!(plan.target.kind, TargetKind::Mock { .. });
    (mock && plan.target.tls == TlsMode::None).then(|| {
        "the mock, like SES, refuses mail in plaintext: expect 530 for every message".to_owned()
    })
}

fn unusual_port(plan: &Plan) -> Option<String> {
    let (_, port) = plan.target.kind.place()?;
    endpoint::surprise(plan.target.tls, port)
}

fn repeated(plan: &Plan) -> Option<String> {
    let message = &plan.message;
    let (recipients, addresses) = (message.recipients.get() as usize, message.to.iter().len());
    if recipients > addresses {
        return Some(format!(
            "each message repeats addresses: {recipients} recipients, {addresses} in the list"
        ));
    }
    (recipients > 1 && message.to.weights().is_some()).then(|| {
        "a message may repeat addresses: each of its recipients is drawn by weight".to_owned()
    })
}

fn recipients(plan: &Plan) -> Option<String> {
    (plan.message.recipients.get() > MAX_RECIPIENTS)
        .then(|| format!("SES refuses messages with more than {MAX_RECIPIENTS} recipients"))
}

/// The largest sizes of a distribution are rare: a warning now is better than a
/// 552 an hour into the run.
fn size(plan: &Plan) -> Option<String> {
    let (largest, limit) = (plan.message.largest(), MAX_MESSAGE_SIZE);
    (largest > limit).then(|| {
        let (largest, limit) = (Size(largest), Size(limit));
        format!("messages may be as large as {largest}, and SES refuses those above {limit}")
    })
}

/// A warning because any run can stall and build up a backlog.
fn no_catching_up(plan: &Plan) -> Option<String> {
    let pace = plan.bounds().gap?.as_secs_f64().recip();
    let peak = plan.load.peak_per_s()?;
    (pace <= peak).then(|| {
        "the limit on attempts is not above the peak rate of the schedule: a backlog cannot be \
         caught up while the rate is at its peak (load.catch_up, target.max_rate)"
            .to_owned()
    })
}

/// Thresholds on quantiles for which the run is too short.
fn too_few_samples(plan: &Plan) -> impl Iterator<Item = String> {
    let measured = match (&plan.load.model, plan.load.length) {
        (Model::Closed, Length::Messages(messages)) => Some(messages),
        _ => expected_messages(&plan.load).map(|(measured, _)| measured),
    };
    plan.thresholds.iter().filter_map(move |threshold| {
        let Figure::Latency(metric, statistic) = threshold.figure() else {
            return None;
        };
        let per_message = matches!(metric, Metric::Span(span) if span != Span::SessionSetup);
        let measured = match threshold.period() {
            Some(period) => expected_within(&plan.load, period),
            None => measured,
        };
        let (needed, measured) = (samples_needed(statistic)?, measured?);
        (per_message && measured < needed).then(|| {
            let subject = threshold.subject();
            let (measured, needed) = (count(measured), count(needed));
            format!("too few samples for {subject}: {measured}, at least {needed} needed")
        })
    })
}
