//! A mock in a separate process, so that its memory can be measured.

use std::collections::BTreeMap;
use std::fs;
use std::io::{BufRead, BufReader};
use std::process::{self, Command, Stdio};

use serde_json::Value;

use crate::client::Target;

/// A mock process that ends with the test.
pub(crate) struct Child {
    process: process::Child,
    ports: BTreeMap<u16, u16>,
    ca_pem: String,
    username: String,
    password: String,
}

impl Child {
    /// Starts one on free ports, with these settings (`KEY=VALUE`) and, by
    /// default, a long idle time-out.
    pub(crate) fn start(settings: &[&str]) -> Child {
        let mut command = Command::new(env!("CARGO_BIN_EXE_sesbench-mock"));
        command.args(["--ephemeral", "--set", "idle_timeout=300s"]);
        for setting in settings {
            command.args(["--set", setting]);
        }
        command
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null());
        let mut process = command.spawn().unwrap();
        let mut line = String::new();
        let stdout = process.stdout.as_mut().unwrap();
        BufReader::new(stdout).read_line(&mut line).unwrap();
        let ready: Value = serde_json::from_str(&line).unwrap();
        let text = |key: &str| ready[key].as_str().unwrap().to_owned();
        Child {
            ports: serde_json::from_value(ready["ports"].clone()).unwrap(),
            ca_pem: fs::read_to_string(text("ca_file")).unwrap(),
            username: text("username"),
            password: text("password"),
            process,
        }
    }

    /// Its memory in KiB: `VmRSS` of proc(5).
    pub(crate) fn memory(&self) -> u64 {
        let status = fs::read_to_string(format!("/proc/{}/status", self.process.id())).unwrap();
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
        let number = line.unwrap().trim().trim_end_matches(" kB");
        number.parse().unwrap()
    }
}

impl Target for Child {
    fn port(&self, number: u16) -> u16 {
        self.ports[&number]
    }

    fn ca_pem(&self) -> &str {
        &self.ca_pem
    }

    fn username(&self) -> &str {
        &self.username
    }

    fn password(&self) -> &str {
        &self.password
    }
}

impl Drop for Child {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
