//! `sesbench probe`: one session, step by step, and what is wrong with it.
//!
//! It goes the way of a run, by the same plan, dialogue, driver and TLS, and
//! listens to the same events; it only has one session, and at most one
//! message, and tells everything. What it met is explained by `diagnosis`.

mod args;
mod came;
mod certificates;
mod json;
mod session;
mod step;
mod tell;
mod transcript;
mod view;

pub use args::ProbeArgs;

use std::io::{self, Write};

use super::embedded::Embedded;
use super::ended::Ended;
use super::place::place;
use super::site::Site;
use super::{Format, consent, environment};
use crate::analysis::diagnosis::{Diagnosed, Situation, diagnose, greets_as_ses};
use crate::net::{Certificate, TlsFacts, warm_up};
use crate::scenario::Plan;
use crate::smtp::Capabilities;
use crate::sys::clock::Clock;
use crate::vocabulary::ExitCode;
use came::Came;
use transcript::Transcript;
use view::View;

/// Runs the command, to its exit code. An error is one line on stderr.
pub(super) fn probe(args: &ProbeArgs) -> ExitCode {
    let probed = args
        .resolve(&environment)
        .map_err(|error| Ended::new(ExitCode::Usage, error))
        .and_then(|plan| {
            if args.send {
                let consent = consent::ask(&plan, args.yes);
                consent.map_err(|none| Ended::new(none.code(), none))?;
            }
            carry_out(&plan, args)
        });
    probed.unwrap_or_else(Ended::tell)
}

/// A probe that is over.
struct Probed<'a> {
    plan: &'a Plan,
    site: &'a Site,
    transcript: Transcript,
    came: Came,
    tls: Option<TlsFacts>,
    certificates: Vec<Certificate>,
    offers: Capabilities,
    diagnoses: Vec<Diagnosed>,
}

fn carry_out(plan: &Plan, args: &ProbeArgs) -> Result<ExitCode, Ended> {
    let mock = Embedded::serving(&plan.target)?;
    let site = Site::new(plan, mock.as_ref());
    warm_up();
    let view = View::new(args.format == Format::Human);
    let transcript = Transcript::new(Clock::start(), view);
    let mut probed = session::hold(plan, &site, args.send, transcript)?;
    if let Some(refused) = probed.came.refused() {
        let mut place = place(plan, &site);
        place.is_ses |= probed.transcript.banner().is_some_and(greets_as_ses);
        probed.diagnoses = diagnose(&Situation {
            outcome: refused.outcome,
            cause: refused.cause(),
            place: &place,
        });
    }
    let written = match args.format {
        Format::Human => tell::tell(&mut probed),
        Format::Json => json::write(&probed),
    };
    written.map_err(|error| Ended::unwritable(format!("standard output: {error}")))?;
    Ok(probed.came.exit_code())
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
