//! Programs of other projects, as clients of the mock and as servers for
//! `sesbench run`.
//!
//! Every test is ignored by default: `.ci/install-peers` installs the programs,
//! and then `cargo test --test peers -- --ignored` runs the tests. If a program
//! is missing, the test fails and names its Debian package.

#![allow(clippy::unwrap_used, reason = "a test reports its failure by a panic")]

mod accounting;
mod aiosmtpd;
mod certificate;
mod clients;
mod hlog;
mod ledger;
mod mock;
mod openssl;
mod peer;
mod postfix;
mod prometheus;
mod report;
mod root;
mod schema;
mod self_signed;
mod sesbench;
mod sink;
mod turns;
mod wire;
