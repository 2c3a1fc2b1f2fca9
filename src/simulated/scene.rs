//! The description of a simulated run, and its results.

use std::num::NonZeroU32;
use std::ops::Range;
use std::rc::Rc;
use std::sync::Arc;
use std::time::Duration;

use secrecy::SecretString;
use sesbench_mock::facts::Profile;
use sesbench_mock::testing::{self, Account, Observer, Observers};
use sesbench_mock::{Counts, Credentials as MockCredentials, Settings};

use super::link::Link;
use super::log::Log;
use super::peer::Peer;
use super::script::Script;
use super::world::World;
use crate::dispatch::{Connect, Retry, SlotRules};
use crate::schedule::{Length, Schedule};
use crate::smtp::{Config, Credentials, Mechanism, Sasl, Timeouts, TlsMode};
use crate::vocabulary::StopReason;

/// A stall: the servers of these connections, counted from 0, do nothing.
#[derive(Clone, Debug)]
pub(super) struct Stall {
    pub(super) connections: Range<usize>,
    pub(super) from: Duration,
    pub(super) until: Duration,
}

/// The run to simulate. Its clock starts at [`Scene::START`].
#[derive(Clone)]
pub(super) struct Scene {
    pub(super) tls: TlsMode,
    pub(super) mechanism: Option<Mechanism>,
    pub(super) initial_response: bool,
    pub(super) wrong_password: bool,
    pub(super) pipelining: bool,
    pub(super) timeouts: Timeouts,
    pub(super) connect: Connect,
    pub(super) sessions: u32,
    pub(super) messages_per_session: Option<u32>,
    pub(super) rate: &'static str,
    pub(super) messages: u64,
    pub(super) recipients: usize,
    pub(super) from: &'static str,
    /// Bytes of content, in addition to a short header.
    pub(super) size: usize,
    pub(super) mock: Settings,
    /// Scripts for the first connections, in order; the mock serves the others.
    pub(super) scripts: Vec<Script>,
    pub(super) links: Rc<dyn Fn(usize) -> Link>,
    pub(super) stalls: Vec<Stall>,
    pub(super) retry: Option<Retry>,
    /// Remaining retries under the maximum of recipients.
    pub(super) retries_left: Option<u64>,
    /// Minimum time between two attempts.
    pub(super) gap: Option<Duration>,
    /// Whether slots create their own messages: the closed model.
    pub(super) closed: bool,
    /// The length of the schedule in time, instead of a number of messages.
    pub(super) duration: Option<Duration>,
    /// The maximum rate at which sessions are opened.
    pub(super) session_rate: Option<&'static str>,
    /// Whether a spent daily quota ends the run.
    pub(super) stop_on_quota: bool,
    /// How long a slot needs to notice a message that was posted to it, and the
    /// controller that the run was stopped.
    pub(super) hand_over: Duration,
    /// How long messages in progress may take after the schedule.
    pub(super) drain: Duration,
    /// When the user interrupts the run.
    pub(super) interrupt_at: Option<Duration>,
    /// When the user insists, and everything still in progress is aborted.
    pub(super) cut_at: Duration,
}

/// Results of a simulated run.
pub(super) struct Played {
    pub(super) log: Log,
    /// Why the run was stopped early, if it was.
    pub(super) stopped: Option<StopReason>,
    pub(super) mock: Counts,
    /// Number of connections.
    pub(super) connections: usize,
    /// Bytes of the first connection, to the client and to the server.
    pub(super) carried: (Vec<u8>, Vec<u8>),
}

/// One way; a round trip takes 40 ms.
pub(super) const ONE_WAY: Duration = Duration::from_millis(20);

impl Default for Scene {
    /// One message over STARTTLS, on one session on demand, to a mock without limits
    /// and delays, over a round trip of 40 ms.
    fn default() -> Self {
        Self {
            tls: TlsMode::Starttls,
            mechanism: Some(Mechanism::Plain),
            initial_response: true,
            wrong_password: false,
            pipelining: false,
            timeouts: Timeouts::default(),
            connect: Connect::OnDemand,
            sessions: 1,
            messages_per_session: None,
            rate: "10/s",
            messages: 1,
            recipients: 1,
            from: "sender@example.com",
            size: 64,
            mock: Settings {
                profile: Profile::Unlimited,
                ..Settings::default()
            },
            scripts: Vec::new(),
            links: Rc::new(|_| Link::of(ONE_WAY)),
            stalls: Vec::new(),
            retry: None,
            retries_left: None,
            gap: None,
            closed: false,
            duration: None,
            session_rate: None,
            stop_on_quota: false,
            hand_over: Duration::ZERO,
            drain: Duration::from_secs(24 * 3_600),
            interrupt_at: None,
            cut_at: Duration::from_secs(24 * 3_600),
        }
    }
}

