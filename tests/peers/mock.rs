//! The mock, for peers to talk to.

use sesbench_mock::facts::Profile;
use sesbench_mock::{Server, Settings};

/// Both ways to TLS, with a port of SES's for each.
pub(crate) const MODES: [(Mode, u16); 2] = [(Mode::StartTls, 587), (Mode::Wrapper, 465)];

/// How TLS is reached.
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

/// A mock that refuses nothing but what is set so.
pub(crate) fn with(change: impl FnOnce(&mut Settings)) -> Server {
    let mut settings = Settings {
        profile: Profile::Unlimited,
        ephemeral: true,
        ..Settings::default()
    };
    change(&mut settings);
    Server::start(settings).expect("the mock starts on free ports")
}
