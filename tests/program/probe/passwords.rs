//! Diagnoses of a 535 from the mock.

use sesbench_mock::Settings;
use sesbench_mock::facts::{smtp_password, smtp_password_v2};

use super::{ACCESS_KEY, SECRET, diagnosis, ids, mock, probe, probe_of, with_login};
use crate::support::Sesbench;

#[test]
fn each_kind_of_wrong_password_or_user_name_has_its_own_diagnosis() {
    let mock = mock(Settings::default());
    let right = smtp_password(SECRET, "us-east-1");
    let elsewhere = smtp_password(SECRET, "eu-west-1");
    for (username, password, id) in [
        (ACCESS_KEY, elsewhere.as_str(), "wrong-region-password"),
        (ACCESS_KEY, SECRET, "iam-secret-as-password"),
        (ACCESS_KEY, &smtp_password_v2(SECRET), "version-2-password"),
        (ACCESS_KEY, &right[..43], "not-an-smtp-password"),
        ("ASIAIOSFODNN7EXAMPLE", &right, "temporary-credentials"),
        ("somebody@example.com", &right, "username-is-no-access-key"),
    ] {
        let program = with_login(probe_of(&mock, 587, ""), username, password);
        diagnosis(program, 3, id);
    }
    let program = with_login(probe_of(&mock, 587, ""), ACCESS_KEY, &right);
    assert!(ids(&program.done().with(0)).is_empty());
}

#[test]
fn with_the_secret_access_key_the_region_is_named() {
    let mock = mock(Settings::default());
    let elsewhere = smtp_password(SECRET, "eu-west-1");
    let program = with_login(
        probe_of(&mock, 465, "--tls wrapper"),
        ACCESS_KEY,
        &elsewhere,
    )
    .env("SESBENCH_SECRET_ACCESS_KEY", SECRET);
    let found = diagnosis(program, 3, "wrong-region-password");
    let meaning = found["meaning"].as_str().unwrap();
    assert!(
        meaning.ends_with("This password belongs to eu-west-1."),
        "{meaning}"
    );

    let another = with_login(probe_of(&mock, 587, ""), ACCESS_KEY, &elsewhere)
        .env("SESBENCH_SECRET_ACCESS_KEY", "another/secret");
    diagnosis(another, 3, "password-of-another-secret");

    let of_another_key = "AKIAI44QH8DHBEXAMPLE";
    let right = smtp_password(SECRET, "us-east-1");
    let program = probe_of(&mock, 587, "");
    let inactive =
        with_login(program, of_another_key, &right).env("SESBENCH_SECRET_ACCESS_KEY", SECRET);
    // At an address of an unknown region, it may be another region.
    diagnosis(inactive, 3, "wrong-region-password");
}

#[test]
fn at_the_embedded_mock_the_region_is_known() {
    let words = "mock --set auth.username_env=USER_NAME --set auth.password_env=PASS_WORD";
    for (region, id) in [
        ("us-east-1", "access-key-refused"),
        ("eu-west-1", "wrong-region-password"),
    ] {
        let program = probe(words)
            .env("USER_NAME", ACCESS_KEY)
            .env("PASS_WORD", &smtp_password(SECRET, region))
            .env("SESBENCH_SECRET_ACCESS_KEY", SECRET);
        diagnosis(program, 3, id);
    }
}

/// SES through a tunnel that leads to the mock.
#[test]
fn with_ses_as_the_target_the_region_is_known_and_only_one_message_is_sent() {
    let mock = mock(Settings::default());
    let probe_ses = |region: &str| {
        let words = format!(
            "ses:us-east-1 --set target.host=127.0.0.1 --set target.port={} --send --yes \
             --from me@mine.lan",
            mock.port(587)
        );
        let program = probe(&words);
        let ca = program.file("ca.pem", mock.ca_pem());
        let program = program.arg("--ca-file").arg(ca);
        with_login(program, ACCESS_KEY, &smtp_password(SECRET, region))
            .env("SESBENCH_SECRET_ACCESS_KEY", SECRET)
    };
    assert!(ids(&probe_ses("us-east-1").done().with(0)).is_empty());
    let found = diagnosis(probe_ses("eu-west-1"), 3, "wrong-region-password");
    let says = "This password belongs to eu-west-1, and the target is in us-east-1.";
    assert!(found["meaning"].as_str().unwrap().ends_with(says));
    assert_eq!(mock.counts().accepted, 1);
}

#[test]
fn deliberately_wrong_credentials_are_diagnosed_as_such() {
    let program = probe("mock --set auth.wrong_credentials=true");
    diagnosis(program, 3, "made-up-credentials");
}

#[test]
fn the_diagnosis_is_the_last_part_of_human_output() {
    let program = Sesbench::new("probe mock --set auth.wrong_credentials=true");
    let done = program.done().with(3);
    let (_, end) = done
        .stdout
        .split_once("\nFAILED: auth refused after ")
        .unwrap();
    let (_, end) = end
        .split_once("\nDiagnosis: made-up credentials, as asked (made-up-credentials)\n")
        .unwrap();
    assert!(
        end.contains("\n  What to do: Remove auth.wrong_credentials"),
        "{end}"
    );
    assert!(
        done.stdout.contains("! auth refused after "),
        "{}",
        done.stdout
    );
}
