use super::*;
use crate::analysis::health::severities;
use crate::analysis::verdict::synthetic::Synthetic;
use crate::analysis::verdict::{Decision, Severity, evaluate};
use crate::vocabulary::Outcome;

fn thresholds(texts: &[&str]) -> Vec<Threshold> {
    texts.iter().map(|text| text.parse().unwrap()).collect()
}

/// 1,000 messages in 10 s, with responses from 10 us to 10 ms.
fn run() -> Synthetic {
    Synthetic {
        outcomes: [(Outcome::Accepted, 1_000)].into(),
        started_in_time: 1_000,
        seconds: 10.0,
        ..Synthetic::default()
    }
    .with(Span::Response, (1..=1_000).map(|n| n * 10))
    .with(Span::Wait, (1..=1_000).map(|n| n * 5))
}

fn fine() -> Observations {
    Observations {
        scheduled: 1_000,
        ended: 1_000,
        accepted: 1_000,
        mock_accepted: Some(1_000),
        sessions: 10,
        sessions_opened: 10,
        workers: 2,
        generator_busy: Some(0.3),
        machine_busy: Some(0.5),
        ..Observations::default()
    }
}

/// Code and text of each finding, and the decision.
fn examined(seen: &Observations, run: &Synthetic, asked: &[&str]) -> (Vec<String>, Decision) {
    let asked = thresholds(asked);
    let findings = examine(seen, &asked, &[], run);
    let decision = evaluate(&asked, run, &severities(&findings), None).decision;
    let told = findings
        .iter()
        .map(|each| format!("{}: {each}", each.code()));
    (told.collect(), decision)
}

#[test]
fn a_healthy_run_has_no_findings() {
    let run = run().with(Span::Slip, (1..=1_000).map(|n| n / 20));
    let asked = ["response.p99 < 250ms", "outcome.accepted >= 99%"];
    assert_eq!(
        examined(&fine(), &run, &asked),
        (Vec::new(), Decision::Pass)
    );
}

#[test]
fn a_ledger_that_does_not_add_up_spoils_everything() {
    let seen = Observations {
        ended: 999,
        ..fine()
    };
    let (told, decision) = examined(&seen, &run(), &["outcome.accepted >= 99%"]);
    assert_eq!(
        told,
        [
            "ledger: 1000 messages were scheduled, and 999 have an outcome: sesbench lost count, and no result of this run is reliable. Please report this defect."
        ]
    );
    assert_eq!(decision, Decision::Inconclusive);
}

#[test]
fn the_mock_may_have_accepted_what_is_of_unknown_fate_and_no_more() {
    let differs = |mocks| {
        let seen = Observations {
            accepted: 990,
            unknown: 10,
            mock_accepted: Some(mocks),
            ..fine()
        };
        !examine(&seen, &[], &[], &run()).is_empty()
    };
    assert!(differs(989) && !differs(990) && !differs(1_000) && differs(1_001));
}

#[test]
fn lateness_matters_only_where_it_could_flip_an_answer() {
    // p99 of the response is 9.9 ms; of the slip 1.98 ms.
    let run = run().with(Span::Slip, (1..=1_000).map(|n| n * 2));
    let (told, decision) = examined(&fine(), &run, &["response.p99 < 250ms"]);
    assert_eq!(
        told,
        [
            "late: The generator itself was late: it sent messages 1 ms (median) and 1.98 ms (p99) after their intended time although a session was free. Lower the rate, or use a less busy machine."
        ]
    );
    assert_eq!(decision, Decision::Pass);
    let (told, decision) = examined(&fine(), &run, &["response.p99 < 9ms"]);
    assert!(told[0].ends_with(" In doubt: response.p99 < 9ms."));
    assert_eq!(decision, Decision::Inconclusive);
    let (_, decision) = examined(&fine(), &run, &["response.p99 < 5ms"]);
    assert_eq!(decision, Decision::Fail);
    let (_, decision) = examined(&fine(), &run, &["transaction.p99 < 9ms"]);
    assert_eq!(decision, Decision::Fail);
}

