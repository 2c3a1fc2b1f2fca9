//! Finds, runs and terminates programs of other projects.

use std::io::{Read, Write};
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::atomic::{AtomicU16, Ordering};
use std::thread;
use std::time::{Duration, Instant};

/// Far longer than any of these programs takes: a program that exceeds it
/// hangs.
const PATIENCE: Duration = Duration::from_secs(60);

/// A program's output, and how it ended.
#[derive(Debug)]
pub(crate) struct Output {
    pub(crate) success: bool,
    /// None if a signal ended it.
    pub(crate) code: Option<i32>,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

/// A file of a Debian package.
///
/// # Panics
///
/// If the file is missing; the message has the name of the package.
pub(crate) fn file(path: &str, package: &str) -> PathBuf {
    assert!(
        Path::new(path).exists(),
        "{path} is missing: install Debian's package {package}, or run .ci/install-peers"
    );
    path.into()
}

/// A program of a Debian package, looked up in PATH and in /usr/sbin.
///
/// # Panics
///
/// If it is missing; the message has the name of the package.
pub(crate) fn program(name: &str, package: &str) -> PathBuf {
    let path = std::env::var_os("PATH").unwrap_or_default();
    std::env::split_paths(&path)
        .chain([PathBuf::from("/usr/sbin")])
        .map(|dir| dir.join(name))
        .find(|program| program.is_file())
        .unwrap_or_else(|| {
            panic!(
                "{name} is missing: install Debian's package {package}, or run .ci/install-peers"
            )
        })
}

/// A file of this folder.
pub(crate) fn beside(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/peers")
        .join(name)
}

/// A port without a listener. It is below the range that the system assigns to
/// clients, so that no connection of this machine takes it in the meantime.
pub(crate) fn free_port() -> u16 {
    static NEXT: AtomicU16 = AtomicU16::new(0);
    let start = (std::process::id() % 1_000) as u16 * 10;
    (0..1_000)
        .map(|_| 20_000 + (start + NEXT.fetch_add(1, Ordering::Relaxed)) % 10_000)
        .find(|port| TcpListener::bind(("127.0.0.1", *port)).is_ok())
        .expect("one of a thousand ports is free")
}

/// Runs a program to its end, with `input` as its whole standard input.
///
/// # Panics
///
/// If it can't be started, or does not end.
pub(crate) fn run(command: &mut Command, input: &str) -> Output {
    let child = command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap_or_else(|error| panic!("{command:?}: {error}"));
    let mut running = Running(child);
    let stdout = collect(running.0.stdout.take().unwrap());
    let stderr = collect(running.0.stderr.take().unwrap());
    // A program that ends early does not read its input; its output shows why.
    let _ = running.0.stdin.take().unwrap().write_all(input.as_bytes());
    let status = running.end_within(PATIENCE);
    let [stdout, stderr] = [stdout, stderr].map(|thread| thread.join().unwrap());
    let Some(status) = status else {
        panic!("{command:?} did not end within {PATIENCE:?}\n{stdout}\n{stderr}");
    };
    Output {
        success: status.success(),
        code: status.code(),
        stdout,
        stderr,
    }
}

/// A running program; terminated by its process id when dropped.
#[derive(Debug)]
pub(crate) struct Running(pub(crate) Child);

impl Running {
    /// Waits for it to end; none if it had to be killed.
    pub(crate) fn end_within(&mut self, patience: Duration) -> Option<ExitStatus> {
        let start = Instant::now();
        while start.elapsed() < patience {
            if let Some(status) = self.0.try_wait().unwrap() {
                return Some(status);
            }
            thread::sleep(Duration::from_millis(5));
        }
        let _ = self.0.kill();
        None
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // If this fails, the program has ended already.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

fn collect(mut pipe: impl Read + Send + 'static) -> thread::JoinHandle<String> {
    thread::spawn(move || {
        let mut bytes = Vec::new();
        let _ = pipe.read_to_end(&mut bytes);
        String::from_utf8_lossy(&bytes).into_owned()
    })
}
