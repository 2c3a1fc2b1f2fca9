//! The target of a run or a probe: host and port, TLS settings, credentials, and
//! the connector to its addresses.

use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;

use secrecy::SecretString;

use super::embedded::Embedded;
use super::error::AppError;
use super::waiting::Waiting;
use crate::engine::{SessionFailure, preflight};
use crate::net::{Connector, LookUpTimes, system_look_up};
use crate::output::screen::print_message;
use crate::scenario::{Login, Plan, Target, TargetKind};
use crate::ses::{Shown, ShownCertificate, looks_like_ses};
use crate::smtp::{Capabilities, Config, Sasl, Timeouts};
use crate::sys::clock::Clock;
use crate::sys::interrupts::Interrupts;
use crate::vocabulary::{ExitCode, Outcome, Phase};

/// How often to check for an interrupt while the target is being reached.
const POLL_INTERVAL: std::time::Duration = std::time::Duration::from_millis(50);

/// The time-out of each phase of the first session, unless the user sets one.
const INTERACTIVE_TIMEOUT: std::time::Duration = std::time::Duration::from_secs(30);

/// The time in which each of several addresses must accept a connection.
const ADDRESS_PATIENCE: std::time::Duration = std::time::Duration::from_secs(3);

/// The resolved target.
pub(super) struct ResolvedTarget {
    /// Name or address.
    pub(super) host: String,
    /// TCP port.
    pub(super) port: u16,
    /// The configuration of all sessions.
    pub(super) config: Arc<Config>,
    /// The target's settings, completed with those of the mock.
    target: Target,
    /// The user's secret access key.
    pub(super) secret: Option<SecretString>,
}

impl ResolvedTarget {
    /// The target of a plan; `mock` runs if the plan needs it.
    pub(super) fn new(plan: &Plan, mock: Option<&Embedded>, secret: Option<SecretString>) -> Self {
        let mut target = plan.target.clone();
        let (host, port) = match (&plan.target.kind, mock) {
            (TargetKind::Smtp { host, port }, _) => (host.clone(), *port),
            (TargetKind::Ses(ses), _) => (ses.host.clone(), ses.port),
            (TargetKind::Mock { .. }, Some(mock)) => {
                let own = || Some(mock.ca_file());
                let ca_file = &mut target.tls_settings.ca_file;
                *ca_file = ca_file.take().or_else(own);
                (mock.host().to_owned(), mock.port(target.tls))
            }
            (TargetKind::Mock { .. }, None) => unreachable!("a plan for the mock starts it first"),
        };
        let config = Config {
            tls: target.tls,
            ehlo_name: target.ehlo_name.clone(),
            sasl: plan.auth.as_ref().and_then(|login| sasl(login, mock)),
            pipelining: target.pipelining,
            timeouts: plan.timeouts.clone(),
        };
        Self {
            host,
            port,
            config: Arc::new(config),
            target,
            secret,
        }
    }

    /// Whether it is the embedded mock.
    pub(super) fn is_embedded(&self) -> bool {
        matches!(self.target.kind, TargetKind::Mock { .. })
    }

    /// Refuses a server that is SES but not declared as such: the guards for SES
    /// would not apply.
    pub(super) fn refuse_hidden_ses(
        &self,
        connector: &Connector,
        offers: &Capabilities,
    ) -> Result<(), AppError> {
        if !matches!(self.target.kind, TargetKind::Smtp { .. }) {
            return Ok(());
        }
        let certificates = connector.certificates();
        let shown = Shown {
            ehlo: offers.lines.first().map_or("", String::as_str),
            offers_starttls: offers.starttls,
            certificate: certificates.first().map(|shown| ShownCertificate {
                names: &shown.names,
                issuer: &shown.issuer,
            }),
        };
        let Some(known_by) = looks_like_ses(&shown) else {
            return Ok(());
        };
        let why = format!(
            "{}:{}: this is Amazon SES ({known_by}), and target.kind is \"smtp\": nothing was sent, \
             because ceilings and the confirmation before real mail apply only to \"ses\"; use \
             --target ses:REGION --set target.host={} --max-rate RATE --max-recipients N",
            self.host, self.port, self.host
        );
        Err(AppError::new(ExitCode::Usage, why))
    }

    /// Resolves the host.
    pub(super) async fn resolve(&self, clock: Clock) -> Result<Vec<SocketAddr>, SessionFailure> {
        let (began, patience) = (clock.now(), self.config.timeouts.of(Phase::Resolve));
        let found = Connector::resolve(&self.host, self.port, patience).await;
        found.map_err(|unknown| SessionFailure {
            outcome: Outcome::Lost,
            cause: unknown.cause().into(),
            after: clock.now().since(began),
        })
    }

