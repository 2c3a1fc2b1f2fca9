//! After the run: judges it, completes its record, and prints the report.

use std::io::{self, Write};
use std::sync::Arc;
use std::time::Duration;

use super::Run;
use super::diagnoses::{advice, diagnoses};
use super::journal::{BusySeconds, cores};
use crate::analysis::health::{Observations, Stalls, examine, severities};
use crate::analysis::verdict::{Missed, evaluate};
use crate::app::error::AppError;
use crate::app::resolved_target::ResolvedTarget;
use crate::app::stdout;
use crate::engine::{Finished, SessionFailure};
use crate::measure::{Measurements, OutcomeScope};
use crate::net::Connector;
use crate::output::metrics::Findings;
use crate::output::paint::Paint;
use crate::output::screen::print_message;
use crate::run::{self, AddressCount, ConnectionCounts, Cpu, Status, TargetFacts, TlsRecord};
use crate::scenario::{Plan, TargetKind};
use crate::smtp::{Capabilities, TlsMode};
use crate::vocabulary::{ExitCode, Instant, Outcome, Phase, StopReason};

/// A target that answered.
pub(super) struct Reached {
    pub(super) connector: Arc<Connector>,
    pub(super) offers: Capabilities,
}

/// The run did not start: writes the record so far and returns the reason.
pub(super) fn not_begun(
    mut run: Run,
    resolved: &ResolvedTarget,
    measured: &Measurements,
    refused: Option<SessionFailure>,
) -> AppError {
    let (status, ended) = match refused {
        Some(refused) => {
            let advice = advice(&refused, &run.plan, resolved);
            let why = format!("{}:{}: {refused}{advice}", resolved.host, resolved.port);
            (Status::Aborted, AppError::new(ExitCode::Unreachable, why))
        }
        None => {
            let why = "interrupted before the run started";
            (
                Status::Interrupted,
                AppError::new(ExitCode::Interrupted, why),
            )
        }
    };
    run.folder.record.status = status;
    run.folder.record.diagnoses = diagnoses(&run.plan, resolved, measured);
    match run.folder.finish(measured) {
        Ok(()) => ended,
        Err(error) => AppError::unwritable(error).and(ended.code),
    }
}

/// The run broke off, such as because a thread could not start: writes the results
/// so far and returns the reason.
pub(super) fn broken_off(mut run: Run, measured: &Measurements, error: &io::Error) -> AppError {
    run.folder.record.status = Status::Aborted;
    match run.folder.finish(measured) {
        Ok(()) => AppError::new(ExitCode::Inconclusive, error),
        Err(error) => AppError::unwritable(error),
    }
}

/// The facts of the target.
pub(super) fn target(plan: &Plan, resolved: &ResolvedTarget, reached: &Reached) -> TargetFacts {
    let addresses = reached.connector.addresses().into_iter();
    let addresses = addresses.map(|each| AddressCount {
        address: each.address.ip().to_string(),
        sessions: each.sessions,
        failed: each.failed,
    });
    TargetFacts {
        kind: plan.target.kind.name().to_owned(),
        region: match &plan.target.kind {
            TargetKind::Ses(ses) => Some(ses.region.clone()),
            _ => None,
        },
        host: resolved.host.clone(),
        port: resolved.port,
        mode: plan.target.tls.name().to_owned(),
        addresses: addresses.collect(),
        ehlo: reached.offers.lines.clone(),
        tls: tls(plan, &reached.connector),
    }
}

fn tls(plan: &Plan, connector: &Connector) -> Option<TlsRecord> {
    let facts = connector.tally().tls_facts()?;
    let (full, resumed, retried) = connector.tally().handshakes();
    Some(TlsRecord {
        version: facts.version,
        cipher: facts.cipher,
        key_exchange: facts.key_exchange,
        certificate_key: facts.certificate_key,
        verified: plan.target.tls != TlsMode::None && !plan.target.tls_settings.insecure,
        full_handshakes: full,
        resumed_handshakes: resumed,
        hello_retry_requests: retried,
    })
}

fn connections(connector: &Connector) -> ConnectionCounts {
    let carried = connector.tally().carried();
    ConnectionCounts {
        count: carried.connections,
        bytes_sent: carried.sent,
        bytes_received: carried.received,
    }
}

