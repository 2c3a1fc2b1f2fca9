//! `sesbench mock`: a mock of SES for any program.

use std::io::{BufRead, BufReader};
use std::net::TcpStream;

use crate::support::{Mock, Sesbench};

#[test]
fn the_ready_line_has_its_address_and_credentials() {
    let mock = Mock::start("--region eu-west-1");
    assert_eq!(mock.ready["ready"], true);
    assert_eq!(mock.said("host"), "127.0.0.1");
    assert_eq!(mock.said("region"), "eu-west-1");
    assert_eq!(mock.said("username").len(), 20);
    assert_eq!(mock.said("password").len(), 44);
    let pem = std::fs::read_to_string(mock.said("ca_file")).unwrap();
    assert!(pem.starts_with("-----BEGIN CERTIFICATE-----"));
    let ports = mock.ready["ports"].as_object().unwrap();
    let names: Vec<_> = ports.keys().map(String::as_str).collect();
    assert_eq!(names, ["2465", "25", "2587", "465", "587"]);
    for port in ["25", "587", "2587"] {
        let stream = TcpStream::connect(mock.address(port)).unwrap();
        let mut banner = String::new();
        BufReader::new(stream).read_line(&mut banner).unwrap();
        assert!(
            banner.starts_with("220 email-smtp.amazonaws.com ESMTP "),
            "{banner}"
        );
    }
}

#[test]
fn it_prints_its_counts_at_the_end() {
    let mock = Mock::start("--profile unlimited");
    let ca_file = mock.said("ca_file").to_owned();
    let words = format!("--target {} --ca-file {ca_file}", mock.address("465"));
    let run = Sesbench::run(&format!("{words} --tls wrapper --messages 10 --warm-up 0s"))
        .env("SESBENCH_USERNAME", mock.said("username"))
        .env("SESBENCH_PASSWORD", mock.said("password"));
    let done = run.done().passed();
    done.folder().adds_up();
    let (stopped, code) = mock.stop();
    assert_eq!(code, Some(0));
    assert_eq!(stopped["stopped"], true);
    let counts = &stopped["counts"];
    assert_eq!(counts["accepted"], 10);
    assert_eq!(counts["accepted_recipients"], 10);
    assert_eq!(counts["sessions"], 11);
    assert_eq!(counts["auth_failed"], 0);
    assert_eq!(counts["bytes"], 10 * 4096);
    assert!(counts["cpu_us"].as_u64().unwrap() > 0);
    assert!(!std::path::Path::new(&ca_file).exists());
}

#[test]
fn two_mocks_can_run_at_the_same_time() {
    let (one, other) = (Mock::start(""), Mock::start(""));
    assert_ne!(one.address("587"), other.address("587"));
    assert_ne!(one.said("password"), other.said("password"));
    assert_ne!(one.said("ca_file"), other.said("ca_file"));
}

#[test]
fn invalid_settings_are_refused() {
    for (words, part) in [
        ("--set rates=28", "rates"),
        ("--set latency.dot=soon", "soon"),
        ("--profile gold", "gold"),
        ("--settings absent.toml", "absent.toml"),
    ] {
        let done = Sesbench::new(&format!("mock --ephemeral {words}"))
            .done()
            .with(2);
        assert_eq!(done.stdout, "");
        assert_eq!(done.stderr.lines().count(), 1, "{}", done.stderr);
        assert!(done.stderr.contains(part), "{}", done.stderr);
    }
}
