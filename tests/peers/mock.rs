//! The mock, as a server for peers.

use sesbench_mock::facts::Profile;
use sesbench_mock::{Server, Settings};

/// STARTTLS and TLS wrapper, with one of SES's ports for each.
pub(crate) const MODES: [(Mode, u16); 2] = [(Mode::StartTls, 587), (Mode::Wrapper, 465)];

/// How TLS is started.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Mode {
    /// By STARTTLS.
    StartTls,
    /// From the first byte.
    Wrapper,
}

/// A mock that refuses nothing, on free ports.
pub(crate) fn generous() -> Server {
    with(|_| {})
}

/// A mock that refuses nothing except what these settings add.
pub(crate) fn with(change: impl FnOnce(&mut Settings)) -> Server {
    let mut settings = Settings {
        profile: Profile::Unlimited,
        ephemeral: true,
        ..Settings::default()
    };
    change(&mut settings);
    Server::start(settings).expect("the mock starts on free ports")
}
