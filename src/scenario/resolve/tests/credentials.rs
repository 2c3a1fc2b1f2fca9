//! Where credentials come from, and that no output shows them.

use secrecy::ExposeSecret;

use super::*;

#[test]
fn credentials_come_from_where_the_scenario_says() {
    let environment = |name: &str| match name {
        "SESBENCH_USERNAME" => Some("user".to_owned()),
        "SESBENCH_PASSWORD" => Some("pass".to_owned()),
        "OTHER_PASSWORD" => Some("other".to_owned()),
        "BROKEN" => Some("a\nb".to_owned()),
        _ => None,
    };
    let password = |text: &str| {
        let login = read_in(text, &[], &environment)?.auth;
        let credentials = login.and_then(|login| login.credentials);
        Ok::<_, String>(credentials.map(|each| each.password.expose_secret().to_owned()))
    };
    let smtp = |auth: &str| password(&with(SMTP, auth, "", ""));
    assert_eq!(smtp("").unwrap().as_deref(), Some("pass"));
    assert_eq!(
        smtp("password_env = 'OTHER_PASSWORD'").unwrap().as_deref(),
        Some("other")
    );
    assert_eq!(smtp("mechanism = 'none'").unwrap(), None);
    assert!(smtp("wrong_credentials = true").unwrap().is_some());
    // The mock makes its own, whatever is in the environment.
    assert_eq!(password(LEAST).unwrap(), None);
    for (auth, line) in [
        (
            "username_env = 'NOT_SET'",
            "x.toml: auth.username_env: the environment variable NOT_SET is not set",
        ),
        (
            "password_env = 'NOT_SET'",
            "x.toml: auth.password_env: the environment variable NOT_SET is not set",
        ),
        (
            "password_env = 'BROKEN'",
            "x.toml: auth.password_env: BROKEN contains a line end or a NUL",
        ),
        (
            "password_file = 'nowhere'",
            "x.toml: auth.password_file: nowhere: No such file or directory (os error 2)",
        ),
        (
            "password_env = 'BROKEN'\nwrong_credentials = true",
            "x.toml: auth.password_env: cannot be combined with auth.wrong_credentials",
        ),
    ] {
        assert_eq!(smtp(auth).unwrap_err(), line);
    }
    let half = |name: &str| (name == "SESBENCH_USERNAME").then(|| "user".to_owned());
    assert_eq!(
        read_in(&with(SMTP, "", "", ""), &[], &half).unwrap_err(),
        "x.toml: auth.password_env: the environment variable SESBENCH_PASSWORD is not set"
    );
    let plaintext = with(&format!("{FAR}\ntls = 'none'"), "", "", "");
    assert_eq!(
        read_in(&plaintext, &[], &environment).unwrap_err(),
        "x.toml: target.tls: a password would cross the network in the clear; use TLS, or auth.mechanism = \"none\""
    );
}

#[test]
fn a_password_file_loses_its_line_end_and_no_secret_is_shown() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("password");
    std::fs::write(&file, "hunter2\r\n").unwrap();
    let auth = format!("password_file = '{}'", file.display());
    let user = |name: &str| (name == "SESBENCH_USERNAME").then(|| "AKIAUSER".to_owned());
    let plan = read_in(&with(SMTP, &auth, "", ""), &[], &user).unwrap();
    let credentials = plan.auth.as_ref().unwrap().credentials.as_ref().unwrap();
    assert_eq!(credentials.password.expose_secret(), "hunter2");
    let json = serde_json::to_string(&plan).unwrap();
    for shown in [format!("{plan:?}"), json] {
        assert!(!shown.contains("hunter2") && !shown.contains("AKIAUSER"));
    }
}
