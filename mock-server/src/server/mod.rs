//! The sockets and threads of a running mock.
//!
//! Each worker is a thread with its own runtime, listeners and timer; the kernel
//! distributes connections among them. Workers share the account, the observers
//! and the dialogue's configuration. The dialogue decides every byte that is
//! sent; this module only moves bytes.

mod acceptors;
mod builder;
mod ca_file;
mod driver;
mod error;
mod inspect;
mod line;
mod listen;
mod socket;
mod timer;
mod users;
mod wire;
mod worker;

use std::collections::BTreeMap;
use std::net::IpAddr;
#[cfg(feature = "control")]
use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;
use std::thread::JoinHandle;

use tokio::sync::watch;

use self::acceptors::Acceptors;
pub use self::builder::Builder;
use self::ca_file::CaFile;
pub use self::error::StartError;
pub use self::inspect::TimedOut;
pub use self::users::SecretError;
use self::worker::Shared;
use crate::account::{Account, User};
use crate::capture::Capture;
use crate::clock::Clock;
#[cfg(feature = "control")]
use crate::control::Control;
use crate::dialogue::Config;
use crate::handle::Handle;
use crate::observers::{Counts, Observers};
use crate::protocol::Observer;
#[cfg(feature = "control")]
use crate::settings::Listen;
use crate::settings::Settings;
use crate::tls::Certificates;

/// A mock of SES. It listens until it is dropped.
#[derive(Debug)]
pub struct Server {
    host: IpAddr,
    ports: BTreeMap<u16, u16>,
    ca_pem: String,
    ca_file: CaFile,
    handle: Handle,
    region: String,
    stop: watch::Sender<bool>,
    workers: Vec<JoinHandle<()>>,
    #[cfg(feature = "control")]
    control: Option<Control>,
}

impl Server {
    /// Builds a mock in code, on free ports.
    ///
    /// ```
    /// use sesbench_mock::Server;
    /// use sesbench_mock::facts::Profile;
    ///
    /// let server = Server::builder()
    ///     .profile(Profile::Sandbox)
    ///     .verified(["example.com"])
    ///     .start()?;
    /// assert_ne!(server.port(587), 0);
    /// # Ok::<(), sesbench_mock::StartError>(())
    /// ```
    pub fn builder() -> Builder {
        Builder::default()
    }

    /// Starts a mock with the users of the settings: by default one, with random
    /// credentials. Clients can connect when this returns.
    ///
    /// # Errors
    ///
    /// When the settings are invalid, or a port, a file or a thread is not
    /// available.
    pub fn start(settings: Settings) -> Result<Server, StartError> {
        settings.check()?;
        let users = users::users(&settings)?;
        Server::start_with(settings, users)
    }

    /// Starts a mock with these users instead of those of the settings.
    ///
    /// # Errors
    ///
    /// As [`start`](Self::start), and without a user unless `require_auth` is off.
    pub fn start_with(settings: Settings, users: Vec<User>) -> Result<Server, StartError> {
        if users.is_empty() && settings.require_auth {
            return Err(StartError::NoUser);
        }
        let clock = Clock::start();
        let account = Arc::new(Account::with_users(&settings, users)?);
        let seed = settings.seed.unwrap_or_else(random_seed);
        let capture = capture(&settings)?;
        let observers = Arc::new(Observers::new(&settings));
        let interest = observers.interest();
        let config = Config::new(&settings, interest, seed, clock.origin_unix_ms())?;
        let config = Arc::new(config.with_capture(capture.clone()));
        let certificates = Certificates::generate(&settings)?;
        let shared = Arc::new(Shared {
            config: Arc::clone(&config),
            account: Arc::clone(&account),
            observers: Arc::clone(&observers),
            tls: Acceptors::new(&settings, &certificates)?,
            clock,
            path: self::line::Path::new(settings.rtt, settings.bandwidth),
        });
        let count = settings.workers.unwrap_or_else(cores);
        let (ports, listeners) = listen::listen(&settings, count)?;
        let ca_file = CaFile::write(settings.ca_file.as_deref(), certificates.ca_pem())?;
        let (stop, stopped) = watch::channel(false);
        let handle = Handle {
            account,
            observers,
            config,
            capture,
            clock,
        };
        #[cfg(feature = "control")]
        let control = control(&settings, &handle)?;
        let mut server = Server {
            host: settings.bind,
            ports,
            ca_pem: certificates.ca_pem().to_owned(),
            ca_file,
            handle,
            region: settings.region,
            stop,
            workers: Vec::with_capacity(count),
            #[cfg(feature = "control")]
            control,
        };
        for listeners in listeners {
            let worker = worker::start(listeners, Arc::clone(&shared), stopped.clone())?;
            server.workers.push(worker);
        }
        Ok(server)
    }

