//! The house rules that the compiler does not hold: pure things stay pure,
//! arrows go down, `main` stays small.
//!
//! It reads the sources. Comments don't count; test modules count for purity
//! and not for arrows.

use std::fs;
use std::path::{Path, PathBuf};

/// Folders without I/O, clocks and threads.
const PURE: [&str; 24] = [
    "src/calibration",
    "src/vocabulary",
    "src/schedule",
    "src/ses",
    "src/smtp",
    "src/message",
    "src/diagnosis",
    "src/health",
    "src/stats",
    "src/search",
    "src/verdict",
    "src/compare",
    "src/capacity",
    "src/engine/delays.rs",
    "src/engine/free_slots.rs",
    "src/engine/gate.rs",
    "src/engine/handover.rs",
    "src/engine/retries.rs",
    "src/engine/waiting.rs",
    "mock-server/src/dialogue",
    "mock-server/src/facts",
    "mock-server/src/faults",
    "mock-server/src/judge",
    "mock-server/src/nanos.rs",
];

/// What none of them says, in the words of a path.
const IMPURE: [&str; 13] = [
    "tokio",
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

/// What each folder may import of the crate, besides itself. A folder that is
/// not listed may import nothing; `cli` is above all others.
const ARROWS: [(&str, &[&str]); 17] = [
    ("vocabulary", &[]),
    ("ses", &[]),
    ("sys", &["vocabulary"]),
    ("verdict", &["vocabulary"]),
    (
        "scenario",
        &["message", "schedule", "ses", "verdict", "vocabulary"],
    ),
    ("schedule", &["scenario", "vocabulary"]),
    ("message", &["scenario", "vocabulary"]),
    ("smtp", &["scenario", "vocabulary"]),
    ("net", &["scenario", "smtp", "sys", "vocabulary"]),
    ("measure", &["verdict", "vocabulary"]),
    (
        "engine",
        &[
            "measure",
            "message",
            "net",
            "scenario",
            "schedule",
            "smtp",
            "sys",
            "vocabulary",
        ],
    ),
    ("diagnosis", &["scenario", "vocabulary"]),
    ("health", &["verdict", "vocabulary"]),
    (
        "run",
        &[
            "diagnosis",
            "health",
            "measure",
            "sys",
            "verdict",
            "vocabulary",
        ],
    ),
    ("calibration", &["run", "vocabulary"]),
    ("report", &["run", "verdict", "vocabulary"]),
    ("ui", &["measure", "report", "verdict", "vocabulary"]),
];

#[test]
fn pure_folders_know_no_runtime_no_clock_and_no_socket() {
    assert!(sources("src/smtp").len() > 5 && sources(PURE[23]).len() == 1);
    for source in PURE.iter().flat_map(|folder| sources(folder)) {
        let names = paths(&code(&source));
        for name in names {
            let name = format!("::{name}::");
            let says = |impure: &&&str| name.contains(&format!("::{impure}::"));
            let impure = IMPURE.iter().find(says);
            assert_eq!(impure, None, "{} says `{name}`", source.display());
        }
    }
}

#[test]
fn arrows_go_down() {
    for folder in folders() {
        let may = match ARROWS.iter().find(|(name, _)| *name == folder) {
            Some((_, may)) => *may,
            None if folder == "cli" || folder == "simulated" => continue,
            None => &[],
        };
        for source in sources(&format!("src/{folder}")) {
            for name in paths(&code_without_tests(&source)) {
                let Some(import) = name.strip_prefix("crate::") else {
                    continue;
                };
                let import = import.split("::").next().unwrap_or(import);
                let allowed = import == folder || may.contains(&import);
                assert!(allowed, "{} imports `{import}`", source.display());
            }
        }
    }
}

/// A client's mistakes are not to be shared by the server that should find
/// them: the two dialogues have no code in common.
#[test]
fn the_client_s_dialogue_and_the_mock_s_share_no_code() {
    for source in sources("src/smtp").iter().chain(&sources("src/net")) {
        let names = paths(&code(source));
        let shared = names.iter().find(|name| name.contains("sesbench_mock"));
        assert_eq!(shared, None, "{}", source.display());
    }
    for source in sources("mock-server/src") {
        let names = paths(&code(&source));
        let shared = names.iter().find(|name| name.starts_with("sesbench::"));
        assert_eq!(shared, None, "{}", source.display());
    }
}

#[test]
fn nothing_below_the_command_line_sees_a_flag() {
    for folder in folders().iter().filter(|folder| *folder != "cli") {
        for source in sources(&format!("src/{folder}")) {
            let flagged = code(&source).contains("clap");
            assert!(!flagged, "{} mentions clap", source.display());
        }
    }
}

/// rustc 1.88 to 1.96 drop `self.count -= usize::from(was_free)` in an
/// optimised build where `was_free` comes from a comparison and is branched on
/// as well (rust-lang/rust issue 158206): count with `if`, in any shape of it.
#[test]
fn no_bool_is_cast_to_an_integer() {
    for source in sources("src").iter().chain(&sources("mock-server/src")) {
        let code = code_without_tests(source);
        let cast = bool_cast(&code);
        assert_eq!(cast, None, "{}", source.display());
    }
}

#[test]
fn a_bool_that_is_cast_to_an_integer_is_found() {
    for cast in [
        "count -= usize::from(was_free);",
        "count += u64::from(a.len() > 3)",
        "u8::from(!(open))",
        "u32::from(slot.is_some())",
        "(left == 0) as usize",
        "was_free as u64",
    ] {
        assert!(bool_cast(cast).is_some(), "{cast}");
    }
    for other in [
        "u64::from(recipients)",
        "u64::from(plan.message.recipients.get())",
        "own * u64::from(of) + u64::from(index - 1)",
        "text.len() as u64",
        "lines.filter(|line| line.is_empty()).count() as u64",
    ] {
        assert_eq!(bool_cast(other), None);
    }
}

/// The first cast whose operand reads like a bool: a comparison, a negation, or
/// a name that asks (`is_`, `was_`, `has_`).
fn bool_cast(code: &str) -> Option<&str> {
    const INTEGERS: [&str; 8] = ["u8", "u16", "u32", "u64", "usize", "i32", "i64", "u128"];
    let from = |integer: &str| format!("{integer}::from(");
    let calls = INTEGERS.iter().flat_map(|integer| {
        let call = from(integer);
        code.match_indices(&call)
            .map(|(at, call)| argument(&code[at + call.len()..]))
            .collect::<Vec<_>>()
    });
    let casts = INTEGERS.iter().flat_map(|integer| {
        code.match_indices(&format!(" as {integer}"))
            .map(|(at, _)| operand(&code[..at]))
            .collect::<Vec<_>>()
    });
    calls.chain(casts).find(|text| reads_like_a_bool(text))
}

fn reads_like_a_bool(text: &str) -> bool {
    let whole = text
        .strip_prefix('(')
        .and_then(|text| text.strip_suffix(')'));
    let text = without_groups(whole.unwrap_or(text));
    let compares = ["==", "!=", "<=", ">=", " < ", " > ", "&&", "||", "!"];
    let asks = |word: &str| {
        ["is_", "was_", "has_"]
            .iter()
            .any(|ask| word.starts_with(ask))
    };
    compares.iter().any(|sign| text.contains(sign))
        || text
            .split(|c: char| !c.is_alphanumeric() && c != '_')
            .any(asks)
}

/// What a call is given says nothing about what it returns.
fn without_groups(text: &str) -> String {
    let mut depth = 0;
    let outside = text.chars().filter(|c| {
        depth += match c {
            '(' => 1,
            ')' => -1,
            _ => 0,
        };
        depth == 0
    });
    outside.collect()
}

/// Up to the parenthesis that closes the call.
fn argument(rest: &str) -> &str {
    let mut depth = 1;
    let end = rest.find(|c| {
        depth += match c {
            '(' => 1,
            ')' => -1,
            _ => 0,
        };
        depth == 0
    });
    &rest[..end.unwrap_or(rest.len())]
}

/// What stands before ` as usize`: one name with its calls, or a parenthesis.
fn operand(before: &str) -> &str {
    let mut depth = 0;
    let begin = before.rfind(|c: char| {
        depth += match c {
            ')' => 1,
            '(' => -1,
            _ => 0,
        };
        depth < 0 || depth == 0 && c.is_whitespace()
    });
    &before[begin.map_or(0, |at| at + 1)..]
}

#[test]
fn main_is_small() {
    let main = fs::read_to_string(root().join("src/main.rs")).expect("main is there");
    assert!(main.lines().count() <= 40);
}

#[test]
fn a_use_of_several_things_is_taken_apart() {
    let code = "use std::{fs, net::{IpAddr, TcpStream as T}}; use crate::smtp::Reply;";
    let expected = [
        "std::fs",
        "std::net::IpAddr",
        "std::net::TcpStream",
        "crate::smtp::Reply",
    ];
    let paths = paths(code);
    for path in expected {
        assert!(paths.iter().any(|found| found == path), "{path}: {paths:?}");
    }
}

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// The modules of the crate.
fn folders() -> Vec<String> {
    let entries = fs::read_dir(root().join("src")).expect("the sources are there");
    let entries = entries.map(|entry| entry.expect("it can be read"));
    let names = entries.map(|entry| entry.file_name().to_string_lossy().into_owned());
    names
        .map(|name| name.trim_end_matches(".rs").to_owned())
        .filter(|name| name != "main" && name != "lib")
        .collect()
}

/// A module's files: of a folder, or the one file. None of a module that is
/// not there yet.
fn sources(module: &str) -> Vec<PathBuf> {
    let path = root().join(module);
    let file = path.with_extension("rs");
    match (path.is_dir(), file.is_file()) {
        (true, _) => walk(&path),
        (false, true) => vec![file],
        _ => Vec::new(),
    }
}

fn walk(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).expect("a folder of sources");
    let entries = entries.map(|entry| entry.expect("it can be read").path());
    entries
        .flat_map(|path| match path.is_dir() {
            true => walk(&path),
            false => vec![path],
        })
        .filter(|path| path.extension().is_some_and(|end| end == "rs"))
        .collect()
}

