//! The program, run by a user and by a supervisor.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::process::{Child, Command, Output, Stdio};

use serde_json::Value;

fn program(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_sesbench-mock"));
    command
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    command
}

fn fails(arguments: &[&str]) -> (Option<i32>, String) {
    let Output { status, stderr, .. } = program(arguments).output().unwrap();
    (status.code(), String::from_utf8(stderr).unwrap())
}

/// The ready line.
fn ready(child: &mut Child) -> (Value, BufReader<impl Read + use<>>) {
    let mut stdout = BufReader::new(child.stdout.take().unwrap());
    let mut line = String::new();
    stdout.read_line(&mut line).unwrap();
    (serde_json::from_str(&line).unwrap(), stdout)
}

fn stopped(mut stdout: impl Read) -> Value {
    let mut line = String::new();
    stdout.read_to_string(&mut line).unwrap();
    assert_eq!(line.lines().count(), 1);
    serde_json::from_str(&line).unwrap()
}

#[test]
fn a_supervisor_starts_it_with_a_line_and_ends_it_by_hanging_up() {
    let mut child = program(&["--supervised"]).spawn().unwrap();
    let mut stdin = child.stdin.take().unwrap();
    writeln!(
        stdin,
        r#"{{"ephemeral":true,"region":"eu-west-1","latency":{{"dot":"1ms"}}}}"#
    )
    .unwrap();
    let (ready, stdout) = ready(&mut child);
    assert_eq!(ready["ready"], true);
    assert_eq!(ready["host"], "127.0.0.1");
    assert_eq!(ready["region"], "eu-west-1");
    assert_eq!(ready["ports"].as_object().unwrap().len(), 5);
    assert_eq!(ready["username"].as_str().unwrap().len(), 20);
    assert_eq!(ready["password"].as_str().unwrap().len(), 44);
    let port = ready["ports"]["587"].as_u64().unwrap() as u16;
    let mut banner = [0; 4];
    let mut client = TcpStream::connect(("127.0.0.1", port)).unwrap();
    client.read_exact(&mut banner).unwrap();
    assert_eq!(&banner, b"220 ");
    drop(stdin);
    let stopped = stopped(stdout);
    assert_eq!(stopped["stopped"], true);
    assert_eq!(stopped["counts"]["connections"], 1);
    for count in [
        "sessions",
        "accepted",
        "accepted_recipients",
        "throttled",
        "quota",
        "rejected",
        "auth_failed",
        "bytes",
        "cpu_us",
    ] {
        assert!(stopped["counts"][count].is_u64(), "{count}");
    }
    assert!(child.wait().unwrap().success());
    let ca_file = ready["ca_file"].as_str().unwrap();
    assert!(!std::path::Path::new(ca_file).exists());
}

#[test]
fn a_signal_ends_it_with_its_counts() {
    let mut child = program(&["--ephemeral"]).spawn().unwrap();
    let (_, stdout) = ready(&mut child);
    let killed = Command::new("kill").arg(child.id().to_string()).status();
    assert!(killed.unwrap().success());
    assert_eq!(stopped(stdout)["counts"]["connections"], 0);
    assert!(child.wait().unwrap().success());
}

#[test]
fn faults_and_their_seed_are_flags() {
    let fault = r#"at="banner", first=1, reply="554 No service", close=true"#;
    let seed = u64::MAX.to_string();
    let mut child = program(&["--ephemeral", "--seed", &seed, "--fault", fault])
        .spawn()
        .unwrap();
    let (ready, stdout) = ready(&mut child);
    assert_eq!(ready["seed"], u64::MAX);
    let port = ready["ports"]["587"].as_u64().unwrap() as u16;
    let mut banner = String::new();
    let mut client = TcpStream::connect(("127.0.0.1", port)).unwrap();
    client.read_to_string(&mut banner).unwrap();
    assert_eq!(banner, "554 No service\r\n");
    let killed = Command::new("kill").arg(child.id().to_string()).status();
    assert!(killed.unwrap().success());
    assert_eq!(stopped(stdout)["counts"]["faults"], 1);
    assert!(child.wait().unwrap().success());
}

