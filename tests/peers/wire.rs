//! Compares the trace of a run with tcpdump's capture of the same run.
//!
//! `benches/wire/compare.py` pairs each phase with its packets, and fails if a
//! phase has none or packets are left over. This test asserts counts, orderings
//! and ratios; `benches/wire/run.py` compares microseconds, on a quiet machine.

use std::io::{BufRead, BufReader, Read};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

use serde_json::Value;
use sesbench_mock::Server;
use sesbench_mock::settings::Delay;
use tempfile::TempDir;

use crate::mock;
use crate::peer::{self, Running};
use crate::root;
use crate::sesbench::Program;

/// The path of a file of the benches.
fn bench(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("benches")
        .join(name)
}

/// A tcpdump that records a port on loopback.
struct Capture {
    shell: Running,
    file: PathBuf,
}

impl Capture {
    /// Returns when it captures.
    ///
    /// # Panics
    ///
    /// If it does not.
    fn start(folder: &TempDir, port: u16) -> Self {
        let tcpdump = peer::program("tcpdump", "tcpdump");
        let file = folder.path().join("wire.pcap");
        // If sudo started it, only a process of root can end it: it ends with
        // the shell's input.
        let script = "\"$0\" -i lo -w \"$1\" -s 256 -B 32768 --time-stamp-precision=nano \
                      \"tcp port $2\" & read -r _; kill -INT $!; wait $!";
        let mut command = root::command("sh");
        command.arg("-c").arg(script).arg(tcpdump).arg(&file);
        let child = command
            .arg(port.to_string())
            .stdin(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut capture = Self {
            shell: Running(child),
            file,
        };
        let mut line = String::new();
        let mut stderr = BufReader::new(capture.shell.0.stderr.take().unwrap());
        while !line.contains("listening on") {
            let length = stderr.read_line(&mut line).unwrap();
            assert!(length > 0, "tcpdump does not capture: {line}");
        }
        capture.shell.0.stderr = Some(stderr.into_inner());
        capture
    }

    /// Ends the capture and returns it, complete.
    ///
    /// # Panics
    ///
    /// If packets are missing.
    fn end(mut self) -> PathBuf {
        // tcpdump would not write packets that it has not read from its ring
        // buffer yet.
        std::thread::sleep(Duration::from_secs(1));
        drop(self.shell.0.stdin.take());
        let mut messages = String::new();
        let mut stderr = self.shell.0.stderr.take().unwrap();
        stderr.read_to_string(&mut messages).unwrap();
        let ended = self.shell.end_within(Duration::from_secs(30));
        assert!(ended.is_some(), "tcpdump does not end: {messages}");
        assert!(
            messages.contains("\n0 packets dropped by kernel"),
            "{messages}"
        );
        self.file
    }
}

/// A run under a capture: how many messages it sent, and what
/// `benches/wire/compare.py` reports for each phase.
fn captured(server: &Server, port: u16, words: &str) -> (u64, Value) {
    let folder = TempDir::new().unwrap();
    let trace = folder.path().join("trace.jsonl");
    let target = format!("127.0.0.1:{}", server.port(port));
    let capture = Capture::start(&folder, server.port(port));
    let mut arguments = vec!["--target", &target, "--trace", trace.to_str().unwrap()];
    arguments.extend(["--warm-up", "0s"]);
    arguments.extend(words.split_whitespace());
    let ca_file = server.ca_file().to_str().unwrap();
    if !words.contains("--tls none") {
        arguments.extend(["--ca-file", ca_file]);
    }
    let run = Program::run(&arguments)
        .log_in(server.username(), server.password())
        .passes();
    let capture = capture.end();
    let mut compare = Command::new(peer::program("python3", "python3"));
    compare
        .arg(bench("wire/compare.py"))
        .arg(&capture)
        .arg(server.port(port).to_string())
        .arg(&trace)
        .arg("--json");
    let output = peer::run(&mut compare, "");
    assert!(output.success, "{output:?}");
    let phases = serde_json::from_str(&output.stdout).unwrap();
    (run.total("accepted"), phases)
}

/// A phase was measured in all of these sessions or messages, and hardly ever
/// as shorter than in the capture: its time begins before the command leaves,
/// and ends after the reply arrived.
#[track_caller]
fn agrees(phases: &Value, phase: &str, times: std::ops::RangeInclusive<u64>) {
    let row = &phases[phase];
    let count = row["count"].as_u64().unwrap_or(0);
    assert!(times.contains(&count), "{phase}: {phases:#}");
    let share = row["not_shorter"].as_f64().unwrap();
    assert!(share >= 0.99, "{phase}: {phases:#}");
}

/// Both medians, that of the capture first.
fn medians(phases: &Value, phase: &str) -> (f64, f64) {
    let median = |side: &str| phases[phase][side].as_f64().unwrap();
    (median("wire_p50_us"), median("trace_p50_us"))
}

#[test]
#[ignore = "needs tcpdump and root; .ci/install-peers installs tcpdump"]
fn each_phase_of_a_plaintext_trace_agrees_with_the_wire() {
    let server = mock::with(|settings| {
        settings.require_tls = false;
        settings.require_auth = false;
        settings.latency.mail = Delay::Fixed(Duration::from_millis(20));
        settings.latency.dot = Delay::Fixed(Duration::from_millis(40));
    });
    let words = "--tls none --rate 200/s --duration 3s --sessions 30 --size 1KiB";
    let (sent, phases) = captured(&server, 587, words);
    assert_eq!(sent, 600);
    for phase in ["mail", "rcpt", "data"] {
        agrees(&phases, phase, sent..=sent);
    }
    for phase in ["connect", "ehlo", "quit"] {
        agrees(&phases, phase, 30..=30);
    }
    // These begin and end alike on both sides: the difference is wake-up
    // latency.
    for phase in ["mail", "body+accept"] {
        let (wire, trace) = medians(&phases, phase);
        assert!((0.8..1.5).contains(&(trace / wire)), "{phase}: {phases:#}");
    }
    assert_eq!(phases["body"]["count"], sent);
    assert_eq!(phases["accept"]["count"], sent);
}

#[test]
#[ignore = "needs tcpdump and root; .ci/install-peers installs tcpdump"]
fn the_handshakes_of_tcp_and_tls_agree_with_the_wire_in_both_modes() {
    for (tls, port) in [("starttls", 587), ("wrapper", 465)] {
        let server = mock::with(|settings| {
            // Longer than the client's own part of the handshake.
            settings.latency.tls = Delay::Fixed(Duration::from_millis(40));
        });
        let words = format!(
            "--tls {tls} --set target.tls_versions=[\"1.3\"] --rate 25/s --duration 2s \
             --sessions 10 --messages-per-session 1"
        );
        let (sent, phases) = captured(&server, port, &words);
        assert_eq!(sent, 50);
        // Ten sessions are opened ahead and reopened; the end of the run aborts
        // some of them.
        let sessions = sent..=sent + 10;
        for phase in ["connect", "tls", "ehlo_tls", "auth"] {
            agrees(&phases, phase, sessions.clone());
        }
        agrees(&phases, "mail", sent..=sent);
        let (wire, trace) = medians(&phases, "tls");
        assert!((1.0..1.5).contains(&(trace / wire)), "{tls}: {phases:#}");
        if tls == "starttls" {
            agrees(&phases, "starttls", sessions);
        }
    }
}
