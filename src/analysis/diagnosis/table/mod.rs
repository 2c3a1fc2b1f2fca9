//! The table of diagnoses, one file per topic.
//!
//! Each row decides for itself whether it fits, so several may fit one failure.
//! The rows of [`general`] are fallbacks: the first that fits is used, and only if
//! no other row does.

mod account;
mod client;
mod credentials;
mod general;
mod login;
mod network;
mod recipient;
mod relay;
mod sender;
mod server;
mod session;
mod tls;

use super::{Diagnosed, Diagnosis, FailureCase};
use crate::vocabulary::Outcome;

const SPECIFIC: [&[Diagnosis]; 11] = [
    credentials::ROWS,
    login::ROWS,
    account::ROWS,
    session::ROWS,
    network::ROWS,
    tls::ROWS,
    relay::ROWS,
    client::ROWS,
    server::ROWS,
    recipient::ROWS,
    sender::ROWS,
];

/// All rows, in the order of the list in `docs/probe.md`.
pub fn all() -> impl Iterator<Item = &'static Diagnosis> {
    SPECIFIC.into_iter().flatten().chain(general::ROWS)
}

/// The diagnoses that fit; empty only if the message was accepted.
pub(crate) fn diagnose(case: &FailureCase<'_>) -> Vec<Diagnosed> {
    if case.outcome == Outcome::Accepted {
        return Vec::new();
    }
    let specific = SPECIFIC.into_iter().flatten();
    let found: Vec<_> = specific.filter_map(|row| row.of(case)).collect();
    match found.is_empty() {
        true => {
            let mut general = general::ROWS.iter();
            general.find_map(|row| row.of(case)).into_iter().collect()
        }
        false => found,
    }
}
