//! Scenarios that are plans, and the exact words for those that are not.

use std::path::PathBuf;
use std::time::Duration;

use secrecy::ExposeSecret;

use crate::scenario::*;

/// A scenario file named x.toml, so that errors are the same everywhere.
fn read_in(text: &str, assignments: &[&str], environment: Environment<'_>) -> Result<Plan, String> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("x.toml");
    std::fs::write(&path, text).unwrap();
    let overrides = assignments.iter().map(|text| Override::assignment(text));
    let overrides: Vec<_> = overrides.collect::<Result<_, _>>().unwrap();
    let plan = read(&Source::File(path), &overrides, environment);
    let folder = format!("{}/", folder.path().display());
    plan.map_err(|error| error.to_string().replace(&folder, ""))
}

fn plan(text: &str) -> Plan {
    read_in(text, &[], &|_| None).unwrap()
}

fn error(text: &str) -> String {
    read_in(text, &[], &|_| None).unwrap_err()
}

/// The least scenario, with more lines for its tables.
fn with(target: &str, auth: &str, load: &str, message: &str) -> String {
    format!(
        "[target]\n{target}\n[auth]\n{auth}\n[load]\nrate = '50/s'\nduration = '5s'\n{load}\n[message]\n{message}\n"
    )
}

const LEAST: &str = "[load]\nrate = '50/s'\nduration = '30s'\n";
const SMTP: &str = "kind = 'smtp'\nhost = '127.0.0.1'";
const FAR: &str = "kind = 'smtp'\nhost = 'relay.example.com'";

#[test]
fn the_least_scenario_has_the_defaults_of_the_table() {
    let plan = plan(LEAST);
    assert_eq!(plan.name, "x");
    assert_eq!(plan.seed, 1);
    assert!(matches!(plan.target.kind, TargetKind::Mock { .. }));
    assert_eq!(plan.target.tls, TlsMode::Starttls);
    let versions = [TlsVersion::V13, TlsVersion::V12];
    assert_eq!(plan.target.tls_settings.versions, versions);
    assert_eq!(plan.load.sessions.get(), 10);
    assert_eq!(plan.load.messages_per_session, None);
    assert_eq!(plan.load.drain, Duration::from_secs(30));
    assert_eq!(plan.message.size, 1_024);
    assert_eq!(plan.message.to, ["success@simulator.amazonses.com"]);
    let thresholds: Vec<String> = plan.thresholds.iter().map(ToString::to_string).collect();
    assert_eq!(thresholds, ["outcome.accepted >= 99%"]);
    let login = plan.auth.unwrap();
    assert!(login.credentials.is_none());
}

#[test]
fn the_built_in_scenario_is_a_plan() {
    let plan = read(&Source::BuiltIn, &[], &|_| None).unwrap();
    assert_eq!(plan.name, "smoke");
}

#[test]
fn every_scenario_of_the_repository_is_a_plan_and_says_what_it_asks() {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("scenarios");
    let mut names = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let text = std::fs::read_to_string(&path).unwrap();
        let question = text.lines().take_while(|line| line.starts_with('#'));
        assert!(question.clone().count() >= 3, "{path:?}");
        assert!(question.clone().any(|line| line.contains('?')), "{path:?}");
        let stem = path.file_stem().unwrap().to_string_lossy().into_owned();
        let plan = read(&Source::File(path), &[], &|_| None).unwrap();
        assert_eq!(plan.name, stem);
        names.push(stem);
    }
    names.sort();
    let expected = [
        "bad-credentials",
        "closed-max",
        "smoke",
        "starttls",
        "steady",
        "throttled",
        "wrapper",
    ];
    assert_eq!(names, expected);
}

