//! `sesbench mock`, running until it is stopped.

use std::io::{BufRead, BufReader, Read};
use std::process::{Child, ChildStdout};

use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use serde_json::Value;

use super::Sesbench;

pub(crate) struct Mock {
    /// The ready line.
    pub(crate) ready: Value,
    child: Child,
    stdout: BufReader<ChildStdout>,
    _program: Sesbench,
}

impl Mock {
    /// On free ports.
    pub(crate) fn start(words: &str) -> Self {
        let program = Sesbench::new(&format!("mock --ephemeral {words}"));
        let mut child = program.command().spawn().unwrap();
        let mut stdout = BufReader::new(child.stdout.take().unwrap());
        let mut line = String::new();
        stdout.read_line(&mut line).unwrap();
        Self {
            ready: serde_json::from_str(&line).expect("one line of JSON"),
            child,
            stdout,
            _program: program,
        }
    }

    /// A text value of the ready line.
    pub(crate) fn said(&self, name: &str) -> &str {
        self.ready[name].as_str().unwrap()
    }

    /// Its address for that port of SES.
    pub(crate) fn address(&self, port: &str) -> String {
        let port = &self.ready["ports"][port];
        format!("{}:{port}", self.said("host"))
    }

    /// Ends it by SIGTERM; returns the rest of its output, and its exit code.
    pub(crate) fn stop(mut self) -> (Value, Option<i32>) {
        kill(
            Pid::from_raw(self.child.id().cast_signed()),
            Signal::SIGTERM,
        )
        .unwrap();
        let mut rest = String::new();
        self.stdout.read_to_string(&mut rest).unwrap();
        let code = self.child.wait().unwrap().code();
        (serde_json::from_str(&rest).expect("one line of JSON"), code)
    }
}

impl Drop for Mock {
    /// A failed test leaves no process running.
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
