//! The planning cases of `tests/cases/plan-cases.json`: formulas exactly, simulations
//! within their spread.

use std::time::Duration;

use serde_json::Value;

use super::super::back_off::{BackOff, back_off};
use super::super::durations::Durations;
use super::super::hours::largest_sums;
use super::super::plan::CapacityPlan;
use super::super::pool::{Pool, PoolRun, poisson, quantile};
use super::super::quota::SendQuota;
use super::super::sessions::SessionWork;
use super::super::throttling::{refused_share, throttling};
use super::super::{Campaign, Volume};
use super::{daily, demand, policy, question};
use crate::dispatch::Connect;
use crate::ses::RateQuota;
use crate::vocabulary::Instant;

fn case(name: &str) -> Value {
    let all: Value =
        serde_json::from_str(include_str!("../../../../tests/cases/plan-cases.json")).unwrap();
    all[name].clone()
}

fn number(value: &Value) -> f64 {
    value.as_f64().unwrap_or_else(|| panic!("{value}"))
}

fn assert_near(found: f64, expected: &Value) {
    let expected = number(expected);
    let error = (found - expected).abs() / expected.abs().max(1e-9);
    assert!(error < 1e-9, "{found} is not {expected}");
}

/// Own replications against those of the case: within 4 standard deviations of the
/// difference of both means.
fn assert_agrees(found: &[f64], expected: &Value) {
    let own = found.iter().sum::<f64>() / found.len() as f64;
    let (mean, sd) = (number(&expected["mean"]), number(&expected["sd"]));
    let each = 1.0 / number(&expected["replications"]) + 1.0 / found.len() as f64;
    let limit = 4.0 * sd * each.sqrt() + 1e-9 * mean.abs();
    assert!(
        (own - mean).abs() <= limit,
        "{own} is not {mean} within {limit}"
    );
}

fn quota(limits: &Value) -> SendQuota {
    SendQuota {
        rate_per_s: number(&limits[0]),
        per_day: limits[1].as_u64(),
    }
}

#[test]
fn c1_a_daily_volume_becomes_a_rate_and_a_quota() {
    let case = case("C1");
    let plan = CapacityPlan::new(&question(daily())).unwrap();
    assert_near(plan.peaks.mean_per_s, &case["mean_per_s"]);
    assert_near(plan.peaks.peak_per_s, &case["peak_per_s"]);
    assert_near(plan.asked.rate_per_s, &case["ask_rate"]);
    assert_near(plan.peaks.ask_per_day as f64, &case["ask_day"]);
    let hours = plan.hours_that_spend_the_day.asked.unwrap();
    assert_near(hours, &case["hours_at_full_rate"]);
    assert_near(plan.peaks.month, &case["month_30d"]);
    let cost = |name| {
        plan.costs
            .iter()
            .find(|cost| cost.plan == name)
            .unwrap()
            .dollars
    };
    assert_near(cost("a la carte"), &case["cost_a_la_carte"]);
    assert_near(cost("Essentials"), &case["cost_essentials"]);
    assert!(!plan.is_enough());
    assert_eq!(plan.regions.each.rate_per_s, 75.0);
    assert_eq!(plan.regions.each_without_one.unwrap().rate_per_s, 150.0);
    let rates: Vec<u64> = plan.table.iter().map(|row| row.rate_per_s).collect();
    assert_eq!((rates[0], rates[rates.len() - 1]), (14, 10_000));
}

#[test]
fn c2_the_largest_day_is_no_calendar_day() {
    let case = case("C2");
    let volume = |hour| match hour {
        14..=17 => 10_000.0,
        34..=37 => 12_000.0,
        _ => 1_000.0,
    };
    let hours: Vec<f64> = (0..48).map(volume).collect();
    let sums = largest_sums(&hours).unwrap();
    assert_near(sums.day.1, &case["largest_24h"]);
    assert_near(sums.at_most, &case["at_most"]);
    for (day, expected) in hours
        .chunks(24)
        .zip(case["calendar_days"].as_array().unwrap())
    {
        assert_near(day.iter().sum(), expected);
    }
    let peaks = demand(Volume::Hourly(hours)).peaks();
    assert_eq!(
        (peaks.hour_index, peaks.largest_24h_from),
        (Some(34), Some(14))
    );
}

