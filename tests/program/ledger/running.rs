//! The program under way, for what happens to its process.

use std::io::{BufRead, BufReader, Read};
use std::process::{Child, Output};
use std::thread::JoinHandle;

use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;

use crate::support::{Done, RunFolder, Sesbench, wait_until};

pub(super) struct Running {
    program: Sesbench,
    child: Child,
    stderr: JoinHandle<String>,
}

impl Running {
    /// Starts it, and waits until its clock runs.
    pub(super) fn start(program: Sesbench) -> Self {
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
            stderr: std::thread::spawn(rest),
            program,
            child,
        }
    }

    pub(super) fn folder(&self) -> RunFolder {
        RunFolder::at(self.program.out())
    }

    /// Waits until so many seconds of the run are on disk.
    pub(super) fn wait_for_rows(&self, rows: usize) {
        wait_until("seconds are on disk", || {
            self.folder().rows("intervals.csv").len() >= rows
        });
    }

    pub(super) fn send(&self, signal: Signal) {
        kill(Pid::from_raw(self.child.id().cast_signed()), signal).unwrap();
    }

    /// After it has ended.
    pub(super) fn ended(mut self) -> Done {
        let mut stdout = Vec::new();
        let mut pipe = self.child.stdout.take().unwrap();
        pipe.read_to_end(&mut stdout).unwrap();
        let status = self.child.wait().unwrap();
        self.program.ended(Output {
            status,
            stdout,
            stderr: self.stderr.join().unwrap().into_bytes(),
        })
    }
}
