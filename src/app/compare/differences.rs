//! What differs between the runs, and whether it may: the plans only in the factors, the
//! machines not in kind.

use std::collections::BTreeMap;

use serde_json::Value;

use super::groups::Groups;
use crate::run::Finished;
use crate::text::printable;

/// Differences that are shown in an error.
const SHOWN: usize = 3;

/// Characters of a value that are shown.
const LENGTH: usize = 40;

/// Parts of a plan in which runs may always differ: they do not change what is sent.
const FREE: [&str; 6] = [
    "name",
    "seed",
    "mock.seed",
    "mock.ephemeral",
    "mock.port_offset",
    "mock.bind",
];

/// Keys of the scenario whose values are elsewhere in the plan.
const PLACES: [(&str, &str); 5] = [
    ("target.kind.settings.", "mock."),
    ("target.kind.", "target."),
    ("load.model.open.", "load."),
    ("load.length.", "load."),
    ("target.tls_settings.", "target."),
];

type Values = BTreeMap<String, String>;

/// Fails if runs differ in what they must not differ in. Returns what differs between
/// the groups, for people.
pub(super) fn check(
    groups: &Groups,
    factors: &[String],
    allow_different_machine: bool,
) -> Result<Vec<String>, String> {
    let (base, new) = (&groups.base[0], &groups.new[0]);
    for (group, first) in [(&groups.base, base), (&groups.new, new)] {
        for run in &group[1..] {
            let different = differences(&plan(first), &plan(run));
            if !different.is_empty() {
                return Err(refused(
                    "the plan",
                    first,
                    run,
                    &different,
                    "one plan a group",
                ));
            }
        }
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

/// Whether `key` is the factor or in its table.
fn is_part_of(key: &str, factor: &str) -> bool {
    let rest = key.strip_prefix(factor);
    rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
}

fn machines(
    groups: &Groups,
    allow_different_machine: bool,
) -> Result<Vec<(String, [String; 2])>, String> {
    let base = &groups.base[0];
    let mut all: Vec<(String, [String; 2])> = Vec::new();
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

/// What makes machines of one kind.
fn kind(run: &Finished) -> Values {
    let machine = &run.record.environment;
    let text = |value: &Option<String>| value.clone().unwrap_or_else(|| "unknown".to_owned());
    let cores = machine.cores.map(|cores| cores.to_string());
    let rows = [
        ("machine.cpu_model", text(&machine.cpu_model)),
        ("machine.cores", text(&cores)),
        ("machine.architecture", text(&machine.architecture)),
    ];
    rows.map(|(key, value)| (key.to_owned(), value)).into()
}

/// What may differ, and is shown.
fn kernel(run: &Finished) -> Values {
    let kernel = run.record.environment.kernel.clone();
    let version = run.record.version.clone();
    let rows = [
        (
            "machine.kernel",
            kernel.unwrap_or_else(|| "unknown".to_owned()),
        ),
        ("sesbench", version),
    ];
    rows.map(|(key, value)| (key.to_owned(), value)).into()
}

/// The plan as keys of a scenario, as far as there are any.
fn plan(run: &Finished) -> Values {
    let mut values = Values::new();
    flatten("", &run.record.plan, &mut values);
    values.retain(|key, _| !FREE.contains(&key.as_str()));
    values
}

fn flatten(key: &str, value: &Value, values: &mut Values) {
    match value {
        Value::Object(map) if duration(value).is_none() => {
            for (name, value) in map {
                let inner = match key {
                    "" => name.clone(),
                    _ => format!("{key}.{name}"),
                };
                flatten(&inner, value, values);
            }
        }
        _ => {
            let text = match value {
                Value::String(text) => text.clone(),
                Value::Null => "none".to_owned(),
                other => duration(other).unwrap_or_else(|| other.to_string()),
            };
            values.insert(scenario_key(key), text);
        }
    }
}

/// A duration in serde's format.
fn duration(value: &Value) -> Option<String> {
    let map = value.as_object().filter(|map| map.len() == 2)?;
    let nanos = u32::try_from(map.get("nanos")?.as_u64()?).ok()?;
    let seconds = map.get("secs")?.as_u64()?;
    let seconds = std::time::Duration::new(seconds, 0)
        .checked_add(std::time::Duration::from_nanos(u64::from(nanos)))?;
    Some(humantime::format_duration(seconds).to_string())
}

fn scenario_key(path: &str) -> String {
    let place = PLACES.iter().find_map(|(place, key)| {
        let rest = path.strip_prefix(place)?;
        Some(format!("{key}{rest}"))
    });
    place.unwrap_or_else(|| path.to_owned())
}

/// Each key of the plan, the machine and the program with its values in two runs, where
/// they differ.
pub(in crate::app) fn between(a: &Finished, b: &Finished) -> Vec<(String, [String; 2])> {
    let all = [plan, kind, kernel].map(|part| differences(&part(a), &part(b)));
    all.into_iter().flatten().collect()
}

/// Each key with two values.
fn differences(a: &Values, b: &Values) -> Vec<(String, [String; 2])> {
    let keys: std::collections::BTreeSet<&String> = a.keys().chain(b.keys()).collect();
    let value = |values: &Values, key: &String| match values.get(key) {
        Some(value) => value.clone(),
        None => "none".to_owned(),
    };
    let pairs = keys
        .into_iter()
        .map(|key| (key.clone(), [value(a, key), value(b, key)]));
    pairs.filter(|(_, [a, b])| a != b).collect()
}

fn refused(
    what: &str,
    a: &Finished,
    b: &Finished,
    different: &[(String, [String; 2])],
    expected: &str,
) -> String {
    let listed: Vec<String> = different.iter().take(SHOWN).map(shown).collect();
    let more = match different.len().saturating_sub(SHOWN) {
        0 => String::new(),
        more => format!(" and {more} more"),
    };
    let (a, b) = (a.folder.display(), b.folder.display());
    let listed = listed.join(", ");
    format!("{b}: {what} differs from {a}: {listed}{more}: expected {expected}")
}

fn shown((key, [a, b]): &(String, [String; 2])) -> String {
    format!("{}: {} -> {}", printable(key), short(a), short(b))
}

fn short(value: &str) -> String {
    let mut text: String = value.chars().take(LENGTH).collect();
    if text.len() < value.len() {
        text += "...";
    }
    printable(&text)
}