#[test]
fn c3_a_quota_of_14_a_second_is_spent_in_an_hour() {
    let case = case("C3");
    let quota = SendQuota {
        rate_per_s: 14.0,
        per_day: Some(50_000),
    };
    let hours = quota.hours_that_spend_the_day().unwrap();
    assert_near(hours, &case["hours_that_spend_the_day"]);
    let even = quota.even_rate_per_s().unwrap();
    assert_near(even, &case["even_rate_per_s"]);
    assert_near(even / quota.rate_per_s, &case["share_of_day_at_full_rate"]);
}

#[test]
fn c4_a_campaign_waits_for_the_day_to_be_free() {
    let case = case("C4");
    let recipients = case["inputs"]["recipients"].as_u64().unwrap();
    let now = quota(&case["inputs"]["present"]).finish_times(recipients, 0);
    let close = |found: f64, expected: &Value| {
        assert!(
            (found - number(expected)).abs() < 1e-5,
            "{found} is not {expected}"
        );
    };
    close(now.best_s.unwrap(), &case["present_s"]);
    close(now.worst_s.unwrap(), &case["present_s"]);
    close(now.free_again_s.unwrap() / 3_600.0, &case["present_free_h"]);
    let asked = quota(&case["inputs"]["asked"]).finish_times(recipients, 0);
    close(asked.best_s.unwrap(), &case["asked_s"]);
    close(asked.free_again_s.unwrap() / 3_600.0, &case["asked_free_h"]);
}

#[test]
fn c5_without_ages_the_finish_has_two_ends() {
    let case = case("C5");
    let quota = SendQuota {
        rate_per_s: 14.0,
        per_day: Some(50_000),
    };
    let times = quota.finish_times(20_000, 35_000);
    assert_eq!(times.at_once, 15_000);
    for (found, name) in [
        (times.at_once_s, "at_once_s"),
        (times.best_s.unwrap(), "best_s"),
        (times.worst_s.unwrap(), "worst_s"),
    ] {
        assert!(
            (found - number(&case[name])).abs() < 1e-6,
            "{name}: {found}"
        );
    }
    // A day that nothing can spend, and one with no room at all.
    let wide = SendQuota {
        rate_per_s: 1.0,
        per_day: Some(100_000),
    };
    assert_eq!(wide.finish_s(1_000_000), Some(1_000_000.0));
    let none = SendQuota {
        rate_per_s: 1.0,
        per_day: Some(0),
    };
    assert_eq!((none.finish_s(1), none.finish_s(0)), (None, Some(0.0)));
    assert_eq!(none.finish_times(5, 0).free_again_s, None);
}

fn pool_run(
    sessions: usize,
    connect: Connect,
    messages: u32,
    arrivals: impl Iterator<Item = u64>,
) -> PoolRun {
    pool_run_from(true, sessions, connect, messages, arrivals)
}

fn pool_run_from(
    is_staggered: bool,
    sessions: usize,
    connect: Connect,
    messages: u32,
    arrivals: impl Iterator<Item = u64>,
) -> PoolRun {
    let pool = Pool {
        sessions,
        connect,
        messages_per_session: messages,
        is_staggered,
        idle_timeout_ns: 10_000_000_000,
        transaction: &Durations::constant(Duration::from_millis(150)),
        setup: &Durations::constant(Duration::from_millis(400)),
    };
    pool.run(arrivals, 1)
}

#[test]
fn c6_sessions_hold_the_threshold_on_the_wait() {
    let case = case("C6");
    let work = SessionWork {
        transaction_s: 0.15,
        setup_s: 0.4,
        messages_per_session: 50,
    };
    assert_near(work.load(100.0), &case["load"]);
    assert_near(work.setups_per_s(100.0), &case["setups_per_s"]);
    let found = work.fewest(100.0, 0.05);
    assert_eq!(Some(found.sessions), case["erlang_sessions"].as_u64());
    assert_near(found.wait_probability, &case["p_wait"]);
    assert_near(found.wait_p99_s, &case["wait_p99_s"]);
    let one_fewer = work.fewest(100.0, 0.0587);
    assert_eq!(one_fewer.sessions, 22);
    assert_near(one_fewer.wait_p99_s, &case["wait_p99_one_fewer_s"]);
    let p99 = |sessions| {
        let arrivals = poisson(100.0, 9).take(60_000);
        let mut waits = pool_run(sessions, Connect::Ahead, 50, arrivals).waits;
        quantile(&mut waits, 0.99).unwrap() as f64 / 1e9
    };
    assert!(p99(23) <= 0.05 && p99(23 * 8 / 10) > 0.05);
    for sessions in 20..=23 {
        let waits = (1..=5).map(|seed| {
            let arrivals = poisson(100.0, seed).take(60_000);
            let mut waits = pool_run(sessions, Connect::Ahead, 50, arrivals).waits;
            quantile(&mut waits, 0.99).unwrap() as f64 / 1e9
        });
        let name = format!("simulated_constant_service_wait_p99_s_N{sessions}");
        assert_agrees(&waits.collect::<Vec<_>>(), &case[name]);
    }
}