#[test]
fn unknown_keys_and_wrong_types_are_told_with_file_key_and_remedy() {
    for (text, line) in [
        (
            "[load]\nsesions = 5",
            "x.toml: load.sesions: unknown key; did you mean load.sessions?",
        ),
        (
            "rate = '5/s'",
            "x.toml: rate: unknown key; did you mean load.rate?",
        ),
        (
            "[laod]\nrate = '5/s'",
            "x.toml: laod: unknown key; did you mean load?",
        ),
        (
            "[timeouts]\nehlotls = '5s'",
            "x.toml: timeouts.ehlotls: unknown key; did you mean timeouts.ehlo_tls?",
        ),
        (
            "quux = 1",
            "x.toml: quux: unknown key; docs/scenario.md lists the keys",
        ),
        (
            "[load]\nsessions = 'many'",
            "x.toml: load.sessions: found the text \"many\", expected a whole number, such as 20",
        ),
        (
            "[load]\nduration = 30",
            "x.toml: load.duration: found the number 30, expected a duration in quotes, such as \"30s\"",
        ),
        (
            "[message]\nto = 'a@b'",
            "x.toml: message.to: found the text \"a@b\", expected a list of texts, such as [\"a@example.com\", \"b@example.com\"]",
        ),
        (
            "load = 5",
            "x.toml: load: found the number 5, expected a table, such as [load]",
        ),
        (
            "[target]\ntls = true",
            "x.toml: target.tls: found true, expected one of starttls, wrapper, none, such as \"wrapper\"",
        ),
        (
            "[target]\ntls = 'ssl'",
            "x.toml: target.tls: `ssl` is none of starttls, wrapper, none",
        ),
        (
            "[load]\nrate = 'fast'",
            "x.toml: load.rate: `fast` is not a rate: write a number above 0 and a unit, such as 50/s, 3000/min, 14.5/s, 100000/d",
        ),
        (
            "[load]\nduration = 'soon'",
            "x.toml: load.duration: `soon` is not a duration: write a number and a unit, such as 30s, 250ms, 5min, 1h 30min",
        ),
        (
            "[message]\nsize = 'big'",
            "x.toml: message.size: `big` is not a size: write bytes, with or without a unit, such as 1024, 4 KiB, 40 MiB, 10 MB",
        ),
        (
            "[load]\nsessions = -1",
            "x.toml: load.sessions: -1 is below 0",
        ),
        (
            "\"load.rate\" = '5/s'",
            "x.toml: \"load.rate\": unknown key; did you mean load.rate?",
        ),
    ] {
        assert_eq!(error(text), line);
    }
    let broken = error("[load]\nrate = \n");
    assert!(
        broken.starts_with("x.toml: line 2, column 8: not TOML: "),
        "{broken}"
    );
}

#[test]
fn contradictions_are_told() {
    for (text, line) in [
        (
            "[load]\nduration = '5s'".to_owned(),
            "x.toml: load.rate: missing; load.model = \"open\" needs one, such as \"50/s\"",
        ),
        (
            with("", "", "model = 'closed'", ""),
            "x.toml: load.rate: load.model = \"closed\" sends as fast as replies come; remove the rate, or use load.model = \"open\"",
        ),
        (
            "[load]\nrate = '5/s'\nduration = '0s'".to_owned(),
            "x.toml: load.duration: must be above zero",
        ),
        (
            "[load]\nrate = '5/s'".to_owned(),
            "x.toml: load.duration: missing; say how long with load.duration or load.messages",
        ),
        (
            with("", "", "messages = 5", ""),
            "x.toml: load.messages: give this or load.duration, not both",
        ),
        (
            with("", "", "sessions = 0", ""),
            "x.toml: load.sessions: must be from 1 to 100000",
        ),
        (
            with("", "", "sessions = 100001", ""),
            "x.toml: load.sessions: must be from 1 to 100000",
        ),
        (
            with("ca_file = 'x'", "", "", ""),
            "x.toml: target.ca_file: the mock brings a CA of its own, which is trusted; leave this out",
        ),
        (
            with(
                &format!("{SMTP}\ntls = 'none'\nresumption = true"),
                "",
                "",
                "",
            ),
            "x.toml: target.resumption: means nothing with target.tls = \"none\"; remove one",
        ),
        (
            with("host = 'a'", "", "", ""),
            "x.toml: target.host: the mock has an address of its own; say target.kind = \"smtp\" to aim at a server",
        ),
        (
            with("kind = 'smtp'", "", "", ""),
            "x.toml: target.host: missing; target.kind = \"smtp\" needs one",
        ),
        (
            with("kind = 'ses'", "", "", ""),
            "x.toml: target.kind: SES as a target is guarded, and not built yet; aim at the mock (--target mock) or at a server (--target HOST:PORT)",
        ),
        (
            "[load]\nmodel = 'closed'\nmessages = 5\n[thresholds]\n'response.p99' = '< 1s'"
                .to_owned(),
            "x.toml: thresholds.response.p99: always empty with load.model = \"closed\", which has no schedule; use service",
        ),
        (
            format!("{LEAST}[thresholds]\n'response.p99' = '< 1'"),
            "x.toml: thresholds.response.p99: `1` is no limit for `response.p99`: write a time in us, ms or s, such as 250ms",
        ),
        (
            with("", "", "", "size = 10"),
            "x.toml: message.size: 10 bytes is too small: the headers alone need 450 bytes",
        ),
        (
            with("", "", "", "from = 'me'"),
            "x.toml: message.from: `me` is no mail address: it has no @",
        ),
        (
            with("", "", "", "headers = { Date = 'today' }"),
            "x.toml: message.headers.Date: is made by sesbench itself",
        ),
        (
            with("", "", "", "headers = { \"X-A\" = \"b\\r\\nBcc: c@d\" }"),
            "x.toml: message.headers.X-A: the value holds a line end or another control character",
        ),
        (
            with(&format!("{SMTP}\nca_file = 'missing.pem'"), "", "", ""),
            "x.toml: target.ca_file: missing.pem: No such file or directory (os error 2)",
        ),
        (
            with(&format!("{SMTP}\nca_file = 'Cargo.toml'"), "", "", ""),
            "x.toml: target.ca_file: Cargo.toml: holds no certificate in PEM (-----BEGIN CERTIFICATE-----)",
        ),
        (
            with(FAR, "", "", "to = ['you@example.net']"),
            "x.toml: message.to: `you@example.net` is neither at simulator.amazonses.com nor at a domain of allow_recipient_domains, and the target is not on this machine; list \"example.net\" there if its mail is yours to receive",
        ),
        (
            format!("{LEAST}[timeouts]\nauth = '0s'"),
            "x.toml: timeouts.auth: must be above zero",
        ),
        (
            "name = 'a/b'".to_owned() + "\n" + LEAST,
            "x.toml: name: `a/b` is no name: use 1 to 64 letters, digits, `-`, `_`, `.`",
        ),
    ] {
        assert_eq!(error(&text), line);
    }
}

