//! The plan's figures of the day, of campaigns and of runs agree with what the mock's
//! account shows; figures of another plan do not.

use std::time::Duration;

use super::super::load_test::RunFigures;
use super::super::plan::CapacityPlan;
use super::super::question::Question;
use super::super::quota::SendQuota;
use super::super::verification::{
    Answer, DayCheck, PeakRun, RunOutcome, Subject, Verification, WhichQuota,
};
use super::super::verify_day::{Stopped, VirtualDay};
use super::super::{Campaign, Volume};
use super::question;

/// A day that takes no long time in a debug build.
fn small() -> Question {
    let mut question = question(Volume::PerDay {
        recipients: 40_000.0,
        peak_hour_share: 0.12,
    });
    question.present.quota = SendQuota {
        rate_per_s: 2.0,
        per_day: Some(30_000),
    };
    question
}

fn verified(question: &Question, plan: &CapacityPlan) -> VirtualDay {
    question.verify_day(plan, &mut || true).unwrap()
}

fn plan_of(question: &Question) -> CapacityPlan {
    CapacityPlan::new(question).unwrap()
}

fn differing(day: &VirtualDay) -> Vec<&DayCheck> {
    let checks = day.checks.iter();
    checks.filter(|each| !each.check.agrees).collect()
}

fn assert_agrees(question: &Question) -> VirtualDay {
    let day = verified(question, &plan_of(question));
    assert!(differing(&day).is_empty(), "{:#?}", differing(&day));
    assert_eq!(day.not_tried, [""; 0]);
    day
}

fn check<'a>(day: &'a VirtualDay, quota: WhichQuota, figure: &str) -> &'a DayCheck {
    let mut checks = day.checks.iter();
    checks
        .find(|each| each.quota == quota && each.check.figure == figure)
        .unwrap_or_else(|| panic!("{figure}: {day:#?}"))
}

#[test]
fn a_day_above_the_present_quota_is_spent_as_planned() {
    let question = small();
    let day = assert_agrees(&question);
    let of = |quota, figure| check(&day, quota, figure).check.clone();
    let accepted = |quota| of(quota, "accepted in 24 hours").found.unwrap();
    assert!((29_990.0..=30_000.0).contains(&accepted(WhichQuota::Present)));
    assert!((47_000.0..=49_000.0).contains(&accepted(WhichQuota::Asked)));
    let spent = of(WhichQuota::Present, "day spent after");
    let free = of(WhichQuota::Present, "day free again after");
    assert!(spent.found.unwrap() < 86_400.0 && free.found.unwrap() >= 86_400.0);
    assert_eq!(of(WhichQuota::Asked, "day spent after").found, None);
    let refused = of(WhichQuota::Present, "454s in the busiest minute");
    assert!(refused.found.unwrap() > 0.15, "{refused:?}");
}

/// Also where messages have several recipients, hours come from a file and the account's
/// day is unlimited.
#[test]
fn every_kind_of_demand_agrees() {
    let mut several = small();
    several.recipients_per_message = 3.0;
    several.demand.peak_factor = 4.0;
    assert_agrees(&several);
    let mut uneven = small();
    uneven.recipients_per_message = 1.7;
    uneven.present.quota.rate_per_s = 1.3;
    assert_agrees(&uneven);
    let hours = (0..60).map(|hour| if hour % 24 < 6 { 0.0 } else { 1_500.0 });
    let mut hourly = super::question(Volume::Hourly(hours.collect()));
    hourly.present.quota = SendQuota {
        rate_per_s: 3.0,
        per_day: None,
    };
    assert_agrees(&hourly);
}