#[test]
fn bad_settings_are_one_line_and_code_2() {
    for (arguments, part) in [
        (&["--rate", "0"][..], "rate"),
        (&["--set", "rates=5"], "rates"),
        (&["--set", "latency.dot=soon"], "soon"),
        (&["--profile", "gold"], "gold"),
        (&["--settings", "no-such-file.toml"], "no-such-file.toml"),
        (&["--port-offset", "65000"], "port_offset"),
        (
            &["--fault", r#"at="dot", reply="later""#],
            "faults[0].reply",
        ),
        (&["--fault", r#"at="dots", delay="1s""#], "dots"),
    ] {
        let (code, stderr) = fails(arguments);
        assert_eq!(code, Some(2), "{arguments:?}: {stderr}");
        assert!(
            stderr.contains(part) && stderr.lines().count() == 1,
            "{stderr}"
        );
    }
}

#[test]
fn a_file_of_settings_is_named_in_its_errors() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("mock.toml");
    let path = file.to_str().unwrap();
    for (text, part) in [
        ("rates = 5", "rates"),
        ("\nrate = ", "mock.toml:2"),
        ("[latency]\ndot = 5", "dot"),
    ] {
        std::fs::write(&file, text).unwrap();
        let (code, stderr) = fails(&["--settings", path]);
        assert_eq!(code, Some(2), "{stderr}");
        assert!(
            stderr.contains("mock.toml") && stderr.lines().count() == 1,
            "{stderr}"
        );
        assert!(stderr.contains(part), "{stderr}");
    }
}

#[test]
fn a_port_that_is_taken_is_named_and_code_3() {
    let mut first = program(&["--ephemeral"]).spawn().unwrap();
    let (ready, _stdout) = ready(&mut first);
    let port = ready["ports"]["25"].as_u64().unwrap();
    let (code, stderr) = fails(&["--port-offset", &(port - 25).to_string()]);
    first.kill().unwrap();
    first.wait().unwrap();
    assert_eq!(code, Some(3), "{stderr}");
    assert!(
        stderr.contains(&format!("port {port}")) && stderr.lines().count() == 1,
        "{stderr}"
    );
    assert!(stderr.contains("--port-offset"), "{stderr}");
}

/// Runs it, calls `work` with the ready line, and ends it with a signal.
fn serve(arguments: &[&str], work: impl FnOnce(&Value, &Child)) -> (Value, String) {
    let mut child = program(arguments).spawn().unwrap();
    let (ready, stdout) = ready(&mut child);
    work(&ready, &child);
    signal(&child, "TERM");
    let stopped = stopped(stdout);
    let output = child.wait_with_output().unwrap();
    assert!(output.status.success());
    (stopped, String::from_utf8(output.stderr).unwrap())
}

fn signal(child: &Child, name: &str) {
    let pid = child.id().to_string();
    let killed = Command::new("kill").args(["-s", name, &pid]).status();
    assert!(killed.unwrap().success());
}

fn connect(ready: &Value) {
    let port = ready["ports"]["587"].as_u64().unwrap() as u16;
    let mut client = TcpStream::connect(("127.0.0.1", port)).unwrap();
    client
        .write_all(b"AUTH PLAIN AGEAYg==\r\nQUIT\r\n")
        .unwrap();
    let mut all = String::new();
    client.read_to_string(&mut all).unwrap();
}

#[test]
fn it_ends_with_a_report_as_text_and_as_json() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("report.json");
    let report = || serde_json::from_slice::<Value>(&std::fs::read(&file).unwrap()).unwrap();
    let arguments = ["--ephemeral", "--report", file.to_str().unwrap()];
    let (_, stderr) = serve(&arguments, |ready, child| {
        assert_eq!(report()["connections"]["opened"], 0);
        connect(ready);
        signal(child, "USR1");
        let asked = std::time::Instant::now();
        // It is complete whenever it is read.
        while report()["connections"]["opened"] != 1 {
            assert!(asked.elapsed().as_secs() < 60);
        }
    });
    assert_eq!(report()["findings"][0]["code"], "plaintext_credentials");
    let texts = stderr.matches("How the clients treated SES").count();
    assert_eq!(texts, 2, "{stderr}");
    assert!(stderr.contains("!! plaintext_credentials"), "{stderr}");
}

#[test]
fn a_report_on_stdout_stays_a_stream() {
    let mut child = program(&["--ephemeral", "--report", "/dev/stdout"])
        .spawn()
        .unwrap();
    let mut stdout = BufReader::new(child.stdout.take().unwrap());
    let mut line = String::new();
    while !line.starts_with("{\"ready\"") {
        line.clear();
        assert_ne!(stdout.read_line(&mut line).unwrap(), 0);
    }
    signal(&child, "TERM");
    let mut rest = String::new();
    stdout.read_to_string(&mut rest).unwrap();
    assert!(rest.starts_with("{\"stopped\"") && rest.contains("\"connections\""));
    assert!(child.wait().unwrap().success());
}

#[test]
fn it_continues_when_stderr_has_no_reader_any_more() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("report.json");
    let opened = || {
        let report = serde_json::from_slice::<Value>(&std::fs::read(&file).unwrap());
        report.unwrap()["connections"]["opened"].clone()
    };
    let arguments = ["--ephemeral", "--report", file.to_str().unwrap()];
    let mut child = program(&arguments).spawn().unwrap();
    let (ready, stdout) = ready(&mut child);
    drop(child.stderr.take());
    connect(&ready);
    signal(&child, "USR1");
    let asked = std::time::Instant::now();
    while opened() != 1 {
        assert!(asked.elapsed().as_secs() < 60);
        assert_eq!(child.try_wait().unwrap(), None);
    }
    connect(&ready);
    signal(&child, "TERM");
    assert_eq!(stopped(stdout)["counts"]["connections"], 2);
    assert!(child.wait().unwrap().success());
    assert_eq!(opened(), 2);
}