#[test]
fn errors_in_the_mocks_table_name_its_keys() {
    for (mock, line) in [
        (
            "rates = 5",
            "x.toml: mock.rates: unknown key; did you mean mock.rate?",
        ),
        (
            "latency = { dots = '5ms' }",
            "x.toml: mock.latency.dots: unknown key; did you mean mock.latency.dot?",
        ),
        (
            "quux = 5",
            "x.toml: mock.quux: unknown key; docs/scenario.md lists the keys",
        ),
        (
            "latency = { dot = 'soon' }",
            "x.toml: mock.latency.dot: `soon` is not a duration: expected such as \"250ms\", \"1.5s\"",
        ),
        (
            "profile = 'gold'",
            "x.toml: mock.profile: unknown variant `gold`, expected one of `sandbox`, `production`, `unlimited`",
        ),
        (
            "region = 5",
            "x.toml: mock.region: invalid type: integer `5`, expected a string",
        ),
        (
            "rate = 0",
            "x.toml: mock.rate: 0.0 must be a number above 0 (recipients per second); for none use profile = \"unlimited\"",
        ),
    ] {
        assert_eq!(error(&format!("{LEAST}[mock]\n{mock}")), line);
    }
}

#[test]
fn a_file_that_is_not_there_is_named() {
    let source = Source::File("nowhere/x.toml".into());
    let error = read(&source, &[], &|_| None).unwrap_err().to_string();
    let line = "nowhere/x.toml: cannot be read: No such file or directory (os error 2)";
    assert_eq!(error, line);
}

#[test]
fn a_flag_replaces_a_key_and_what_it_contradicts() {
    let set = |text: &str, assignments: &[&str]| read_in(text, assignments, &|_| None);
    let plan = set(LEAST, &["load.messages=500"]).unwrap();
    assert_eq!(plan.load.length, Length::Messages(500));
    let plan = set(LEAST, &["load.model=closed"]).unwrap();
    assert_eq!(plan.load.model, Model::Closed);
    let text = with("resumption = true", "", "", "") + "[mock]\n";
    let overrides = [
        "target.kind=smtp",
        "target.host=::1",
        "target.port=2525",
        "target.tls=none",
    ];
    let plan = set(&text, &overrides).unwrap();
    assert!(matches!(
        plan.target.kind,
        TargetKind::Smtp { port: 2525, .. }
    ));
    assert_eq!(
        set(LEAST, &["load.rate=fast"]).unwrap_err(),
        "--set: load.rate: `fast` is not a rate: write a number above 0 and a unit, such as 50/s, 3000/min, 14.5/s, 100000/d"
    );
    assert_eq!(
        set(LEAST, &["load.sesions=3"]).unwrap_err(),
        "--set: load.sesions: unknown key; did you mean load.sessions?"
    );
}

#[test]
fn recipients_of_strangers_are_refused_beyond_this_machine_only() {
    let to = "to = ['you@example.net', 'me@Sub.Example.org']";
    for near in [
        "127.0.0.1",
        "127.9.9.9",
        "::1",
        "[::1]",
        "localhost",
        "LOCALHOST.",
    ] {
        let target = format!("kind = 'smtp'\nhost = '{near}'");
        assert!(plan(&with(&target, "", "", to)).target.is_loopback());
    }
    for far in [
        "relay.example.com",
        "10.0.0.1",
        "localhost.example.com",
        "0.0.0.0",
        "::2",
    ] {
        let target = format!("kind = 'smtp'\nhost = '{far}'");
        let text = with(&target, "", "", to);
        assert!(error(&text).contains("`you@example.net` is neither"));
        let one = format!("allow_recipient_domains = ['example.net']\n{text}");
        assert!(error(&one).contains("`me@Sub.Example.org` is neither"));
        let both = format!("allow_recipient_domains = ['EXAMPLE.net', 'sub.example.org']\n{text}");
        assert!(!plan(&both).target.is_loopback());
    }
}

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
    // The mock makes its own, whatever lies about in the environment.
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
            "x.toml: auth.password_env: BROKEN holds a line end or a NUL",
        ),
        (
            "password_file = 'nowhere'",
            "x.toml: auth.password_file: nowhere: No such file or directory (os error 2)",
        ),
        (
            "password_env = 'BROKEN'\nwrong_credentials = true",
            "x.toml: auth.password_env: not with auth.wrong_credentials",
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
