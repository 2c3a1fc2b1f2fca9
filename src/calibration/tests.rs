//! Exact, on made-up runs.

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

/// 80 us of its own for every reply, 40 us for a connection.
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
    // The floor has no RCPT: as much as for MAIL.
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
