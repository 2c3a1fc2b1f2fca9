//! Compares every message in Postfix's log with `run.json`.

use super::server::{PASSWORD, Postfix, USERNAME};
use super::{accounted, program};
use crate::mock::{MODES, Mode};

#[test]
#[ignore = "needs postfix and sasl2-bin; .ci/install-peers installs them"]
fn postfix_delivers_what_the_open_model_counts_in_both_modes_and_log_ins() {
    for (mode, _) in MODES {
        for mechanism in ["plain", "login"] {
            let postfix = Postfix::start(&[]);
            let words = format!(
                "--rate 100/s --duration 2s --warm-up 1s --sessions 10 --ca-file {} \
                 --set auth.mechanism={mechanism}",
                postfix.ca_file()
            );
            let program = program(&postfix.target(mode), &words).log_in(USERNAME, PASSWORD);
            let run = accounted(&postfix, program, 1);
            assert_eq!(run.total("scheduled"), 300);
            let log = postfix.log(300);
            let method = format!("sasl_method={}", mechanism.to_uppercase());
            assert_eq!(log.count(&method), 300, "{mode:?}");
        }
    }
}

#[test]
#[ignore = "needs postfix and sasl2-bin; .ci/install-peers installs them"]
fn sessions_that_are_reopened_lose_nothing_with_postfix() {
    for (mode, _) in MODES {
        let postfix = Postfix::start(&[]);
        let words = format!(
            "--model closed --messages 200 --warm-up 0s --sessions 8 --messages-per-session 7 \
             --set message.recipients=3 --set message.to={TO} --ca-file {}",
            postfix.ca_file()
        );
        let program = program(&postfix.target(mode), &words).log_in(USERNAME, PASSWORD);
        let run = accounted(&postfix, program, 3);
        assert_eq!(run.total("scheduled"), 200);
        let sessions = |what: &str| run.record["sessions"][what].as_u64().unwrap();
        assert!(sessions("ready") >= 200 / 7, "{}", run.record["sessions"]);
        // One more session is the preflight; the last ones may be aborted
        // during their handshake.
        let established = postfix.log(600).count("TLS connection established from") as u64;
        let expected = sessions("ready") + 1..=sessions("opened") + 1;
        assert!(
            expected.contains(&established),
            "{established}: {expected:?}"
        );
    }
}

const TO: &str = r#"["a@inside.invalid","b@example.com","c@example.org","d@example.net"]"#;

#[test]
#[ignore = "needs postfix and sasl2-bin; .ci/install-peers installs them"]
fn postfix_accepts_messages_of_ten_mebibytes() {
    let postfix = Postfix::start(&[("message_size_limit", "20971520")]);
    let words = format!(
        "--model closed --messages 6 --warm-up 0s --sessions 2 --size 10MiB --ca-file {}",
        postfix.ca_file()
    );
    let program = program(&postfix.target(Mode::StartTls), &words).log_in(USERNAME, PASSWORD);
    accounted(&postfix, program, 1);
}
