//! New jobs of known truth against histories with a measured spread.

use super::*;
use crate::analysis::comparison::{Better, Conclusion, Question};
use crate::random::{above_zero, nth, uniform};
use crate::vocabulary::FigureValue;

/// The floor of a median.
const FLOOR: f64 = 0.02;

fn question(figure: &str, role: Role, earlier: &[f64], new: f64) -> Question {
    let value = |number: &f64| FigureValue::Value(*number);
    Question {
        figure: figure.to_owned(),
        better: Better::Lower,
        role,
        floor: FLOOR,
        base: earlier.iter().map(value).collect(),
        new: vec![value(&new)],
        undecided: None,
    }
}

fn answer(questions: Vec<Question>) -> Answers {
    let questions = Questions {
        figures: questions,
        ..Questions::default()
    };
    questions.answer_history()
}

/// The answer to the primary question.
fn one(earlier: &[f64], new: f64) -> Answer {
    let mut answers = answer(vec![question("response.p50", Role::Primary, earlier, new)]);
    answers.figures.remove(0)
}

/// So many jobs from 5,000 us to 1 % more, in no order.
fn jobs(count: usize) -> Vec<f64> {
    let place = |at: usize| (at * 7 % count) as f64 / (count - 1) as f64;
    (0..count)
        .map(|at| 5_000.0 * (1.0 + place(at) / 100.0))
        .collect()
}

#[test]
fn a_new_job_is_decided_by_its_place_and_by_the_floor() {
    for (new, rank, decision) in [
        (5_300.0, 1, Decision::Regressed),
        (4_700.0, 20, Decision::Improved),
        // In the middle, with all earlier jobs within the floor.
        (5_026.0, 10, Decision::Unchanged),
        // The worst of all, and by less than the floor.
        (5_060.0, 1, Decision::Unchanged),
        (5_110.0, 1, Decision::Unclear),
    ] {
        let answer = one(&jobs(19), new);
        assert_eq!(answer.decision, decision, "{new}: {answer:?}");
        let place = answer.place.unwrap();
        assert_eq!((place.rank, place.of), (rank, 20), "{new}");
        assert_eq!((place.low, place.high), (5_000.0, 5_050.0));
        let p = answer.estimate.unwrap().p;
        assert!((p - rank as f64 / 20.0).abs() < 1e-12, "{p}");
    }
    let mut goodput = question("goodput", Role::Primary, &jobs(19), 4_700.0);
    goodput.better = Better::Higher;
    let answer = answer(vec![goodput]).figures.remove(0);
    assert_eq!(answer.decision, Decision::Regressed);
    assert_eq!(answer.place.unwrap().rank, 1);
}

/// A job that is as bad as the worst earlier one is not worse than all of them.
#[test]
fn among_equal_values_the_rank_is_the_last_of_theirs() {
    let mut earlier = jobs(19);
    earlier[3] = 5_500.0;
    let tied = one(&earlier, 5_500.0);
    assert_eq!(tied.place.unwrap().rank, 2);
    assert_eq!(tied.decision, Decision::Unclear);
    let same = one(&[5_000.0; 19], 5_000.0);
    assert_eq!(same.place.unwrap().rank, 20);
    assert_eq!(same.decision, Decision::Unchanged);
}

#[test]
fn the_interval_is_what_the_place_does_not_reject() {
    // One rank on either side of 19 to 38 jobs, two of 39.
    for (count, left_out) in [(19, 0), (38, 0), (39, 1)] {
        let earlier = jobs(count);
        let interval = one(&earlier, 5_000.0).estimate.unwrap().interval;
        assert!(interval.is_attained);
        let mut sorted = earlier;
        sorted.sort_by(|a, b| b.total_cmp(a));
        let low = 5_000.0 / sorted[left_out] - 1.0;
        assert!((interval.low - low).abs() < 1e-12, "{count}: {interval:?}");
        // Without the floor in the way, what lies beyond it is significant.
        let at = |new: f64| one(&sorted, new).estimate.unwrap().p;
        assert!(is_significant(at(sorted[left_out] * 1.0001)), "{count}");
        assert!(!is_significant(at(sorted[left_out] * 0.9999)), "{count}");
    }
    assert!(
        !one(&jobs(18), 5_000.0)
            .estimate
            .unwrap()
            .interval
            .is_attained
    );
}

