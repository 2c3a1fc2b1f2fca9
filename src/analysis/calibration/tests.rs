//! Exact results, on synthetic runs.

use rand_pcg::Pcg64Mcg;
use rand_pcg::rand_core::{Rng, SeedableRng};

use super::*;
use crate::vocabulary::Metric;

fn us(us: u64) -> Duration {
    Duration::from_micros(us)
}

fn run(rows: &[(Phase, u64, u64)]) -> Distributions {
    let rows = rows.iter();
    rows.map(|&(phase, at, count)| (Metric::from(phase), us(at), count))
        .collect()
}

/// A floor of 80 us for every reply, and 40 us for a connect.
fn floor() -> Distributions {
    let own = |phase: &Phase| (*phase, 3_080, 9);
    let mut rows: Vec<_> = [Phase::Banner, Phase::Mail, Phase::Accept]
        .iter()
        .map(own)
        .collect();
    rows.push((Phase::Tls, 4_500, 9));
    rows.push((Phase::Connect, 40, 9));
    run(&rows)
}

fn points(delay: &Delay) -> Vec<(f64, Duration)> {
    match delay {
        Delay::Recorded(recorded) => recorded.points().to_vec(),
        other => panic!("{other}"),
    }
}

#[test]
fn every_reply_is_recorded_less_the_floor_of_its_phase() {
    let run = run(&[
        (Phase::Tls, 21_500, 3),
        (Phase::Mail, 10_080, 1),
        (Phase::Rcpt, 10_080, 1),
        (Phase::Accept, 30_080, 3),
        (Phase::Accept, 120_080, 1),
    ]);
    let learned = Calibration::new(&run, &floor()).unwrap();
    let constant = |at| vec![(0.0, us(at)), (1.0, us(at))];
    assert_eq!(points(&learned.latency.tls), constant(20_000));
    assert_eq!(points(&learned.latency.mail), constant(10_000));
    // The floor has no RCPT: that of MAIL is used.
    assert_eq!(points(&learned.latency.rcpt), constant(10_000));
    let dot = [
        (0.0, 30_000),
        (0.75, 30_000),
        (0.75, 120_000),
        (1.0, 120_000),
    ];
    assert_eq!(points(&learned.latency.dot), dot.map(|(q, at)| (q, us(at))));
    assert_eq!(learned.floor, us(80));
}

/// A run against a calibrated mock has the quantiles of the original run: the
/// delays are drawn from the calibration, and the mock adds its own time with its
/// whole spread, as in the floor.
#[test]
fn a_run_is_reproduced_by_what_was_learned_from_it() {
    let target = Delay::LogNormal {
        median: us(30_000),
        p99: us(90_000),
    };
    let own = Delay::LogNormal {
        median: us(400),
        p99: us(3_000),
    };
    let mut random = Pcg64Mcg::seed_from_u64(7);
    let mut chance = move || random.next_u64() as f64 / u64::MAX as f64;
    let mut took = |delay: &Delay| delay.quantile(chance()) + own.quantile(chance());
    let mut run_with = |delay: &Delay| -> Distributions {
        let one = |_| (Metric::from(Phase::Accept), took(delay), 1);
        (0..20_000).map(one).collect()
    };
    let (original, floor) = (run_with(&target), run_with(&Delay::Fixed(PACE)));
    let learned = Calibration::new(&original, &floor).unwrap().latency.dot;
    let again = run_with(&learned);
    for (quantile, within) in [(0.1, 0.02), (0.5, 0.02), (0.9, 0.02), (0.99, 0.05)] {
        let of = |run: &Distributions| {
            let all = Recorded::of_counts(run.of(Phase::Accept).iter().copied()).unwrap();
            all.quantile(quantile).as_secs_f64()
        };
        let (was, is) = (of(&original), of(&again));
        assert!(
            (is / was - 1.0).abs() < within,
            "{quantile}: {was} then {is}"
        );
    }
}

#[test]
fn what_is_faster_than_the_mock_takes_no_time_and_what_is_unknown_is_told() {
    let run = run(&[(Phase::Mail, 50, 7), (Phase::Accept, 900, 7)]);
    let learned = Calibration::new(&run, &floor()).unwrap();
    assert_eq!(learned.latency.mail, Delay::default());
    assert!(learned.unknown.contains(&Phase::Quit));
    assert!(!learned.unknown.contains(&Phase::Mail));
    assert_eq!(learned.latency.quit, Delay::default());
}

#[test]
fn a_connection_counts_from_another_machine_only() {
    let of = |connect| {
        let run = run(&[(Phase::Connect, connect, 7), (Phase::Accept, 900, 7)]);
        Calibration::new(&run, &floor()).unwrap().latency.connect
    };
    assert_eq!(of(120), Delay::default());
    assert_eq!(points(&of(40_040)), [(0.0, us(40_000)), (1.0, us(40_000))]);
}

#[test]
fn the_wrapper_s_one_ehlo_stands_for_both() {
    let both = run(&[
        (Phase::Ehlo, 1_080, 1),
        (Phase::EhloTls, 2_080, 1),
        (Phase::Accept, 900, 1),
    ]);
    let learned = Calibration::new(&both, &floor()).unwrap().latency;
    assert_eq!(points(&learned.ehlo)[0].1, us(1_000));
    assert_eq!(points(&learned.ehlo_tls.unwrap())[0].1, us(2_000));
    let one = run(&[(Phase::EhloTls, 2_080, 1), (Phase::Accept, 900, 1)]);
    let learned = Calibration::new(&one, &floor()).unwrap();
    assert_eq!(points(&learned.latency.ehlo)[0].1, us(2_000));
    assert_eq!(learned.latency.ehlo_tls, None);
    assert!(!learned.unknown.contains(&Phase::Ehlo));
}

#[test]
fn a_run_without_an_accepted_message_teaches_nothing() {
    let refused = run(&[(Phase::Mail, 1_000, 7)]);
    assert_eq!(Calibration::new(&refused, &floor()), Err(NothingAccepted));
}