#[test]
fn want_of_processor_time_puts_misses_in_doubt_but_no_pass() {
    let seen = Observations {
        generator_busy: Some(0.91),
        ..fine()
    };
    let (told, decision) = examined(&seen, &run(), &["response.p50 < 250ms"]);
    assert_eq!(
        told,
        [
            "generator_busy: The generator's 2 worker threads were busy 91 % of the time: the measured latencies are longer than the target's. Lower the rate, or use more workers on more cores (load.workers)."
        ]
    );
    assert_eq!(decision, Decision::Pass);
    let (_, decision) = examined(&seen, &run(), &["response.p50 < 1ms"]);
    assert_eq!(decision, Decision::Inconclusive);
    // More than the schedule asked for could not have been accepted in any case.
    for missed in ["outcome.accepted > 100%", "goodput >= 200/s"] {
        let (_, decision) = examined(&seen, &run(), &[missed]);
        assert_eq!(decision, Decision::Fail, "{missed}");
    }
}

#[test]
fn failures_on_this_side_count_for_as_many_messages() {
    let seen = Observations {
        files_exhausted: 50,
        ..fine()
    };
    let lossy = Synthetic {
        outcomes: [(Outcome::Accepted, 970), (Outcome::Lost, 30)].into(),
        ..run()
    };
    let (told, decision) = examined(&seen, &lossy, &["outcome.accepted >= 99%"]);
    assert!(
        told[0]
            .starts_with("files_exhausted: Out of file descriptors (EMFILE): 50 times a session")
    );
    assert_eq!(decision, Decision::Inconclusive);
    let (_, decision) = examined(&seen, &lossy, &["outcome.accepted >= 50%"]);
    assert_eq!(decision, Decision::Pass);
}

/// A session without a file descriptor counts as a set-up longer than any.
#[test]
fn sessions_that_failed_on_this_side_put_their_set_up_in_doubt() {
    let seen = Observations {
        files_exhausted: 50,
        ..fine()
    };
    let run = |censored| {
        Synthetic { censored, ..run() }.with(Span::SessionSetup, (1..=1_000).map(|n| n * 10))
    };
    let asked = |censored, text| examined(&seen, &run(censored), &[text]).1;
    assert_eq!(
        asked(50, "session_setup.p99 < 10ms"),
        Decision::Inconclusive
    );
    assert_eq!(
        asked(50, "session_setup.mean < 6ms"),
        Decision::Inconclusive
    );
    assert_eq!(asked(50, "session_setup.p99 < 5ms"), Decision::Fail);
    // Other sessions failed too, for reasons other than file descriptors.
    assert_eq!(asked(100, "session_setup.p99 < 10ms"), Decision::Fail);
    assert_eq!(asked(100, "session_setup.mean < 6ms"), Decision::Fail);
}

#[test]
fn few_values_put_a_quantile_in_doubt_that_none_of_them_bounds() {
    let asked = |text| examined(&fine(), &run(), &[text]);
    // Of 1,000 values the largest is below the 99.9th percentile in 37 of 100 runs.
    let (told, decision) = asked("response.p99.9 < 250ms");
    assert_eq!(
        told,
        [
            "few_samples: Too few samples for response.p99.9: 1,000, at least 10,000 needed. Run longer. In doubt: response.p99.9 < 250ms."
        ]
    );
    assert_eq!(decision, Decision::Inconclusive);
    // It has a lower bound: the 996th value lies above it in none of 200 runs.
    assert_eq!(asked("response.p99.9 < 9.97ms").1, Decision::Inconclusive);
    assert_eq!(asked("response.p99.9 < 9.96ms").1, Decision::Fail);
    assert_eq!(asked("response.p99.9 > 9.95ms").1, Decision::Pass);
    assert_eq!(asked("tls.p99 < 5ms"), (Vec::new(), Decision::Fail));
}

#[test]
fn ten_messages_do_not_bound_a_p99() {
    let run = Synthetic {
        outcomes: [(Outcome::Accepted, 10)].into(),
        ..Synthetic::default()
    }
    .with(Span::Response, 1..=10);
    let asked = |text| examined(&fine(), &run, &[text]).1;
    assert_eq!(asked("response.p99 < 1s"), Decision::Inconclusive);
    assert_eq!(asked("response.p50 < 1s"), Decision::Pass);
    assert_eq!(asked("response.p50 > 0us"), Decision::Pass);
    // The first and the tenth value enclose the median.
    assert_eq!(asked("response.p50 < 9us"), Decision::Inconclusive);
    assert_eq!(asked("response.p50 < 1us"), Decision::Fail);
    // Five values do not bound a median on either side.
    let five = Synthetic::default().with(Span::Response, 1..=5);
    let asked = |text| examined(&fine(), &five, &[text]).1;
    assert_eq!(asked("response.p50 > 0us"), Decision::Inconclusive);
    assert_eq!(asked("response.p50 < 1s"), Decision::Inconclusive);
}