impl Scene {
    /// Start of the schedule, from the origin of time.
    pub(super) const START: Duration = Duration::from_secs(2);

    /// One message to a scripted server, in plaintext, without login.
    pub(super) fn scripted(script: &Script) -> Self {
        Self {
            tls: TlsMode::None,
            mechanism: None,
            scripts: vec![script.clone()],
            ..Self::default()
        }
    }

    /// Simulates it to its end.
    pub(super) fn play(self) -> Played {
        World::new(self).run()
    }

    pub(super) fn schedule(&self) -> Schedule {
        Schedule::constant(self.rate.parse().unwrap(), Duration::ZERO, self.length())
    }

    pub(super) fn length(&self) -> Length {
        match self.duration {
            None => Length::Messages(self.messages),
            Some(duration) => Length::Duration(duration),
        }
    }

    pub(super) fn rules(&self) -> SlotRules {
        SlotRules {
            connect: self.connect,
            closed: self.closed,
            messages_per_session: self.messages_per_session.and_then(NonZeroU32::new),
            head_start: 0,
        }
    }

    pub(super) fn config(&self, account: &Account) -> Arc<Config> {
        let password = match self.wrong_password {
            true => "wrong",
            false => account.password().expose(),
        };
        let sasl = self.mechanism.map(|mechanism| Sasl {
            mechanism,
            initial_response: self.initial_response,
            credentials: Credentials {
                username: SecretString::from(account.username()),
                password: SecretString::from(password),
            },
        });
        Arc::new(Config {
            tls: self.tls,
            ehlo_name: "client.example".to_owned(),
            sasl,
            pipelining: self.pipelining,
            timeouts: self.timeouts.clone(),
        })
    }

    /// The content, including the line with the final dot.
    pub(super) fn content(&self) -> Arc<[u8]> {
        let line = [b'x'; 62].into_iter().chain(*b"\r\n");
        let lines = line.cycle().take(self.size.next_multiple_of(64));
        lines.chain(*b".\r\n").collect()
    }
}

/// The servers of a scene.
pub(super) struct Servers {
    pub(super) account: Arc<Account>,
    pub(super) observers: Arc<Observers>,
    config: Arc<testing::Config>,
    wrapper: bool,
    scripts: Vec<Script>,
}

impl Servers {
    pub(super) fn new(scene: &Scene) -> Self {
        let credentials = MockCredentials::new("AKIAEXAMPLE", "secret");
        let account = Account::new(&scene.mock, &credentials).unwrap();
        let observers = Observers::new(&scene.mock);
        let interest = observers.interest();
        let config = testing::Config::new(&scene.mock, interest, 7, 1_700_000_000_000).unwrap();
        Self {
            account: Arc::new(account),
            observers: Arc::new(observers),
            config: Arc::new(config),
            wrapper: scene.tls == TlsMode::Wrapper,
            scripts: scene.scripts.clone(),
        }
    }

    /// The server of a connection.
    pub(super) fn answer(&self, connection: usize, link: &Link) -> Peer {
        match self.scripts.get(connection) {
            Some(script) => Peer::Script {
                script: script.clone(),
                over: false,
            },
            None => Peer::Mock {
                dialogue: Some(Box::new(testing::Dialogue::new(
                    self.config.clone(),
                    self.account.clone(),
                    self.observers.clone(),
                    self.wrapper,
                ))),
                tls_12: link.tls_12,
            },
        }
    }
}

impl std::fmt::Debug for Scene {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Scene")
            .field("tls", &self.tls)
            .field("connect", &self.connect)
            .field("sessions", &self.sessions)
            .field("messages", &self.messages)
            .field("closed", &self.closed)
            .field("cut_at", &self.cut_at)
            .finish_non_exhaustive()
    }
}
