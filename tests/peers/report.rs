//! `report.html`, and the page of several runs, in Debian's Chromium: loaded without a
//! message on the console, also under the policy that Jenkins sends, and printed with the
//! verdict in its text.

use std::fs;
use std::io::{Read, Write};
use std::net::TcpListener;
use std::path::Path;
use std::process::Command;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use crate::peer;

/// What Jenkins sends with archived files by default.
const JENKINS: &str = "sandbox; default-src 'none'; img-src 'self'; style-src 'self'";

/// Chromium calls home unless it is asked not to; what it still tries ends at a port
/// without a listener.
fn chromium(profile: &Path, proxy: &str) -> Command {
    let mut command = Command::new(peer::program("chromium", "chromium"));
    command.args([
        "--headless",
        "--no-sandbox",
        "--disable-gpu",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
        "--no-first-run",
        "--enable-logging=stderr",
    ]);
    command.arg(format!("--user-data-dir={}", profile.display()));
    command.arg(format!("--proxy-server={proxy}"));
    command
}

/// The stored run, copied to each of the folders, and the last page that `sesbench
/// report` writes of them.
fn report(folders: &[&Path]) -> String {
    let stored = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden/run");
    for folder in folders {
        fs::create_dir_all(folder).unwrap();
        for file in fs::read_dir(&stored).unwrap() {
            let file = file.unwrap();
            fs::copy(file.path(), folder.join(file.file_name())).unwrap();
        }
    }
    let mut sesbench = Command::new(env!("CARGO_BIN_EXE_sesbench"));
    let output = peer::run(sesbench.arg("report").args(folders), "");
    assert!(output.success, "{}", output.stderr);
    output.stdout.lines().last().unwrap().to_owned()
}

fn console(stderr: &str) -> Vec<&str> {
    let lines = stderr.lines();
    lines.filter(|line| line.contains("CONSOLE")).collect()
}

/// The text of the page as it is printed. Nothing is on the console.
fn printed(page: &str, folder: &Path) -> String {
    let pdf = folder.join("report.pdf");
    let mut command = chromium(&folder.join("profile"), "127.0.0.1:9");
    command.arg(format!("--print-to-pdf={}", pdf.display()));
    command.arg(format!("file://{page}"));
    let output = peer::run(&mut command, "");
    assert_eq!(console(&output.stderr), [""; 0]);
    let mut command = Command::new(peer::program("pdftotext", "poppler-utils"));
    peer::run(command.arg(&pdf).arg("-"), "").stdout
}

#[test]
#[ignore = "needs chromium and poppler-utils"]
fn a_report_prints_with_its_verdict_and_an_empty_console() {
    let folder = tempfile::tempdir().unwrap();
    let text = printed(&report(&[folder.path()]), folder.path());
    let record = fs::read_to_string(folder.path().join("run.json")).unwrap();
    let record: serde_json::Value = serde_json::from_str(&record).unwrap();
    let verdict = record["verdict"]["decision"]
        .as_str()
        .unwrap()
        .to_uppercase();
    assert!(text.contains(&format!("{verdict}:")), "{text}");
}

#[test]
#[ignore = "needs chromium and poppler-utils"]
fn a_report_of_several_runs_prints_with_its_decision_and_an_empty_console() {
    let folder = tempfile::tempdir().unwrap();
    let runs = ["before", "after"].map(|name| folder.path().join(name));
    let text = printed(&report(&[&runs[0], &runs[1]]), folder.path());
    assert!(text.contains("2 runs side by side."), "{text}");
    assert!(text.contains("before: INCONCLUSIVE"), "{text}");
}

#[test]
#[ignore = "needs chromium"]
fn a_report_is_drawn_under_the_policy_of_jenkins_and_asks_for_nothing_else() {
    let folder = tempfile::tempdir().unwrap();
    let page = report(&[folder.path()]);
    is_drawn_under_the_policy_of_jenkins(&page, folder.path());
    let runs = ["before", "after"].map(|name| folder.path().join(name));
    let page = report(&[&runs[0], &runs[1]]);
    is_drawn_under_the_policy_of_jenkins(&page, folder.path());
}

fn is_drawn_under_the_policy_of_jenkins(page: &str, folder: &Path) {
    let page = fs::read(page).unwrap();
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    let others = Arc::new(AtomicUsize::new(0));
    let counted = others.clone();
    thread::spawn(move || {
        for mut stream in listener.incoming().flatten() {
            let mut request = [0; 4096];
            let length = stream.read(&mut request).unwrap_or(0);
            let line = String::from_utf8_lossy(&request[..length]);
            let wanted = line.starts_with("GET /report.html ");
            // The browser's own request, not the page's.
            if !wanted && !line.starts_with("GET /favicon.ico ") && length > 0 {
                counted.fetch_add(1, Ordering::SeqCst);
            }
            let head = format!(
                "HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\n\
                 Content-Security-Policy: {JENKINS}\r\nContent-Length: {}\r\n\
                 Connection: close\r\n\r\n",
                page.len()
            );
            let _ = stream.write_all(head.as_bytes());
            let _ = stream.write_all(&page);
        }
    });
    let shot = folder.join("shot.png");
    let mut command = chromium(&folder.join("profile"), "direct://");
    command.arg("--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1");
    command.arg(format!("--screenshot={}", shot.display()));
    command.arg(format!("http://{address}/report.html"));
    let output = peer::run(&mut command, "");
    assert!(
        fs::metadata(&shot).unwrap().len() > 10_000,
        "{}",
        output.stderr
    );
    // The policy itself is all that the console may name: it removes the styles.
    for line in console(&output.stderr) {
        assert!(
            line.contains("inline style") || line.contains("Content Security Policy"),
            "{line}"
        );
    }
    assert_eq!(others.load(Ordering::SeqCst), 0);
}
