//! An answer in JSON. Times are microseconds, changes relative to the base.

use serde_json::{Value, json};

use crate::analysis::comparison::{Answer, ShareAnswer};

/// The answer about a figure. `needed` is the name of the number of units that make a
/// change of the floor visible, such as `pairs_for_floor`.
pub(in crate::output) fn figure(answer: &Answer, needed: &str) -> Value {
    let estimate = answer.estimate.map(|estimate| {
        json!({
            "shift": estimate.shift,
            "interval": estimate.interval,
            "unchanged_interval": estimate.narrow,
            "p": estimate.p,
            "adjusted_p": estimate.adjusted_p,
        })
    });
    json!({
        "figure": answer.figure,
        "better": answer.better,
        "role": answer.role,
        "floor": answer.floor,
        "base": answer.base,
        "new": answer.new,
        "estimate": estimate,
        "smallest_visible": answer.visibility.and_then(|each| each.smallest),
        (needed): answer.visibility.and_then(|each| each.runs_needed),
        "decision": answer.decision,
        "undecided": answer.undecided.as_ref().map(ToString::to_string),
    })
}

/// The answer about a share.
pub(in crate::output) fn share(answer: &ShareAnswer) -> Value {
    json!({
        "figure": answer.figure,
        "better": answer.better,
        "base": answer.base,
        "new": answer.new,
        "change": answer.change(),
        "decision": answer.decision,
        "undecided": answer.undecided.as_ref().map(ToString::to_string),
    })
}