#[test]
fn a_plan_that_is_wrong_is_found_out() {
    let question = small();
    let plan = plan_of(&question);
    let changed = |change: &dyn Fn(&mut CapacityPlan)| {
        let mut plan = plan.clone();
        change(&mut plan);
        let day = verified(&question, &plan);
        let figures = differing(&day).into_iter();
        figures
            .map(|each| each.check.figure.clone())
            .collect::<Vec<_>>()
    };
    let three = changed(&|plan| {
        plan.day.asked.accepted *= 0.97;
        plan.day.present.spent_s = None;
        plan.throttling.present.share_454 += 0.05;
    });
    let expected = [
        "day spent after",
        "454s in the busiest minute",
        "accepted in 24 hours",
    ];
    assert_eq!(three, expected);
    // An account with less than the plan asks for.
    let smaller = changed(&|plan| plan.asked.per_day = Some(40_000));
    assert!(smaller.len() >= 3, "{smaller:?}");
}

fn with_campaign(text: &str, sent: u64) -> Question {
    let mut question = question(Volume::PerDay {
        recipients: 10_000.0,
        peak_hour_share: 0.05,
    });
    question.demand.growth = 0.0;
    question.demand.campaigns = vec![text.parse::<Campaign>().unwrap()];
    question.present.sent_last_24h = sent;
    question
}

#[test]
fn campaigns_finish_as_planned_beside_the_other_volume() {
    // Within the day, within the day at best only, and longer than a day.
    for (recipients, sent) in [(20_000, 0), (20_000, 40_000), (60_000, 0)] {
        let question = with_campaign(&format!("{recipients} within 30h"), sent);
        let day = assert_agrees(&question);
        let name = format!("{recipients} within 30h");
        let found = |figure: &str| {
            check(&day, WhichQuota::Present, &format!("{name}{figure}"))
                .check
                .found
                .unwrap()
        };
        let finished = found("");
        match (recipients, sent) {
            (20_000, 0) => assert!(finished < 3_600.0),
            (20_000, _) => assert!(finished < 3_600.0 && found(", at worst") > 86_400.0),
            _ => assert!(finished > 86_400.0),
        }
    }
}

#[test]
fn a_campaign_in_another_time_is_found_out() {
    let question = with_campaign("20000 within 30h", 0);
    let mut plan = plan_of(&question);
    let finish = plan.campaigns[0].finish.present.as_mut().unwrap();
    finish.best_s = finish.best_s.map(|seconds| seconds * 1.3);
    let day = verified(&question, &plan);
    let differing = differing(&day);
    assert_eq!(differing.len(), 1, "{differing:#?}");
    assert_eq!(differing[0].check.figure, "20000 within 30h");
}

#[test]
fn trials_stop_when_asked_and_too_many_messages_are_not_tried() {
    let question = small();
    let plan = plan_of(&question);
    let mut left = 3;
    let goes_on = &mut || {
        left -= 1;
        left > 0
    };
    assert_eq!(question.verify_day(&plan, goes_on), Err(Stopped));
    let large = super::question(Volume::PerDay {
        recipients: 1e9,
        peak_hour_share: 0.12,
    });
    let mut plan = plan_of(&large);
    // A quota that refuses fast, so that the busiest minute does not take long.
    plan.peaks.peak_per_s = 10.0;
    let day = verified(&large, &plan);
    assert_eq!(day.not_tried.len(), 2);
    let why = "the largest 24 hours, present quota: not tried in virtual time: ";
    assert!(day.not_tried[0].starts_with(why), "{:?}", day.not_tried);
}

fn run(subject: Subject, outcome: RunOutcome) -> PeakRun {
    PeakRun {
        subject,
        folder: "001".to_owned(),
        messages_per_s: 10.0,
        accepted_per_s: 10.0,
        length_s: 30.0,
        outcome,
        reason: "the reason".to_owned(),
        checks: Vec::new(),
    }
}