#[test]
fn too_few_jobs_decide_nothing_and_the_missing_ones_are_counted() {
    for (count, missing) in [(18, 1), (5, 14), (2, 17)] {
        let questions = Questions {
            figures: vec![question(
                "response.p50",
                Role::Primary,
                &jobs(count),
                9_000.0,
            )],
            shares: vec![accepted(&vec![1.0; count], 0.5)],
            undecided: None,
        };
        let answers = questions.answer_history();
        let needed = 19;
        let few = Some(Undecided::TooFewJobs { needed, missing });
        assert_eq!(answers.undecided, few);
        assert_eq!(answers.figures[0].undecided, few);
        assert_eq!(answers.shares[0].decision, Decision::Described);
        assert_eq!(answers.conclusion(), Conclusion::Described);
        // It is described all the same.
        assert!(answers.figures[0].estimate.unwrap().shift > 0.5);
        assert_eq!(answers.figures[0].visibility.unwrap().smallest, None);
    }
    let answers = answer(vec![question("response.p50", Role::Primary, &[], 9_000.0)]);
    let (needed, missing) = (19, 19);
    assert_eq!(
        answers.undecided,
        Some(Undecided::TooFewJobs { needed, missing })
    );
}

/// What is decided depends on the number of jobs, and on nothing that was measured.
#[test]
fn the_number_of_jobs_decides_how_many_questions_are_asked() {
    let decided = |count: usize| -> Vec<String> {
        let questions = [
            ("response.p50", Role::Primary),
            ("response.p99", Role::Guard),
            ("session_setup.p50", Role::Context),
            ("goodput", Role::Asked),
        ];
        let questions = questions.map(|(name, role)| question(name, role, &jobs(count), 9_000.0));
        let figures = answer(questions.to_vec()).figures.into_iter();
        let decided = figures.filter(|answer| answer.undecided.is_none());
        decided.map(|answer| answer.figure).collect()
    };
    assert_eq!(decided(18), [""; 0]);
    assert_eq!(decided(19), ["response.p50"]);
    assert_eq!(decided(38), ["response.p50"]);
    // What was asked for comes before the guard.
    assert_eq!(decided(39), ["response.p50", "goodput"]);
    assert_eq!(decided(59), ["response.p50", "response.p99", "goodput"]);
    let guard = question("response.p99", Role::Guard, &jobs(30), 9_000.0);
    let primary = question("response.p50", Role::Primary, &jobs(30), 9_000.0);
    let answers = answer(vec![primary, guard]);
    let (needed, missing) = (39, 9);
    assert_eq!(
        answers.figures[1].undecided,
        Some(Undecided::TooFewJobs { needed, missing })
    );
    // It is a guard: that it is not decided changes nothing.
    assert_eq!(answers.conclusion(), Conclusion::Regressed);
}

/// Two questions share the level: the third worst of 40 is significant for one, not for
/// two of them.
#[test]
fn several_questions_share_the_level() {
    let earlier = jobs(39);
    let mut sorted = earlier.clone();
    sorted.sort_by(f64::total_cmp);
    let second = f64::midpoint(sorted[37], sorted[38]);
    let two = |other: f64| {
        let asked = |name, role, new| Question {
            floor: 1e-4,
            ..question(name, role, &earlier, new)
        };
        let figures = answer(vec![
            asked("response.p50", Role::Primary, second),
            asked("response.p99", Role::Guard, other),
        ]);
        figures.figures[0].decision
    };
    // Its p of 2/40 is doubled, unless the other one has been found first.
    assert_eq!(two(sorted[20]), Decision::Unclear);
    assert_eq!(two(9_000.0), Decision::Regressed);
}

#[test]
fn jobs_without_the_figure_are_not_counted() {
    let mut question = question("response.p50", Role::Primary, &jobs(20), 9_000.0);
    question.base[4] = FigureValue::Empty;
    let answers = answer(vec![question.clone()]);
    assert_eq!(answers.figures[0].decision, Decision::Regressed);
    assert_eq!(answers.figures[0].base.runs, 19);
    question.base[5] = FigureValue::Empty;
    assert_eq!(
        answer(vec![question.clone()]).conclusion(),
        Conclusion::Described
    );
    question.new[0] = FigureValue::Empty;
    let answers = answer(vec![question]);
    let nothing = Some(Undecided::NothingMeasured { runs: 1 });
    assert_eq!(answers.figures[0].undecided, nothing);
}

#[test]
fn a_history_that_drifts_decides_nothing() {
    let drifting = |step: f64| -> Vec<f64> {
        let jobs = jobs(20).into_iter().zip(0..);
        jobs.map(|(job, at)| job * (1.0 + step * f64::from(at)))
            .collect()
    };
    // From the first to the last job: 0.6 % is covered by the floor, 6 % is not.
    for (step, drifts) in [(0.0, false), (0.0003, false), (0.003, true), (-0.003, true)] {
        let answer = one(&drifting(step), 6_000.0);
        assert_eq!(answer.undecided == Some(Undecided::Drift), drifts, "{step}");
        let drift = answer.place.unwrap().drift.unwrap();
        assert!((drift.shift - 10.0 * step).abs() < 0.005, "{drift:?}");
    }
    let answers = answer(vec![question(
        "response.p50",
        Role::Primary,
        &drifting(0.003),
        6_000.0,
    )]);
    assert_eq!(answers.conclusion(), Conclusion::Unclear);
    assert_eq!(one(&jobs(9), 5_000.0).place.unwrap().drift, None);
}

