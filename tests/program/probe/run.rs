//! The same explanations in a run.

use crate::support::Sesbench;

#[test]
fn a_run_explains_its_outcomes_once_each() {
    let words = "--target mock --rate 40/s --messages 20 --warm-up 0s --set mock.profile=production \
        --set mock.rate=1 --set mock.burst=1 --threshold outcome.accepted>=0%";
    let done = Sesbench::run(words).done().passed();
    let folder = done.folder();
    folder.adds_up();
    let json = folder.json();
    let diagnoses = json["diagnoses"].as_array().unwrap();
    assert_eq!(diagnoses.len(), 1, "{diagnoses:?}");
    assert_eq!(diagnoses[0]["id"], "sending-rate");
    assert_eq!(diagnoses[0]["messages"], json["totals"]["throttled"]);
    let line = "\nwhat that means\n  the sending rate was exceeded: ";
    assert_eq!(done.stdout.matches(line).count(), 1, "{}", done.stdout);
}

#[test]
fn a_run_without_a_failure_has_nothing_to_explain() {
    let words = "--target mock --rate 20/s --messages 5 --warm-up 0s";
    let done = Sesbench::run(words).done().passed();
    assert_eq!(done.folder().json()["diagnoses"], serde_json::json!([]));
    assert!(!done.stdout.contains("what that means"));
}

#[test]
fn a_run_that_can_not_begin_says_what_to_do_in_the_same_words() {
    let words = "--target mock --set auth.wrong_credentials=true";
    let done = Sesbench::run(words).done().with(3);
    assert!(done.stderr.contains("535"), "{}", done.stderr);
    let advice = "made-up credentials, as asked: Take auth.wrong_credentials out of the scenario";
    assert!(done.stderr.contains(advice), "{}", done.stderr);
    assert_eq!(done.folder().json()["diagnoses"][0]["sessions"], 1);
}