#[test]
fn doubts_outrank_what_does_not_hold() {
    let decided = |outcomes: &[RunOutcome], not_tried: &[&str]| {
        let runs = Subject::ALL.iter().zip(outcomes);
        let mut found = Verification {
            answer: Answer::Stopped,
            reason: String::new(),
            folder: String::new(),
            quota: WhichQuota::Asked,
            sessions: 3,
            day: Vec::new(),
            not_tried: not_tried.iter().map(|why| (*why).to_owned()).collect(),
            runs: runs
                .map(|(subject, outcome)| run(*subject, *outcome))
                .collect(),
        };
        found.decide();
        (found.answer, found.reason)
    };
    let held = RunOutcome::Held;
    assert_eq!(
        decided(&[held, held], &[]),
        (Answer::Verified, String::new())
    );
    let failed = decided(&[held, RunOutcome::Failed], &[]);
    assert_eq!(
        failed,
        (Answer::DoesNotHold, "the sessions: the reason".to_owned())
    );
    for doubt in [RunOutcome::Generator, RunOutcome::FewSamples] {
        let found = decided(&[doubt, RunOutcome::Failed], &[]);
        assert_eq!(
            found,
            (Answer::Inconclusive, "the peak: the reason".to_owned())
        );
    }
    let few = decided(&[held, held], &["the day: why"]);
    assert_eq!(few, (Answer::Inconclusive, "the day: why".to_owned()));
}

#[test]
fn runs_have_the_rates_and_the_sessions_of_the_plan() {
    let mut question = small();
    question.recipients_per_message = 2.0;
    let plan = plan_of(&question);
    let peak = plan.load_test(Subject::Peak, WhichQuota::Present, None, None);
    assert_eq!(peak.messages_per_s, plan.peaks.peak_per_s / 2.0);
    assert_eq!(
        (peak.recipients, peak.sessions),
        (2, plan.sessions.sessions)
    );
    assert_eq!(peak.quota, Some(plan.present.quota));
    // 1,000 messages at 1.2/s would take longer.
    assert_eq!(peak.length, Duration::from_secs(300));
    let second = Some(Duration::from_secs(1));
    let sessions = plan.load_test(Subject::Sessions, WhichQuota::Asked, Some(7), second);
    assert_eq!(sessions.messages_per_s, plan.sessions.messages_per_s);
    assert_eq!((sessions.sessions, sessions.quota), (7, None));
    assert_eq!(sessions.length, Duration::from_secs(1));
}

/// The figures of a run are those of simulated runs like it, within their spread.
#[test]
fn the_figures_of_a_run_are_compared_with_simulated_runs() {
    let question = question(Volume::PerDay {
        recipients: 240_000.0,
        peak_hour_share: 0.1,
    });
    let plan = plan_of(&question);
    let second = Some(Duration::from_secs(30));
    let test = plan.load_test(Subject::Peak, WhichQuota::Asked, None, second);
    let warm_up = Duration::from_secs(2);
    let calm = RunFigures {
        messages: 384,
        attempts: 384,
        accepted: 384,
        throttled: 0,
        wait_p99_s: Some(0.02),
        response_p99_s: Some(0.19),
        transaction_mean_s: Some(0.151),
        is_given_up: false,
    };
    let disagree = |found: &RunFigures| {
        let checks = question.compare(&test, warm_up, found).into_iter();
        let differing = checks.filter(|check| !check.agrees);
        differing.map(|check| check.figure).collect::<Vec<_>>()
    };
    assert_eq!(disagree(&calm), [""; 0]);
    assert!(!question.is_slower(&calm));
    let refused = RunFigures {
        attempts: 500,
        throttled: 40,
        ..calm
    };
    assert_eq!(
        disagree(&refused),
        ["454s, of all attempts", "messages lost"]
    );
    let slow = RunFigures {
        wait_p99_s: Some(0.2),
        response_p99_s: Some(0.5),
        transaction_mean_s: Some(0.19),
        ..calm
    };
    assert_eq!(disagree(&slow), ["p99 of the wait", "p99 of the response"]);
    assert!(question.is_slower(&slow));
    let given_up = RunFigures {
        is_given_up: true,
        ..refused
    };
    assert_eq!(disagree(&given_up), [""; 0]);
}
