//! Errors in scenarios: one line each, with the place, the key, what is wrong and
//! what is valid.

use std::io;

/// Why a scenario is invalid. The exit code is always 2.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The file could not be read.
    #[error("{path}: cannot be read: {error}")]
    Unreadable {
        /// The file.
        path: String,
        /// The error of the operating system.
        error: io::Error,
    },
    /// The file is not TOML.
    #[error("{origin}:{line}:{column}: not TOML: {why}")]
    Syntax {
        /// The file.
        origin: String,
        /// Counted from 1.
        line: usize,
        /// Counted from 1.
        column: usize,
        /// The message of the parser.
        why: String,
    },
    /// The key is unknown.
    #[error("{origin}: {key}: unknown key{}", hint(nearest.as_deref()))]
    UnknownKey {
        /// The file with the line, or the flag.
        origin: String,
        /// The key as written, with its tables.
        key: String,
        /// The most similar known key.
        nearest: Option<String>,
    },
    /// The value has the wrong type.
    #[error("{origin}: {key}: found {found}, expected {expected}, such as {example}")]
    WrongType {
        /// The file with the line, or the flag.
        origin: String,
        /// The key.
        key: String,
        /// The value found.
        found: String,
        /// What is valid.
        expected: String,
        /// A valid value.
        example: String,
    },
    /// The account could not be read.
    #[error("--account: {0}")]
    Account(String),
    /// The value is invalid, or contradicts another key.
    #[error("{origin}: {key}: {why}")]
    Invalid {
        /// The file with the line, or the flag.
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
