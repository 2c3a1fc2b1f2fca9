//! The sources of a package, read as text: which files are production code, and
//! which paths they use.

use std::fs;
use std::path::{Path, PathBuf};

/// The root of the repository.
pub(crate) fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// The modules at the top of a package's `src/`: folders and single files.
pub(crate) fn rooms(src: &str) -> Vec<String> {
    let entries = fs::read_dir(root().join(src)).expect("the sources are there");
    let names = entries.map(|entry| entry.expect("it can be read").file_name());
    let mut rooms: Vec<_> = names
        .map(|name| name.to_string_lossy().trim_end_matches(".rs").to_owned())
        .filter(|name| name != "main" && name != "lib")
        .collect();
    rooms.sort();
    rooms
}

/// The files of a module, a folder or a single one.
pub(crate) fn files(module: &str) -> Vec<PathBuf> {
    let path = root().join(module);
    let file = path.with_extension("rs");
    let mut files = match (path.is_dir(), file.is_file()) {
        (true, _) => walk(&path),
        (false, true) => vec![file],
        _ => panic!("there is no {module}"),
    };
    files.sort();
    files
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
pub(crate) fn code(file: &Path) -> String {
    let text = fs::read_to_string(file).expect("a source file");
    let lines = text.lines().map(|line| {
        let comment = line.trim_start().starts_with("//");
        let code = if comment { "" } else { line };
        format!("{code}\n")
    });
    lines.collect()
}

/// A file without comments and tests; empty if it is compiled for tests only.
pub(crate) fn production_code(file: &Path) -> String {
    let inside = file.strip_prefix(root()).unwrap_or(file);
    let of_tests = |part: std::path::Component<'_>| {
        let part = part.as_os_str();
        part == "tests" || part == "tests.rs"
    };
    if inside.components().any(of_tests) || is_declared_for_tests(file) {
        return String::new();
    }
    let code = code(file);
    let end = code.find("#[cfg(test)]\nmod tests {");
    code[..end.unwrap_or(code.len())].to_owned()
}

/// Whether the module above declares it `#[cfg(test)] mod name;`.
fn is_declared_for_tests(file: &Path) -> bool {
    let (Some(name), Some(folder)) = (file.file_stem(), file.parent()) else {
        return false;
    };
    let parents = [folder.join("mod.rs"), folder.with_extension("rs")];
    let Some(parent) = parents.iter().find(|parent| parent.is_file()) else {
        return false;
    };
    let declaration = format!("mod {};", name.to_string_lossy());
    let text = code(parent);
    let lines: Vec<_> = text.lines().collect();
    lines
        .windows(2)
        .any(|two| two[0].trim() == "#[cfg(test)]" && two[1].ends_with(&declaration))
}

/// The path of a file's module inside its package: `smtp::dialogue` for
/// `src/smtp/dialogue/mod.rs`.
pub(crate) fn module_of(file: &Path, src: &str) -> Vec<String> {
    let inside = file
        .strip_prefix(root().join(src))
        .expect("a file of that package");
    let inside = inside.with_extension("");
    let parts = inside
        .components()
        .map(|part| part.as_os_str().to_string_lossy().into_owned());
    parts
        .filter(|part| !["mod", "lib", "main"].contains(&part.as_str()))
        .collect()
}

/// The path from the package's root, if it begins with `crate`, `super` or
/// `self`; otherwise none.
pub(crate) fn resolved(path: &str, module: &[String]) -> Option<Vec<String>> {
    let mut parts: Vec<_> = path.split("::").map(str::to_owned).collect();
    let mut inside = match parts[0].as_str() {
        "crate" => Vec::new(),
        "self" => module.to_vec(),
        "super" => {
            let above = parts.iter().take_while(|part| *part == "super").count();
            parts.drain(..above - 1);
            module[..module.len().saturating_sub(above)].to_vec()
        }
        _ => return None,
    };
    inside.extend(parts.drain(1..).filter(|part| part != "self"));
    Some(inside)
}

/// Every path in the code, with groups expanded.
pub(crate) fn paths(code: &str) -> Vec<String> {
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

/// The paths of every `use` that is visible to others: `pub use`, `pub(crate)
/// use`.
pub(crate) fn re_exports(code: &str) -> Vec<String> {
    let uses = code.match_indices("pub").filter_map(|(at, _)| {
        let rest = code[at + 3..].trim_start();
        let rest = match rest.strip_prefix('(') {
            Some(rest) => rest.split_once(')')?.1.trim_start(),
            None => rest,
        };
        let (path, _) = rest.strip_prefix("use ")?.split_once(';')?;
        Some(paths(path))
    });
    uses.flatten().collect()
}

#[test]
fn a_use_with_groups_is_expanded() {
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

#[test]
fn paths_are_resolved_relative_to_their_module() {
    let module = ["smtp", "dialogue"].map(str::to_owned);
    for (path, expected) in [
        ("crate::net::Driver", Some("net::Driver")),
        ("crate::net::{self}", None),
        ("super::Reply", Some("smtp::Reply")),
        ("super::super::net::Driver", Some("net::Driver")),
        ("self::setup::Setup", Some("smtp::dialogue::setup::Setup")),
        ("std::fs", None),
    ] {
        if path.contains('{') {
            let named: Vec<_> = paths(&format!("use {path};"));
            let named = resolved(named.last().expect("a path"), &module);
            assert_eq!(named, Some(vec!["net".to_owned()]));
            continue;
        }
        let resolved = resolved(path, &module).map(|parts| parts.join("::"));
        assert_eq!(resolved.as_deref(), expected, "{path}");
    }
}

#[test]
fn visible_uses_are_found() {
    let code = "pub use a::B;\nuse c::D;\npub(crate) use e::{F, g::H};\npub fn used() {}";
    assert_eq!(re_exports(code), ["a::B", "e::F", "e::g::H"]);
}