    /// Of several addresses, those that accept a connection. If none does, all of
    /// them, so that the first session reports why.
    pub(super) async fn answering(&self, addresses: Vec<SocketAddr>) -> Vec<SocketAddr> {
        if addresses.len() < 2 {
            return addresses;
        }
        let (answering, silent) = Connector::answering(addresses, ADDRESS_PATIENCE).await;
        if answering.is_empty() {
            return silent.into_iter().map(|(address, _)| address).collect();
        }
        for (address, error) in silent {
            print_message(&format!("{}: {address} is not used: {error}", self.host));
        }
        answering
    }

    /// Makes the connector to its addresses, which follows changes of the name. It
    /// records the first certificates where they may reveal that the server is SES.
    pub(super) fn connector(&self, addresses: Vec<SocketAddr>) -> Result<Arc<Connector>, AppError> {
        let config = self.target.connector_config();
        let connector = match self.target.kind {
            TargetKind::Smtp { .. } => {
                Connector::keeping_certificates(&config, &self.host, addresses)
            }
            _ => Connector::new(&config, &self.host, addresses),
        };
        let connector = connector.map_err(|error| AppError::new(ExitCode::Usage, error))?;
        if self.host.parse::<IpAddr>().is_err() {
            let look_up = system_look_up(&self.host, self.port);
            let followed = connector.follow(look_up, LookUpTimes::default());
            followed.map_err(|error| {
                let why = format!("cannot start the resolver thread: {error}");
                AppError::new(ExitCode::Inconclusive, why)
            })?;
        }
        Ok(Arc::new(connector))
    }

    /// Makes a connector to its addresses that records the certificates.
    pub(super) fn recording_connector(
        &self,
        addresses: Vec<SocketAddr>,
    ) -> Result<Arc<Connector>, AppError> {
        let config = self.target.connector_config();
        let connector = Connector::keeping_certificates(&config, &self.host, addresses);
        connector
            .map(Arc::new)
            .map_err(|error| AppError::new(ExitCode::Usage, error))
    }

    /// Opens one session to check that the run can start; `None` if the user
    /// interrupts.
    pub(super) async fn preflight(
        &self,
        connector: &Arc<Connector>,
        clock: Clock,
        interrupts: &Interrupts,
        waiting: &Waiting,
    ) -> Option<Result<Capabilities, SessionFailure>> {
        let interrupted = async {
            while interrupts.count() == 0 {
                tokio::time::sleep(POLL_INTERVAL).await;
            }
        };
        let config = Arc::new(self.interactive_timeouts());
        tokio::select! {
            answer = preflight(config, connector.clone(), clock, waiting.clone()) => Some(answer),
            () = interrupted => None,
            never = waiting.clone().explain() => never,
        }
    }

    /// The configuration of the first session. A user waits for it, so the default
    /// time-outs, which RFC 5321 sets for mail servers, are shortened. Time-outs that
    /// the user sets are kept.
    pub(super) fn interactive_timeouts(&self) -> Config {
        let mut config = Config::clone(&self.config);
        config.timeouts = impatient(&config.timeouts);
        config
    }
}

/// Shortens the time-outs that have their default.
fn impatient(timeouts: &Timeouts) -> Timeouts {
    let mut all = timeouts.clone();
    for &phase in Phase::ALL {
        if timeouts.of(phase) == phase.default_timeout() {
            all.set(phase, phase.default_timeout().min(INTERACTIVE_TIMEOUT));
        }
    }
    all
}

/// The scenario's credentials, or those that the mock made.
fn sasl(login: &Login, mock: Option<&Embedded>) -> Option<Sasl> {
    let given = login.credentials.clone();
    let credentials = given.or_else(|| mock.map(Embedded::credentials))?;
    Some(Sasl {
        mechanism: login.mechanism,
        initial_response: login.initial_response,
        credentials,
    })
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn a_time_out_that_the_user_sets_is_not_shortened() {
        let mut written = Timeouts::default();
        written.set(Phase::Banner, Duration::from_secs(120));
        written.set(Phase::Mail, Duration::from_secs(2));
        let all = impatient(&written);
        assert_eq!(all.of(Phase::Banner), Duration::from_secs(120));
        assert_eq!(all.of(Phase::Mail), Duration::from_secs(2));
        assert_eq!(all.of(Phase::Accept), INTERACTIVE_TIMEOUT);
    }
}
