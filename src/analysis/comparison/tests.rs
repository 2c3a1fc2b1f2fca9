//! Decisions on figures whose truth is known.

use super::*;
use crate::random::{above_zero, nth, uniform};
use crate::vocabulary::{ExitCode, FigureValue};

fn question(figure: &str, role: Role, floor: f64, base: &[f64], new: &[f64]) -> Question {
    let values = |numbers: &[f64]| numbers.iter().copied().map(FigureValue::Value).collect();
    Question {
        figure: figure.to_owned(),
        better: Better::Lower,
        role,
        floor,
        base: values(base),
        new: values(new),
        undecided: None,
    }
}

fn primary(base: &[f64], new: &[f64]) -> Question {
    question("response.p50", Role::Primary, 0.02, base, new)
}

/// Values around `around`, each 1 % apart from the next, in no order.
fn runs(around: f64, count: usize) -> Vec<f64> {
    let place = |at: usize| ((at * 7) % count) as f64 - (count - 1) as f64 / 2.0;
    (0..count)
        .map(|at| around * (1.0 + place(at) / 100.0 / count as f64))
        .collect()
}

fn one(question: Question) -> Answer {
    decide(&[question], &Procedure::UNPAIRED).remove(0)
}

#[test]
fn a_figure_is_decided_in_both_directions_and_against_the_floor() {
    let base = runs(5_000.0, 8);
    for (factor, decision) in [
        (1.05, Decision::Regressed),
        (0.95, Decision::Improved),
        (1.0, Decision::Unchanged),
        // Different for certain, and less than the floor.
        (1.012, Decision::Unchanged),
        // The interval crosses the floor.
        (1.019, Decision::Unclear),
    ] {
        let question = primary(&base, &runs(5_000.0 * factor, 8));
        let alone = decisions(std::slice::from_ref(&question), &Procedure::UNPAIRED);
        assert_eq!(alone, [decision]);
        let answer = one(question);
        assert_eq!(answer.decision, decision, "{factor}: {answer:?}");
        let shift = answer.estimate.unwrap().shift;
        assert!((shift - (factor - 1.0)).abs() < 0.003, "{shift}");
        assert_eq!(answer.undecided, None);
        assert_eq!((answer.base.runs, answer.new.runs), (8, 8));
    }
    let mut goodput = primary(&base, &runs(4_500.0, 8));
    goodput.better = Better::Higher;
    assert_eq!(one(goodput).decision, Decision::Regressed);
}

#[test]
fn pairs_are_decided_by_their_differences() {
    // The runs of a pair share what drifts.
    let drift = [1.0, 1.2, 0.9, 1.5, 1.1, 0.8, 1.3, 1.0, 1.4, 0.7];
    let base: Vec<f64> = drift.iter().map(|drift| 5_000.0 * drift).collect();
    let new: Vec<f64> = (base.iter().zip(0..))
        .map(|(base, at)| base * (1.04 + f64::from(at) / 1e3))
        .collect();
    let paired = Procedure {
        is_paired: true,
        ..Procedure::UNPAIRED
    };
    let questions = [primary(&base, &new)];
    let answer = decide(&questions, &paired).remove(0);
    assert_eq!(answer.decision, Decision::Regressed);
    assert_eq!(answer.estimate.unwrap().p, 2.0 / 1024.0);
    // Without partners the drift hides it.
    let answer = decide(&questions, &Procedure::UNPAIRED).remove(0);
    assert_eq!(answer.decision, Decision::Unclear);
}

#[test]
fn more_questions_need_more_certainty() {
    let (base, new) = (runs(5_000.0, 4), runs(5_500.0, 4));
    assert_eq!(one(primary(&base, &new)).decision, Decision::Regressed);
    let two = [
        primary(&base, &new),
        question("response.p99", Role::Guard, 0.2, &base, &new),
    ];
    for answer in decide(&two, &Procedure::UNPAIRED) {
        assert_eq!(answer.decision, Decision::Described);
        let needed = Undecided::TooFewRuns {
            needed: 5,
            of: "runs a side",
        };
        assert_eq!(answer.undecided, Some(needed));
    }
    // A figure that is only described is not decided.
    let context = [
        primary(&base, &new),
        question("cpu", Role::Context, 0.1, &base, &new),
    ];
    let answers = decide(&context, &Procedure::UNPAIRED);
    assert_eq!(answers[0].decision, Decision::Regressed);
    assert_eq!(answers[1].undecided, Some(Undecided::NotAsked));
    assert!(answers[1].estimate.unwrap().adjusted_p.is_none());
}

