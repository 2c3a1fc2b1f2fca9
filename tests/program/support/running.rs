//! The program and its embedded mock while they run, for tests that act on
//! their processes.

use std::io::{BufRead, BufReader, Read};
use std::process::{Child, Output};
use std::thread::JoinHandle;
use std::time::Duration;

use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;

use super::{Done, RunFolder, Sesbench, wait_until};

/// The program, with its clock running.
pub(crate) struct Running {
    program: Sesbench,
    child: Child,
    stderr: JoinHandle<String>,
    /// The embedded mock.
    mock: u32,
}

impl Running {
    /// Starts it, and waits until its clock runs.
    pub(crate) fn start(program: Sesbench) -> Self {
        let mut child = program.command().spawn().unwrap();
        let mut stderr = BufReader::new(child.stderr.take().unwrap());
        let mut line = String::new();
        while line != "started\n" {
            line.clear();
            assert!(stderr.read_line(&mut line).unwrap() > 0, "it did not start");
        }
        let rest = move || {
            let mut text = String::new();
            let _ = stderr.read_to_string(&mut text);
            text
        };
        Self {
            mock: child_of(child.id()).expect("the mock"),
            stderr: std::thread::spawn(rest),
            program,
            child,
        }
    }

    pub(crate) fn folder(&self) -> RunFolder {
        RunFolder::at(self.program.out())
    }

    /// Waits until that many seconds of the run are on disk.
    pub(crate) fn wait_for_rows(&self, rows: usize) {
        wait_until("seconds are on disk", || {
            self.folder().rows("intervals.csv").len() >= rows
        });
    }

    /// Stops the process for a while, like a machine that gives it no CPU time.
    pub(crate) fn stands_still(&self, time: Duration) {
        self.send(Signal::SIGSTOP);
        std::thread::sleep(time);
        self.send(Signal::SIGCONT);
    }

    pub(crate) fn send(&self, signal: Signal) {
        kill(Pid::from_raw(self.child.id().cast_signed()), signal).unwrap();
    }

    /// The result, after it has ended by itself, and its mock with it.
    pub(crate) fn ended(mut self) -> Done {
        let mut stdout = Vec::new();
        let mut pipe = self.child.stdout.take().unwrap();
        pipe.read_to_end(&mut stdout).unwrap();
        let status = self.child.wait().unwrap();
        let mock = self.mock;
        wait_until("the mock is gone", || !is_alive(mock));
        self.program.ended(Output {
            status,
            stdout,
            stderr: self.stderr.join().unwrap().into_bytes(),
        })
    }
}

/// The state and the parent of a process; none if there is no such process.
fn state(process: u32) -> Option<(String, u32)> {
    let stat = std::fs::read_to_string(format!("/proc/{process}/stat")).ok()?;
    // The name, in parentheses, may contain any character.
    let (_, rest) = stat.rsplit_once(')')?;
    let mut fields = rest.split_whitespace();
    Some((fields.next()?.to_owned(), fields.next()?.parse().ok()?))
}

pub(crate) fn child_of(parent: u32) -> Option<u32> {
    let processes = std::fs::read_dir("/proc").unwrap().flatten();
    let mut numbers = processes.filter_map(|entry| entry.file_name().to_str()?.parse().ok());
    numbers.find(|process| state(*process).is_some_and(|(_, of)| of == parent))
}

/// False for a zombie: it has ended, even if it was not waited for yet.
pub(crate) fn is_alive(process: u32) -> bool {
    state(process).is_some_and(|(state, _)| state != "Z" && state != "X")
}