    /// The address it listens on.
    #[must_use]
    pub fn host(&self) -> IpAddr {
        self.host
    }

    /// Ports: SES's number, then the port listened on.
    #[must_use]
    pub fn ports(&self) -> &BTreeMap<u16, u16> {
        &self.ports
    }

    /// The port listened on for SES's port `number`.
    ///
    /// # Panics
    ///
    /// When SES has no such port: see [`PORTS`](crate::facts::PORTS).
    #[must_use]
    pub fn port(&self, number: u16) -> u16 {
        match self.ports.get(&number) {
            Some(port) => *port,
            None => panic!("SES has no port {number}"),
        }
    }

    /// The certificate of the CA that a client must trust.
    #[must_use]
    pub fn ca_pem(&self) -> &str {
        &self.ca_pem
    }

    /// A file with [`ca_pem`](Self::ca_pem). Unless its path was set, it is
    /// removed when the server is dropped.
    #[must_use]
    pub fn ca_file(&self) -> &Path {
        self.ca_file.path()
    }

    /// The region.
    #[must_use]
    pub fn region(&self) -> &str {
        &self.region
    }

    /// Seed of the random number generator: [`Settings::seed`], or one generated
    /// at start.
    #[must_use]
    pub fn seed(&self) -> u64 {
        self.handle.config.seed()
    }

    /// The users that can log in.
    pub fn users(&self) -> impl Iterator<Item = &User> {
        self.handle.account.users()
    }

    /// The SMTP user name of the first user. Empty when there is no user.
    #[must_use]
    pub fn username(&self) -> &str {
        self.handle.account.username()
    }

    /// The SMTP password of the first user.
    ///
    /// # Panics
    ///
    /// When there is no user, which is possible with `require_auth = false`.
    #[must_use]
    pub fn password(&self) -> &str {
        self.handle.account.password().expose()
    }

    /// Stops listening, closes open sessions, and returns the counts.
    #[must_use]
    pub fn stop(mut self) -> Counts {
        self.halt();
        self.counts()
    }

    /// Address of its control endpoint, if it has one.
    #[cfg(feature = "control")]
    #[must_use]
    pub fn control(&self) -> Option<SocketAddr> {
        self.control.as_ref().map(Control::address)
    }

    /// Its handle, which can be used after it has stopped, too.
    #[cfg(feature = "cli")]
    pub(crate) fn handle(&self) -> &Handle {
        &self.handle
    }

    fn halt(&mut self) {
        self.stop.send_replace(true);
        for worker in self.workers.drain(..) {
            // A panic of a worker has already been reported on stderr.
            let _ = worker.join();
        }
        if let Some(capture) = &self.handle.capture {
            // After the server has stopped, all its files are written.
            capture.settle();
        }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.halt();
    }
}

#[cfg(feature = "control")]
fn control(settings: &Settings, handle: &Handle) -> Result<Option<Control>, StartError> {
    let Some(Listen(address)) = settings.control else {
        return Ok(None);
    };
    let control = Control::start(address, handle.clone());
    let control = control.map_err(|source| StartError::Control { address, source })?;
    Ok(Some(control))
}

fn capture(settings: &Settings) -> Result<Option<Arc<Capture>>, StartError> {
    Capture::new(settings).map_err(|source| StartError::Capture {
        folder: settings.capture.clone().unwrap_or_default(),
        source,
    })
}

fn cores() -> usize {
    std::thread::available_parallelism().map_or(1, usize::from)
}

/// 53 bits, so that programs that read numbers as doubles keep it exactly.
fn random_seed() -> u64 {
    let mut bytes = [0; 8];
    aws_lc_rs::rand::fill(&mut bytes).expect("the operating system has random numbers");
    u64::from_ne_bytes(bytes) >> 11
}
