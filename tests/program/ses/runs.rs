//! Runs on SES with everything that is required, and the answer yes.

use super::{on_mock, on_ses, port};
use crate::support::{Mock, Sesbench, scenario};

#[test]
fn a_run_states_its_impact_on_the_account_and_sends() {
    let mock = Mock::start("");
    let done = on_mock(&mock, "--yes").done().passed();
    for part in [
        "this sends real mail through Amazon SES",
        "me@corp.internal",
        "15, warm-up included; at most 20",
        "up to 50/s; at most 50/s",
        "price list of",
    ] {
        assert!(done.stderr.contains(part), "{part} in {}", done.stderr);
    }
    let folder = done.folder();
    folder.adds_up();
    let target = &folder.json()["target"];
    assert_eq!(target["kind"], "ses");
    assert_eq!(target["region"], "us-east-1");
    assert_eq!(target["host"], "127.0.0.1");
    assert_eq!(target["tls"]["verified"], true);
    let ceilings = &folder.json()["plan"]["target"]["ceilings"];
    assert_eq!(ceilings["max_rate"], "50/s");
    assert_eq!(ceilings["max_recipients"], 20);
    let (said, _) = mock.stop();
    assert_eq!(said["counts"]["accepted_recipients"], 15);
}

#[test]
fn only_json_goes_to_stdout_and_the_impact_is_stated_even_when_quiet() {
    let mock = Mock::start("");
    let done = on_mock(&mock, "--yes --quiet --format json")
        .done()
        .passed();
    let shown: serde_json::Value = serde_json::from_str(&done.stdout).unwrap();
    assert_eq!(shown["target"]["kind"], "ses");
    assert!(
        done.stderr.contains("this sends real mail"),
        "{}",
        done.stderr
    );
}

#[test]
fn the_wrapper_is_found_by_the_mode() {
    let mock = Mock::start("");
    let wrapper = format!(
        "--yes --tls wrapper --set target.port={}",
        port(&mock, "465")
    );
    let done = on_mock(&mock, &wrapper).done().passed();
    assert_eq!(done.folder().json()["target"]["mode"], "wrapper");
}

#[test]
fn a_password_that_is_refused_ends_it_before_any_message() {
    let mock = Mock::start("");
    let program = on_mock(&mock, "--yes").env("SESBENCH_PASSWORD", "not+the+one");
    let done = program.done().with(3);
    assert!(
        done.stderr
            .contains("535 Authentication Credentials Invalid")
    );
    let (said, _) = mock.stop();
    assert_eq!(said["counts"]["auth_failed"], 1);
    assert_eq!(said["counts"]["accepted"], 0);
}

#[test]
fn a_certificate_that_does_not_verify_gets_no_password() {
    let (mock, other) = (Mock::start(""), Mock::start(""));
    let program = on_ses(&port(&mock, "587"), "--yes")
        .arg("--ca-file")
        .arg(other.said("ca_file"))
        .env("SESBENCH_USERNAME", mock.said("username"))
        .env("SESBENCH_PASSWORD", mock.said("password"));
    let done = program.done().with(3);
    assert!(done.stderr.contains("certificate"), "{}", done.stderr);
    let (said, _) = mock.stop();
    assert_eq!(said["counts"]["sessions"], 0);
}

#[test]
fn the_scenario_for_ses_can_be_checked_without_credentials() {
    let done = Sesbench::new("check")
        .arg(scenario("ses-simulator"))
        .done()
        .with(0);
    for part in [
        "SES in us-east-1 at email-smtp.us-east-1.amazonaws.com:587",
        "this sends real mail through Amazon SES",
        "before it can run: message.from:",
        "before it can run: auth:",
    ] {
        assert!(done.stdout.contains(part), "{part} in {}", done.stdout);
    }
    assert_eq!(done.stderr, "");
}

#[test]
fn the_scenario_for_ses_is_refused_until_the_sender_is_named_and_then_runs() {
    let mock = Mock::start("--profile sandbox");
    let words = |own: &str| {
        let place = format!(
            "--set target.host=127.0.0.1 --set target.port={}",
            port(&mock, "587")
        );
        Sesbench::run(&format!(
            "{} {place} --yes --messages 2 --warm-up 0s {own}",
            scenario("ses-simulator")
        ))
        .arg("--ca-file")
        .arg(mock.said("ca_file"))
        .env("SESBENCH_USERNAME", mock.said("username"))
        .env("SESBENCH_PASSWORD", mock.said("password"))
    };
    let done = words("").done().with(2);
    assert!(
        done.stderr.contains("only from verified identities"),
        "{}",
        done.stderr
    );
    let done = words("--set message.from=me@corp.internal").done().passed();
    assert_eq!(done.folder().count("/totals/accepted"), 2);
}