#[test]
fn a_report_needs_somebody_who_watches() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("report.json");
    let report = ["--ephemeral", "--report", file.to_str().unwrap()];
    let (code, stderr) = fails(&[&report[..], &["--judge=false"]].concat());
    assert_eq!(code, Some(2), "{stderr}");
    assert!(stderr.contains("judge = false") && stderr.lines().count() == 1);
    let (_, stderr) = serve(&["--ephemeral", "--judge=false"], |_, _| {});
    assert!(!stderr.contains("SIGUSR1"), "{stderr}");
    let (code, stderr) = fails(&[&report[..], &["--supervised"]].concat());
    assert_eq!(code, Some(2), "{stderr}");
}

#[test]
fn a_supervised_one_does_not_die_of_the_signal_for_reports() {
    let mut child = program(&["--supervised"]).spawn().unwrap();
    let mut stdin = child.stdin.take().unwrap();
    writeln!(stdin, r#"{{"ephemeral":true}}"#).unwrap();
    let (_, stdout) = ready(&mut child);
    signal(&child, "USR1");
    drop(stdin);
    assert_eq!(stopped(stdout)["stopped"], true);
    assert!(child.wait().unwrap().success());
}

#[test]
fn an_unknown_region_is_reported_and_used() {
    let (_, stderr) = serve(&["--ephemeral", "--region", "mars-1"], |ready, _| {
        assert_eq!(ready["region"], "mars-1");
    });
    assert_eq!(stderr.matches("region mars-1 ").count(), 1, "{stderr}");
    let (_, stderr) = serve(&["--ephemeral", "--region", "eu-west-3"], |_, _| {});
    assert!(!stderr.contains("eu-west-3"), "{stderr}");
}

#[test]
fn there_is_no_report_without_clients_or_without_the_judge() {
    let (_, stderr) = serve(&["--ephemeral"], |_, _| {});
    assert!(!stderr.contains("treated SES"), "{stderr}");
    let (_, stderr) = serve(&["--ephemeral", "--judge=false"], |ready, _| connect(ready));
    assert!(!stderr.contains("treated SES"), "{stderr}");
}

#[cfg(feature = "control")]
#[test]
fn it_says_where_its_control_endpoint_is() {
    serve(&["--ephemeral", "--control", "0"], |ready, _| {
        let address = ready["control"].as_str().unwrap();
        assert!(address.starts_with("127.0.0.1:"), "{address}");
        let http = crate::http::Http(address.parse().unwrap());
        assert_eq!(http.get("/state").json()["sessions_open"], 0);
    });
    let (code, stderr) = fails(&["--ephemeral", "--control", "there"]);
    assert_eq!(code, Some(2), "{stderr}");
    assert!(stderr.contains("there") && stderr.lines().count() == 1);
}
