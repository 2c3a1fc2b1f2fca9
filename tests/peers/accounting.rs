//! Compares a run's counts with the peer's own list of messages.

use std::collections::BTreeSet;

use crate::sesbench::Run;

/// The peer accepted exactly the messages that the run counts as accepted: each
/// scheduled message, once.
///
/// # Panics
///
/// If the two differ.
pub(crate) fn agree<'a>(run: &Run, message_ids: impl IntoIterator<Item = &'a str>) {
    let accepted = run.total("accepted");
    assert_eq!(run.total("scheduled"), accepted, "{:?}", run.record);
    let indices = indices(run, message_ids);
    let expected: BTreeSet<_> = (0..accepted).collect();
    assert_eq!(indices, expected, "messages by their index");
}

/// The indices of those messages; all of them must belong to the run.
///
/// # Panics
///
/// If one is there twice.
pub(crate) fn indices<'a>(
    run: &Run,
    message_ids: impl IntoIterator<Item = &'a str>,
) -> BTreeSet<u64> {
    let run_id = run.record["run_id"].as_str().unwrap();
    let mut indices = BTreeSet::new();
    for message_id in message_ids {
        let (index, rest) = message_id.trim_start_matches('<').split_once('.').unwrap();
        assert!(rest.starts_with(run_id), "{message_id}: not of {run_id}");
        assert!(
            indices.insert(index.parse().unwrap()),
            "{message_id}: twice"
        );
    }
    indices
}
