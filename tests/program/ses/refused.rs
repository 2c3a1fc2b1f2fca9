//! Refusals before any connection is opened: recipients that are not allowed,
//! loads above a ceiling, no login, plaintext, or no confirmation.

use std::io::ErrorKind;
use std::net::TcpListener;

use super::{NOBODY, on_ses};
use crate::support::{Done, Sesbench};

/// A server that must not get any connection.
pub(super) struct Untouched(TcpListener);

impl Untouched {
    pub(super) fn new() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        listener.set_nonblocking(true).unwrap();
        Self(listener)
    }

    pub(super) fn port(&self) -> String {
        self.0.local_addr().unwrap().port().to_string()
    }

    pub(super) fn holds(&self) {
        let error = self.0.accept().expect_err("somebody connected");
        assert_eq!(error.kind(), ErrorKind::WouldBlock);
    }
}

/// Asserts a refusal with exit code 2 and one line, without results and without
/// a connection.
#[track_caller]
pub(super) fn refused_by(server: &Untouched, program: Sesbench, parts: &[&str]) -> Done {
    let done = program.done().with(2);
    assert_eq!(done.stdout, "");
    assert_eq!(done.stderr.lines().count(), 1, "{}", done.stderr);
    for part in parts {
        assert!(done.stderr.contains(part), "{part:?} in {}", done.stderr);
    }
    assert!(!done.directory().join("out").exists());
    server.holds();
    done
}

pub(super) fn with_credentials(program: Sesbench) -> Sesbench {
    let [username, password] = NOBODY;
    program
        .env("SESBENCH_USERNAME", username)
        .env("SESBENCH_PASSWORD", password)
}

/// Asserts that a run on SES is refused because of these words alone, even if
/// every question is answered with yes.
#[track_caller]
fn refused(words: &str, parts: &[&str]) {
    let server = Untouched::new();
    let program = on_ses(&server.port(), &format!("--yes {words}"));
    refused_by(&server, with_credentials(program), parts);
}

#[test]
fn the_minimal_run_on_ses_is_complete_and_connects() {
    let server = Untouched::new();
    let program = on_ses(&server.port(), "--yes --set timeouts.banner=200ms");
    with_credentials(program).done().with(3);
    assert!(server.0.accept().is_ok());
}

#[test]
fn a_recipient_that_is_not_allowed() {
    let parts = ["message.to", "you@example.net", "the target is SES"];
    refused("--set message.to=['you@example.net']", &parts);
    let both = "--set message.to=['success@simulator.amazonses.com','you@example.net']";
    refused(both, &parts);
    let another =
        "--set message.to=['you@example.net'] --set allow_recipient_domains=['example.com']";
    refused(another, &parts);
    // A name that only ends or begins like the simulator's is not the
    // simulator's.
    for domain in [
        "simulator.amazonses.com.example.net",
        "a.simulator.amazonses.com",
    ] {
        refused(&format!("--set message.to=['a@{domain}']"), &[domain]);
    }
}

#[test]
fn a_recipient_that_is_not_allowed_in_a_scenario_file() {
    let server = Untouched::new();
    let scenario = format!(
        "[target]\nkind = 'ses'\nregion = 'eu-west-1'\nhost = 'localhost'\nport = {}\n\
         max_rate = '5/s'\nmax_recipients = 50\n\
         [load]\nrate = '5/s'\nduration = '5s'\n\
         [message]\nfrom = 'me@corp.internal'\nto = ['you@example.net']\n",
        server.port()
    );
    let program = with_credentials(Sesbench::run_text(&scenario, "--yes"));
    refused_by(
        &server,
        program,
        &["scenario.toml:13: message.to", "you@example.net"],
    );
}

#[test]
fn a_recipient_that_is_not_allowed_at_a_remote_server() {
    let server = Untouched::new();
    let to = "--set message.to=['you@example.net']";
    let program = Sesbench::run(&format!("--target 192.0.2.1:25 --yes {to}"));
    refused_by(&server, program, &["message.to", "not on this machine"]);
}

#[test]
fn a_rate_above_the_ceiling() {
    let parts = [
        "target.max_rate",
        "exceeds this ceiling of 50/s in recipients",
    ];
    refused("--rate 51/s", &parts);
    refused("--rate 3001/min", &parts);
    refused("--set message.recipients=2 --messages 4", &parts);
    refused("--rate 51/s --rate-unit recipients", &parts);
    refused("--set load.stages=[{to='51/s',over='200ms'}]", &parts);
    refused(
        "--set load.stages=[{to='5/s'},{burst='51/s',over='10ms',every='1s',times=1}]",
        &parts,
    );
    refused("--max-rate 49/s", &["--max-rate: target.max_rate", "50/s"]);
    refused("--set target.max_rate=1/min", &["--set: target.max_rate"]);
}

#[test]
fn more_recipients_than_the_ceiling() {
    let parts = ["target.max_recipients", "this ceiling of 20 recipients"];
    refused("--messages 16", &parts);
    refused("--warm-up 201ms", &parts);
    refused("--set load.duration=400ms", &parts);
    refused("--arrivals poisson --messages 21", &parts);
    refused(
        "--rate 25/s --set message.recipients=2 --messages 9",
        &parts,
    );
    refused("--set load.stages=[{to='50/s'},{hold='1s'}]", &parts);
    refused("--model closed --messages 21", &parts);
    refused(
        "--max-recipients 14",
        &["--max-recipients: target.max_recipients"],
    );
    refused("--max-recipients 0", &["must be above zero"]);
}

