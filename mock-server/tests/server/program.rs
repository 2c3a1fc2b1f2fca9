//! The program, as a user and as a supervisor run it.

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

/// The line that says it is ready.
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
    let mut child = program(&["--ephemeral", "--seed", "7", "--fault", fault])
        .spawn()
        .unwrap();
    let (ready, stdout) = ready(&mut child);
    assert_eq!(ready["seed"], 7);
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
