//! A probe: one session, step by step, and what is wrong with it.
//!
//! It goes the way of a run, by the same plan, dialogue, driver and TLS, and
//! listens to the same events; it only has one session, and at most one
//! message, and tells everything. What it met is explained by `diagnosis`.

mod certificates;
mod json;
mod print;
mod result;
mod session;
mod step;
mod transcript;
mod view;

use std::io::{self, Write};

use secrecy::SecretString;

use super::embedded::Embedded;
use super::error::AppError;
use super::resolved_target::ResolvedTarget;
use super::target_context::target_context;
use crate::analysis::diagnosis::{Diagnosed, FailureCase, diagnose, greets_as_ses};
use crate::net::{Certificate, TlsRecord, warm_up};
use crate::output::Format;
use crate::scenario::Plan;
use crate::smtp::Capabilities;
use crate::sys::clock::Clock;
use crate::vocabulary::ExitCode;
use result::ProbeResult;
use transcript::Transcript;
use view::View;

/// What is to be probed, and how.
pub(crate) struct Request {
    /// The plan of a run of which this is the first session.
    pub(crate) plan: Plan,
    /// Whether one message is sent, too.
    pub(crate) send: bool,
    /// How it is printed: each step as it happens, or all at the end.
    pub(crate) format: Format,
    /// The user's secret access key, to explain refused credentials with.
    pub(crate) secret: Option<SecretString>,
}

/// A probe that is over.
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

/// Opens the session, to an exit code. It prints on standard output.
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
    let view = View::new(format == Format::Human);
    let transcript = Transcript::new(Clock::start(), view);
    let mut probed = session::hold(&plan, &resolved, send, transcript)?;
    if let Some(refused) = probed.result.refused() {
        let mut context = target_context(&plan, &resolved);
        context.is_ses |= probed.transcript.banner().is_some_and(greets_as_ses);
        probed.diagnoses = diagnose(&FailureCase {
            outcome: refused.outcome,
            cause: refused.cause(),
            context: &context,
        });
    }
    let written = match format {
        Format::Human => print::print_report(&mut probed),
        Format::Json => json::write(&probed),
    };
    written.map_err(|error| AppError::unwritable(format!("standard output: {error}")))?;
    Ok(probed.result.exit_code())
}

fn print(text: &str) -> io::Result<()> {
    unless_broken_pipe(writeln!(io::stdout(), "{text}"))
}

/// A reader that has seen enough, such as `head`, is no failure.
fn unless_broken_pipe(written: io::Result<()>) -> io::Result<()> {
    match written {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => Err(error),
        _ => Ok(()),
    }
}
