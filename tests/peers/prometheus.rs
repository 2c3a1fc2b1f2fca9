//! Debian's Prometheus reads the metrics of a run: `promtool` checks the text, and a
//! server scrapes it.

use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::process::{Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use tempfile::TempDir;

use crate::peer::{self, Running};

/// Far longer than a scrape takes.
const PATIENCE: Duration = Duration::from_secs(60);

/// A run that has ended and serves its metrics until it is interrupted.
struct Served {
    run: Running,
    address: String,
    _folder: TempDir,
}

impl Served {
    fn start() -> Self {
        let folder = TempDir::new().unwrap();
        let words = "run --quiet --messages 50 --warm-up 0s --metrics 0 --metrics-linger 10min";
        let mut command = Command::new(env!("CARGO_BIN_EXE_sesbench"));
        command
            .args(words.split(' '))
            .arg("--out")
            .arg(folder.path());
        command.stdout(Stdio::null()).stderr(Stdio::piped());
        let mut child = command.spawn().unwrap();
        let mut line = String::new();
        let mut stderr = BufReader::new(child.stderr.take().unwrap());
        stderr.read_line(&mut line).unwrap();
        let address = line.trim().strip_prefix("sesbench: metrics at http://");
        let address = address
            .unwrap()
            .strip_suffix("/metrics")
            .unwrap()
            .to_owned();
        let served = Self {
            run: Running(child),
            address,
            _folder: folder,
        };
        let is_over = || get(&served.address, "/metrics").contains("\nsesbench_findings{");
        until(is_over);
        served
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        // So that it ends its mock, too.
        let _ = kill(Pid::from_raw(self.run.0.id() as i32), Signal::SIGINT);
        self.run.end_within(PATIENCE);
    }
}

#[track_caller]
fn until(mut holds: impl FnMut() -> bool) {
    let start = Instant::now();
    while !holds() {
        assert!(start.elapsed() < PATIENCE, "it did not happen");
        thread::sleep(Duration::from_millis(50));
    }
}

/// The body of a response; empty while nothing listens.
fn get(address: &str, path: &str) -> String {
    let Ok(mut stream) = TcpStream::connect(address) else {
        return String::new();
    };
    let request = format!("GET {path} HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n");
    let mut text = String::new();
    let _ = stream.write_all(request.as_bytes());
    let _ = stream.read_to_string(&mut text);
    let body = text.split_once("\r\n\r\n");
    body.map(|(_, body)| body.to_owned()).unwrap_or_default()
}

#[test]
#[ignore = "needs prometheus"]
fn promtool_finds_nothing_wrong() {
    let served = Served::start();
    let text = get(&served.address, "/metrics");
    let mut promtool = Command::new(peer::program("promtool", "prometheus"));
    let output = peer::run(promtool.args(["check", "metrics"]), &text);
    assert!(output.success, "{}", output.stderr);
    assert_eq!(output.stdout + &output.stderr, "");
}

#[test]
#[ignore = "needs prometheus"]
fn a_server_scrapes_the_run() {
    let served = Served::start();
    let folder = TempDir::new().unwrap();
    let config = folder.path().join("prometheus.yml");
    let yaml = format!(
        "scrape_configs:\n  - job_name: sesbench\n    scrape_interval: 1s\n    \
         scrape_timeout: 1s\n    static_configs:\n      - targets: [\"{}\"]\n",
        served.address
    );
    fs::write(&config, yaml).unwrap();
    let address = format!("127.0.0.1:{}", peer::free_port());
    let mut command = Command::new(peer::program("prometheus", "prometheus"));
    command
        .arg(format!("--config.file={}", config.display()))
        .arg(format!(
            "--storage.tsdb.path={}",
            folder.path().join("data").display()
        ))
        .arg(format!("--web.listen-address={address}"))
        .stdout(Stdio::null())
        .stderr(Stdio::null());
    let _server = Running(command.spawn().unwrap());
    let query = "/api/v1/query?query=sesbench_messages_total%7Boutcome%3D%22accepted%22%7D";
    // The value of the sample: a string in JSON.
    until(|| get(&address, query).contains("\"50\"]"));
    let count = "/api/v1/query?query=sesbench_response_seconds_count";
    until(|| get(&address, count).contains("\"50\"]"));
}