/// Judges a run, completes its record, and prints the report.
pub(super) fn wrap_up(
    mut run: Run,
    resolved: &ResolvedTarget,
    reached: &Reached,
    mut measured: Measurements,
    (finished, seconds, missed): (&Finished, BusySeconds, Option<Missed>),
    counted: serde_json::Value,
    report: &mut dyn Write,
) -> Result<ExitCode, AppError> {
    let plan = &run.plan;
    // If another reason was first, it did not end the run.
    let missed = missed.filter(|_| finished.stopped == Some(StopReason::ThresholdMissed));
    let seen = Observations {
        missed,
        ..observe(
            plan,
            &reached.connector,
            &measured,
            (finished, seconds),
            &counted,
        )
    };
    let cpu = finished
        .cpu
        .map_or_else(Cpu::default, |cpu| Cpu::new(&cpu, &measured));
    measured.set_processor_time(cpu.figures());
    let health = examine(&seen, &plan.thresholds, &run.options.compared, &measured);
    let ended_by = missed.map(|missed| missed.threshold);
    let verdict = evaluate(
        &plan.thresholds,
        &measured,
        &severities(&health),
        ended_by.as_ref(),
    );
    let record = &mut run.folder.record;
    record.target = target(plan, resolved, reached);
    record.connections = Some(connections(&reached.connector));
    record.mock = counted;
    record.cpu = cpu;
    record.status = status(finished.stopped);
    record.health = health.iter().map(run::FindingRecord::from).collect();
    if let Some(metrics) = &run.metrics {
        metrics.found(findings(&record.health));
    }
    record.diagnoses = diagnoses(plan, resolved, &measured);
    record.verdict = finished.start.map(|_| (&verdict).into());
    let code = exit_code(finished, verdict.decision.exit_code());
    write_results(&mut run, &measured, &finished.lost, report).map_err(|error| error.and(code))?;
    Ok(code)
}

/// The findings by severity.
fn findings(health: &[run::FindingRecord]) -> Findings {
    let all = health.len() as u64;
    let warnings = health.iter().filter(|each| each.severity == "warning");
    let warning = warnings.count() as u64;
    Findings {
        warning,
        inconclusive: all - warning,
    }
}

/// Completes the folder and the trace, and prints the report.
fn write_results(
    run: &mut Run,
    measured: &Measurements,
    lost: &[String],
    report: &mut dyn Write,
) -> Result<(), AppError> {
    run.folder.finish(measured).map_err(AppError::unwritable)?;
    if let Some(trace) = &run.trace {
        trace
            .finish()
            .map_err(|error| AppError::unwritable(format!("--trace: {error}")))?;
    }
    for lost in lost {
        print_message(lost);
    }
    let finished = run::read(run.folder.path()).map_err(AppError::unwritable)?;
    let format = run.options.result.format.clone();
    stdout::written(format.write(&finished, Paint::for_stdout(), report))
}

fn observe(
    plan: &Plan,
    connector: &Connector,
    measured: &Measurements,
    (finished, seconds): (&Finished, BusySeconds),
    counted: &serde_json::Value,
) -> Observations {
    let (messages, window) = (&measured.counts().messages, &measured.counts().window);
    let (files_exhausted, ports_exhausted) = connector.tally().shortages();
    let (used, cores) = cores(plan);
    let workers = plan.workers();
    let busy = |used: Duration, threads: usize| {
        let could_have = finished.cpu_over.as_secs_f64() * threads as f64;
        (could_have > 0.0).then(|| used.as_secs_f64() / could_have)
    };
    let cpu = finished.cpu.as_ref();
    Observations {
        scheduled: messages.scheduled,
        ended: messages.ended.sum(),
        accepted: messages.ended.of(Outcome::Accepted),
        unknown: messages.ended.of(Outcome::Unknown),
        mock_accepted: counted.get("accepted").and_then(serde_json::Value::as_u64),
        mock_silent: matches!(plan.target.kind, TargetKind::Mock { .. }) && counted.is_null(),
        waited: window.waited,
        backlog: messages.scheduled - messages.started_in_time.min(messages.scheduled),
        held: window.held,
        retries_refused: finished.retries_refused,
        stopped: finished.stopped,
        missed: None,
        lasted: lasted(measured),
        pace_per_s: pace(plan),
        peak_per_s: plan.peak_per_s(),
        sessions: plan.load.sessions.get(),
        sessions_opened: measured.counts().sessions.opened,
        sessions_failed: measured.counts().sessions.failed,
        files_exhausted,
        ports_exhausted,
        workers,
        generator_busy: cpu.and_then(|cpu| busy(cpu.generator, used)),
        machine_busy: cpu.and_then(|cpu| busy(cpu.machine, cores)),
        generator_seconds: seconds.generator,
        machine_seconds: seconds.machine,
        stalls: stalls(measured),
        quits_unanswered: quits_unanswered(measured),
        insecure: plan.target.tls != TlsMode::None && plan.target.tls_settings.insecure,
    }
}