#[test]
fn those_without_a_latency_are_among_the_values_a_quantile_stands_on() {
    let run = Synthetic {
        censored: 985,
        ..Synthetic::default()
    }
    .with(Span::Response, 1..=15);
    assert_eq!(
        examined(&fine(), &run, &["response.p99 < 1s"]),
        (Vec::new(), Decision::Fail)
    );
}

#[test]
fn lateness_is_reported_where_it_is_a_noticeable_part_of_something() {
    // The p99 of the slip is 1.98 ms in both.
    let slip = |run: Synthetic| run.with(Span::Slip, (1..=1_000).map(|n| n * 2));
    let slow = slip(run().with(Span::Response, (1..=1_000).map(|n| n * 100)));
    assert_eq!(
        examined(&fine(), &slow, &["response.p99 < 250ms"]).0,
        [""; 0]
    );
    for limit in [
        "response.p99 < 19ms",
        "wait.p99 < 19ms",
        "response.mean < 9ms",
    ] {
        let (told, _) = examined(&fine(), &slow, &[limit]);
        assert!(told[0].starts_with("late: "), "{limit}: {told:?}");
    }
    // A limit on a figure that does not contain slip.
    assert_eq!(examined(&fine(), &slow, &["accept.p99 < 9ms"]).0, [""; 0]);
    assert!(examined(&fine(), &slip(run()), &[]).0[0].starts_with("late: "));
}

fn busy_seconds(shares: &[f64]) -> Busy {
    let mut busy = Busy::MACHINE;
    shares.iter().for_each(|share| busy.second(*share, 100));
    busy
}

#[test]
fn the_busiest_second_counts_where_the_mean_hides_it() {
    let shares = [0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.9, 0.9, 0.99];
    let seen = Observations {
        machine_busy: Some(0.7),
        machine_seconds: busy_seconds(&shares),
        ..fine()
    };
    let late = run().with(Span::Slip, (1..=1_000).map(|n| n * 2));
    let (told, decision) = examined(&seen, &late, &["response.p99 < 250ms"]);
    assert_eq!(
        told[1],
        "machine_busy: The machine was busy 70 % of the time, 99 % in its busiest second: the measured latencies are longer than the target's. Stop other programs on this machine, or use a larger one."
    );
    assert_eq!(decision, Decision::Pass);
    // A tenth of the messages fell into that second: at best they were the
    // longest, and the p99 of the others is 8.9 ms.
    let on_time = run().with(Span::Slip, (1..=1_000).map(|_| 1));
    let asked = |text| examined(&seen, &on_time, &[text]).1;
    assert_eq!(asked("response.p99 < 9ms"), Decision::Inconclusive);
    assert_eq!(asked("response.p99 < 8.8ms"), Decision::Fail);
}

#[test]
fn a_busy_machine_is_reported_only_where_it_shows() {
    let seen = Observations {
        machine_busy: Some(0.99),
        ..fine()
    };
    let told = |run: Synthetic, asked: &[&str]| {
        let (told, _) = examined(&seen, &run, asked);
        told.iter().any(|text| text.starts_with("machine_busy: "))
    };
    let on_time = || run().with(Span::Slip, (1..=1_000).map(|_| 1));
    assert!(!told(on_time(), &["response.p99 < 250ms"]));
    assert!(!told(on_time(), &["outcome.accepted >= 99%"]));
    assert!(told(on_time(), &["response.p99 < 1ms"]), "in doubt");
    assert!(told(
        run().with(Span::Slip, (1..=1_000).map(|n| n * 2)),
        &[]
    ));
    // The closed model has no slip, so the finding is always reported.
    assert!(told(run(), &[]));
}

#[test]
fn a_late_generator_may_have_cost_goodput_its_last_acceptances() {
    let run = Synthetic {
        accepted_in_window: Some(980),
        ..run()
    }
    .with(Span::Slip, [300_000_u32].into_iter());
    assert_eq!(
        examined(&fine(), &run, &["goodput >= 99/s"]).1,
        Decision::Inconclusive
    );
    assert_eq!(
        examined(&fine(), &run, &["goodput >= 101/s"]).1,
        Decision::Fail
    );
}

