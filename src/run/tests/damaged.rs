//! Damaged files: one line names the file, the place in it and what is expected,
//! without texts of a library.

use std::fs;

use serde_json::Value;

use super::*;

fn error_of(run: &Written) -> String {
    let error = read(&run.path).unwrap_err().to_string();
    assert_eq!(error.lines().count(), 1, "{error}");
    for jargon in [
        "expected f64",
        "u64",
        "StringRecord",
        "map",
        "missing field",
        "EOF",
        "variant",
    ] {
        assert!(!error.contains(jargon), "{error}");
    }
    let folder = format!("{}/", run.path.display());
    error.strip_prefix(&folder).unwrap().to_owned()
}

fn with_text(run: &Written, file: &str, text: impl AsRef<[u8]>) -> String {
    let path = run.path.join(file);
    let kept = fs::read(&path).unwrap();
    fs::write(&path, text).unwrap();
    let error = error_of(run);
    fs::write(&path, kept).unwrap();
    error
}

#[test]
fn a_record_with_something_else_in_it_says_where_and_what_would_do() {
    let run = written();
    let whole: Value = serde_json::from_str(&run.text("run.json")).unwrap();
    for (at, value, error) in [
        (
            "/window_s",
            json!("7"),
            "`window_s` is \"7\": expected a number of at least 0",
        ),
        (
            "/window_s",
            json!({}),
            "`window_s` is an object: expected a number of at least 0",
        ),
        (
            "/totals/accepted",
            json!(-1),
            "`totals.accepted` is -1: expected a whole number of at least 0",
        ),
        (
            "/totals/accepted",
            json!(1.5),
            "`totals.accepted` is 1.5: expected a whole number of at least 0",
        ),
        (
            "/target/port",
            json!(65_536),
            "`target.port` is 65536: expected a whole number from 0 to 65535",
        ),
        (
            "/target/addresses",
            json!([{"address": "::1", "sessions": "1"}]),
            "`target.addresses[0].sessions` is \"1\": expected a whole number of at least 0",
        ),
        (
            "/target/tls",
            json!([]),
            "`target.tls` is a list: expected an object or null",
        ),
        (
            "/status",
            json!("done\u{1b}"),
            "`status` is \"done\\u001b\": expected one of `\"running\"`, `\"finished\"`, `\"interrupted\"`, `\"aborted\"`",
        ),
        (
            "/start",
            json!(5),
            "`start` is 5: expected text in quotes or null",
        ),
        (
            "/schema_version",
            json!(2),
            "schema_version 2: written by a newer sesbench; this one reads up to 1",
        ),
        (
            "/verdict/thresholds",
            json!([true]),
            "`verdict.thresholds[0]` is true: expected an object",
        ),
        ("/plan", json!(null), "`plan` is null: expected an object"),
        (
            "/seed",
            json!(1e300),
            "`seed` is 1e+300: expected a whole number of at least 0",
        ),
    ] {
        let mut record = whole.clone();
        *record.pointer_mut(at).unwrap() = value;
        let read = with_text(&run, "run.json", record.to_string());
        assert_eq!(read, format!("run.json: {error}"));
    }
    let mut record = whole.clone();
    record["shard"] = json!({ "index": u64::MAX, "of": 2 });
    let read = with_text(&run, "run.json", record.to_string());
    assert!(
        read.starts_with("run.json: a number is too large: expected the record of a run"),
        "{read}"
    );
}

#[test]
fn a_record_with_something_missing_says_what() {
    let run = written();
    let whole: Value = serde_json::from_str(&run.text("run.json")).unwrap();
    for (object, key) in [
        ("", "environment"),
        ("/totals", "lost"),
        ("/rate", "goodput_per_s"),
    ] {
        let mut record = whole.clone();
        let object_there = record.pointer_mut(object).unwrap().as_object_mut();
        object_there.unwrap().remove(key).unwrap();
        let path = format!("{object}/{key}")[1..].replace('/', ".");
        let read = with_text(&run, "run.json", record.to_string());
        assert_eq!(read, format!("run.json: `{path}` is missing"));
    }
    assert_eq!(
        with_text(&run, "run.json", "[]"),
        "run.json: the file holds a list: expected an object"
    );
}

#[test]
fn a_file_that_is_no_json_says_from_where_on() {
    let run = written();
    let whole = run.text("run.json");
    let half = whole.lines().take(20).collect::<Vec<_>>().join("\n");
    let read = with_text(&run, "run.json", half);
    assert_eq!(
        read,
        "run.json: line 20: incomplete JSON: the file may be truncated"
    );
    assert_eq!(
        with_text(&run, "run.json", " \n"),
        "run.json: the file is empty"
    );
    let damaged = whole.replacen(',', ";", 1);
    assert_eq!(
        with_text(&run, "run.json", damaged),
        "run.json: line 2, column 22: invalid JSON"
    );
    let read = with_text(&run, "run.json", b"{\"a\xff\"}");
    assert_eq!(read, "run.json: invalid UTF-8 at byte 3: expected text");
}

#[test]
fn a_row_that_cannot_be_read_is_shown_with_its_line() {
    let run = written();
    let damaged = run
        .text("summary.csv")
        .replacen("\nresponse,", "\nresponce,", 1);
    let read = with_text(&run, "summary.csv", damaged);
    assert!(read.starts_with("summary.csv: line "), "{read}");
    assert!(read.contains(": invalid row `responce,"), "{read}");
    let short = format!("{}accepted,1\n", run.text("summary.csv"));
    let read = with_text(&run, "summary.csv", short);
    assert!(
        read.contains(": 2 fields: expected 12, as in the header"),
        "{read}"
    );
}

/// A record of an older version lacks what later versions added. It is valid, also
/// by the schema.
#[test]
fn a_record_of_an_older_version_is_read_and_fits_the_schema() {
    let run = written();
    let mut old: Value = serde_json::from_str(&run.text("run.json")).unwrap();
    old["target"]["addresses"] = json!([{ "address": "192.0.2.1", "sessions": 3 }]);
    old["cpu"]["generator"] = json!({
        "seconds": 1.5, "per_message_us": 300.0, "per_session_us": null,
    });
    old["health"] = json!([{ "code": "late", "severity": "warning", "text": "It was late." }]);
    for (object, key) in [("", "diagnoses"), ("/target", "region")] {
        let object = old.pointer_mut(object).unwrap().as_object_mut().unwrap();
        object.remove(key).unwrap();
    }
    assert_eq!(schema_error(&old), None);
    fs::write(run.path.join("run.json"), old.to_string()).unwrap();
    let record = read(&run.path).unwrap().record;
    assert_eq!(record.target.addresses[0].failed, 0);
    assert!(record.diagnoses.is_empty() && record.health[0].in_doubt.is_empty());
    assert_eq!(record.connections, None);
}
