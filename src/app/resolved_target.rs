//! Where a run or a probe will go: the target found, TLS made ready,
//! credentials at hand.

use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;

use secrecy::SecretString;

use super::embedded::Embedded;
use super::error::AppError;
use super::waiting::Waiting;
use crate::engine::{SessionFailure, preflight};
use crate::net::{Connector, LookUpTimes, system_look_up};
use crate::scenario::{Login, Plan, Target, TargetKind};
use crate::ses::{Shown, ShownCertificate, looks_like_ses};
use crate::smtp::{Capabilities, Config, Sasl, Timeouts};
use crate::sys::clock::Clock;
use crate::sys::interrupts::Interrupts;
use crate::vocabulary::{ExitCode, Outcome, Phase};

/// How often an interrupt is looked for while the target is being reached.
const POLL_INTERVAL: std::time::Duration = std::time::Duration::from_millis(50);

/// How long each phase of the first session may last, unless the user says.
const INTERACTIVE_TIMEOUT: std::time::Duration = std::time::Duration::from_secs(30);

/// How long each of several addresses may take to answer before it is left out.
const ADDRESS_PATIENCE: std::time::Duration = std::time::Duration::from_secs(3);

/// The target, ready to be talked to.
pub(super) struct ResolvedTarget {
    /// Name or address.
    pub(super) host: String,
    /// TCP port.
    pub(super) port: u16,
    /// What all sessions have in common.
    pub(super) config: Arc<Config>,
    /// The target's settings, with what the mock brings along.
    target: Target,
    /// The user's secret access key.
    pub(super) secret: Option<SecretString>,
}

impl ResolvedTarget {
    /// The target of a plan; `mock` serves where the plan wants it.
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

    /// Whether it is the mock that this program started.
    pub(super) fn is_embedded(&self) -> bool {
        matches!(self.target.kind, TargetKind::Mock { .. })
    }

    /// Refuses a server that was not named as SES, and is: none of the guards
    /// that hold for SES would hold.
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
             because ceilings and the question before real mail hold only for \"ses\"; write \
             --target ses:REGION --set target.host={} --max-rate RATE --max-recipients N",
            self.host, self.port, self.host
        );
        Err(AppError::new(ExitCode::Usage, why))
    }

    /// Looks the host up.
    pub(super) async fn resolve(&self, clock: Clock) -> Result<Vec<SocketAddr>, SessionFailure> {
        let (began, patience) = (clock.now(), self.config.timeouts.of(Phase::Resolve));
        let found = Connector::resolve(&self.host, self.port, patience).await;
        found.map_err(|unknown| SessionFailure {
            outcome: Outcome::Lost,
            phase: Some(Phase::Resolve),
            code: None,
            enhanced: None,
            text: unknown.reason().to_owned(),
            after: clock.now().since(began),
        })
    }

    /// Of several addresses those that answer; all of them if none does, so that
    /// the first session tells why.
    pub(super) async fn answering(&self, addresses: Vec<SocketAddr>) -> Vec<SocketAddr> {
        if addresses.len() < 2 {
            return addresses;
        }
        let (answering, silent) = Connector::answering(addresses, ADDRESS_PATIENCE).await;
        if answering.is_empty() {
            return silent.into_iter().map(|(address, _)| address).collect();
        }
        for (address, error) in silent {
            eprintln!("sesbench: {}: {address} is left out: {error}", self.host);
        }
        answering
    }

    /// Makes the connector to its addresses, which follows its name. It keeps the
    /// certificates it is shown first where they might show that the server is SES.
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
                let why = format!("the thread that looks names up does not start: {error}");
                AppError::new(ExitCode::Inconclusive, why)
            })?;
        }
        Ok(Arc::new(connector))
    }

    /// Makes a connector to its addresses that keeps the certificates it is shown.
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

    /// Opens one session to see that the run can begin; none if the user did
    /// not wait for the answer.
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

    /// Somebody watches the first session: it need not wait for as long as the
    /// standard bids a mail server wait. Who set a time-out wants it.
    pub(super) fn interactive_timeouts(&self) -> Config {
        let mut config = Config::clone(&self.config);
        config.timeouts = impatient(&config.timeouts);
        config
    }
}

/// Time-outs that are as they come are shortened; any other was written.
fn impatient(timeouts: &Timeouts) -> Timeouts {
    let mut all = timeouts.clone();
    for &phase in Phase::ALL {
        if timeouts.of(phase) == phase.default_timeout() {
            all.set(phase, phase.default_timeout().min(INTERACTIVE_TIMEOUT));
        }
    }
    all
}

/// The scenario's credentials, or those the mock made for itself.
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
    fn a_time_out_that_was_written_outranks_impatience() {
        let mut written = Timeouts::default();
        written.set(Phase::Banner, Duration::from_secs(120));
        written.set(Phase::Mail, Duration::from_secs(2));
        let all = impatient(&written);
        assert_eq!(all.of(Phase::Banner), Duration::from_secs(120));
        assert_eq!(all.of(Phase::Mail), Duration::from_secs(2));
        assert_eq!(all.of(Phase::Accept), INTERACTIVE_TIMEOUT);
    }
}
