//! What stays apart, and what stays small.

use std::fs;

use super::sources::{code, files, paths, rooms, root};

/// A client's mistakes are not to be shared by the server that should find
/// them: the two dialogues have no code in common.
#[test]
fn the_client_s_dialogue_and_the_mock_s_share_no_code() {
    for source in files("src/smtp").iter().chain(&files("src/net")) {
        let names = paths(&code(source));
        let shared = names.iter().find(|name| name.contains("sesbench_mock"));
        assert_eq!(shared, None, "{}", source.display());
    }
    for source in files("mock-server/src") {
        let names = paths(&code(&source));
        let shared = names.iter().find(|name| name.starts_with("sesbench::"));
        assert_eq!(shared, None, "{}", source.display());
    }
}

/// The mock is known where its facts are used, where it is taught, where a plan
/// is made and carried out, and in tests.
#[test]
fn few_rooms_name_the_mock() {
    const MAY: [&str; 5] = ["ses", "scenario", "app", "cli", "simulated"];
    for room in rooms("src")
        .iter()
        .filter(|room| !MAY.contains(&room.as_str()))
    {
        for source in files(&format!("src/{room}")) {
            let names = paths(&super::sources::production_code(&source));
            let named = names.iter().find(|name| name.contains("sesbench_mock"));
            let calibration = source.starts_with(root().join("src/analysis/calibration"));
            assert!(named.is_none() || calibration, "{}", source.display());
        }
    }
}

#[test]
fn nothing_below_the_command_line_sees_a_flag() {
    for room in rooms("src").iter().filter(|room| *room != "cli") {
        for source in files(&format!("src/{room}")) {
            let flagged = code(&source).contains("clap");
            assert!(!flagged, "{} mentions clap", source.display());
        }
    }
}

#[test]
fn main_is_small() {
    let main = fs::read_to_string(root().join("src/main.rs")).expect("main is there");
    assert!(main.lines().count() <= 40);
}
