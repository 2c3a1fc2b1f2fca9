//! Replies that end a run early: the messages scheduled until then, and those
//! in progress, have an outcome all the same.

use super::account::{Account, rows_add_up};
use crate::support::{FalseReplies, Sesbench};

/// 200/s over 50 sessions, until the mock sends that reply at that stage, after
/// `after` other occasions.
#[track_caller]
fn stopped_by(at: &str, after: u64, reply: &str) {
    let text = format!(
        "[load]\nrate = \"200/s\"\nduration = \"10min\"\nwarm_up = \"0s\"\nsessions = 50\n\
         messages_per_session = 4\ndrain = \"30s\"\n\
         [retry]\npolicy = \"exponential\"\n\
         [thresholds]\n\"outcome.accepted\" = \">= 0%\"\n\
         [mock]\nprofile = \"unlimited\"\nseed = 39\ncapture = \"captured\"\n\
         [[mock.faults]]\nat = \"dot\"\nevery = 9\naction = \"half_reply\"\n\
         [[mock.faults]]\nat = \"{at}\"\nafter = {after}\nreply = \"{reply}\"\n"
    );
    let done = Sesbench::run_text(&text, "--trace trace").done().with(4);
    let folder = done.folder();
    assert_eq!(folder.json()["status"], "aborted");
    assert!(folder.count("/totals/unknown") > 0);
    Account::of(&done).holds(&done, FalseReplies::default());
    rows_add_up(&folder);
}

#[test]
fn credentials_refused() {
    stopped_by("auth", 90, "535 Authentication Credentials Invalid");
}

#[test]
fn login_refused_otherwise() {
    stopped_by("auth", 90, "554 5.7.0 Not now");
}

#[test]
fn quota_spent() {
    let reply = "454 Throttling failure: Daily message quota exceeded.";
    stopped_by("dot", 250, reply);
}

#[test]
fn account_suspended() {
    let reply = "554 Message rejected: Sending suspended for this account.";
    stopped_by("dot", 250, reply);
}
