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
    start(settings())
}

/// A mock that grants one message, and the next after minutes.
pub(crate) fn stingy() -> Server {
    start(Settings {
        rate: Some(0.01),
        burst: Some(1.0),
        ..settings()
    })
}

fn settings() -> Settings {
    Settings {
        profile: Profile::Unlimited,
        ephemeral: true,
        ..Settings::default()
    }
}

fn start(settings: Settings) -> Server {
    Server::start(settings).expect("the mock starts on free ports")
}
