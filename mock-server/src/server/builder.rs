//! Builds a server in code, with one method for each setting that tests use.
//!
//! All other settings are changed with [`Builder::settings`]; [`Settings`]
//! documents them.

use std::net::IpAddr;
use std::path::PathBuf;
use std::time::Duration;

use super::{Server, StartError};
use crate::account::{Credentials, User};
use crate::facts::Profile;
use crate::protocol::TlsVersion;
use crate::settings::{CertificateKey, Fault, Latency, Settings};

/// A server that has not been started yet. It uses free ports by default.
#[derive(Clone, Debug)]
#[must_use = "nothing listens before `start`"]
pub struct Builder {
    settings: Settings,
    users: Option<Vec<User>>,
}

impl Default for Builder {
    fn default() -> Self {
        Builder {
            settings: Settings {
                ephemeral: true,
                capture_in_memory: true,
                ..Settings::default()
            },
            users: None,
        }
    }
}

impl Builder {
    /// Kind of account: the defaults of rate and daily quota.
    pub fn profile(self, profile: Profile) -> Builder {
        self.settings(|s| s.profile = profile)
    }

    /// The region.
    pub fn region(self, region: impl Into<String>) -> Builder {
        self.settings(|s| s.region = region.into())
    }

    /// Sending rate in recipients per second.
    pub fn rate(self, recipients_per_second: f64) -> Builder {
        self.settings(|s| s.rate = Some(recipients_per_second))
    }

    /// Recipients that can be sent at once after a pause.
    pub fn burst(self, recipients: f64) -> Builder {
        self.settings(|s| s.burst = Some(recipients))
    }

    /// Recipients per rolling 24 hours.
    pub fn daily(self, recipients: u64) -> Builder {
        self.settings(|s| s.daily = Some(recipients))
    }

    /// The only user that can log in. Without this and [`users`](Self::users), the
    /// users of the settings; by default, one generated at start.
    pub fn credentials(self, credentials: Credentials) -> Builder {
        self.users([credentials])
    }

    /// The users that can log in: at least one, unless `require_auth` is off.
    pub fn users<U: Into<User>>(mut self, users: impl IntoIterator<Item = U>) -> Builder {
        self.users = Some(users.into_iter().map(Into::into).collect());
        self
    }

    /// How long the server takes for each reply.
    pub fn latency(self, latency: Latency) -> Builder {
        self.settings(|s| s.latency = latency)
    }