/// A file without its comments.
fn code(source: &Path) -> String {
    let text = fs::read_to_string(source).expect("a source file");
    let lines = text.lines().map(|line| {
        let comment = line.trim_start().starts_with("//");
        let code = if comment { "" } else { line };
        format!("{code}\n")
    });
    lines.collect()
}

fn code_without_tests(source: &Path) -> String {
    let of_tests = |part: std::path::Component<'_>| {
        let part = part.as_os_str();
        part == "tests" || part == "tests.rs"
    };
    let inside = source.strip_prefix(root()).unwrap_or(source);
    if inside.components().any(of_tests) {
        return String::new();
    }
    let code = code(source);
    let end = code.find("#[cfg(test)]\nmod tests {");
    code[..end.unwrap_or(code.len())].to_owned()
}

/// Every path that is named, groups taken apart.
fn paths(code: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut groups: Vec<String> = Vec::new();
    let mut word = String::new();
    let mut before = String::new();
    for c in code.chars().chain([' ']) {
        if c.is_alphanumeric() || c == '_' || c == ':' {
            word.push(c);
            continue;
        }
        let prefix = groups.last().cloned().unwrap_or_default();
        if !word.is_empty() && !word.ends_with("::") && before != "as" {
            found.push(format!("{prefix}{word}"));
        }
        match c {
            '{' if word.ends_with("::") => groups.push(format!("{prefix}{word}")),
            '{' => groups.push(String::new()),
            '}' => drop(groups.pop()),
            _ => {}
        }
        if !word.is_empty() || !c.is_whitespace() {
            before = std::mem::take(&mut word);
        }
    }
    found
}
