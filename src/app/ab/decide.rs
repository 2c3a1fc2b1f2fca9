//! Decides what the runs of a series say: at a look whether the question is decided, and
//! at the end what is reported.

use super::carry_out::End;
use super::doubt::doubt;
use super::folder::{Kept, SeriesFolder};
use super::questions::{ACCEPTED, questions, shares};
use super::session_cost::session_cost;
use super::{Condition, Request};
use crate::analysis::ab::{Doubt, Look, Pair, Stop, imbalance, others_share};
use crate::analysis::comparison::{
    Answer, Answers, Decision, Procedure, Question, Role, Share, Undecided, decide, decide_share,
    decisions,
};
use crate::output::{AbArm, AbEnd, AbPairs, AbSeries, Dropped};
use crate::run::{Finished, Status, run_name};

/// Whether every question about every arm is decided at this look, and no share of
/// messages is open.
pub(super) fn is_decided(
    request: &Request,
    condition: &Condition,
    pairs: &[&Pair<Kept>],
    look: Look,
) -> bool {
    let all = all_questions(request, condition, pairs, None).concat();
    let procedure = procedure(look);
    let decisions = decisions(&all, &procedure);
    let of_questions = all.iter().zip(decisions);
    let of_questions = of_questions.filter(|(question, _)| question.role.is_essential());
    let of_figures = of_questions.map(|(_, decision)| decision);
    let shares = (1..condition.arms.len()).flat_map(|arm| shares(pairs, arm));
    let of_shares = shares.map(|share| decide_share(&share, &procedure).decision);
    let mut all = of_figures.chain(of_shares);
    all.all(|decision| !matches!(decision, Decision::Unclear | Decision::Described))
}

/// The result of a series that is over.
pub(super) fn report(
    request: &Request,
    condition: &Condition,
    folder: &mut SeriesFolder,
    end: &End,
) -> AbSeries {
    let series = &folder.series;
    let (usable, counted) = (series.usable(), series.counted());
    let (end, look, undecided) = ending(end, series.look(), usable.len(), counted.len());
    folder.record.status = match end {
        AbEnd::Decided | AbEnd::Complete | AbEnd::Dropped => Status::Finished,
        AbEnd::Interrupted => Status::Interrupted,
        AbEnd::Stopped { .. } => Status::Aborted,
    };
    AbSeries {
        condition: condition.name.map(str::to_owned),
        folder: folder.path().to_owned(),
        scenario: folder.record.scenario.name.clone(),
        factor: condition.factor.clone(),
        base: condition.arms[0].value.clone(),
        pairs: AbPairs {
            run: counted.len(),
            used: usable.len(),
            most: folder.record.most_pairs,
        },
        end,
        alpha: look.alpha,
        dropped: dropped(condition, counted),
        sessions: session_cost(condition, &usable),
        arms: arms(request, condition, (&usable, counted), look, undecided),
    }
}

/// How the series ended, the look that decides, and why nothing is decided, if so.
fn ending(end: &End, next: Look, used: usize, run: usize) -> (AbEnd, Look, Option<Undecided>) {
    let stopped = |why: String| {
        let undecided = Undecided::Incomplete {
            pairs: used,
            look: next.pairs,
        };
        (AbEnd::Stopped { why }, next, Some(undecided))
    };
    match end {
        End::Stop(Stop::Decided(look)) => (AbEnd::Decided, *look, None),
        End::Stop(Stop::Complete(look)) => (AbEnd::Complete, *look, None),
        End::Stop(Stop::Dropped(look)) => {
            let undecided = Undecided::TooManyDropped {
                dropped: run - used,
                of: run,
            };
            (AbEnd::Dropped, *look, Some(undecided))
        }
        End::Interrupted => {
            let (_, look, undecided) = stopped(String::new());
            (AbEnd::Interrupted, look, undecided)
        }
        End::Ceiling => stopped("target.max_recipients leaves no room for another run".to_owned()),
        End::GaveUp(why) => stopped(why.clone()),
        End::Failed(error) => stopped(error.why.clone()),
    }
}

fn procedure(look: Look) -> Procedure {
    Procedure {
        is_paired: true,
        alpha: look.alpha,
        unchanged_confidence: look.confidence(),
    }
}

