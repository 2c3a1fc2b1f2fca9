//! Everything that is recognised, a file a topic.
//!
//! Rows say exactly when they fit, so several may fit one situation; those of
//! [`general`] are for what no other row fits, and the first of them that does
//! is taken.

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

/// Every row, in the order of the reference.
pub fn all() -> impl Iterator<Item = &'static Diagnosis> {
    SPECIFIC.into_iter().flatten().chain(general::ROWS)
}

/// What fits the situation; nothing only where nothing went wrong.
pub fn diagnose(case: &FailureCase<'_>) -> Vec<Diagnosed> {
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
