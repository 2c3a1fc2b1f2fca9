//! The floors: one strict order of the rooms of a package. A room imports only
//! from rooms below it, so that there is no cycle. Tests are exempt from the
//! order but not from purity: a pure room's tests use no runtime either.

use super::sources::{
    code, files, module_of, paths, production_code, re_exports, resolved, rooms, root,
};

/// Whether a room has no I/O, clocks and threads: time is an argument.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Kind {
    Pure,
    Impure,
}

use Kind::{Impure, Pure};

struct Package {
    src: &'static str,
    /// From the lowest floor to the highest.
    floors: &'static [(&'static str, Kind)],
    /// Folders that are compiled for tests only.
    for_tests: &'static [&'static str],
}

const ROOT: Package = Package {
    src: "src",
    floors: &[
        ("vocabulary", Pure),
        ("text", Pure),
        ("units", Pure),
        ("random", Pure),
        ("sys", Impure),
        ("ses", Pure),
        ("schedule", Pure),
        ("message", Pure),
        ("smtp", Pure),
        ("net", Impure),
        ("measure", Impure),
        ("dispatch", Pure),
        ("engine", Impure),
        ("analysis", Pure),
        ("run", Impure),
        ("scenario", Impure),
        ("preview", Pure),
        ("output", Impure),
        ("app", Impure),
        ("cli", Impure),
    ],
    for_tests: &["simulated"],
};

const MOCK: Package = Package {
    src: "mock-server/src",
    floors: &[
        ("facts", Pure),
        ("units", Pure),
        ("random", Pure),
        ("protocol", Pure),
        ("atomic_write", Impure),
        ("settings", Impure),
        ("faults", Pure),
        ("account", Pure),
        ("observers", Pure),
        ("capture", Impure),
        ("dialogue", Pure),
        ("tls", Impure),
        ("clock", Impure),
        ("handle", Impure),
        ("control", Impure),
        ("server", Impure),
        ("cli", Impure),
    ],
    for_tests: &["golden"],
};

/// Paths that the production code of a pure room must not use.
const FILES: [&str; 2] = ["std::env", "std::fs"];

/// Paths that its tests must not use either.
const IMPURE: [&str; 14] = [
    "tokio",
    "rustls",
    "std::net",
    "std::thread",
    "std::time::Instant",
    "std::time::SystemTime",
    "Instant::now",
    "SystemTime::now",
    "thread::sleep",
    "socket2",
    "rustix",
    "nix",
    "TcpStream",
    "TcpListener",
];

impl Package {
    fn floor(&self, room: &str) -> Option<usize> {
        self.floors.iter().position(|(name, _)| *name == room)
    }

    /// Each import that does not lead down, as `file imports path`.
    fn upward(&self) -> Vec<String> {
        let rooms = self.floors.iter();
        let files = rooms.flat_map(|(room, _)| files(&format!("{}/{room}", self.src)));
        files
            .flat_map(|file| {
                let shown = file.strip_prefix(root()).expect("a file of ours");
                let module = module_of(&file, self.src);
                let imports = self.upward_of(&module, &production_code(&file));
                imports
                    .into_iter()
                    .map(|import| format!("{} imports {import}", shown.display()))
                    .collect::<Vec<_>>()
            })
            .collect()
    }

    /// The imports of a module that do not lead down.
    fn upward_of(&self, module: &[String], code: &str) -> Vec<String> {
        let own = self.floor(&module[0]);
        let mut upward: Vec<_> = paths(code)
            .iter()
            .filter_map(|path| resolved(path, module))
            .filter(|import| import.first().is_some_and(|room| *room != module[0]))
            .filter(|import| match self.floor(&import[0]) {
                Some(floor) => Some(floor) > own,
                // Not a room: a name in the package's root, such as one
                // exported by `lib.rs`, would bypass the floors.
                None => true,
            })
            .map(|import| import.join("::"))
            .collect();
        upward.sort();
        upward.dedup();
        upward
    }
}

#[test]
fn the_floors_are_the_folders() {
    for package in [&ROOT, &MOCK] {
        let floors = package.floors.iter().map(|(room, _)| (*room).to_owned());
        let mut named: Vec<_> = floors
            .chain(package.for_tests.iter().map(|room| (*room).to_owned()))
            .collect();
        named.sort();
        assert_eq!(named, rooms(package.src), "{}", package.src);
    }
}

#[test]
fn imports_lead_down() {
    for package in [&ROOT, &MOCK] {
        assert_eq!(package.upward(), Vec::<String>::new(), "these lead up");
    }
}

/// The folders of `src/analysis/`, from the lowest to the highest.
const ANALYSIS: [&str; 9] = [
    "statistics",
    "comparison",
    "ab",
    "verdict",
    "health",
    "diagnosis",
    "search",
    "calibration",
    "capacity",
];

