//! What is pure stays pure: no runtime, no socket, no clock, no environment.

use std::fs;
use std::path::Path;

const PURE: [&str; 7] = [
    "facts",
    "units",
    "protocol",
    "dialogue",
    "account",
    "observers",
    "faults",
];
const FORBIDDEN: [&str; 8] = [
    "tokio",
    "std::net",
    "std::fs",
    "std::env",
    "std::thread",
    "Instant",
    "SystemTime",
    "rustls",
];

#[test]
fn pure_modules_import_nothing_impure() {
    let sources = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    for module in PURE {
        check(&sources.join(module));
    }
}

fn check(folder: &Path) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            check(&path);
            continue;
        }
        let text = fs::read_to_string(&path).unwrap();
        let code = text
            .lines()
            .filter(|line| !line.trim_start().starts_with("//"));
        for line in code {
            let found = FORBIDDEN.iter().find(|name| line.contains(*name));
            assert_eq!(found, None, "{}: {line}", path.display());
        }
    }
}
