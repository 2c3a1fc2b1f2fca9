use std::fs;
use std::time::SystemTime;

use super::*;

const KIND: SeriesKind = SeriesKind {
    parent: "results/tests",
    record: "test.json",
};

fn id() -> RunId {
    RunId::new("test", SystemTime::UNIX_EPOCH, 1)
}

#[test]
fn a_series_is_created_once_and_its_record_is_read_back() {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("a/b");
    let series = Series::create(KIND, Some(out.clone()), &id()).unwrap();
    series.write(&vec![1, 2]).unwrap();
    assert_eq!(Series::read::<Vec<u32>>(KIND, &out).unwrap(), [1, 2]);
    drop(series);
    let error = Series::create(KIND, Some(out.clone()), &id()).unwrap_err();
    assert!(matches!(error, Error::Occupied(_)), "{error}");
    let (series, record) = Series::resume::<Vec<u32>>(KIND, &out).unwrap();
    assert_eq!(record, [1, 2]);
    assert_eq!(series.run(7), out.join("007"));
}

#[test]
fn one_process_works_on_a_series() {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().to_owned();
    let series = Series::create(KIND, Some(out.clone()), &id()).unwrap();
    series.write(&0).unwrap();
    let error = Series::resume::<u32>(KIND, &out).unwrap_err().to_string();
    assert!(error.contains("another sesbench works"), "{error}");
    drop(series);
    Series::resume::<u32>(KIND, &out).unwrap();
}

#[test]
fn an_interrupted_run_is_kept_beside_its_successor() {
    let folder = tempfile::tempdir().unwrap();
    let series = Series::create(KIND, Some(folder.path().to_owned()), &id()).unwrap();
    series.set_aside(2).unwrap();
    for kept in ["002-interrupted-1", "002-interrupted-2"] {
        fs::create_dir(series.run(2)).unwrap();
        series.set_aside(2).unwrap();
        assert!(folder.path().join(kept).exists() && !series.run(2).exists());
    }
}

#[test]
fn what_cannot_be_resumed_is_refused_and_left_as_it_was() {
    let folder = tempfile::tempdir().unwrap();
    let refused = |path: &Path| Series::resume::<u32>(KIND, path).unwrap_err().to_string();
    let absent = refused(&folder.path().join("absent"));
    assert!(
        absent.contains("absent/test.json: No such file"),
        "{absent}"
    );
    refused(folder.path());
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
    for (content, why) in [
        ("", "the file is empty"),
        ("{", "incomplete JSON"),
        ("{}", "not the test.json of this version"),
    ] {
        fs::write(folder.path().join(KIND.record), content).unwrap();
        let error = refused(folder.path());
        assert!(error.contains(why), "{content:?}: {error}");
    }
}