/// Each takes its turn, so they stay in step for long: what the note on sessions
/// warns of.
#[test]
fn sessions_that_were_opened_together_are_closed_together() {
    let arrivals = poisson(100.0, 9).take(5_000);
    let mut waits = pool_run_from(false, 23, Connect::Ahead, 50, arrivals).waits;
    assert!(quantile(&mut waits, 0.99).unwrap() > 150_000_000);
}

#[test]
fn c7_on_demand_the_quantile_pays_the_set_up_of_too_short_sessions() {
    let case = case("C7");
    for messages in [20, 50, 200] {
        for (connect, name) in [(Connect::OnDemand, "on_demand"), (Connect::Ahead, "ahead")] {
            let responses = (1..=3).map(|seed| {
                let arrivals = poisson(10.0, seed).take(40_000);
                let mut all = pool_run(40, connect, messages, arrivals).responses;
                quantile(&mut all, 0.99).unwrap() as f64 / 1e9
            });
            let name = format!("m{messages}_{name}_p99_s");
            assert_agrees(&responses.collect::<Vec<_>>(), &case[name]);
        }
    }
}

#[test]
fn c8_a_pool_that_idles_too_long_is_opened_again_and_again() {
    let case = case("C8");
    let largest = case["largest_pool_that_stays_open_at_14_per_s"]
        .as_u64()
        .unwrap();
    for (sessions, name) in [(100, "N100"), (200, "N200"), (400, "N400")] {
        for (connect, mode) in [(Connect::Ahead, "ahead"), (Connect::OnDemand, "on_demand")] {
            let arrivals = (0..20_000_u64).map(|n| 20_000_000_000 + n * 1_000_000_000 / 14);
            let run = pool_run(sessions, connect, 1_000_000, arrivals);
            // Without the first round, which began at the start.
            let expected = number(&case[name][format!("setups_per_message_{mode}")]);
            let per_message = run.setups as f64 / 20_000.0;
            assert!(
                (per_message - expected).abs() < 0.05,
                "{name} {mode}: {per_message}"
            );
        }
    }
    // The rule: a pool of N needs N / 10 s to stay open.
    let plan = CapacityPlan::new(&question(daily())).unwrap().sessions;
    assert_eq!(plan.stays_open_above_per_s, plan.sessions as f64 / 10.0);
    assert_eq!((14.0 * 10.0) as u64, largest);
}

#[test]
fn c9_throttling_without_retries_is_a_queue_with_burst_places() {
    let case = case("C9");
    for offered in [11.2, 12.6, 14.0, 21.0, 28.0] {
        let expected = &case[format!("poisson_{offered:.1}")];
        let found = throttling(offered, 1.0, 14.0);
        assert_near(found.share_454, &expected["exact_share_454"]);
        assert_near(found.goodput_per_s, &expected["goodput"]);
        let simulated = back_off(
            poisson(offered, 7).take(300_000).map(Instant::from_nanos),
            1.0,
            14.0,
            None,
            1,
        );
        let share = simulated.refused as f64 / simulated.attempts as f64;
        assert!(
            (share - found.share_454).abs() < 0.003,
            "{offered}: {share}"
        );
    }
    let constant = &case["constant_21_for_60s"];
    let mut quota = RateQuota::new(14.0);
    let at = |n: u64| Instant::from_nanos(n * 1_000_000_000 / 21);
    let refused = (0..1_260).filter(|n| !quota.accepts(1, at(*n))).count();
    assert_eq!(Some(refused as u64), constant["refused"].as_u64());
    // One place: Erlang's formula. Very many: a fluid.
    assert!((refused_share(0.5, 1) - 1.0 / 3.0).abs() < 1e-12);
    assert!((refused_share(2.0, 10_000) - 0.5).abs() < 1e-12);
    assert_eq!(refused_share(0.5, 10_000), 0.0);
}

