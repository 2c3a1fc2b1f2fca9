//! The result of a probe as one JSON object; `docs/probe.md` documents it.

use std::time::Duration;

use serde_json::{Value, json};

use super::{Probed, certificates};
use crate::app::{AppError, stdout};
use crate::engine::SessionFailure;
use crate::net::TlsRecord;
use crate::smtp::{Limits, TlsMode};

/// Writes the object to standard output.
pub(super) fn write(probed: &Probed<'_>) -> Result<(), AppError> {
    stdout::print(&format!("{:#}\n", value(probed)))
}

fn value(probed: &Probed<'_>) -> Value {
    let (result, resolved) = (&probed.result, probed.resolved);
    json!({
        "target": {
            "host": resolved.host,
            "port": resolved.port,
            "mode": probed.plan.target.tls.name(),
        },
        "result": result.name(),
        "exit_code": result.exit_code().code(),
        "refused": result.refused().map(refused),
        "diagnoses": diagnoses(probed),
        "phases": phases(probed),
        "tls": probed.tls.as_ref().map(|facts| tls(probed, facts)),
        "certificates": certificates::values(&probed.certificates),
        "capabilities": probed.offers.lines,
        "limits": limits(&probed.offers.limits),
        "steps": steps(probed),
    })
}

fn refused(refused: &SessionFailure) -> Value {
    let cause = &refused.cause;
    json!({
        "outcome": refused.outcome.name(),
        "phase": cause.phase.map(|phase| phase.name()),
        "code": cause.code,
        "enhanced": cause.enhanced,
        "text": cause.text,
        "after_ms": millis(refused.after),
    })
}

fn diagnoses(probed: &Probed<'_>) -> Value {
    let each = probed.diagnoses.iter().map(|found| {
        json!({
            "id": found.diagnosis.id,
            "title": found.diagnosis.title,
            "meaning": found.meaning(),
            "advice": found.advice,
            "source": found.diagnosis.source,
        })
    });
    each.collect()
}

fn phases(probed: &Probed<'_>) -> Value {
    let phases = probed.transcript.phases.iter();
    let each = phases.map(|(name, took)| json!({ "phase": name, "ms": millis(*took) }));
    each.collect()
}

fn tls(probed: &Probed<'_>, facts: &TlsRecord) -> Value {
    let target = &probed.plan.target;
    json!({
        "version": facts.version,
        "cipher": facts.cipher,
        "key_exchange": facts.key_exchange,
        "certificate_key": facts.certificate_key,
        "verified": target.tls != TlsMode::None && !target.tls_settings.insecure,
    })
}

fn limits(limits: &Limits) -> Value {
    json!({
        "size": limits.size,
        "mail_max": limits.mail_max,
        "rcpt_max": limits.rcpt_max,
        "rcpt_domain_max": limits.rcpt_domain_max,
    })
}

fn steps(probed: &Probed<'_>) -> Value {
    let each = probed.transcript.steps.iter().map(
        |step| json!({ "at_ms": millis(step.at), "kind": step.kind.name(), "text": step.text }),
    );
    each.collect()
}

/// To the microsecond.
fn millis(time: Duration) -> f64 {
    time.as_micros() as f64 / 1e3
}
