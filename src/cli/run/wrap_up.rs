//! After the run: judge it, complete its record, show it.

use std::sync::Arc;

use super::site::Site;
use super::{Ended, Run};
use crate::engine::{Finished, Refused, StopReason};
use crate::measure::Measured;
use crate::net::Connector;
use crate::run::{AddressCount, Certificate, CpuUse, Status, TargetFacts, TlsFacts};
use crate::scenario::{Plan, TargetKind, TlsMode};
use crate::smtp::Capabilities;
use crate::verdict::{Severity, evaluate};
use crate::vocabulary::{ExitCode, Outcome};

/// The run did not begin: what there is of it is written, and the reason returned.
pub(super) fn not_begun(
    mut run: Run,
    site: &Site,
    measured: Measured,
    answer: Option<Result<Capabilities, Refused>>,
) -> Ended {
    let (status, ended) = match answer {
        Some(Err(refused)) => {
            let why = format!("{}:{}: {refused}", site.host, site.port);
            (Status::Aborted, Ended::new(ExitCode::Unreachable, why))
        }
        _ => {
            let why = "interrupted before the run began";
            (Status::Interrupted, Ended::new(ExitCode::Interrupted, why))
        }
    };
    run.folder.record.status = status;
    match run.folder.finish(&measured) {
        Ok(()) => ended,
        Err(error) => Ended::unwritable(error),
    }
}

/// What is known of the target.
pub(super) fn target(
    plan: &Plan,
    site: &Site,
    connector: &Arc<Connector>,
    offers: &Capabilities,
) -> TargetFacts {
    let addresses = connector.connections().into_iter();
    let addresses = addresses.map(|(address, sessions)| AddressCount {
        address: address.ip().to_string(),
        sessions,
    });
    TargetFacts {
        kind: match plan.target.kind {
            TargetKind::Mock { .. } => "mock".to_owned(),
            TargetKind::Smtp { .. } => "smtp".to_owned(),
        },
        host: site.host.clone(),
        port: site.port,
        mode: plan.target.tls.name().to_owned(),
        addresses: addresses.collect(),
        ehlo: offers.lines.clone(),
        tls: tls(plan, connector),
    }
}

fn tls(plan: &Plan, connector: &Connector) -> Option<TlsFacts> {
    let facts = connector.tally().tls_facts()?;
    let (full, resumed, retried) = connector.tally().handshakes();
    Some(TlsFacts {
        version: facts.version,
        cipher: facts.cipher,
        key_exchange: facts.key_exchange,
        certificate: Some(Certificate {
            key: facts.certificate_key,
            chain_length: facts.chain_length,
        }),
        verified: plan.target.tls != TlsMode::None && !plan.target.tls_settings.insecure,
        full_handshakes: full,
        resumed_handshakes: resumed,
        hello_retry_requests: retried,
    })
}

/// Judges a run that took place, writes its record, and shows it.
pub(super) fn wrap_up(
    mut run: Run,
    site: &Site,
    connector: &Arc<Connector>,
    offers: &Capabilities,
    measured: &Measured,
    finished: &Finished,
    counted: serde_json::Value,
) -> Result<ExitCode, Ended> {
    let health: Vec<Severity> = Vec::new();
    let verdict = evaluate(&run.plan.thresholds, measured, &health);
    let record = &mut run.folder.record;
    record.target = target(&run.plan, site, connector, offers);
    record.mock = counted;
    record.status = match finished.stopped {
        None => Status::Finished,
        Some(StopReason::Interrupted) => Status::Interrupted,
        Some(_) => Status::Aborted,
    };
    record.verdict = Some(crate::run::Verdict {
        decision: verdict.decision.name().to_owned(),
        thresholds: verdict
            .checks
            .iter()
            .map(|check| crate::run::Check {
                threshold: check.threshold.to_string(),
                value: check.measured.clone(),
                met: check.met,
                in_doubt: check.in_doubt,
            })
            .collect(),
    });
    let _ = (Outcome::Accepted, CpuUse::default());
    run.folder.finish(measured).map_err(Ended::unwritable)?;
    let code = verdict.decision.exit_code();
    let code = match finished.stopped {
        Some(StopReason::Interrupted) => code.and(ExitCode::Interrupted),
        Some(StopReason::NoSession) => code.and(ExitCode::Unreachable),
        Some(StopReason::ResultsUnwritable) => code.and(ExitCode::Unwritable),
        Some(StopReason::CredentialsRefused) | None => code,
    };
    println!(
        "{}",
        serde_json::to_string_pretty(&run.folder.record).unwrap_or_default()
    );
    println!("{}", run.folder.path().display());
    Ok(code)
}