#[test]
fn c10_back_off_delays_messages_and_loses_those_out_of_attempts() {
    let case = case("C10");
    for attempts in [5, 12] {
        let runs: Vec<_> = (1..=20)
            .map(|seed| {
                let arrivals = (0..600_u64).map(|n| Instant::from_nanos(n * 1_000_000_000 / 60));
                back_off(arrivals, 1.0, 14.0, Some(policy(attempts)), seed)
            })
            .collect();
        let expected = &case[format!("attempts{attempts}")];
        let of = |figure: fn(&BackOff) -> f64| runs.iter().map(figure).collect::<Vec<_>>();
        assert_agrees(&of(|run| run.attempts as f64), &expected["attempts"]);
        assert_agrees(&of(|run| run.accepted as f64), &expected["accepted"]);
        assert_agrees(
            &of(|run| run.delay_p99_s.unwrap()),
            &expected["delay_p99_s"],
        );
        assert!(runs.iter().all(|run| run.accepted + run.lost == 600));
        assert!(
            runs.iter()
                .all(|run| run.refused + run.accepted == run.attempts)
        );
        if attempts == 12 {
            assert_agrees(
                &of(|run| run.delay_max_s.unwrap()),
                &expected["delay_max_s"],
            );
        }
    }
}

#[test]
fn campaigns_come_on_top_and_finish_beside_the_volume() {
    let mut question = question(daily());
    question.demand.campaigns = vec!["144000 within 4h".parse::<Campaign>().unwrap()];
    let plan = CapacityPlan::new(&question).unwrap();
    assert!((plan.peaks.peak_per_s - 130.0).abs() < 1e-9);
    assert_eq!(plan.peaks.ask_per_day, 3_180_000);
    let finish = &plan.campaigns[0].finish;
    assert_eq!(finish.present, None);
    assert!(finish.asked.unwrap().worst_s.unwrap() < plan.campaigns[0].deadline_s);
}

#[test]
fn what_the_account_has_already_is_not_asked_for() {
    let mut question = question(daily());
    question.present.quota = SendQuota {
        rate_per_s: 500.0,
        per_day: Some(50_000),
    };
    let plan = CapacityPlan::new(&question).unwrap();
    assert!(plan.rate_is_enough && !plan.day_is_enough && !plan.is_enough());
    assert_eq!(plan.asked.rate_per_s, 500.0);
    assert_eq!(plan.asked.per_day, Some(3_000_000));
    question.present.quota.per_day = None;
    let plan = CapacityPlan::new(&question).unwrap();
    assert!(plan.is_enough());
    assert_eq!(plan.asked.per_day, None);
}

#[test]
fn nothing_and_more_than_any_account_has_are_refused() {
    let nothing = question(Volume::Hourly(vec![0.0; 24]));
    let error = CapacityPlan::new(&nothing).unwrap_err();
    assert!(error.starts_with("no recipients in any hour"), "{error}");
    let mut absurd = question(daily());
    absurd.demand.peak_factor = 1e5;
    assert!(
        CapacityPlan::new(&absurd)
            .unwrap_err()
            .contains("1,000,000/s")
    );
    let mut slow = question(daily());
    slow.transaction = Durations::constant(Duration::from_secs(36_000));
    assert!(
        CapacityPlan::new(&slow)
            .unwrap_err()
            .contains("sessions would be busy")
    );
}

/// At one message per second more sessions only idle more, and each pays its set-up.
#[test]
fn a_set_up_too_long_for_the_wait_is_refused_instead_of_searched_for_ever() {
    let mut rare = question(Volume::PerDay {
        recipients: 1_000.0,
        peak_hour_share: 0.12,
    });
    rare.setup = Durations::constant(Duration::from_secs(3_600));
    let error = CapacityPlan::new(&rare).unwrap_err();
    assert!(error.starts_with("no number of sessions keeps"), "{error}");
}
