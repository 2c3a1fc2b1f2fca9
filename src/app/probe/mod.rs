//! A probe: one session, shown step by step, and a diagnosis if it fails.
//!
//! It uses the plan, dialogue, driver and TLS of a run, and observes the same
//! events, but has one session and at most one message, and shows everything.
//! `diagnosis` explains failures.

mod certificates;
mod json;
mod print;
mod result;
mod session;
mod step;
mod transcript;
mod view;

use secrecy::SecretString;

use super::embedded::Embedded;
use super::error::AppError;
use super::resolved_target::ResolvedTarget;
use super::target_context::target_context;
use crate::analysis::diagnosis::{Diagnosed, FailureCase, diagnose, greets_as_ses};
use crate::net::{Certificate, TlsRecord, warm_up};
use crate::scenario::Plan;
use crate::smtp::Capabilities;
use crate::sys::clock::Clock;
use crate::vocabulary::ExitCode;
use result::ProbeResult;
use transcript::Transcript;
use view::View;

/// What to probe, and how.
pub(crate) struct Request {
    /// The plan of a run of which this is the first session.
    pub(crate) plan: Plan,
    /// Whether one message is sent.
    pub(crate) send: bool,
    /// What is printed.
    pub(crate) format: Format,
    /// The user's secret access key, to diagnose refused credentials.
    pub(crate) secret: Option<SecretString>,
}

/// What is printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Format {
    /// For people: each step as it happens.
    Steps,
    /// For programs: one object at the end.
    Json,
}

/// A probe that has ended.
struct Probed<'a> {
    plan: &'a Plan,
    resolved: &'a ResolvedTarget,
    transcript: Transcript,
    result: ProbeResult,
    tls: Option<TlsRecord>,
    certificates: Vec<Certificate>,
    offers: Capabilities,
    diagnoses: Vec<Diagnosed>,
}

/// Runs the probe, prints it on standard output, and returns the exit code.
pub(crate) fn probe(request: Request) -> Result<ExitCode, AppError> {
    let Request {
        plan,
        send,
        format,
        secret,
    } = request;
    let mock = Embedded::serving(&plan.target)?;
    let resolved = ResolvedTarget::new(&plan, mock.as_ref(), secret);
    warm_up();
    let view = View::new(format == Format::Steps);
    let transcript = Transcript::new(Clock::start(), view);
    let mut probed = session::hold(&plan, &resolved, send, transcript)?;
    if let Some(refused) = probed.result.refused() {
        let mut context = target_context(&plan, &resolved);
        context.is_ses |= probed.transcript.banner().is_some_and(greets_as_ses);
        let cause = refused.cause.as_cause();
        probed.diagnoses = diagnose(&FailureCase::new(refused.outcome, cause, &context));
    }
    match format {
        Format::Steps => print::print_report(&mut probed)?,
        Format::Json => json::write(&probed)?,
    }
    Ok(probed.result.exit_code())
}
