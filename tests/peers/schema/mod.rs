//! `results/run.schema.json` by Python's jsonschema: it is a valid schema, real
//! records fit it, and for damaged ones the program's own check agrees with it.

mod junit;

use std::fs;
use std::path::Path;
use std::process::Command;

use serde_json::{Value, json};
use sesbench::testing::schema_error;

use crate::peer;
use crate::sesbench::Program;

/// Not the first python3 in PATH: Debian's packages are installed for Debian's.
const PYTHON: &str = "/usr/bin/python3";

fn file(path: &str) -> Value {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(path);
    serde_json::from_str(&fs::read_to_string(path).unwrap()).unwrap()
}

/// `valid`, or `invalid` and where, for each record.
fn validated(records: &[Value]) -> Vec<String> {
    peer::file(
        "/usr/lib/python3/dist-packages/jsonschema",
        "python3-jsonschema",
    );
    let schema = Path::new(env!("CARGO_MANIFEST_DIR")).join("results/run.schema.json");
    let mut python = Command::new(peer::file(PYTHON, "python3"));
    python.arg(peer::beside("schema/validate.py")).arg(schema);
    let lines: Vec<_> = records.iter().map(|record| format!("{record}\n")).collect();
    let output = peer::run(&mut python, &lines.concat());
    assert!(output.success, "{}", output.stderr);
    output.stdout.lines().map(str::to_owned).collect()
}

#[test]
#[ignore = "needs python3-jsonschema"]
fn records_of_real_runs_fit() {
    let run = Program::run(&["--messages", "20", "--warm-up", "0s"]).ends();
    let records = [
        file("results/example/run.json"),
        file("tests/golden/run/run.json"),
        run.record,
    ];
    assert_eq!(validated(&records), ["valid"; 3]);
}

#[test]
#[ignore = "needs python3-jsonschema"]
fn the_program_s_own_check_agrees_about_damaged_records() {
    let record = file("tests/golden/run/run.json");
    // The schema does not describe the inside of these two.
    let free = |pointer: &String| {
        ["/plan/", "/mock/"]
            .iter()
            .any(|part| pointer.starts_with(part))
    };
    let described = pointers(&record)
        .into_iter()
        .filter(|pointer| !free(pointer));
    let damaged: Vec<_> = described
        .flat_map(|pointer| variants(&record, &pointer))
        .collect();
    let theirs = validated(&damaged);
    assert_eq!(theirs.len(), damaged.len());
    for (record, theirs) in damaged.iter().zip(&theirs) {
        let ours = schema_error(record);
        assert_eq!(ours.is_none(), theirs == "valid", "{ours:?}, {theirs}");
    }
    let refused = theirs.iter().filter(|line| *line != "valid").count();
    assert!(refused > 500, "{refused} of {}", damaged.len());
}

/// The JSON pointer of every value but the whole.
fn pointers(value: &Value) -> Vec<String> {
    let inner: Vec<(String, &Value)> = match value {
        Value::Object(map) => map
            .iter()
            .map(|(key, value)| (key.clone(), value))
            .collect(),
        Value::Array(list) => {
            let numbered = list.iter().enumerate();
            numbered
                .map(|(at, value)| (at.to_string(), value))
                .collect()
        }
        _ => Vec::new(),
    };
    let each = inner.into_iter().flat_map(|(key, value)| {
        let below = pointers(value).into_iter();
        let below: Vec<_> = below.map(|pointer| format!("/{key}{pointer}")).collect();
        std::iter::once(format!("/{key}")).chain(below)
    });
    each.collect()
}

/// The record with another value there, without it, and with a key too many.
fn variants(record: &Value, pointer: &str) -> Vec<Value> {
    let mut variants: Vec<Value> = [json!(null), json!("x"), json!(-1), json!(1.5), json!([{}])]
        .into_iter()
        .map(|value| {
            let mut variant = record.clone();
            *variant.pointer_mut(pointer).unwrap() = value;
            variant
        })
        .collect();
    let (parent, key) = pointer.rsplit_once('/').unwrap();
    let mut without = record.clone();
    if let Some(Value::Object(map)) = without.pointer_mut(parent) {
        map.remove(key).unwrap();
        variants.push(without);
    }
    let mut longer = record.clone();
    if let Some(Value::Object(map)) = longer.pointer_mut(pointer) {
        map.insert("one_too_many".to_owned(), json!(1));
        variants.push(longer);
    }
    variants
}