/// How long the schedule lasted, as far as it is known to have ended.
fn lasted(measured: &Measurements) -> Duration {
    let (timeline, end) = (measured.timeline(), measured.timeline().schedule_end());
    timeline
        .start()
        .filter(|_| end != Instant::NEVER)
        .map_or(Duration::ZERO, |start| end.since(start))
}

pub(super) fn stalls(measured: &Measurements) -> Stalls {
    let stalls = &measured.counts().stalls;
    Stalls {
        times: stalls.times,
        attempts: stalls.attempts,
        held_up_us: stalls.held_up_nanos as f64 / 1e3,
        unanswered: stalls.unanswered,
        sessions: stalls.sessions,
    }
}

fn quits_unanswered(measured: &Measurements) -> u64 {
    let rows = measured.outcomes().rows();
    let unanswered = rows.filter(|row| {
        row.scope == OutcomeScope::Session
            && row.cause.phase == Some(Phase::Quit)
            && row.outcome == Some(Outcome::Timeout)
    });
    unanswered.map(|row| row.count).sum()
}

/// The maximum rate of attempts, per second.
pub(super) fn pace(plan: &Plan) -> Option<f64> {
    let gap = plan.bounds().gap?;
    Some(gap.as_secs_f64().recip())
}

fn status(stopped: Option<StopReason>) -> Status {
    match stopped {
        None | Some(StopReason::CeilingReached | StopReason::BacklogGrew) => Status::Finished,
        Some(StopReason::Interrupted) => Status::Interrupted,
        Some(_) => Status::Aborted,
    }
}

/// The exit code of a run whose results could not be written.
pub(super) fn unwritable(finished: &Finished) -> ExitCode {
    exit_code(finished, ExitCode::Unwritable)
}

fn exit_code(finished: &Finished, verdict: ExitCode) -> ExitCode {
    match finished.stopped {
        Some(StopReason::Interrupted) => verdict.and(ExitCode::Interrupted),
        Some(StopReason::NoSession | StopReason::CredentialsRefused)
            if finished.start.is_none() =>
        {
            verdict.and(ExitCode::Unreachable)
        }
        Some(StopReason::StartMissed) => verdict.and(ExitCode::MissedStart),
        Some(StopReason::ResultsUnwritable) => verdict.and(ExitCode::Unwritable),
        Some(StopReason::WorkerLost) => verdict.and(ExitCode::Inconclusive),
        Some(_) | None => verdict,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stopped(reason: StopReason) -> Finished {
        Finished {
            start: Some(crate::vocabulary::Instant::ORIGIN),
            cpu: None,
            cpu_over: Duration::ZERO,
            stopped: Some(reason),
            cut: false,
            retries_refused: 0,
            lost: Vec::new(),
        }
    }

    /// Its figures do not count, because part of the plan did not run.
    #[test]
    fn a_run_that_lost_a_thread_is_inconclusive_and_aborted() {
        let lost = stopped(StopReason::WorkerLost);
        for verdict in [ExitCode::Pass, ExitCode::Missed, ExitCode::Inconclusive] {
            assert_eq!(exit_code(&lost, verdict), ExitCode::Inconclusive);
        }
        assert_eq!(exit_code(&lost, ExitCode::Unwritable), ExitCode::Unwritable);
        assert_eq!(status(lost.stopped), Status::Aborted);
    }
}
