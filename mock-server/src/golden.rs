//! Golden files for tests: what programs that use the mock rely on, in
//! `tests/contracts/`.
//!
//! A golden file holds names, types and numbers, but no prose, so it does not
//! change when texts are rewritten or code moves.
//! `UPDATE_GOLDEN=1 cargo test -p sesbench-mock --lib golden` updates them.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use serde_json::Value;

/// Fails with the first line that differs between the file and `found`.
#[track_caller]
pub(crate) fn assert_golden(name: &str, found: &str) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/contracts");
    let path = folder.join(name);
    if std::env::var_os("UPDATE_GOLDEN").is_some() {
        fs::create_dir_all(folder).unwrap();
        fs::write(path, found).unwrap();
        return;
    }
    let expected = fs::read_to_string(path).unwrap_or_default();
    if expected == found {
        return;
    }
    let (mut old, mut new) = (expected.lines(), found.lines());
    let differs = (1..).map(|number| (number, old.next(), new.next()));
    let end = |(_, old, new): &(i32, Option<&str>, Option<&str>)| old.is_none() && new.is_none();
    let first = differs
        .take_while(|line| !end(line))
        .find(|(_, old, new)| old != new);
    let (number, old, new) = first.unwrap_or((0, None, None));
    let text = |line: Option<&str>| line.unwrap_or("(end of file)").to_owned();
    panic!(
        "tests/contracts/{name} differs at line {number}:\n  expected: {}\n  found:    {}\n\
         If the change is meant: UPDATE_GOLDEN=1 cargo test -p sesbench-mock --lib golden",
        text(old),
        text(new)
    );
}

/// The path and type of every value, one per line, sorted.
pub(crate) fn shape(json: &Value) -> String {
    let mut lines = BTreeSet::new();
    put(json, String::new(), &mut lines);
    lines.into_iter().map(|line| line + "\n").collect()
}

fn put(json: &Value, path: String, lines: &mut BTreeSet<String>) {
    let kind = match json {
        Value::Null => "null",
        Value::Bool(_) => "boolean",
        Value::Number(number) if number.is_f64() => "number",
        Value::Number(_) => "integer",
        Value::String(_) => "string",
        Value::Array(list) => {
            for each in list {
                put(each, format!("{path}[]"), lines);
            }
            "array"
        }
        Value::Object(map) => {
            for (key, value) in map {
                put(value, format!("{path}.{key}"), lines);
            }
            "object"
        }
    };
    lines.insert(format!("{path} {kind}").trim_start().to_owned());
}

#[test]
fn a_shape_is_keys_and_types() {
    let json = serde_json::json!({"a": [{"b": 1}, {"b": 1.5}], "c": null});
    let expected = ".a array\n.a[] object\n.a[].b integer\n.a[].b number\n.c null\nobject\n";
    assert_eq!(shape(&json), expected);
}
