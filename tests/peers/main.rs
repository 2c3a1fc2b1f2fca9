//! Programs that nobody here wrote, as clients of the mock and as the other
//! side of `sesbench run`.
//!
//! Every test is ignored unless asked for: `.ci/install-peers` installs what
//! they need, and then `cargo test --test peers -- --ignored` runs them. A peer
//! that is missing is a failure that names its Debian package.

#![allow(
    clippy::unwrap_used,
    reason = "in a test that is how a failure is told"
)]

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
mod root;
mod self_signed;
mod sesbench;
mod sink;
mod turns;
mod wire;
