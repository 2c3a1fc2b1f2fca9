//! Why a scenario is no plan: one line, naming where, which key, and what to do.

use std::io;

/// Why a scenario is no plan. The exit code is 2 for all of them.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The file could not be read.
    #[error("{path}: cannot be read: {error}")]
    Unreadable {
        /// The file.
        path: String,
        /// What the system said.
        error: io::Error,
    },
    /// The file is not TOML.
    #[error("{origin}: line {line}, column {column}: not TOML: {why}")]
    Syntax {
        /// The file.
        origin: String,
        /// Counted from 1.
        line: usize,
        /// Counted from 1.
        column: usize,
        /// What the parser said.
        why: String,
    },
    /// There is no such key.
    #[error("{origin}: {key}: unknown key{}", hint(nearest.as_deref()))]
    UnknownKey {
        /// The file or flag.
        origin: String,
        /// The key as written, with the tables it stands in.
        key: String,
        /// The known key nearest to it.
        nearest: Option<String>,
    },
    /// The value is of another type.
    #[error("{origin}: {key}: found {found}, expected {expected}, such as {example}")]
    WrongType {
        /// The file or flag.
        origin: String,
        /// The key.
        key: String,
        /// What was written.
        found: String,
        /// What is allowed.
        expected: String,
        /// A value that would do.
        example: String,
    },
    /// The value means nothing, or contradicts another key.
    #[error("{origin}: {key}: {why}")]
    Invalid {
        /// The file or flag.
        origin: String,
        /// The key.
        key: String,
        /// Why, and what to do.
        why: String,
    },
}

fn hint(nearest: Option<&str>) -> String {
    match nearest {
        Some(known) => format!("; did you mean {known}?"),
        None => "; docs/scenario.md lists the keys".to_owned(),
    }
}
