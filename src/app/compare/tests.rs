//! Which runs are refused, and which are left out.

use std::path::Path;

use serde_json::json;

use super::groups::Groups;
use super::*;
use crate::analysis::comparison::Undecided;
use crate::dispatch::Connect;
use crate::engine::Model;
use crate::run::{self, Finished, Status};

fn stored() -> Finished {
    let mut run =
        run::read(&Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden/run")).unwrap();
    let verdict = run.record.verdict.as_mut().unwrap();
    verdict.decision = "pass".to_owned();
    verdict
        .thresholds
        .iter_mut()
        .for_each(|check| check.in_doubt = false);
    run
}

/// The busy machine of the example puts a figure in doubt.
fn put_in_doubt(run: &mut Finished, figure: &str) {
    let verdict = run.record.verdict.as_mut().unwrap();
    verdict.decision = "inconclusive".to_owned();
    verdict.thresholds[2].threshold = format!("{figure} < 5ms");
    verdict.thresholds[2].in_doubt = true;
}

const fn floors(at_least: Option<f64>) -> Floors {
    Floors {
        at_least,
        median: figures::MEDIAN_OF_RUNS,
    }
}

fn named(names: &[&str]) -> Vec<Figure> {
    names.iter().map(|name| figure(name).unwrap()).collect()
}

/// Runs of both groups in turn.
fn groups(runs: usize) -> Groups {
    let at = |minute: usize| Finished {
        record: run::Record {
            start: Some(format!("2026-01-01T10:{minute:02}:00Z")),
            ..stored().record
        },
        ..stored()
    };
    Groups {
        base: (0..runs).map(|run| at(2 * run)).collect(),
        new: (0..runs).map(|run| at(2 * run + 1)).collect(),
    }
}

fn check(groups: &Groups, factors: &[&str], machine: bool) -> Result<Vec<String>, String> {
    let factors: Vec<String> = factors.iter().map(|each| (*each).to_owned()).collect();
    differences::check(groups, &factors, machine)
}

#[test]
fn plans_differ_only_in_the_factor() {
    let mut groups = groups(3);
    assert_eq!(check(&groups, &[], false), Ok(Vec::new()));
    for run in &mut groups.new {
        run.record.plan["load"]["sessions"] = json!(8);
        run.record.plan["seed"] = json!(7);
    }
    let error = check(&groups, &[], false).unwrap_err();
    assert!(
        error.ends_with("load.sessions: 4 -> 8: expected the same, or --factor load.sessions"),
        "{error}"
    );
    let shown = vec!["load.sessions: 4 -> 8".to_owned()];
    assert_eq!(check(&groups, &["load.sessions"], false), Ok(shown.clone()));
    assert_eq!(check(&groups, &["load"], false), Ok(shown));
    let error = check(&groups, &["load.sessions", "target.tls"], false).unwrap_err();
    assert!(
        error.starts_with("--factor target.tls: the same in both groups"),
        "{error}"
    );
    groups.new[2].record.plan["load"]["sessions"] = json!(9);
    let error = check(&groups, &["load.sessions"], false).unwrap_err();
    assert!(
        error.contains("load.sessions: 8 -> 9: expected one plan a group"),
        "{error}"
    );
}

#[test]
fn the_settings_of_the_mock_have_their_keys_and_hostile_values_are_escaped() {
    let mut groups = groups(1);
    groups.new[0].record.plan["target"]["kind"]["settings"]["latency"]["dot"] = json!("5ms\u{1b}");
    let shown = check(&groups, &["mock.latency.dot"], false).unwrap();
    assert_eq!(shown, ["mock.latency.dot: 0s -> 5ms\\u{1b}"]);
}

#[test]
fn machines_differ_only_if_it_is_allowed() {
    let mut groups = groups(2);
    groups.new[1].record.environment.kernel = Some("9.9".to_owned());
    assert_eq!(
        check(&groups, &[], false),
        Ok(vec!["machine.kernel: 6.1.0 -> 9.9".to_owned()])
    );
    groups.new[1].record.environment.cores = Some(64);
    let error = check(&groups, &[], false).unwrap_err();
    assert!(
        error.contains("machine.cores: 2 -> 64: expected runs of one kind"),
        "{error}"
    );
    assert_eq!(check(&groups, &[], true).unwrap().len(), 2);
}

#[test]
fn an_order_in_blocks_is_not_decided() {
    let mut groups = groups(5);
    assert_eq!(undecided(&groups), None);
    let last = groups.new.remove(4);
    groups.new.insert(0, last);
    assert_eq!(
        undecided(&groups),
        None,
        "the order of the command line does not matter"
    );
    for (run, day) in groups.new.iter_mut().zip(2..) {
        run.record.start = Some(format!("2026-01-{day:02}T10:00:00Z"));
    }
    let order = "BBBBBNNNNN".to_owned();
    assert_eq!(undecided(&groups), Some(Undecided::Blocks { order }));
    groups.new[0].record.start = None;
    assert_eq!(
        undecided(&groups),
        Some(Undecided::UnknownOrder { runs: 1 })
    );
}

/// The reason, where the median is decided.
fn undecided(groups: &Groups) -> Option<Undecided> {
    groups::undecided(groups, &named(&["response.p50"]))
}

#[test]
fn runs_in_doubt_are_left_out_and_too_many_of_them_decide_nothing() {
    let mut groups = groups(6);
    let decided = named(&["response.p50"]);
    let in_doubt = groups.base.iter_mut().take(3);
    in_doubt.for_each(|run| put_in_doubt(run, "response.p50"));
    assert_eq!(groups::compared(&groups.base, &decided).len(), 3);
    let excluded = groups::excluded(&groups, &decided);
    assert_eq!(excluded.len(), 3);
    assert_eq!(excluded[0].reason, "response.p50 is in doubt: machine_busy");
    put_in_doubt(&mut groups.new[0], "response.p50");
    let expected = Undecided::TooManyInconclusive {
        excluded: 4,
        of: 12,
    };
    assert_eq!(undecided(&groups), Some(expected));
}

/// What is in doubt about a run is not in doubt about all of its figures.
#[test]
fn a_doubt_about_another_figure_leaves_a_run_in_the_comparison() {
    let mut groups = groups(6);
    for run in groups.base.iter_mut().chain(&mut groups.new) {
        put_in_doubt(run, "response.p99.9");
    }
    let decided = named(&["response.p50"]);
    assert!(groups::excluded(&groups, &decided).is_empty());
    assert_eq!(undecided(&groups), None);
    // Asked for, it counts.
    let decided = named(&["response.p50", "response.p99.9"]);
    assert_eq!(groups::excluded(&groups, &decided).len(), 12);
    // A guard in doubt has no value in these runs, and the others are a selection.
    let all: Vec<Unit<'_>> = groups.all().map(|run| Unit::of_runs([run])).collect();
    let subjects = figures::subjects(&all, &[]);
    let questions = |groups: &Groups| {
        let decided = figures::essential(&subjects);
        let base = groups::compared(&groups.base, &decided);
        let new = groups::compared(&groups.new, &decided);
        figures::questions(&subjects, &base, &new, floors(None))
    };
    assert_eq!(questions(&groups)[1].base.len(), 6);
    let mut guarded = self::groups(6);
    let in_doubt = guarded.base.iter_mut().take(4);
    in_doubt.for_each(|run| put_in_doubt(run, "response.p99"));
    for run in guarded.base.iter_mut().chain(&mut guarded.new) {
        run.summary.iter_mut().for_each(|line| line.count = 1_000);
    }
    let questions = questions(&guarded);
    assert_eq!(
        (questions[0].base.len(), questions[0].undecided.clone()),
        (6, None)
    );
    assert_eq!(questions[1].base.len(), 2);
    let excluded = Undecided::TooManyInconclusive {
        excluded: 4,
        of: 12,
    };
    assert_eq!(questions[1].undecided, Some(excluded));
}

#[test]
fn a_run_that_a_threshold_ended_is_a_result_and_one_that_gave_up_is_not() {
    let mut run = stored();
    run.record.status = Status::Aborted;
    let why = doubt::cut_short(&run).unwrap();
    assert_eq!(why, "the run was aborted: expected a finished run");
    run.record.health[0].code = "threshold_missed".to_owned();
    assert_eq!(doubt::cut_short(&run), None);
    run.record.status = Status::Finished;
    run.record.health[0].code = "stopped_early".to_owned();
    let why = doubt::reason(&run, &[]).unwrap();
    assert_eq!(why, "inconclusive: stopped_early");
}

/// A neighbour may be the cause of a difference, and is named.
#[test]
fn other_processes_beside_one_group_are_shown() {
    let mut groups = groups(3);
    assert_eq!(beside(&groups), None);
    for run in groups.new.iter_mut().take(2) {
        run.record.cpu.machine_s = Some(1.4);
    }
    // Of two cores for two seconds, the generator and the mock used 0.14 s.
    let shown = beside(&groups).unwrap();
    assert!(
        shown.starts_with("other processes: 94 % -> 31 % of the machine"),
        "{shown}"
    );
    let unknown = groups.new.iter_mut();
    unknown.for_each(|run| run.record.cpu.machine_s = None);
    assert_eq!(beside(&groups), None);
}

fn beside(groups: &Groups) -> Option<String> {
    let (base, new) = (Unit::of_runs(&groups.base), Unit::of_runs(&groups.new));
    other_processes(&[base], &[new])
}

#[test]
fn the_questions_are_few_and_metrics_add_to_them() {
    let groups = groups(5);
    let asked = named(&["cpu.per_message", "goodput", "response.p50"]);
    let all: Vec<Unit<'_>> = groups.all().map(|run| Unit::of_runs([run])).collect();
    let subjects = figures::subjects(&all, &asked);
    let questions = figures::questions(&subjects, &all[..5], &all[5..], floors(Some(0.05)));
    let shown: Vec<_> = (questions.iter())
        .map(|each| (each.figure.as_str(), each.role.name(), each.floor))
        .collect();
    assert_eq!(
        shown,
        [
            ("response.p50", "primary", 0.05),
            ("response.p99", "guard", 0.2),
            ("session_setup.p50", "context", 0.2),
            ("cpu.per_message", "asked", 0.05),
            ("goodput", "asked", 0.05),
        ]
    );
    // 40 messages a run are too few for a p99.
    assert!(questions[1].undecided.is_some());
    assert!(
        questions[3]
            .base
            .iter()
            .all(|value| value.number().is_some())
    );
}

#[test]
fn the_words_of_a_plan_are_those_that_are_looked_for() {
    let closed = serde_json::to_value(Model::Closed).unwrap();
    let on_demand = serde_json::to_value(Connect::OnDemand).unwrap();
    let mut groups = groups(1);
    for run in &mut groups.new {
        run.record.plan["load"]["model"] = closed.clone();
        run.record.plan["load"]["connect"] = on_demand.clone();
        run.summary.iter_mut().for_each(|line| line.count = 1_000);
    }
    let new = [Unit::of_runs(&groups.new)];
    let subjects = figures::subjects(&new, &named(&["session_setup.p50"]));
    let questions = figures::questions(&subjects, &new, &new, floors(None));
    let names: Vec<&str> = questions.iter().map(|each| each.figure.as_str()).collect();
    let expected = [
        "service.p50",
        "service.p99",
        "session_setup.p50",
        "cpu.per_message",
    ];
    assert_eq!(names, expected);
    assert_eq!(questions[2].undecided, None);
    // In both models set-ups ahead of the load are few.
    let open = [Unit::of_runs(&groups.base)];
    let questions = figures::questions(&subjects, &open, &new, floors(None));
    assert!(questions[2].undecided.is_some());
}