    /// Adds a fault rule, after those added before.
    ///
    /// ```
    /// use sesbench_mock::Stage;
    /// use sesbench_mock::settings::{FaultAction, Fault};
    ///
    /// let lost_reply = Fault {
    ///     first: Some(1),
    ///     accepted: true,
    ///     action: Some(FaultAction::Close),
    ///     ..Fault::new(Stage::Dot)
    /// };
    /// let server = sesbench_mock::Server::builder().fault(lost_reply).start()?;
    /// assert_eq!(server.counts().faults, 0);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn fault(self, fault: Fault) -> Builder {
        self.settings(|s| s.faults.push(fault))
    }

    /// Seed of the random number generator, for faults, delays and ids.
    pub fn seed(self, seed: u64) -> Builder {
        self.settings(|s| s.seed = Some(seed))
    }

    /// Verified identities: addresses or domains. When set, no other identity can
    /// send.
    pub fn verified<I: Into<String>>(self, identities: impl IntoIterator<Item = I>) -> Builder {
        let identities = identities.into_iter().map(Into::into).collect();
        self.settings(|s| s.verified = Some(identities))
    }

    /// Identities that are not verified, even if `verified` contains them.
    pub fn unverified<I: Into<String>>(self, identities: impl IntoIterator<Item = I>) -> Builder {
        let identities = identities.into_iter().map(Into::into).collect();
        self.settings(|s| s.unverified = identities)
    }

    /// Messages per session; the next MAIL gets the 421.
    pub fn messages_per_session(self, messages: u32) -> Builder {
        self.settings(|s| s.messages_per_session = Some(messages))
    }

    /// Maximum number of open sessions.
    pub fn max_connections(self, sessions: u32) -> Builder {
        self.settings(|s| s.max_connections = Some(sessions))
    }

    /// How long a client can be silent; zero means no limit.
    pub fn idle_timeout(self, timeout: Duration) -> Builder {
        self.settings(|s| s.idle_timeout = timeout)
    }

    /// Writes accepted messages to a folder, as `.eml` files.
    pub fn capture(self, folder: impl Into<PathBuf>) -> Builder {
        self.settings(|s| s.capture = Some(folder.into()))
    }

    /// Serves the control endpoint on a free port of loopback: see
    /// [`Server::control`].
    #[cfg(feature = "control")]
    pub fn control(self) -> Builder {
        let address = (std::net::Ipv4Addr::LOCALHOST, 0).into();
        self.settings(|s| s.control = Some(crate::settings::Listen(address)))
    }

    /// TLS versions offered.
    pub fn tls_versions(self, versions: impl Into<Vec<TlsVersion>>) -> Builder {
        self.settings(|s| s.tls_versions = versions.into())
    }

    /// Key type of the server's certificate.
    pub fn certificate(self, key: CertificateKey) -> Builder {
        self.settings(|s| s.certificate = key)
    }

    /// File for the CA certificate. It is not removed at the end.
    pub fn ca_file(self, path: impl Into<PathBuf>) -> Builder {
        self.settings(|s| s.ca_file = Some(path.into()))
    }

    /// Address to listen on.
    pub fn bind(self, address: IpAddr) -> Builder {
        self.settings(|s| s.bind = address)
    }

    /// Uses SES's port numbers plus this offset instead of free ports.
    pub fn port_offset(self, offset: u16) -> Builder {
        self.settings(|s| {
            s.ephemeral = false;
            s.port_offset = offset;
        })
    }

    /// Changes any setting.
    pub fn settings(mut self, change: impl FnOnce(&mut Settings)) -> Builder {
        change(&mut self.settings);
        self
    }

    /// Starts the server. Clients can connect when this returns.
    ///
    /// # Errors
    ///
    /// When the settings are invalid, or a port, a file or a thread is not
    /// available.
    pub fn start(self) -> Result<Server, StartError> {
        match self.users {
            Some(users) => Server::start_with(self.settings, users),
            None => Server::start(self.settings),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sets_its_setting_and_no_other() {
        let builder = Builder::default()
            .profile(Profile::Sandbox)
            .rate(7.0)
            .idle_timeout(Duration::from_secs(3))
            .verified(["example.com"])
            .settings(|s| s.advertise_size = true);
        let settings = builder.settings;
        assert_eq!(settings.profile, Profile::Sandbox);
        assert_eq!(settings.rate, Some(7.0));
        assert_eq!(settings.idle_timeout, Duration::from_secs(3));
        assert_eq!(settings.verified, Some(vec!["example.com".to_owned()]));
        assert!(settings.advertise_size && settings.ephemeral);
        assert_eq!(settings.daily, None);
    }

    #[test]
    fn starts_on_free_ports_with_the_credentials_it_was_given() {
        let credentials = Credentials::new("AKIAEXAMPLE", "some+secret+key");
        let server = Builder::default().credentials(credentials).start().unwrap();
        assert_eq!(server.username(), "AKIAEXAMPLE");
        assert_ne!(server.port(587), 10_587);
    }

    #[test]
    fn invalid_settings_are_refused_at_the_start() {
        let error = Builder::default().rate(0.0).start().unwrap_err();
        assert!(
            error.to_string().starts_with("rate: invalid value 0"),
            "{error}"
        );
    }

    #[test]
    fn a_server_that_requires_a_login_needs_a_user() {
        let without_users = Builder::default().users::<User>([]);
        let error = without_users.clone().start().unwrap_err().to_string();
        assert!(error.contains("require_auth = false"), "{error}");
        let server = without_users.settings(|s| s.require_auth = false).start();
        assert_eq!(server.unwrap().username(), "");
    }
}