#[test]
fn analysis_has_floors_of_its_own() {
    let floor = |room: &str| ANALYSIS.iter().position(|name| *name == room);
    let mut sorted = ANALYSIS.map(str::to_owned);
    sorted.sort();
    let mut folders = rooms("src/analysis");
    folders.retain(|name| name != "mod");
    assert_eq!(folders, sorted);
    for file in files("src/analysis") {
        let module = module_of(&file, ROOT.src);
        let Some(own) = module.get(1).map(|room| floor(room)) else {
            continue;
        };
        for path in paths(&production_code(&file)) {
            let Some(path) = resolved(&path, &module) else {
                continue;
            };
            if let [room, folder, ..] = &path[..]
                && room == "analysis"
            {
                assert!(floor(folder) <= own, "{}: {path:?}", file.display());
            }
        }
    }
}

/// What is simulated is what runs: the simulated world has what decides, and not
/// what carries it out.
#[test]
fn the_simulated_world_does_not_import_the_engine() {
    let mut dispatched = 0;
    for file in files("src/simulated") {
        let module = module_of(&file, ROOT.src);
        for path in paths(&code(&file)) {
            let path = resolved(&path, &module).unwrap_or_default();
            let room = path.first().map_or("", String::as_str);
            let above = ["engine", "net", "app", "cli"].contains(&room);
            assert!(!above, "{}: {path:?}", file.display());
            if room == "dispatch" {
                dispatched += 1;
            }
        }
    }
    assert!(dispatched > 5, "{dispatched}");
}

/// A re-export would bypass the floors: its importer seems to import from a
/// room below.
#[test]
fn no_room_re_exports_the_names_of_another() {
    for package in [&ROOT, &MOCK] {
        for (room, _) in package.floors {
            for file in files(&format!("{}/{room}", package.src)) {
                let module = module_of(&file, package.src);
                let foreign = re_exports(&production_code(&file))
                    .into_iter()
                    .filter_map(|path| resolved(&path, &module))
                    .find(|path| path[0] != module[0]);
                assert_eq!(foreign, None, "{}", file.display());
            }
        }
    }
}

/// Shows that the checks above can fail.
#[test]
fn an_artificial_violation_is_found() {
    let module = |path: &str| -> Vec<String> { path.split("::").map(str::to_owned).collect() };
    for (package, importer, code, found) in [
        (
            &ROOT,
            "smtp::reply",
            "use crate::net::Driver;",
            "net::Driver",
        ),
        (
            &ROOT,
            "smtp",
            "fn f(x: super::net::Driver) {}",
            "net::Driver",
        ),
        (
            &ROOT,
            "smtp::dialogue",
            "use super::super::cli::Cli;",
            "cli::Cli",
        ),
        (
            &ROOT,
            "vocabulary",
            "use crate::{smtp::{Reply}, Error};",
            "Error smtp::Reply",
        ),
        (
            &MOCK,
            "faults::rule",
            "use crate::account::Account;",
            "account::Account",
        ),
        (
            &MOCK,
            "account",
            "use super::dialogue::Dialogue;",
            "dialogue::Dialogue",
        ),
        (&MOCK, "dialogue", "use crate::protocol::Reply;", ""),
        (&ROOT, "net", "use crate::smtp::Reply;", ""),
        (&ROOT, "smtp::dialogue", "use super::reply::Reply;", ""),
    ] {
        let upward = package.upward_of(&module(importer), code);
        assert_eq!(upward.join(" "), found, "{importer}: {code}");
    }
}

#[test]
fn pure_rooms_use_no_runtime_no_clock_and_no_socket() {
    for package in [&ROOT, &MOCK] {
        let pure = package.floors.iter().filter(|(_, kind)| *kind == Pure);
        let files = pure.flat_map(|(room, _)| files(&format!("{}/{room}", package.src)));
        let mut count = 0;
        for file in files {
            count += 1;
            let impure = names(&code(&file), &IMPURE);
            let impure = impure.or_else(|| names(&production_code(&file), &FILES));
            assert_eq!(impure, None, "{}", file.display());
        }
        assert!(count > 50, "{}: {count}", package.src);
    }
    for (code, name) in [
        ("use std::net::{IpAddr};", Some("std::net::IpAddr")),
        ("let now = Instant::now();", Some("Instant::now")),
        ("use crate::vocabulary::Instant;", None),
    ] {
        assert_eq!(names(code, &IMPURE).as_deref(), name, "{code}");
    }
}

/// The first path in `code` that contains one of these.
fn names(code: &str, forbidden: &[&str]) -> Option<String> {
    paths(code).into_iter().find(|name| {
        let name = format!("::{name}::");
        forbidden
            .iter()
            .any(|forbidden| name.contains(&format!("::{forbidden}::")))
    })
}
