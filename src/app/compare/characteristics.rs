//! The plan and the machine of a run as keys with values, and where two runs differ.

use std::collections::BTreeMap;

use serde_json::Value;

use super::unit::Unit;
use crate::analysis::ab::{imbalance, others_share};
use crate::analysis::statistics::median;
use crate::run::Finished;
use crate::text::printable;

/// A key with two values.
pub(in crate::app) type Difference = (String, [String; 2]);

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

/// The values of keys.
pub(super) type Values = BTreeMap<String, String>;

/// What makes machines of one kind.
pub(super) fn kind(run: &Finished) -> Values {
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
pub(super) fn kernel(run: &Finished) -> Values {
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

/// Whether other processes took another part of the machine beside the new runs, for
/// people. They may be the cause of a difference, and so may a server on this machine
/// that needs more than before: it is shown, and decides nothing.
pub(super) fn other_processes(base: &[Unit<'_>], new: &[Unit<'_>]) -> Option<String> {
    let shares = |units: &[Unit<'_>]| -> Vec<f64> {
        let runs = units.iter().flat_map(Unit::runs);
        runs.filter_map(others).collect()
    };
    let (base, new) = (shares(base), shares(new));
    imbalance(&base, &new)?;
    let (base, new) = (percent(base)?, percent(new)?);
    Some(format!(
        "other processes: {base} % -> {new} % of the machine, which may be the cause of a difference"
    ))
}

fn percent(shares: Vec<f64>) -> Option<f64> {
    Some((median(shares)? * 100.0).round())
}

/// The share of the machine that other processes took during a run.
fn others(run: &Finished) -> Option<f64> {
    let cpu = &run.record.cpu;
    let ours = cpu.generator?.seconds + cpu.mock.map_or(0.0, |mock| mock.seconds);
    let cores = run.record.environment.cores?;
    let all = cpu.machine_s?;
    Some(others_share(all, ours, run.record.window_s, cores))
}

/// The plan as keys of a scenario, as far as there are any.
pub(super) fn plan(run: &Finished) -> Values {
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
pub(in crate::app) fn between(a: &Finished, b: &Finished) -> Vec<Difference> {
    let all = [plan, kind, kernel].map(|part| differences(&part(a), &part(b)));
    all.into_iter().flatten().collect()
}

/// Each key with two values.
pub(super) fn differences(a: &Values, b: &Values) -> Vec<Difference> {
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

/// Differences in a line, for people.
pub(super) fn list(different: &[Difference]) -> String {
    let listed: Vec<String> = different.iter().take(SHOWN).map(shown).collect();
    let more = match different.len().saturating_sub(SHOWN) {
        0 => String::new(),
        more => format!(" and {more} more"),
    };
    format!("{}{more}", listed.join(", "))
}

/// A difference, for people.
pub(super) fn shown((key, [a, b]): &Difference) -> String {
    format!("{}: {} -> {}", printable(key), short(a), short(b))
}

/// A value, cut and escaped.
pub(super) fn short(value: &str) -> String {
    let mut text: String = value.chars().take(LENGTH).collect();
    if text.len() < value.len() {
        text += "...";
    }
    printable(&text)
}
