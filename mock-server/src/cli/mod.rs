//! The command line of the mock, for `sesbench-mock` and for programs that
//! offer it as a subcommand.
//!
//! Flags become [`Settings`] here and nothing below sees them.
//! Standard output carries two lines of JSON and nothing else: one when the
//! server is ready, one when it has stopped.

mod args;
mod client_report;
mod end;
mod flags;
mod protocol;
mod settings;
mod usage;

use std::fmt::Display;
use std::io::{self, Write};
use std::process::ExitCode;

pub use self::args::Args;
pub use self::flags::Flags;
pub use self::protocol::{Ready, Stopped};

use self::client_report::ClientReport;
use self::end::End;
use crate::facts;
use crate::server::{Server, StartError};
use crate::settings::Settings;

/// Exit code for settings that can't be used.
const INVALID: u8 = 2;
/// Exit code for ports, files or threads that can't be had.
const UNAVAILABLE: u8 = 3;

/// When the parser of flags may colour its help and errors: by its own rules
/// (`NO_COLOR`, `CLICOLOR`, a terminal or not), but never on a terminal of type
/// `dumb` (terminfo(5)). Its own rules colour that one too where `CI` is set.
#[must_use]
pub fn help_colour() -> clap::ColorChoice {
    if std::env::var_os("TERM").is_some_and(|term| term == "dumb") {
        clap::ColorChoice::Never
    } else {
        clap::ColorChoice::Auto
    }
}

/// Serves until it is told to stop. Errors are one line on stderr.
#[must_use]
pub fn run(args: &Args) -> ExitCode {
    match serve(args) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            note(&failure.text);
            ExitCode::from(failure.code)
        }
    }
}

struct Failure {
    text: String,
    code: u8,
}

fn serve(args: &Args) -> Result<(), Failure> {
    let settings = settings::from_args(args).map_err(|text| Failure {
        text,
        code: INVALID,
    })?;
    let judged = settings.judge.unwrap_or(true);
    if args.report.is_some() && !judged {
        return Err(Failure {
            text:
                "--report: nobody watches the clients with judge = false; leave out one of the two"
                    .to_owned(),
            code: INVALID,
        });
    }
    usage::raise_file_limit();
    let offset = settings.port_offset;
    let server = Server::start(settings).map_err(|error| explain(&error, offset))?;
    let end = End::prepare(args.supervised).map_err(|error| Failure {
        text: format!("catching signals: {error}"),
        code: UNAVAILABLE,
    })?;
    let handle = server.handle().clone();
    let client_report =
        ClientReport::prepare(&handle, args.report.as_deref()).map_err(unavailable)?;
    say(&Ready::of(&server));
    if !args.supervised {
        greet(&server, judged);
    }
    end.wait(|| complain(client_report.print()));
    let counts = server.stop();
    say(&Stopped::new(counts, usage::cpu_us()));
    if !args.supervised {
        complain(client_report.print());
    }
    complain(
        handle
            .capture()
            .map_or(Ok(()), |capture| capture.settle().map_or(Ok(()), Err)),
    );
    Ok(())
}

fn greet(server: &Server, judged: bool) {
    let name = server.region();
    if facts::region(name).is_none() {
        note(format_args!(
            "region {name} is not known to have an SMTP endpoint of SES; it is taken as it is"
        ));
    }
    let report = if judged {
        ", SIGUSR1 asks for a report"
    } else {
        ""
    };
    note(format_args!("serving; Ctrl-C stops it{report}"));
}

/// What goes wrong while it serves is said, and ends nothing.
fn complain(result: Result<(), String>) {
    if let Err(text) = result {
        note(text);
    }
}

fn unavailable(text: String) -> Failure {
    Failure {
        text,
        code: UNAVAILABLE,
    }
}

fn explain(error: &StartError, offset: u16) -> Failure {
    let (advice, code) = match error {
        StartError::Settings(_) | StartError::Secret(_) | StartError::NoUser => ("", INVALID),
        StartError::Port { .. } if offset == 0 => (
            "; ports below 1024 need root, or take --port-offset 10000",
            UNAVAILABLE,
        ),
        StartError::Port { .. } => (
            "; stop what uses it, or take another --port-offset, or --ephemeral",
            UNAVAILABLE,
        ),
        _ => ("", UNAVAILABLE),
    };
    Failure {
        text: format!("{error}{advice}"),
        code,
    }
}

/// One line on stderr. If nobody reads it any more, nothing ends for that.
fn note(text: impl Display) {
    let _ = writeln!(io::stderr(), "sesbench-mock: {text}");
}

/// One line. Whoever no longer reads it does not want it.
fn say(line: &impl serde::Serialize) {
    let line = serde_json::to_string(line).expect("plain data has a JSON form");
    let mut stdout = io::stdout().lock();
    let _ = writeln!(stdout, "{line}").and_then(|()| stdout.flush());
}

/// The settings that [`run`] would serve with, for callers that only want to
/// know whether they are valid.
///
/// # Errors
///
/// One line that says what is wrong.
pub fn settings(args: &Args) -> Result<Settings, String> {
    settings::from_args(args)
}
