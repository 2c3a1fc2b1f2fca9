//! The command line of the mock, for `sesbench-mock` and for programs that
//! offer it as a subcommand.
//!
//! It turns flags into [`Settings`]; no other module knows the flags. Standard
//! output has two lines of JSON and nothing else: one when the server is ready,
//! one when it has stopped.

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

/// Exit code for invalid settings.
const INVALID: u8 = 2;
/// Exit code for ports, files or threads that are not available.
const UNAVAILABLE: u8 = 3;

/// Whether clap may colour help and errors: by its own rules (`NO_COLOR`,
/// `CLICOLOR`, a terminal or not), but never on a terminal of type `dumb`
/// (terminfo(5)), which clap would colour when `CI` is set.
#[must_use]
pub fn help_colour() -> clap::ColorChoice {
    if std::env::var_os("TERM").is_some_and(|term| term == "dumb") {
        clap::ColorChoice::Never
    } else {
        clap::ColorChoice::Auto
    }
}

/// Serves until stdin or a signal ends it. An error is one line on stderr.
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
                "invalid --report: there is no report with judge = false; leave out one of the two"
                    .to_owned(),
            code: INVALID,
        });
    }
    usage::raise_file_limit();
    let offset = settings.port_offset;
    let server = Server::start(settings).map_err(|error| explain(&error, offset))?;
    let end = End::prepare(args.supervised).map_err(|error| Failure {
        text: format!("cannot catch signals: {error}"),
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
            "region {name} is not in the list of regions with an SES SMTP endpoint; it is used as given"
        ));
    }
    let report = if judged {
        ", SIGUSR1 prints a report"
    } else {
        ""
    };
    note(format_args!("serving; Ctrl-C stops the server{report}"));
}

/// An error while serving is reported, and does not end the program.
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
            "; ports below 1024 need root; without it use --port-offset 10000",
            UNAVAILABLE,
        ),
        StartError::Port { .. } => (
            "; stop the program that uses it, or use another --port-offset or --ephemeral",
            UNAVAILABLE,
        ),
        _ => ("", UNAVAILABLE),
    };
    Failure {
        text: format!("{error}{advice}"),
        code,
    }
}

/// One line on stderr. A reader that is gone does not end the program.
fn note(text: impl Display) {
    let _ = writeln!(io::stderr(), "sesbench-mock: {text}");
}

/// One line on stdout. A reader that is gone is ignored.
fn say(line: &impl serde::Serialize) {
    let line = serde_json::to_string(line).expect("plain data has a JSON form");
    let mut stdout = io::stdout().lock();
    let _ = writeln!(stdout, "{line}").and_then(|()| stdout.flush());
}

/// The settings that [`run`] would use, for callers that only validate them.
///
/// # Errors
///
/// One line with what is wrong.
pub fn settings(args: &Args) -> Result<Settings, String> {
    settings::from_args(args)
}