/// The questions about each arm but the first, with which it is compared.
fn all_questions(
    request: &Request,
    condition: &Condition,
    pairs: &[&Pair<Kept>],
    undecided: Option<&Undecided>,
) -> Vec<Vec<Question>> {
    let of_arm = |arm: usize| {
        let because = undecided.cloned().or_else(|| other_processes(pairs, arm));
        let questions = questions(request, condition, pairs, arm).into_iter();
        let questions = questions.map(|question| match question.role {
            Role::Context => question,
            _ => Question {
                undecided: because.clone().or(question.undecided),
                ..question
            },
        });
        questions.collect()
    };
    (1..condition.arms.len()).map(of_arm).collect()
}

/// The answers about each arm but the first. All questions about all arms share the
/// probability of a false alarm.
fn arms(
    request: &Request,
    condition: &Condition,
    (usable, counted): (&[&Pair<Kept>], &[Pair<Kept>]),
    look: Look,
    undecided: Option<Undecided>,
) -> Vec<AbArm> {
    let procedure = procedure(look);
    let of_shares = of_shares(counted);
    let all = all_questions(request, condition, usable, undecided.as_ref());
    let mut answers = decide(&all.concat(), &procedure).into_iter();
    let arms = all.iter().enumerate().map(|(at, questions)| {
        let figures: Vec<Answer> = answers.by_ref().take(questions.len()).collect();
        let nothing = nothing_decided(&figures, undecided.as_ref(), of_shares.len());
        let shares = shares(&of_shares, at + 1).into_iter().map(|share| {
            let undecided = nothing.clone();
            decide_share(&Share { undecided, ..share }, &procedure)
        });
        AbArm {
            value: condition.arms[at + 1].value.clone(),
            answers: Answers {
                shares: shares.collect(),
                figures,
                undecided: nothing.clone(),
            },
        }
    });
    arms.collect()
}

/// The pairs whose shares are compared: also those of which only a latency is in doubt.
fn of_shares(counted: &[Pair<Kept>]) -> Vec<&Pair<Kept>> {
    let is_in_doubt = |run: &Kept| doubt(&run.finished, &[ACCEPTED]).is_some();
    let pairs = counted.iter();
    pairs
        .filter(|pair| !pair.runs.iter().any(is_in_doubt))
        .collect()
}

/// So many pairs decide one question at a level of 5 %. Fewer decide no share either.
const MIN_PAIRS: usize = 6;

/// Why not even shares are decided: so few pairs decide nothing. Mail that is lost counts
/// where the latency cannot be compared, such as beside other processes.
fn nothing_decided(
    figures: &[Answer],
    undecided: Option<&Undecided>,
    pairs: usize,
) -> Option<Undecided> {
    if let Some(early @ Undecided::Incomplete { .. }) = undecided {
        return Some(early.clone());
    }
    let mut primary = figures.iter().filter(|each| each.role == Role::Primary);
    let reason = primary.find_map(|each| each.undecided.as_ref());
    (pairs < MIN_PAIRS).then(|| {
        let needed = MIN_PAIRS as u64;
        let few = Undecided::TooFewRuns {
            needed,
            of: "pairs",
        };
        undecided.or(reason).cloned().unwrap_or(few)
    })
}

/// Whether other processes took more of the machine beside one arm.
fn other_processes(pairs: &[&Pair<Kept>], arm: usize) -> Option<Undecided> {
    let shares = |arm: usize| -> Vec<f64> {
        let runs = pairs.iter().map(|pair| &pair.runs[arm].finished);
        runs.filter_map(others).collect()
    };
    let difference = imbalance(&shares(0), &shares(arm))?;
    Some(Undecided::OtherProcesses {
        points: (difference * 100.0).round() as i32,
    })
}

/// The share of the machine that other processes took during a run.
fn others(run: &Finished) -> Option<f64> {
    let cpu = &run.record.cpu;
    let ours = cpu.generator?.seconds + cpu.mock.map_or(0.0, |mock| mock.seconds);
    let cores = run.record.environment.cores?;
    Some(others_share(
        cpu.machine_s?,
        ours,
        run.record.window_s,
        cores,
    ))
}

/// The runs that drop their pair.
fn dropped(condition: &Condition, pairs: &[Pair<Kept>]) -> Vec<Dropped> {
    let of_pair = |(at, pair): (usize, &Pair<Kept>)| {
        let dropped = |Doubt { arm, why }: &Doubt| Dropped {
            pair: at + 1,
            run: run_name(pair.runs[*arm].number),
            value: condition.arms[*arm].value.clone(),
            why: why.clone(),
        };
        pair.doubts.iter().map(dropped).collect::<Vec<_>>()
    };
    pairs.iter().enumerate().flat_map(of_pair).collect()
}
