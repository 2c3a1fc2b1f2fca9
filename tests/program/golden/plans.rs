//! The plan that each scenario resolves to, as `run.json` has it, and its hash.
//!
//! Scenarios refer to files relative to the package's folder, in which cargo
//! runs tests.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use sesbench::testing::{Source, plan_hash, read_scenario, reference};
use sesbench_mock::settings::keys::KEYS;
use toml::{Table, Value};

use super::{assert_golden, folder};
use crate::support::repository;

/// The scenarios that come with the program, and those next to the goldens,
/// which use every key there is.
fn scenarios() -> Vec<PathBuf> {
    let folders = [repository().join("scenarios"), folder().join("scenarios")];
    let files = folders.iter().flat_map(|folder| {
        let entries = fs::read_dir(folder).unwrap();
        entries.map(|entry| entry.unwrap().path())
    });
    let toml = |path: &PathBuf| path.extension().is_some_and(|end| end == "toml");
    let mut files: Vec<_> = files.filter(toml).collect();
    files.sort();
    assert!(files.len() > 15, "{files:?}");
    files
}

fn stem(path: &Path) -> &str {
    path.file_stem().unwrap().to_str().unwrap()
}

#[test]
fn plans_and_their_hashes() {
    let environment = |name: &str| Some(format!("value of {name}"));
    for path in scenarios() {
        let plan = read_scenario(&Source::File(path.clone()), &[], &environment);
        let plan = plan.unwrap_or_else(|error| panic!("{error}"));
        let json = serde_json::to_value(&plan).unwrap();
        let json = serde_json::to_string_pretty(&json).unwrap();
        let text = format!("{json}\nplan_hash {}\n", plan_hash(&plan));
        assert_golden(&format!("plans/{}.txt", stem(&path)), &text);
    }
}

#[test]
fn a_plan_for_each_golden_of_plans() {
    let files = fs::read_dir(folder().join("plans")).unwrap();
    let plans: BTreeSet<_> = files
        .map(|file| stem(&file.unwrap().path()).to_owned())
        .collect();
    let scenarios: BTreeSet<_> = scenarios()
        .iter()
        .map(|path| stem(path).to_owned())
        .collect();
    assert_eq!(plans, scenarios);
}

/// A new key must be used in a scenario here, so that a golden has its plan.
#[test]
fn every_key_is_in_a_scenario() {
    let tables: Vec<Table> = scenarios()
        .iter()
        .map(|path| fs::read_to_string(path).unwrap().parse().unwrap())
        .collect();
    let reference = reference();
    let rows = reference
        .lines()
        .filter_map(|line| line.strip_prefix("| `"));
    let keys = rows.map(|row| row.split('`').next().unwrap().to_owned());
    let keys = keys.chain(KEYS.iter().map(|key| format!("mock.{}", key.name)));
    let missing: Vec<_> = keys
        .filter(|key| !tables.iter().any(|table| has(table, key)))
        .collect();
    assert!(missing.is_empty(), "in no scenario: {missing:?}");
}

fn has(table: &Table, key: &str) -> bool {
    match key.split_once('.') {
        None => table.contains_key(key),
        Some((first, rest)) => match table.get(first) {
            Some(Value::Table(inner)) => has(inner, rest),
            _ => false,
        },
    }
}
