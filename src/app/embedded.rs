//! The embedded mock: SES in a process of its own, so that its CPU is not the
//! generator's.
//!
//! It is this program again, in a process group of its own, so that Ctrl-C
//! does not end it before the drain; it ends when its standard input closes,
//! which happens even when this process is killed.

use std::io::{self, BufRead, BufReader, Read, Write};
use std::os::unix::process::CommandExt;
use std::path::PathBuf;
use std::process::{Child, ChildStderr, ChildStdin, ChildStdout, Command, Stdio};
use std::thread;

use secrecy::SecretString;
use serde::Deserialize;
use sesbench_mock::Settings;

use super::error::AppError;
use crate::scenario::{Target, TargetKind};
use crate::smtp::{Credentials, TlsMode};
use crate::vocabulary::ExitCode;

/// Why there is no mock.
#[derive(Debug, thiserror::Error)]
enum NoMock {
    /// It could not be started.
    #[error("the embedded mock could not be started: {0}")]
    Start(#[from] io::Error),
    /// It ended instead of getting ready, and said why.
    #[error("the embedded mock did not get ready: {}", .0.trim_end())]
    NotReady(String),
    /// It said something else than that it is ready.
    #[error("the embedded mock did not get ready: {0}")]
    Answer(#[from] serde_json::Error),
}

/// The mock, serving.
pub(super) struct Embedded {
    child: Child,
    stdin: Option<ChildStdin>,
    stdout: BufReader<ChildStdout>,
    ready: Ready,
}

/// What it says when it is ready.
#[derive(Deserialize)]
struct Ready {
    host: String,
    ports: std::collections::BTreeMap<u16, u16>,
    ca_file: PathBuf,
    username: SecretString,
    password: SecretString,
}

impl Embedded {
    /// The mock, where it is the target.
    pub(super) fn serving(target: &Target) -> Result<Option<Self>, AppError> {
        let TargetKind::Mock { settings } = &target.kind else {
            return Ok(None);
        };
        let started = Self::start(settings);
        started
            .map(Some)
            .map_err(|error| AppError::new(ExitCode::Unreachable, error))
    }

    /// Starts it, and waits until it serves: on free ports, so that runs do not
    /// get in each other's way, unless the scenario moved them.
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
        let no_pipe = || NoMock::NotReady("it has no pipe".to_owned());
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
        // Not heard from again unless something is very wrong.
        thread::spawn(move || io::copy(&mut { stderr }, &mut io::stderr()));
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

    /// Where it listens.
    pub(super) fn host(&self) -> &str {
        &self.ready.host
    }

    /// Which port speaks that mode: 587 for STARTTLS, 465 for the wrapper, as
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

    /// The credentials it made for itself.
    pub(super) fn credentials(&self) -> Credentials {
        Credentials {
            username: self.ready.username.clone(),
            password: self.ready.password.clone(),
        }
    }

    /// Ends it; gives what it counted, null if it did not say.
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

/// What it said before it ended, without its name.
fn last_words(mut stderr: ChildStderr) -> String {
    let mut said = Vec::new();
    let _ = stderr.read_to_end(&mut said);
    let said = String::from_utf8_lossy(&said);
    said.trim_start_matches("sesbench-mock: ").to_owned()
}

impl Drop for Embedded {
    /// Also on the way out of an error nothing is left running.
    fn drop(&mut self) {
        self.stdin = None;
        let _ = self.child.wait();
    }
}
