//! The embedded mock of SES. It runs in a process of its own, so that its CPU does
//! not count as the generator's.
//!
//! The process is this program again, in its own process group, so that Ctrl-C
//! does not end it before the drain. It ends when its standard input closes, which
//! happens even when this process is killed.

use std::io::{self, BufRead, BufReader, Read, Write};
use std::os::unix::process::CommandExt;
use std::path::PathBuf;
use std::process::{Child, ChildStderr, ChildStdin, ChildStdout, Command, Stdio};
use std::thread;

use secrecy::SecretString;
use serde::Deserialize;
use sesbench_mock::Settings;

use super::error::AppError;
use crate::output::screen::print_line;
use crate::scenario::{Target, TargetKind};
use crate::smtp::{Credentials, TlsMode};
use crate::vocabulary::ExitCode;

/// Why the mock did not start.
#[derive(Debug, thiserror::Error)]
enum NoMock {
    /// The process could not be started.
    #[error("the embedded mock could not be started: {0}")]
    Start(#[from] io::Error),
    /// The process ended before it was ready; the text is from its stderr.
    #[error("the embedded mock did not become ready: {}", .0.trim_end())]
    NotReady(String),
    /// Its first line is not the ready line.
    #[error("the embedded mock did not become ready: {0}")]
    Answer(#[from] serde_json::Error),
}

/// The running mock.
pub(super) struct Embedded {
    child: Child,
    stdin: Option<ChildStdin>,
    stdout: BufReader<ChildStdout>,
    ready: Ready,
}

/// The line that it prints when it is ready.
#[derive(Deserialize)]
struct Ready {
    host: String,
    ports: std::collections::BTreeMap<u16, u16>,
    ca_file: PathBuf,
    username: SecretString,
    password: SecretString,
}

impl Embedded {
    /// The mock, if it is the target.
    pub(super) fn serving(target: &Target) -> Result<Option<Self>, AppError> {
        let TargetKind::Mock { settings } = &target.kind else {
            return Ok(None);
        };
        let started = Self::start(settings);
        started
            .map(Some)
            .map_err(|error| AppError::new(ExitCode::Unreachable, error))
    }

    /// Starts it and waits until it serves. It uses free ports, so that runs do not
    /// collide, unless the scenario sets a port offset.
    fn start(settings: &Settings) -> Result<Self, NoMock> {
        let usual = settings.port_offset == Settings::default().port_offset;
        let settings = Settings {
            ephemeral: settings.ephemeral || usual,
            ..settings.clone()
        };
        let mut child = Command::new(std::env::current_exe()?)
            .args(["mock", "--supervised"])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .process_group(0)
            .spawn()?;
        let no_pipe = || NoMock::NotReady("no pipe to the process".to_owned());
        let mut stdin = child.stdin.take().ok_or_else(no_pipe)?;
        let stdout = child.stdout.take().ok_or_else(no_pipe)?;
        let stderr = child.stderr.take().ok_or_else(no_pipe)?;
        writeln!(stdin, "{}", serde_json::to_string(&settings)?)?;
        let mut stdout = BufReader::new(stdout);
        let mut line = String::new();
        if stdout.read_line(&mut line)? == 0 {
            let why = last_words(stderr);
            let _ = child.wait();
            return Err(NoMock::NotReady(why));
        }
        // The mock writes to stderr only if something is wrong.
        thread::spawn(move || copy_lines(stderr));
        Ok(Self {
            ready: serde_json::from_str(&line)?,
            child,
            stdin: Some(stdin),
            stdout,
        })
    }

    /// Its process id.
    pub(super) fn process(&self) -> u32 {
        self.child.id()
    }

    /// The address on which it listens.
    pub(super) fn host(&self) -> &str {
        &self.ready.host
    }

    /// The port for that mode: its 587 for STARTTLS, its 465 for the wrapper, as
    /// SES numbers them.
    pub(super) fn port(&self, mode: TlsMode) -> u16 {
        let standard = match mode {
            TlsMode::Wrapper => 465,
            TlsMode::Starttls | TlsMode::None => 587,
        };
        self.ready.ports.get(&standard).copied().unwrap_or(standard)
    }

    /// Its CA's certificate.
    pub(super) fn ca_file(&self) -> PathBuf {
        self.ready.ca_file.clone()
    }

    /// The credentials that it made.
    pub(super) fn credentials(&self) -> Credentials {
        Credentials {
            username: self.ready.username.clone(),
            password: self.ready.password.clone(),
        }
    }

    /// Stops it; returns its counters, or null if it did not report them.
    pub(super) fn stop(mut self) -> serde_json::Value {
        self.stdin = None;
        let mut line = String::new();
        let read = self.stdout.read_line(&mut line);
        let _ = self.child.wait();
        let said: Option<serde_json::Value> =
            read.ok().and_then(|_| serde_json::from_str(&line).ok());
        said.and_then(|mut said| said.get_mut("counts").map(serde_json::Value::take))
            .unwrap_or_default()
    }
}

/// Its output on stderr, line by line, above the progress of the run.
fn copy_lines(stderr: ChildStderr) {
    let lines = BufReader::new(stderr).split(b'\n').map_while(Result::ok);
    lines.for_each(|line| print_line(&String::from_utf8_lossy(&line)));
}

/// Its output on stderr before it ended, without its name.
fn last_words(mut stderr: ChildStderr) -> String {
    let mut said = Vec::new();
    let _ = stderr.read_to_end(&mut said);
    let said = String::from_utf8_lossy(&said);
    said.trim_start_matches("sesbench-mock: ").to_owned()
}

impl Drop for Embedded {
    /// No process is left running, also after an error.
    fn drop(&mut self) {
        self.stdin = None;
        let _ = self.child.wait();
    }
}
