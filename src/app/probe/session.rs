//! Runs the session of a probe.

use std::net::IpAddr;
use std::sync::Arc;
use std::time::SystemTime;

use super::Probed;
use super::transcript::Transcript;
use crate::app::error::AppError;
use crate::app::resolved_target::ResolvedTarget;
use crate::app::run::{salt, template};
use crate::app::waiting::Waiting;
use crate::engine::Messages;
use crate::net::{Connector, Session};
use crate::run::RunId;
use crate::scenario::{Plan, TargetKind};
use crate::smtp::{Capabilities, Dialogue, Outgoing};
use crate::sys::clock::Clock;
use crate::vocabulary::{ExitCode, Instant, SlotId, Ticket};

/// Runs the session, from name resolution to QUIT; with `send`, with one message.
pub(super) fn hold<'a>(
    plan: &'a Plan,
    resolved: &'a ResolvedTarget,
    send: bool,
    mut transcript: Transcript,
) -> Result<Probed<'a>, AppError> {
    let messages = send
        .then(|| messages(plan, transcript.clock()))
        .transpose()?;
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(|error| AppError::new(ExitCode::Inconclusive, error))?;
    let waiting = Waiting::new(resolved, transcript.clock(), false);
    waiting.announce(resolved);
    let found = runtime.block_on(find(plan, resolved, &mut transcript))?;
    let mut offers = Capabilities::default();
    if let Some(connector) = &found {
        let observer = (&mut transcript, waiting.clone());
        let held = converse(resolved, connector.clone(), messages.as_ref(), observer);
        offers = runtime.block_on(async {
            tokio::select! {
                offers = held => offers,
                never = waiting.clone().explain() => never,
            }
        })?;
    }
    let result = transcript.result.take();
    Ok(Probed {
        plan,
        resolved,
        result: result
            .ok_or_else(|| AppError::new(ExitCode::Unreachable, "the session did not start"))?,
        tls: found.as_ref().and_then(|found| found.tally().tls_facts()),
        certificates: found.map(|found| found.certificates()).unwrap_or_default(),
        transcript,
        offers,
        diagnoses: Vec::new(),
    })
}

/// Resolves the name; `None` if it has no address.
async fn find(
    plan: &Plan,
    resolved: &ResolvedTarget,
    transcript: &mut Transcript,
) -> Result<Option<Arc<Connector>>, AppError> {
    if matches!(plan.target.kind, TargetKind::Mock { .. }) {
        transcript.note("the embedded mock of SES is started".to_owned());
    }
    let asked = transcript.clock().now();
    let addresses = match resolved.resolve(transcript.clock()).await {
        Ok(addresses) => addresses,
        Err(refused) => {
            transcript.refused(refused);
            return Ok(None);
        }
    };
    transcript.resolved(asked);
    if resolved.host.parse::<IpAddr>().is_err() {
        let found = addresses.iter().map(|each| each.ip().to_string());
        let found = found.collect::<Vec<_>>().join(", ");
        transcript.note(format!("{} is {found}", resolved.host));
    }
    let connector = resolved.recording_connector(resolved.answering(addresses).await)?;
    transcript.connects_by(connector.clone());
    Ok(Some(connector))
}

async fn converse(
    resolved: &ResolvedTarget,
    connector: Arc<Connector>,
    messages: Option<&Messages>,
    observer: (&mut Transcript, Waiting),
) -> Result<Capabilities, AppError> {
    let clock = observer.0.clock();
    let config = Arc::new(resolved.interactive_timeouts());
    let dialogue = Dialogue::new(config, SlotId(0), Outgoing::new(Arc::from([])));
    let mut session = Session::new(dialogue, connector.clone(), clock, observer);
    session.open().await;
    let offers = session.dialogue().capabilities().clone();
    let messages = messages.filter(|_| session.is_ready());
    let allowed = match messages {
        Some(_) => resolved.refuse_hidden_ses(&connector, &offers),
        None => Ok(()),
    };
    if let Some(messages) = messages.filter(|_| allowed.is_ok()) {
        let ticket = Ticket::new(0, clock.now());
        session.begin(ticket, |outgoing| messages.write(ticket, outgoing));
        session.advance().await;
    }
    session.quit().await;
    allowed.map(|()| offers)
}

fn messages(plan: &Plan, clock: Clock) -> Result<Messages, AppError> {
    let now = SystemTime::now();
    let id = RunId::new("probe", now, salt(now));
    let template = template(plan, &id)?;
    let origin = now - clock.now().since(Instant::ORIGIN);
    Ok(Messages::new(plan.message.from.clone(), template, origin))
}
