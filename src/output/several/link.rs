//! Links from a page to files near it, which hold where the folders are moved together.

use std::fmt::Write as _;
use std::os::unix::ffi::OsStrExt;
use std::path::{Component, Path};

/// The relative way from a folder to a file, as a link; none if the file does not exist.
pub(super) fn relative(folder: &Path, file: &Path) -> Option<String> {
    let (folder, file) = (folder.canonicalize().ok()?, file.canonicalize().ok()?);
    let common = folder.components().zip(file.components());
    let common = common.take_while(|(a, b)| a == b).count();
    let up = folder.components().skip(common).map(|_| "..".to_owned());
    let down = file
        .components()
        .skip(common)
        .filter_map(|part| match part {
            Component::Normal(name) => Some(encoded(name.as_bytes())),
            _ => None,
        });
    Some(up.chain(down).collect::<Vec<_>>().join("/"))
}

/// A name as it is written in a link. A colon, too, which would make it another scheme.
fn encoded(name: &[u8]) -> String {
    let mut text = String::new();
    for byte in name {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'~' => {
                text.push(char::from(*byte));
            }
            // Cannot fail: the text is in memory.
            byte => drop(write!(text, "%{byte:02X}")),
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    #[test]
    fn a_link_is_relative_and_leads_nowhere_else() {
        let folder = tempfile::tempdir().unwrap();
        let at = |name: &str| folder.path().join(name);
        for name in ["a/b", "a/c", "javascript:alert(1)&\"<"] {
            fs::create_dir_all(at(name)).unwrap();
            fs::write(at(name).join("r.html"), "").unwrap();
        }
        let link = |from: &str, to: &str| relative(&at(from), &at(to));
        assert_eq!(link("a", "a/b/r.html").unwrap(), "b/r.html");
        assert_eq!(link("a/b", "a/c/r.html").unwrap(), "../c/r.html");
        let hostile = link("", "javascript:alert(1)&\"</r.html").unwrap();
        assert_eq!(hostile, "javascript%3Aalert%281%29%26%22%3C/r.html");
        assert_eq!(link("a", "absent"), None);
    }
}