#[test]
fn what_is_no_number_is_described_with_the_reason() {
    let runs = runs(5_000.0, 6);
    for (value, reason) in [
        (FigureValue::Empty, Undecided::NothingMeasured { runs: 1 }),
        (FigureValue::Above(7.0), Undecided::Censored { runs: 1 }),
        (FigureValue::Value(0.0), Undecided::Zero { runs: 1 }),
    ] {
        let mut question = primary(&runs, &runs);
        question.new[3] = value;
        let answer = one(question);
        assert_eq!(answer.decision, Decision::Described);
        assert_eq!((answer.undecided, answer.estimate), (Some(reason), None));
    }
}

#[test]
fn every_line_says_what_it_could_have_seen() {
    let answer = one(primary(&runs(5_000.0, 6), &runs(5_000.0, 6)));
    let visibility = answer.visibility.unwrap();
    let visible = visibility.smallest.unwrap();
    assert!((0.001..0.02).contains(&visible), "{visible}");
    // A change of the floor is above what six runs see.
    assert!(visibility.runs_needed.unwrap() <= 6);
    let fine = Question {
        floor: 0.001,
        ..primary(&runs(5_000.0, 6), &runs(5_000.0, 6))
    };
    let needed = one(fine).visibility.unwrap().runs_needed.unwrap();
    assert!(needed > 20, "{needed}");
}

fn share(better: Better, base: &[f64], new: &[f64]) -> Decision {
    let share = Share {
        figure: "outcome.lost".to_owned(),
        better,
        base: base.to_vec(),
        new: new.to_vec(),
        undecided: None,
    };
    decide_share(&share, &Procedure::UNPAIRED).decision
}

#[test]
fn shares_are_held_to_a_tenth_of_a_point() {
    let none = [0.0; 5];
    let lower = |base: &[f64], new: &[f64]| share(Better::Lower, base, new);
    // One run of five that loses 1 % where none was lost: 0.2 points.
    assert_eq!(
        lower(&none, &[0.0, 0.01, 0.0, 0.0, 0.0]),
        Decision::Regressed
    );
    assert_eq!(
        lower(&none, &[0.0, 0.005, 0.0, 0.0, 0.0]),
        Decision::Unchanged
    );
    assert_eq!(lower(&[0.01; 5], &none), Decision::Improved);
    // Where some are always lost, chance is possible: ranks decide.
    let some = [0.010, 0.014, 0.008, 0.012, 0.011];
    assert_eq!(
        lower(&some, &[0.012, 0.018, 0.007, 0.014, 0.013]),
        Decision::Unclear
    );
    assert_eq!(
        lower(&some, &[0.022, 0.028, 0.017, 0.024, 0.023]),
        Decision::Regressed
    );
    assert_eq!(
        lower(&[0.022, 0.028, 0.017, 0.024, 0.023], &some),
        Decision::Improved
    );
    assert_eq!(
        share(Better::Higher, &[1.0; 5], &[0.99; 5]),
        Decision::Regressed
    );
}

fn answers(figures: &[(Role, Decision)], shares: &[Decision]) -> Answers {
    let figure = |(role, decision): &(Role, Decision)| Answer {
        role: *role,
        decision: *decision,
        ..one(primary(&[1.0], &[1.0]))
    };
    let share = |decision: &Decision| ShareAnswer {
        figure: "outcome.lost".to_owned(),
        better: Better::Lower,
        base: 0.0,
        new: 0.0,
        decision: *decision,
        undecided: None,
    };
    Answers {
        figures: figures.iter().map(figure).collect(),
        shares: shares.iter().map(share).collect(),
        undecided: None,
    }
}