#[test]
fn what_is_measured_anyway_is_a_warning() {
    let seen = Observations {
        waited: 120,
        sessions_failed: 2,
        backlog: 7,
        insecure: true,
        ..fine()
    };
    let (told, decision) = examined(&seen, &run(), &["outcome.accepted >= 99%"]);
    assert_eq!(
        told,
        [
            "few_sessions: 12 % of the messages waited for one of the 10 sessions to become free, for up to 4.95 ms (p99). The wait is part of response. If that is not what you want to measure, use more sessions.",
            "sessions_failed: 2 of 10 sessions did not become ready; outcomes.csv lists the reasons.",
            "backlog: 7 messages had not been started when the schedule ended: the target, the number of sessions or a limit on attempts (load.catch_up, target.max_rate) does not sustain the rate.",
            "insecure: Certificates were not verified (--insecure): the identity of the server is unknown.",
        ]
    );
    assert_eq!(decision, Decision::Pass);
    let findings = examine(&seen, &[], &[], &run());
    assert!(
        findings
            .iter()
            .all(|each| each.severity() == Severity::Warning)
    );
}

/// Only the seconds with processor time left tell what a message costs.
#[test]
fn a_busy_machine_puts_a_limit_on_processor_time_in_doubt() {
    let run = Synthetic {
        cpu_per_message: Some(100.0),
        ..run()
    };
    let decide = |seen: &Observations, asked: &str| examined(seen, &run, &[asked]).1;
    let busy = Observations {
        machine_busy: Some(0.99),
        ..fine()
    };
    for asked in ["cpu.per_message < 90us", "cpu.per_message < 500us"] {
        assert_eq!(decide(&busy, asked), Decision::Inconclusive, "{asked}");
    }
    assert_eq!(decide(&fine(), "cpu.per_message < 90us"), Decision::Fail);
    assert_eq!(decide(&fine(), "cpu.per_message < 500us"), Decision::Pass);
    // Half of the messages were measured right: the others cost twice as much at most.
    let mut seconds = Busy::MACHINE;
    seconds.second(0.5, 500);
    seconds.second(0.99, 500);
    let partly = Observations {
        machine_seconds: seconds,
        ..fine()
    };
    assert_eq!(decide(&partly, "cpu.per_message < 500us"), Decision::Pass);
    let close = decide(&partly, "cpu.per_message < 150us");
    assert_eq!(close, Decision::Inconclusive);
}

#[test]
fn a_window_is_examined_by_its_own_values() {
    let asked = ["response.p99[5s..10s] < 20ms"];
    let period = thresholds(&asked)[0].period().unwrap();
    let part = Synthetic {
        outcomes: [(Outcome::Accepted, 100)].into(),
        seconds: 5.0,
        ..Synthetic::default()
    };
    let run = Synthetic {
        periods: vec![(
            period,
            part.with(Span::Response, (1..=100).map(|n| n * 100)),
        )],
        ..run()
    };
    let reached = Observations {
        lasted: Duration::from_secs(10),
        ..fine()
    };
    let (told, decision) = examined(&reached, &run, &asked);
    assert_eq!(
        told,
        [
            "few_samples: Too few samples for response.p99[5s..10s]: 100, at least 1,000 needed. Run longer. In doubt: response.p99[5s..10s] < 20ms."
        ]
    );
    assert_eq!(decision, Decision::Inconclusive);
    // A tenth of the run's messages had no processor time: they may be all of these.
    let mut seconds = Busy::GENERATOR;
    seconds.second(0.5, 900);
    seconds.second(0.99, 100);
    let busy = Observations {
        generator_seconds: seconds,
        ..reached
    };
    let (_, decision) = examined(&busy, &run, &["response.p50[5s..10s] < 4ms"]);
    assert_eq!(decision, Decision::Inconclusive);
    let (_, decision) = examined(&busy, &run, &["response.p50 < 4ms"]);
    assert_eq!(decision, Decision::Fail);
}