#[test]
fn the_same_above_the_ceilings_of_any_other_server() {
    for (words, part) in [
        ("--max-rate 49/s", "target.max_rate"),
        ("--max-recipients 499", "target.max_recipients"),
    ] {
        let server = Untouched::new();
        let target = format!("--target 127.0.0.1:{} --tls none", server.port());
        let program = Sesbench::run(&format!("{target} {words}"));
        refused_by(&server, program, &[part]);
    }
}

#[test]
fn a_missing_ceiling() {
    for (given, missing) in [
        ("--max-recipients 1000", "target.max_rate: missing"),
        ("--max-rate 50/s", "target.max_recipients: missing"),
    ] {
        let server = Untouched::new();
        let place = format!(
            "--set target.host=127.0.0.1 --set target.port={}",
            server.port()
        );
        let from = "--set message.from=me@corp.internal --yes";
        let program = Sesbench::run(&format!("--target ses:us-east-1 {place} {from} {given}"));
        refused_by(
            &server,
            with_credentials(program),
            &[missing, "retries included"],
        );
    }
}

#[test]
fn a_confirmation_without_a_terminal() {
    let server = Untouched::new();
    let program = with_credentials(on_ses(&server.port(), ""));
    refused_by(&server, program, &["no terminal to ask on", "--yes"]);
    for words in ["--quiet", "--format json"] {
        let program = with_credentials(on_ses(&server.port(), words));
        refused_by(&server, program, &["--yes"]);
    }
}

#[test]
fn a_yes_from_a_pipe_does_not_count() {
    use std::io::Write;
    let server = Untouched::new();
    let program = with_credentials(on_ses(&server.port(), ""));
    let mut command = program.command();
    let mut child = command.stdin(std::process::Stdio::piped()).spawn().unwrap();
    let mut stdin = child.stdin.take().unwrap();
    // The program may have ended before it reads the answer.
    let _ = stdin.write_all(b"yes\nyes\n");
    drop(stdin);
    let done = program.ended(child.wait_with_output().unwrap()).with(2);
    assert!(done.stderr.contains("--yes"), "{}", done.stderr);
    server.holds();
}

#[test]
fn plaintext() {
    let parts = ["target.tls", "SES accepts no mail in plaintext"];
    refused("--tls none", &parts);
    refused("--set target.tls=none", &parts);
}

#[test]
fn a_port_of_the_other_mode() {
    let parts = ["port 465 of SES does not take \"starttls\""];
    refused("--tls starttls --set target.port=465", &parts);
    let parts = ["port 2587 of SES does not take \"wrapper\""];
    refused("--tls wrapper --set target.port=2587", &parts);
}

#[test]
fn a_certificate_that_would_not_be_verified_beyond_this_machine() {
    let parts = ["target.insecure", "always verified"];
    refused("--insecure --set target.host=192.0.2.1", &parts);
    refused(
        "--set target.insecure=true --set target.host=192.0.2.1",
        &parts,
    );
}

#[test]
fn a_sender_that_is_a_placeholder() {
    let parts = ["message.from", "only from verified identities"];
    refused("--set message.from=sender@example.com", &parts);
    refused("--set message.from=me@mail.test", &parts);
}

#[test]
fn a_run_without_a_login() {
    let server = Untouched::new();
    let program = on_ses(&server.port(), "--yes");
    refused_by(
        &server,
        program,
        &["SESBENCH_USERNAME", "SESBENCH_PASSWORD"],
    );
    refused(
        "--set auth.mechanism=none",
        &["auth.mechanism", "only after AUTH"],
    );
}

#[test]
fn ses_as_another_kind_of_target() {
    // With `check`, which makes the plan as `run` does and never connects.
    let host = "email-smtp.us-east-1.amazonaws.com";
    let done = Sesbench::new(&format!("check --target {host}:587"))
        .done()
        .with(2);
    for part in ["target.host", "is SES", "ses:REGION"] {
        assert!(done.stderr.contains(part), "{}", done.stderr);
    }
}

#[test]
fn a_region_that_is_part_of_another_name() {
    let parts = ["target.region", "invalid region"];
    refused("--set target.region=us-east-1.example.net", &parts);
}

/// A probe with everything that SES requires, except what `words` are about.
fn probe(server: &Untouched, words: &str) -> Sesbench {
    let place = format!(
        "--set target.host=127.0.0.1 --set target.port={}",
        server.port()
    );
    with_credentials(Sesbench::new(&format!(
        "probe ses:us-east-1 --send {place} {words}"
    )))
}

#[test]
fn a_probe_without_a_sender_or_an_answer() {
    let server = Untouched::new();
    let parts = ["message.from", "--from you@your.domain"];
    refused_by(&server, probe(&server, "--yes"), &parts);
    let done = refused_by(
        &server,
        probe(&server, "--from me@corp.internal"),
        &["no terminal to ask on", "--yes"],
    );
    assert!(!done.stderr.contains("a run on SES"), "{}", done.stderr);
}
