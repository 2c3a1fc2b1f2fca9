//! Boundaries: code that must stay separate, and code that must stay small.

use std::fs;

use super::sources::{code, files, paths, rooms, root};

/// A mistake of the client must not be shared by the server that should detect
/// it: the two dialogues have no code in common.
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

/// Only these rooms use the mock: for its facts and units, for calibration, for plans, to
/// start it, and in tests.
#[test]
fn only_listed_rooms_use_the_mock() {
    const MAY: [&str; 6] = ["ses", "units", "scenario", "app", "cli", "simulated"];
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

/// One module a package makes them, so that each sequence has its own seed and all
/// of them are found in one place.
#[test]
fn random_numbers_are_made_in_one_module() {
    for package in ["src", "mock-server/src"] {
        let module = root().join(package).join("random.rs");
        for source in files(package).iter().filter(|file| **file != module) {
            let code = super::sources::production_code(source);
            let made = ["seed_from_u64", "from_seed", "9e37_79b9"];
            let found = made.iter().find(|name| code.contains(*name));
            assert_eq!(found, None, "{}", source.display());
        }
    }
}

#[test]
fn no_room_below_the_command_line_uses_flags() {
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