#[test]
fn the_conclusion_follows_the_questions_and_hides_no_regression() {
    use Decision::{Described, Improved, Regressed, Unchanged, Unclear};
    use Role::{Asked, Context, Guard, Primary};
    for (figures, shares, conclusion, code) in [
        (vec![(Primary, Unchanged)], vec![], Conclusion::Unchanged, 0),
        (
            vec![(Primary, Improved), (Guard, Unclear)],
            vec![],
            Conclusion::Improved,
            0,
        ),
        (vec![(Primary, Unclear)], vec![], Conclusion::Unclear, 4),
        (
            vec![(Primary, Unchanged), (Guard, Unclear)],
            vec![Unchanged],
            Conclusion::Unchanged,
            0,
        ),
        (
            vec![(Primary, Unchanged), (Guard, Regressed)],
            vec![],
            Conclusion::Regressed,
            5,
        ),
        (
            vec![(Primary, Unchanged), (Context, Regressed)],
            vec![],
            Conclusion::Unchanged,
            0,
        ),
        (
            vec![(Primary, Unchanged), (Asked, Described)],
            vec![],
            Conclusion::Unclear,
            4,
        ),
        (
            vec![(Primary, Unchanged)],
            vec![Unclear],
            Conclusion::Unclear,
            4,
        ),
        // Lost mail is not hidden by what is unclear.
        (
            vec![(Primary, Unclear)],
            vec![Regressed],
            Conclusion::Regressed,
            5,
        ),
        (
            vec![(Primary, Improved)],
            vec![Regressed],
            Conclusion::Regressed,
            5,
        ),
        (
            vec![(Primary, Described)],
            vec![Regressed],
            Conclusion::Regressed,
            5,
        ),
    ] {
        let answers = answers(&figures, &shares);
        assert_eq!(answers.conclusion(), conclusion, "{figures:?} {shares:?}");
        assert_eq!(conclusion.exit_code().code(), code);
    }
    let mut barred = answers(&[(Primary, Regressed)], &[Regressed]);
    barred.undecided = Some(Undecided::UnknownOrder { runs: 1 });
    assert_eq!(barred.conclusion(), Conclusion::Described);
    assert_eq!(Conclusion::Described.exit_code(), ExitCode::Inconclusive);
}

#[test]
fn with_too_few_runs_not_even_lost_mail_is_decided() {
    let questions = |runs: usize| Questions {
        figures: vec![primary(
            &self::runs(5_000.0, runs),
            &self::runs(9_000.0, runs),
        )],
        shares: vec![Share {
            figure: "outcome.lost".to_owned(),
            better: Better::Lower,
            base: vec![0.0; runs],
            new: vec![0.5; runs],
            undecided: None,
        }],
        undecided: None,
    };
    let few = questions(3).answer(&Procedure::UNPAIRED);
    assert_eq!(few.conclusion(), Conclusion::Described);
    assert_eq!(few.shares[0].decision, Decision::Described);
    let enough = questions(4).answer(&Procedure::UNPAIRED);
    assert_eq!(enough.conclusion(), Conclusion::Regressed);
}

/// Of comparisons of equal groups, no more than the nominal share is called different,
/// and a true change is found.
#[test]
fn false_alarms_stay_nominal_and_changes_are_found() {
    let normal = |seed: u64, index: u64| {
        let bits = |at| nth(nth(seed, index), at);
        let angle = std::f64::consts::TAU * uniform(bits(1));
        (-2.0 * above_zero(bits(0)).ln()).sqrt() * angle.cos()
    };
    let group = |seed: u64, spread: f64, shift: f64| -> Vec<f64> {
        let value = |index| 5_000.0 * (spread * normal(seed, index) + shift).exp();
        (0..8).map(value).collect()
    };
    let different = |change: f64| {
        let trials = (0..400).filter(|trial| {
            let seed = |of: u64| 10 * trial + of;
            let guard = question(
                "response.p99",
                Role::Guard,
                0.2,
                &group(seed(2), 0.08, 0.0),
                &group(seed(3), 0.08, 0.0),
            );
            let questions = [
                primary(&group(seed(0), 0.014, 0.0), &group(seed(1), 0.014, change)),
                guard,
            ];
            let decisions = decisions(&questions, &Procedure::UNPAIRED);
            let is_different =
                |each: &Decision| matches!(each, Decision::Regressed | Decision::Improved);
            decisions.iter().any(is_different)
        });
        trials.count()
    };
    // Below 5 % of 400, and the floor takes most of these.
    assert!(different(0.0) <= 20, "{}", different(0.0));
    assert!(different(0.05) >= 380, "{}", different(0.05));
}