fn accepted(earlier: &[f64], new: f64) -> Share {
    Share {
        figure: "outcome.accepted".to_owned(),
        better: Better::Higher,
        base: earlier.to_vec(),
        new: vec![new],
        undecided: None,
    }
}

#[test]
fn mail_that_is_lost_is_judged_by_the_place_of_the_job() {
    let steady = [1.0; 19];
    let mut outage = steady;
    outage[7] = 0.9;
    let usual: Vec<f64> = (0..19).map(|at| 0.99 + f64::from(at) / 2_000.0).collect();
    for (earlier, new, decision) in [
        (&steady[..], 1.0, Decision::Unchanged),
        (&steady, 0.9995, Decision::Unchanged),
        (&steady, 0.99, Decision::Regressed),
        // One job was worse already.
        (&outage, 0.99, Decision::Unclear),
        (&outage, 0.8, Decision::Regressed),
        (&outage, 1.0, Decision::Unchanged),
        (&usual, 0.992, Decision::Unclear),
        (&usual, 0.98, Decision::Regressed),
        (&usual, 1.0, Decision::Improved),
    ] {
        assert_eq!(share(&accepted(earlier, new)).decision, decision, "{new}");
    }
    // Latency that is not decided does not hide it.
    let mut questions = Questions {
        figures: vec![question("response.p50", Role::Primary, &jobs(19), 5_110.0)],
        shares: vec![accepted(&steady, 0.99)],
        undecided: None,
    };
    let conclusion = questions.clone().answer_history().conclusion();
    assert_eq!(conclusion, Conclusion::Regressed);
    let (excluded, of) = (9, 20);
    questions.undecided = Some(Undecided::TooManyInconclusive { excluded, of });
    assert_eq!(
        questions.answer_history().conclusion(),
        Conclusion::Described
    );
}

/// A normal value, the same for the same arguments.
fn normal(seed: u64, index: u64) -> f64 {
    let bits = |at| nth(nth(seed, index), at);
    let angle = std::f64::consts::TAU * uniform(bits(1));
    (-2.0 * above_zero(bits(0)).ln()).sqrt() * angle.cos()
}

/// How many of 500 new jobs are called worse, of `spread` between jobs, shifted by
/// `change`, each like the one before with this correlation.
fn called_worse(earlier: usize, spread: f64, correlation: f64, change: f64, floor: f64) -> usize {
    let trials = (0..500).filter(|trial| {
        let mut level = normal(*trial, 0);
        let fresh = (1.0 - correlation * correlation).sqrt();
        let mut jobs: Vec<f64> = (1..=earlier as u64 + 1)
            .map(|at| {
                level = correlation * level + fresh * normal(*trial, at);
                5_000.0 * (spread * level).exp()
            })
            .collect();
        let new = jobs.pop().unwrap_or_default() * (1.0 + change);
        let question = Question {
            floor,
            ..question("response.p50", Role::Primary, &jobs, new)
        };
        let family = Family::new(std::slice::from_ref(&question));
        family.decision(0) == Decision::Regressed
    });
    trials.count()
}

/// Jobs between which nothing changed are called worse in at most 5 %, and less where the
/// spread is small beside the floor.
#[test]
fn false_alarms_stay_below_the_level() {
    // The level itself, give or take three standard deviations of 500 trials.
    let by_place = called_worse(19, 0.02, 0.0, 0.0, 1e-9);
    assert!((10..=40).contains(&by_place), "{by_place}");
    let by_place = called_worse(39, 0.02, 0.0, 0.0, 1e-9);
    assert!((10..=40).contains(&by_place), "{by_place}");
    // Medians between quiet jobs, and on a noisy machine.
    let quiet = called_worse(19, 0.014, 0.0, 0.0, FLOOR);
    assert!(quiet <= 25, "{quiet}");
    let noisy = called_worse(19, 0.05, 0.0, 0.0, FLOOR);
    assert!(noisy <= 40, "{noisy}");
}

#[test]
fn what_is_visible_is_found_in_eight_of_ten() {
    let answer = one(&jobs(19), 5_000.0);
    assert_eq!(answer.visibility.unwrap().runs_needed, None);
    // 2.9 standard deviations of a job: the largest of 19, and the new one's own.
    let found = called_worse(19, 0.014, 0.0, 0.0405, FLOOR);
    assert!((370..=430).contains(&found), "{found}");
    assert!(called_worse(19, 0.014, 0.0, 0.06, FLOOR) >= 480);
}

/// Neighbouring jobs are alike: the last of a series is an extreme one more often.
#[test]
fn jobs_like_the_one_before_cause_few_more_false_alarms() {
    let alike = called_worse(19, 0.014, 0.6, 0.0, FLOOR);
    assert!(alike <= 40, "{alike}");
}
