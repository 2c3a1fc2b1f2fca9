//! `--metrics`: what a scraper reads of a run, and when.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::process::Stdio;

use crate::support::{Sesbench, wait_until};

const SCENARIO: &str = "
name = \"scraped\"
[load]
rate = \"50/s\"
duration = \"1s\"
warm_up = \"0s\"
[mock]
profile = \"unlimited\"
";

fn scraped(address: &str) -> String {
    let mut stream = TcpStream::connect(address).unwrap();
    stream
        .write_all(b"GET /metrics HTTP/1.1\r\nHost: localhost\r\n\r\n")
        .unwrap();
    let mut text = String::new();
    stream.read_to_string(&mut text).unwrap();
    text
}

fn value(text: &str, name: &str) -> Option<f64> {
    let line = text.lines().find_map(|line| line.strip_prefix(name));
    line?.trim().parse().ok()
}

#[test]
fn the_last_scrape_has_the_numbers_of_the_folder_and_ctrl_c_ends_the_wait() {
    let words = "--quiet --metrics 0 --metrics-linger 10min";
    let program = Sesbench::run_text(SCENARIO, words);
    let mut command = program.command();
    let mut child = command
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut line = String::new();
    let mut stderr = BufReader::new(child.stderr.take().unwrap());
    stderr.read_line(&mut line).unwrap();
    let address = line.strip_prefix("sesbench: metrics at http://").unwrap();
    let address = address.strip_suffix("/metrics\n").unwrap();
    assert!(address.starts_with("127.0.0.1:"), "{address}");
    let over = "sesbench_findings{severity=\"inconclusive\"}";
    wait_until("the end of the run", || {
        value(&scraped(address), over).is_some()
    });
    let text = scraped(address);
    // The report is printed while the endpoint waits.
    let mut report = BufReader::new(child.stdout.take().unwrap());
    let mut first = String::new();
    report.read_line(&mut first).unwrap();
    assert_eq!(first, "PASS: 1 threshold met\n");
    let pid = nix::unistd::Pid::from_raw(child.id() as i32);
    nix::sys::signal::kill(pid, nix::sys::signal::Signal::SIGINT).unwrap();
    let _ = report.read_to_end(&mut Vec::new());
    let done = program.ended(child.wait_with_output().unwrap()).with(0);
    let folder = done.folder();
    let accepted = folder.count("/totals/accepted") as f64;
    assert_eq!(
        value(&text, "sesbench_messages_total{outcome=\"accepted\"}"),
        Some(accepted)
    );
    for metric in ["response", "service", "slip", "session_setup"] {
        let count = value(&text, &format!("sesbench_{metric}_seconds_count"));
        assert_eq!(count, Some(folder.values(metric) as f64), "{metric}");
    }
}

#[test]
fn an_address_that_cannot_be_used_is_refused_before_anything_is_sent() {
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap();
    for (words, error) in [
        (
            format!("--metrics {address}"),
            format!("--metrics: cannot listen on {address}: "),
        ),
        (
            "--metrics localhost".to_owned(),
            "expected a port (0 to 65535), or an IP address and a port".to_owned(),
        ),
        (
            "--metrics-linger 1s".to_owned(),
            "--metrics <ADDR>".to_owned(),
        ),
    ] {
        let done = Sesbench::run_text(SCENARIO, &words).done().with(2);
        assert!(done.stderr.contains(&error), "{}", done.stderr);
        assert!(!done.directory().join("results").exists());
    }
}
