//! Decodes the bytes of an input.

use std::time::Duration;

use sesbench_mock::facts::Profile;
use sesbench_mock::settings::{Delay, Fault, FaultAction};
use sesbench_mock::{Settings, Stage};

use crate::Start;

/// An input: a character that selects start and settings, a number of cuts,
/// that many distances between cuts, and what the client sends.
///
/// The first two are printable in the seeds: `B0MAIL FROM:<a@b.c>...` is a
/// client that has logged in and sends everything at once.
#[derive(Debug)]
pub struct Input<'a> {
    choice: u8,
    distances: &'a [u8],
    /// What the client sends.
    pub said: &'a [u8],
}

impl<'a> Input<'a> {
    /// None if it is too short to be an input.
    #[must_use]
    pub fn of(bytes: &'a [u8]) -> Option<Self> {
        let [choice, cuts, rest @ ..] = bytes else {
            return None;
        };
        let (distances, said) = rest.split_at_checked(usize::from(cuts & 7))?;
        Some(Input {
            choice: *choice,
            distances,
            said,
        })
    }

    /// The state of the session: `@` in plaintext, `A` within TLS, `B` logged
    /// in, `C` in the middle of a message.
    #[must_use]
    pub fn start(&self) -> Start {
        match self.choice & 3 {
            0 => Start::Plain,
            1 => Start::Secure,
            2 => Start::LoggedIn,
            _ => Start::Body,
        }
    }

    /// Four characters further: the server is slow. Eight characters further:
    /// it is strict. In lower case: it has faults.
    #[must_use]
    pub fn settings(&self) -> Settings {
        let mut settings = Settings {
            profile: Profile::Unlimited,
            ..Settings::default()
        };
        if self.choice & 4 != 0 {
            settings.latency.mail = Delay::Fixed(Duration::from_millis(1));
            settings.latency.rcpt = Delay::Fixed(Duration::from_millis(2));
            settings.latency.dot = Delay::Fixed(Duration::from_millis(3));
        }
        if self.choice & 8 != 0 {
            settings.profile = Profile::Sandbox;
            settings.burst = Some(3.0);
            settings.verified = Some(vec!["b.c".to_owned()]);
            settings.configuration_sets = Some(vec!["known".to_owned()]);
            settings.max_message_size = 256;
            settings.max_recipients = 3;
            settings.messages_per_session = Some(5);
        }
        if self.choice & 32 != 0 {
            settings.faults = faults();
        }
        settings
    }

    /// Sixteen characters further: the client repeats everything many times.
    #[must_use]
    pub fn floods(&self) -> bool {
        self.choice & 16 != 0
    }

    /// What the client sends, cut as the input specifies.
    pub fn pieces(&self) -> impl Iterator<Item = &'a [u8]> {
        let mut left = self.said;
        let mut distances = self.distances.iter();
        std::iter::from_fn(move || {
            if left.is_empty() {
                return None;
            }
            let length = distances.next().map_or(left.len(), |n| usize::from(*n) + 1);
            let (piece, rest) = left.split_at(length.min(left.len()));
            left = rest;
            Some(piece)
        })
    }
}

/// Fault rules for the stages after the login. None applies on a first
/// occasion, so that a session reaches its start state.
fn faults() -> Vec<Fault> {
    let every = |n, at| Fault {
        every: Some(n),
        ..Fault::new(at)
    };
    let reply = |text: &str| Some(text.to_owned());
    vec![
        Fault {
            reply: reply("451 Temporary service failure"),
            ..every(3, Stage::Mail)
        },
        Fault {
            delay: Some(Duration::from_millis(5)),
            ..every(2, Stage::Rcpt)
        },
        Fault {
            reply: reply("250 Ok, or so it says"),
            ..every(4, Stage::Data)
        },
        Fault {
            action: Some(FaultAction::Reset),
            ..every(5, Stage::Body)
        },
        Fault {
            reply: reply("454 Temporary service failure"),
            accepted: true,
            ..every(2, Stage::Dot)
        },
        Fault {
            reply: reply("421 Closing"),
            close: Some(true),
            ..every(3, Stage::Rset)
        },
        Fault {
            action: Some(FaultAction::Close),
            ..every(6, Stage::Noop)
        },
    ]
}
