//! The run folder while it is written, and the folders that it refuses.

use std::convert::Infallible;

use serde_json::Value;

use super::*;

#[test]
fn what_is_written_fits_the_schema() {
    let run = written();
    let record: Value = serde_json::from_str(&run.text("run.json")).unwrap();
    assert_eq!(schema_error(&record), None);
    assert!(schema_error(&json!({ "schema_version": 1 })).is_some());
    let mut newer = record;
    newer["one_too_many"] = json!(1);
    assert_eq!(
        schema_error(&newer).as_deref(),
        Some("`one_too_many` is unknown")
    );
}

#[test]
fn all_files_are_there_before_the_run_begins() {
    let dir = tempfile::tempdir().unwrap();
    let folder = Folder::create(Some(dir.path().join("a/b")), record(), origin()).unwrap();
    let run = read(folder.path()).unwrap();
    assert_eq!(run.record.status, Status::Running);
    assert!(run.summary.is_empty() && run.outcomes.is_empty());
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 6);
}

#[test]
fn seconds_are_with_the_system_before_the_run_is_over() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("out");
    let mut folder = Folder::create(Some(path.clone()), record(), origin()).unwrap();
    let timing = Timing {
        warm_up: Duration::ZERO,
        open_model: true,
        recipients: 1,
    };
    let (collector, mut recorders, timeline) = measure::channel(1, timing);
    timeline.begin(ms(1_000));
    observe(&mut recorders[0]);
    drop(recorders);
    let read = |file: &str| std::fs::read_to_string(path.join(file)).unwrap();
    let (_, result) = collector.run(|second, measured| {
        folder.second(second, measured, Sample::default()).unwrap();
        assert_eq!(
            read("intervals.csv").lines().count(),
            2 + second.t_s as usize
        );
        assert!(read("latency.hlog").ends_with('\n'));
        let status: Record = serde_json::from_str(&read("run.json")).unwrap();
        assert_eq!(status.totals.scheduled, if second.t_s < 4 { 0 } else { 50 });
        let rows = |file: &str| read(file).lines().count();
        assert_eq!(rows("summary.csv") > 1, second.t_s >= 4);
        assert_eq!(rows("histogram.csv"), 1, "only at the end");
        Ok::<_, Infallible>(())
    });
    assert_eq!(result, Ok(()));
}

#[test]
fn a_folder_that_holds_something_is_refused_by_name() {
    let dir = tempfile::tempdir().unwrap();
    std::fs::write(dir.path().join("precious"), "").unwrap();
    let error = Folder::create(Some(dir.path().to_owned()), record(), origin())
        .err()
        .unwrap();
    assert!(matches!(error, Error::Occupied(_)));
    assert!(
        error
            .to_string()
            .contains(&dir.path().display().to_string())
    );
}

#[test]
fn an_error_names_the_file() {
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("file");
    std::fs::write(&file, "").unwrap();
    let error = Folder::create(Some(file.join("out")), record(), origin())
        .err()
        .unwrap();
    assert!(error.to_string().contains("file/out: "), "{error}");
}

/// Whichever thread panicked first: the owner of the folder unwinds too.
#[test]
fn a_run_that_ends_by_a_defect_is_not_under_way_any_more() {
    let dir = tempfile::tempdir().unwrap();
    let status = |out: &str| read(&dir.path().join(out)).unwrap().record.status;
    let ends_by_defect = |out: &str, before: fn(&mut Folder)| {
        let out = dir.path().join(out);
        let run = std::panic::AssertUnwindSafe(|| {
            let mut folder = Folder::create(Some(out), record(), origin()).unwrap();
            before(&mut folder);
            panic!("planted by a test");
        });
        assert!(std::panic::catch_unwind(run).is_err());
    };
    ends_by_defect("under way", |_| {});
    assert_eq!(status("under way"), Status::Aborted);
    // A status counts only once it is written.
    ends_by_defect("not written", |folder| {
        folder.record.status = Status::Finished;
    });
    assert_eq!(status("not written"), Status::Aborted);
    ends_by_defect("over", |folder| folder.abandon_as(Status::Interrupted));
    assert_eq!(status("over"), Status::Interrupted);
    // After a kill the status stays `running`.
    drop(Folder::create(Some(dir.path().join("killed")), record(), origin()).unwrap());
    assert_eq!(status("killed"), Status::Running);
}
