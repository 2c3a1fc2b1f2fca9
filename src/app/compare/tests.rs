//! Which runs are refused, and which are left out.

use std::path::Path;

use serde_json::json;

use super::groups::Groups;
use super::*;
use crate::analysis::comparison::Undecided;
use crate::run::{self, Finished};

fn stored() -> Finished {
    let mut run =
        run::read(&Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden/run")).unwrap();
    if let Some(verdict) = &mut run.record.verdict {
        verdict.decision = "pass".to_owned();
    }
    run
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
    assert_eq!(groups.undecided(), None);
    let last = groups.new.remove(4);
    groups.new.insert(0, last);
    assert_eq!(
        groups.undecided(),
        None,
        "the order of the command line does not matter"
    );
    for (run, day) in groups.new.iter_mut().zip(2..) {
        run.record.start = Some(format!("2026-01-{day:02}T10:00:00Z"));
    }
    let order = "BBBBBNNNNN".to_owned();
    assert_eq!(groups.undecided(), Some(Undecided::Blocks { order }));
    groups.new[0].record.start = None;
    assert_eq!(
        groups.undecided(),
        Some(Undecided::UnknownOrder { runs: 1 })
    );
}

#[test]
fn inconclusive_runs_are_left_out_and_too_many_of_them_decide_nothing() {
    let mut groups = groups(6);
    let doubt = |run: &mut Finished| {
        run.record.verdict.as_mut().unwrap().decision = "inconclusive".to_owned();
    };
    groups.base.iter_mut().take(3).for_each(doubt);
    assert_eq!(groups.compared(&groups.base).len(), 3);
    assert_eq!(groups.excluded().len(), 3);
    assert_eq!(groups.excluded()[0].reason, "inconclusive: machine_busy");
    groups.new.iter_mut().take(1).for_each(doubt);
    let expected = Undecided::TooManyInconclusive {
        excluded: 4,
        of: 12,
    };
    assert_eq!(groups.undecided(), Some(expected));
}

#[test]
fn the_questions_are_few_and_metrics_add_to_them() {
    let groups = groups(5);
    let (base, new) = (groups.compared(&groups.base), groups.compared(&groups.new));
    let parse = |text| ComparedFigure::parse(text).unwrap();
    let asked = [
        parse("cpu.per_message"),
        parse("goodput"),
        parse("response.p50"),
    ];
    let questions = figures::questions(&base, &new, &asked, Some(0.05));
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
    let error = ComparedFigure::parse("response.p98").unwrap_err();
    assert_eq!(error, "unknown figure: did you mean response.p99?");
    assert!(ComparedFigure::parse("outcome.lost").is_err());
}
