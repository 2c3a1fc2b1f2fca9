//! Paths that the documentation names.

use std::fs;

use super::sources::root;

const DOCUMENTS: [&str; 4] = [
    "CONTRIBUTING.md",
    "README.md",
    "docs/accuracy.md",
    "results/README.md",
];

/// Where a path of a document may begin: at the repository, or at the folder that
/// the sentence is about.
const BASES: [&str; 7] = [
    "",
    "src",
    "src/analysis/health",
    "src/scenario",
    "src/schedule",
    "mock-server",
    "mock-server/src",
];

#[test]
fn every_source_that_a_document_names_exists() {
    for document in DOCUMENTS {
        let text = fs::read_to_string(root().join(document)).expect("a document");
        let missing: Vec<_> = named(&text).filter(|path| !exists(path)).collect();
        assert_eq!(missing, [""; 0], "{document}");
    }
}

#[test]
fn a_path_without_a_file_is_found() {
    let text = "`src/lib.rs` and `src/engine/` and `src/curtain.rs`, not `x.toml`";
    let paths: Vec<_> = named(text).collect();
    assert_eq!(paths, ["src/lib.rs", "src/engine/", "src/curtain.rs"]);
    let missing: Vec<_> = paths.into_iter().filter(|path| !exists(path)).collect();
    assert_eq!(missing, ["src/curtain.rs"]);
}

/// What stands in backticks and is a Rust file or a folder of ours.
fn named(text: &str) -> impl Iterator<Item = &str> {
    let quoted = text.split('`').skip(1).step_by(2);
    quoted.filter(|word| {
        let plain = word
            .chars()
            .all(|c| c.is_alphanumeric() || "/._-".contains(c));
        plain && (word.ends_with(".rs") || word.starts_with("src/") || word.starts_with("tests/"))
    })
}

fn exists(path: &str) -> bool {
    let mut paths = BASES.iter().map(|base| root().join(base).join(path));
    paths.any(|path| path.exists())
}
