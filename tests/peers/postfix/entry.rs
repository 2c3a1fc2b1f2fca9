//! Failures that keep a run from beginning, and their error texts.

use super::server::{PASSWORD, Postfix, USERNAME};
use super::{program, target};
use crate::mock::{MODES, Mode};

const SHORT: &str = "--model closed --messages 5 --warm-up 0s --sessions 2";

#[test]
#[ignore = "needs postfix and sasl2-bin; .ci/install-peers installs them"]
fn a_wrong_password_ends_the_run_before_it_begins() {
    for (mode, _) in MODES {
        for mechanism in ["plain", "login"] {
            let postfix = Postfix::start(&[]);
            let words = format!("--set auth.mechanism={mechanism}");
            let said = refused(&postfix, &postfix.target(mode), "wrong", &words);
            assert!(said.contains("auth refused after"), "{mode:?}: {said}");
            assert!(said.contains("535 5.7.8 Error: authentication failed"));
            assert!(said.contains("SESBENCH_PASSWORD"), "{said}");
            assert_eq!(postfix.log(0).count("authentication failed"), 1);
        }
    }
}

#[test]
#[ignore = "needs postfix and sasl2-bin; .ci/install-peers installs them"]
fn a_port_that_requires_starttls_gets_no_password_without_it() {
    let postfix = Postfix::start(&[]);
    let submission = target(postfix.ports.submission, "none");
    let said = refused(&postfix, &submission, PASSWORD, "");
    assert!(said.contains("the server offers no AUTH"), "{said}");
    // Neither user name nor password was sent.
    let log = postfix.log(0);
    assert_eq!(log.count("disconnect from"), 1);
    assert_eq!(log.count(" auth="), 0, "{}", log.text);
}

#[test]
#[ignore = "needs postfix and sasl2-bin; .ci/install-peers installs them"]
fn starttls_that_is_not_offered_is_an_error() {
    let postfix = Postfix::start(&[("smtpd_tls_security_level", "none")]);
    let plain = target(postfix.ports.plain, "starttls");
    let said = refused(&postfix, &plain, PASSWORD, "");
    assert!(said.contains("STARTTLS is not offered"), "{said}");
    assert_eq!(postfix.log(0).count(" auth="), 0);
}

#[test]
#[ignore = "needs postfix and sasl2-bin; .ci/install-peers installs them"]
fn a_certificate_of_an_untrusted_ca_is_an_error() {
    let other = Postfix::start(&[]);
    for (mode, _) in MODES {
        let postfix = Postfix::start(&[]);
        let said = refused(&other, &postfix.target(mode), PASSWORD, "");
        assert!(said.contains("tls failed after"), "{mode:?}: {said}");
        assert_eq!(postfix.log(0).count(" auth="), 0);
    }
}

#[test]
#[ignore = "needs postfix and sasl2-bin; .ci/install-peers installs them"]
fn the_wrong_mode_for_a_port_is_an_error_in_either_direction() {
    let postfix = Postfix::start(&[("smtpd_timeout", "1"), ("smtpd_starttls_timeout", "1")]);
    let wrapped = target(postfix.ports.submission, "wrapper");
    let said = refused(&postfix, &wrapped, PASSWORD, "");
    assert!(said.contains("tls failed after"), "{said}");
    // Each side waits for the other one to begin.
    let [_, smtps, ..] = postfix.target(Mode::Wrapper);
    let port = smtps.rsplit(':').next().unwrap().parse().unwrap();
    let said = refused(&postfix, &target(port, "starttls"), PASSWORD, "");
    assert!(said.contains("banner failed after"), "{said}");
    assert_eq!(postfix.log(0).count(" auth="), 0);
}

/// The error of a run that ends with exit code 3, without any message queued.
fn refused(trusted: &Postfix, target: &[String], password: &str, words: &str) -> String {
    let trust = match target.contains(&"none".to_owned()) {
        true => String::new(),
        false => format!("--ca-file {}", trusted.ca_file()),
    };
    let words = format!("{SHORT} {trust} {words}");
    let output = program(target, &words).log_in(USERNAME, password).says();
    assert_eq!(output.code, Some(3), "{output:?}");
    assert!(trusted.log(0).mails().is_empty());
    assert!(!output.stderr.contains(password), "{}", output.stderr);
    output.stderr
}