#[test]
fn a_window_that_the_run_did_not_reach_is_in_doubt() {
    let (inside, open) = ("goodput[2s..8s] > 1/s", "goodput[8s..] > 1/s");
    let codes = |lasted_s: u64| {
        let seen = Observations {
            lasted: Duration::from_secs(lasted_s),
            ..fine()
        };
        let findings = examine(&seen, &thresholds(&[inside, open]), &[], &run());
        let subjects = findings.iter().map(|finding| {
            assert_eq!(finding.code(), "not_reached");
            finding.in_doubt[0].to_string()
        });
        subjects.collect::<Vec<_>>()
    };
    assert!(codes(9).is_empty());
    assert_eq!(codes(8), [open]);
    assert_eq!(codes(7), [inside, open]);
}

#[test]
fn a_threshold_that_ended_the_run_is_the_finding() {
    let threshold = thresholds(&["outcome.lost <= 1%"])[0];
    let seen = Observations {
        stopped: Some(StopReason::ThresholdMissed),
        missed: Some(Missed {
            threshold,
            at: Duration::from_secs(3),
            beyond: 40,
            of: 150,
        }),
        ..fine()
    };
    let (told, decision) = examined(&seen, &run(), &["goodput > 1/s"]);
    assert!(told[0].starts_with("threshold_missed: The run was ended 3 s after"));
    // Which threshold it was is for the verdict to consider.
    assert_eq!(decision, Decision::Pass);
}

/// The codes of the findings, with the figures that each distorts.
fn distortions(seen: &Observations, run: &Synthetic, compared: &[&str]) -> Vec<String> {
    let compared = compared.iter().map(|name| Figure::from_name(name).unwrap());
    let findings = examine(seen, &[], &compared.collect::<Vec<_>>(), run);
    let all = findings.iter().map(|finding| {
        let figures: Vec<_> = finding.distorted.iter().map(Figure::to_string).collect();
        format!("{}: {}", finding.code(), figures.join(" "))
    });
    all.collect()
}

/// What a series compares has no limit, which a finding could turn: it is distorted where
/// half of it may be the generator's.
#[test]
fn a_figure_that_measures_the_generator_is_named_without_a_threshold() {
    let compared = [
        "response.p50",
        "response.p99",
        "service.p50",
        "outcome.accepted",
    ];
    let with_slip =
        |from: u32, by: u32| run().with(Span::Slip, (1..=1_000).map(move |n: u32| from + n / by));
    let service = |run: Synthetic| run.with(Span::Service, (1..=1_000).map(|n| 1_000 + n));
    // 3 of 5 ms at the median, 3.9 of 9.9 ms at p99.
    let late = service(with_slip(2_500, 1));
    assert_eq!(
        distortions(&fine(), &late, &compared),
        ["late: response.p50"]
    );
    assert_eq!(distortions(&fine(), &late, &compared[1..2]), ["late: "]);
    // Noticeable at p99, and no part of the median.
    let little = service(run().with(Span::Slip, (1..=1_000).map(|n| n * n / 700)));
    assert_eq!(distortions(&fine(), &little, &compared), ["late: "]);
    let with = |change: &dyn Fn(&mut Observations)| {
        let mut seen = fine();
        change(&mut seen);
        distortions(&seen, &service(run()), &compared)
    };
    let busy = with(&|seen| seen.generator_busy = Some(0.95));
    assert_eq!(
        busy,
        ["generator_busy: response.p50 response.p99 service.p50"]
    );
    // Beside both runs of a pair alike.
    let machine = with(&|seen| seen.machine_busy = Some(0.99));
    assert_eq!(machine, ["machine_busy: "]);
    for (times, distorted) in [(5, "outcome.accepted"), (1, "")] {
        let failed = with(&|seen| seen.ports_exhausted = times);
        assert_eq!(failed, [format!("ports_exhausted: {distorted}")]);
    }
}

#[test]
fn a_stall_distorts_the_tail_that_it_makes_up_and_not_the_median() {
    let late = || (1..=30).map(|n| n * 10_000);
    let plain = |us: u32| (0..970).map(move |_| us);
    let stalled = run()
        .with(Span::Lateness, plain(0).chain(late()))
        .with(
            Span::Response,
            plain(1_000).chain(late().map(|us| us + 1_000)),
        )
        .with(Span::ResponseNet, (0..1_000).map(|_| 1_000));
    let found = distortions(&fine(), &stalled, &["response.p50", "response.p99"]);
    assert_eq!(found, ["stalled: response.p99"]);
}
