//! The text and the JSON of a report.

use super::World;
use crate::golden::assert_golden;
use crate::protocol::Reply;

fn scene() -> World {
    let mut world = World::new();
    let session = world.opens();
    world.sends(session, "a", Reply::Accepted);
    world.sends(session, "b", Reply::Throttled);
    world.passes(0.5);
    world.sends(session, "b", Reply::Throttled);
    world.passes(1.5);
    world.sends(session, "b", Reply::Accepted);
    world.sends(session, "", Reply::Accepted);
    world.replies(session, Reply::SenderSpecified);
    world.quits(session);
    world
}

#[test]
fn the_text_is_as_in_the_file() {
    assert_eq!(scene().report().to_string(), include_str!("report.txt"));
}

#[test]
fn has_the_same_figures_as_json() {
    let json = serde_json::to_value(scene().report()).unwrap();
    assert_eq!(json["seconds"], 2.0);
    assert_eq!(json["connections"]["messages"]["connections"]["2-9"], 1);
    assert_eq!(json["messages"]["without_id"], 1);
    assert_eq!(json["rate"]["allowed_per_s"], 14.0);
    assert_eq!(json["rate"]["slices"][0]["throttled"], 2);
    assert_eq!(json["retries"]["waits"][1]["retry"], 2);
    assert_eq!(json["retries"]["waits"][1]["longest_s"], 1.5);
    assert_eq!(json["refusals"]["503 Sender already specified."], 1);
    let finding = &json["findings"][0];
    assert_eq!(finding["code"], "half_finished_transaction");
    assert_eq!(finding["gravity"], "harm");
    for text in ["seen", "ses", "change"] {
        assert!(finding[text].is_string(), "{text}");
    }
}

#[test]
fn a_report_without_findings_has_nothing_to_change() {
    let text = World::new().report().to_string();
    assert!(text.ends_with("\nNothing to change.\n"), "{text}");
}

/// Figures and codes, without prose.
#[test]
fn golden_of_the_report_as_json() {
    let mut json = serde_json::to_value(scene().report()).unwrap();
    for finding in json["findings"].as_array_mut().unwrap() {
        for text in ["seen", "ses", "change"] {
            assert!(finding[text].is_string());
            finding[text] = "(words)".into();
        }
    }
    let text = serde_json::to_string_pretty(&json).unwrap() + "\n";
    assert_golden("report.json", &text);
}
