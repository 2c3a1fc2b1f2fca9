//! Who is not let in, and how that is told.

use super::program;
use super::server::{Postfix, USERNAME};
use crate::mock::MODES;

const SHORT: &str = "--model closed --messages 5 --warm-up 0s --sessions 2";

#[test]
#[ignore = "needs postfix and sasl2-bin; .ci/install-peers installs them"]
fn a_wrong_password_ends_the_run_before_it_begins() {
    for (mode, _) in MODES {
        for mechanism in ["plain", "login"] {
            let postfix = Postfix::start(&[]);
            let words = format!(
                "{SHORT} --ca-file {} --set auth.mechanism={mechanism}",
                postfix.ca_file()
            );
            let output = program(&postfix.target(mode), &words)
                .log_in(USERNAME, "wrong")
                .says();
            assert_eq!(output.code, Some(3), "{mode:?} {mechanism}: {output:?}");
            println!("{}", output.stderr);
            let log = postfix.log(0);
            assert_eq!(log.count("authentication failed"), 1, "{mode:?}");
            assert!(log.mails().is_empty());
        }
    }
}
