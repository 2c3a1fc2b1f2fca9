//! What differs between the runs, and whether it may: the plans only in the factors, the
//! machines not in kind.

use std::collections::BTreeMap;

use super::characteristics::{Difference, differences, kernel, kind, list, plan, short, shown};
use super::groups::Groups;
use super::read::shown as shown_folder;
use crate::run::Finished;
use crate::text::printable;

/// Fails if runs differ in what they must not differ in. Returns what differs between
/// the groups, for people.
pub(super) fn check(
    groups: &Groups,
    factors: &[String],
    allow_different_machine: bool,
) -> Result<Vec<String>, String> {
    let (base, new) = (&groups.base[0], &groups.new[0]);
    for group in [&groups.base, &groups.new] {
        one_plan(group, "one plan a group")?;
    }
    let is_factor = |key: &str| factors.iter().any(|factor| is_part_of(key, factor));
    let between = differences(&plan(base), &plan(new));
    let (meant, other): (Vec<_>, Vec<_>) = between.into_iter().partition(|(key, _)| is_factor(key));
    if let Some((key, _)) = other.first() {
        let expected = format!("the same, or --factor {key}");
        return Err(refused("the plan", base, new, &other, &expected));
    }
    for factor in factors {
        if !meant.iter().any(|(key, _)| is_part_of(key, factor)) {
            let factor = printable(factor);
            return Err(format!(
                "--factor {factor}: the same in both groups: expected a key in which they differ"
            ));
        }
    }
    let machines = machines(groups, allow_different_machine)?;
    Ok(meant.iter().chain(&machines).map(shown).collect())
}

/// Why a run of a history is not of the same kind as the new job: another plan, but for
/// the keys in which jobs may differ, or another machine; none if it is.
pub(super) fn from_new_job(
    run: &Finished,
    new: &Finished,
    factors: &[String],
    allow_different_machine: bool,
) -> Option<String> {
    let is_factor = |key: &str| factors.iter().any(|factor| is_part_of(key, factor));
    let mut plans = differences(&plan(run), &plan(new));
    plans.retain(|(key, _)| !is_factor(key));
    let mut machines = differences(&kind(run), &kind(new));
    machines.retain(|_| !allow_different_machine);
    [("another plan", plans), ("another machine", machines)]
        .iter()
        .find(|(_, different)| !different.is_empty())
        .map(|(what, different)| format!("{what}: {}", list(different)))
}

/// What differs between jobs that are compared, for people: a line for each key, with
/// the values of the earlier jobs.
pub(super) fn within_history(
    earlier: &[&Finished],
    new: &Finished,
    factors: &[String],
) -> Vec<String> {
    let is_factor = |key: &str| factors.iter().any(|factor| is_part_of(key, factor));
    let values = |run: &Finished| {
        let mut values = plan(run);
        values.retain(|key, _| is_factor(key));
        values.extend(kind(run));
        values.extend(kernel(run));
        values
    };
    let mut by_key: BTreeMap<String, (Vec<String>, String)> = BTreeMap::new();
    for run in earlier {
        for (key, [old, new]) in differences(&values(run), &values(new)) {
            let (all, _) = by_key.entry(key).or_insert_with(|| (Vec::new(), new));
            if !all.contains(&old) {
                all.push(old);
            }
        }
    }
    let line = |(key, (old, new)): (String, (Vec<String>, String))| {
        let more = match old.len() {
            0 | 1 => String::new(),
            values => format!(" and {} more", values - 1),
        };
        let first = old.first().map_or("none", String::as_str);
        format!(
            "{}: {}{more} -> {}",
            printable(&key),
            short(first),
            short(&new)
        )
    };
    by_key.into_iter().map(line).collect()
}

/// Whether `key` is the factor or in its table.
fn is_part_of(key: &str, factor: &str) -> bool {
    let rest = key.strip_prefix(factor);
    rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
}

/// Fails if runs have another plan than the first of them.
fn one_plan(runs: &[Finished], expected: &str) -> Result<(), String> {
    let Some((first, others)) = runs.split_first() else {
        return Ok(());
    };
    let different = others.iter().find_map(|run| {
        let different = differences(&plan(first), &plan(run));
        (!different.is_empty()).then(|| refused("the plan", first, run, &different, expected))
    });
    different.map_or(Ok(()), Err)
}

/// Fails if the runs of a new job differ in their plan, or their machines in kind.
pub(super) fn within_job(runs: &[Finished], allow_different_machine: bool) -> Result<(), String> {
    one_plan(runs, "one plan in a job")?;
    let Some((first, others)) = runs.split_first().filter(|_| !allow_different_machine) else {
        return Ok(());
    };
    let different = others.iter().find_map(|run| {
        let different = differences(&kind(first), &kind(run));
        let expected = "one kind of machine, or --allow-different machine";
        (!different.is_empty()).then(|| refused("the machine", first, run, &different, expected))
    });
    different.map_or(Ok(()), Err)
}

fn machines(groups: &Groups, allow_different_machine: bool) -> Result<Vec<Difference>, String> {
    let base = &groups.base[0];
    let mut all: Vec<Difference> = Vec::new();
    for run in groups.all() {
        let different = differences(&kind(base), &kind(run));
        if !different.is_empty() && !allow_different_machine {
            let expected = "runs of one kind of machine, or --allow-different machine";
            return Err(refused("the machine", base, run, &different, expected));
        }
        let kernel = differences(&kernel(base), &kernel(run));
        let fresh = different.into_iter().chain(kernel);
        all.extend(fresh.filter(|each| !all.contains(each)).collect::<Vec<_>>());
    }
    Ok(all)
}

fn refused(
    what: &str,
    a: &Finished,
    b: &Finished,
    different: &[Difference],
    expected: &str,
) -> String {
    let (a, b) = (shown_folder(&a.folder), shown_folder(&b.folder));
    let listed = list(different);
    format!("{b}: {what} differs from {a}: {listed}: expected {expected}")
}
