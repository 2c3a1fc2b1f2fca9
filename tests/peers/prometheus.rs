//! Debian's Prometheus reads the metrics of a run: `promtool` checks the text, a server
//! scrapes it, and the expressions of the dashboard for Grafana find data there.

use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Command, Stdio};
use std::thread;
use std::time::{Duration, Instant, SystemTime};

use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use serde_json::{Value, json};
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
        let scenario = r#"
            name = "scraped"
            [load]
            rate = "50/s"
            messages = 50
            warm_up = "0s"
            [mock]
            profile = "unlimited"
        "#;
        Self::start_with(scenario, "0")
    }

    fn start_with(scenario: &str, metrics: &str) -> Self {
        let folder = TempDir::new().unwrap();
        let file = folder.path().join("scenario.toml");
        fs::write(&file, scenario).unwrap();
        let mut command = Command::new(env!("CARGO_BIN_EXE_sesbench"));
        command
            .args(["run", "--quiet", "--metrics-linger", "10min", "--metrics"])
            .arg(metrics)
            .arg(&file)
            .arg("--out")
            .arg(folder.path().join("run"));
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
    // Version 1.0: a body in one piece.
    let request = format!("GET {path} HTTP/1.0\r\nHost: {address}\r\n\r\n");
    let mut text = String::new();
    let _ = stream.write_all(request.as_bytes());
    let _ = stream.read_to_string(&mut text);
    let body = text.split_once("\r\n\r\n");
    body.map(|(_, body)| body.to_owned()).unwrap_or_default()
}

/// A Prometheus that scrapes one address each second.
struct Prometheus {
    address: String,
    _process: Running,
    _folder: TempDir,
}

impl Prometheus {
    fn start(target: &str) -> Self {
        let folder = TempDir::new().unwrap();
        let config = folder.path().join("prometheus.yml");
        let yaml = format!(
            "scrape_configs:\n  - job_name: sesbench\n    scrape_interval: 1s\n    \
             scrape_timeout: 1s\n    static_configs:\n      - targets: [\"{target}\"]\n"
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
        let prometheus = Self {
            address,
            _process: Running(command.spawn().unwrap()),
            _folder: folder,
        };
        until(|| get(&prometheus.address, "/-/ready").contains("Ready"));
        prometheus
    }

    /// The series of an expression over the time since then.
    fn series(&self, expression: &str, since: SystemTime) -> Vec<Value> {
        let [start, end] = [since, SystemTime::now()].map(|time| {
            let since = time.duration_since(SystemTime::UNIX_EPOCH);
            since.unwrap().as_secs_f64()
        });
        let encoded: String = expression.bytes().map(|it| format!("%{it:02X}")).collect();
        let path = format!("/api/v1/query_range?query={encoded}&start={start}&end={end}&step=1");
        let answer: Value = match get(&self.address, &path).as_str() {
            "" => return Vec::new(),
            answer => serde_json::from_str(answer).unwrap(),
        };
        assert_eq!(answer["status"], "success", "{expression}: {answer}");
        answer["data"]["result"].as_array().unwrap().clone()
    }
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
    let prometheus = Prometheus::start(&served.address);
    let query = "/api/v1/query?query=sesbench_messages_total%7Boutcome%3D%22accepted%22%7D";
    // The value of the sample: a string in JSON.
    until(|| get(&prometheus.address, query).contains("\"50\"]"));
    let count = "/api/v1/query?query=sesbench_response_seconds_count";
    until(|| get(&prometheus.address, count).contains("\"50\"]"));
}

/// The expressions of the dashboard, as Grafana asks for them over a short time.
fn expressions() -> Vec<(String, String)> {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/grafana/sesbench.json");
    let dashboard: Value = serde_json::from_str(&fs::read_to_string(file).unwrap()).unwrap();
    let panels = dashboard["panels"].as_array().unwrap().iter();
    let targets = panels.flat_map(|panel| {
        let title = panel["title"].as_str().unwrap().to_owned();
        let targets = panel["targets"].as_array().unwrap().iter();
        targets.map(move |target| (title.clone(), target["expr"].as_str().unwrap()))
    });
    targets
        .map(|(title, expression)| (title, expression.replace("$__rate_interval", "1m")))
        .collect()
}

#[test]
#[ignore = "needs prometheus"]
fn promtool_parses_every_expression_of_the_dashboard() {
    let folder = TempDir::new().unwrap();
    let rules = folder.path().join("rules.yml");
    let all = expressions();
    assert!(all.len() >= 20, "{}", all.len());
    // A string in JSON is one in YAML.
    let rule = |(at, (_, expression)): (usize, &(String, String))| {
        format!(
            "      - record: panel:{at}\n        expr: {}\n",
            json!(expression)
        )
    };
    let list: String = all.iter().enumerate().map(rule).collect();
    fs::write(
        &rules,
        format!("groups:\n  - name: dashboard\n    rules:\n{list}"),
    )
    .unwrap();
    let mut promtool = Command::new(peer::program("promtool", "prometheus"));
    promtool.args(["check", "rules"]).arg(&rules);
    let output = peer::run(&mut promtool, "");
    assert!(output.success, "{}{}", output.stdout, output.stderr);
    let found = format!("SUCCESS: {} rules found", all.len());
    assert!(output.stdout.contains(&found), "{}", output.stdout);
    // It can fail.
    let text = fs::read_to_string(&rules).unwrap();
    fs::write(&rules, text.replacen("sum(", "sum((", 1)).unwrap();
    assert!(!peer::run(&mut promtool, "").success);
}

/// A run with replies of every kind: refused and throttled messages, retries, sessions
/// that fail.
const EVENTFUL: &str = r#"
name = "eventful"
[load]
rate = "50/s"
duration = "10s"
warm_up = "0s"
messages_per_session = 20
[retry]
policy = "exponential"
base = "200ms"
attempts = 3
[mock]
profile = "unlimited"
[[mock.faults]]
at = "rcpt"
probability = 0.1
reply = "550 5.1.1 no such recipient"
[[mock.faults]]
at = "dot"
probability = 0.1
reply = "454 Throttling failure: Maximum sending rate exceeded."
[[mock.faults]]
at = "mail"
every = 50
action = "reset"
"#;

#[test]
#[ignore = "needs prometheus"]
fn every_panel_of_the_dashboard_has_data_of_a_real_run() {
    let since = SystemTime::now();
    let target = format!("127.0.0.1:{}", peer::free_port());
    // It waits for the run, so that it scrapes the run from its beginning.
    let prometheus = Prometheus::start(&target);
    let _served = Served::start_with(EVENTFUL, &target);
    for (panel, expression) in expressions() {
        let start = Instant::now();
        while prometheus.series(&expression, since).is_empty() {
            assert!(start.elapsed() < PATIENCE, "{panel}: {expression}");
            thread::sleep(Duration::from_millis(200));
        }
    }
}
