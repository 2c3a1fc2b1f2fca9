//! Valid scenarios, and the exact errors of invalid ones.

mod contradictions;
mod credentials;
mod messages;
mod ses;
mod shapes;
mod thresholds;
mod words;

use std::path::PathBuf;
use std::time::Duration;

use crate::engine::Model;
use crate::net::TlsVersion;
use crate::preview::{description, warnings};
use crate::scenario::*;
use crate::schedule::{Arrivals, Length, RateUnit, Shape};
use crate::smtp::TlsMode;

/// Reads a scenario file named x.toml, so that errors do not depend on the folder.
fn read_in(text: &str, assignments: &[&str], environment: Environment<'_>) -> Result<Plan, String> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("x.toml");
    std::fs::write(&path, text).unwrap();
    let overrides = assignments.iter().map(|text| Override::assignment(text));
    let overrides: Vec<_> = overrides.collect::<Result<_, _>>().unwrap();
    let plan = read(&Source::File(path), &overrides, environment);
    let folder = format!("{}/", folder.path().display());
    plan.map_err(|error| without_line(&error.to_string().replace(&folder, ""), text))
}

/// The error without the line number behind the file's name. The line has the key,
/// or is the head of a table around it.
fn without_line(error: &str, text: &str) -> String {
    let numbered = error
        .strip_prefix("x.toml:")
        .and_then(|rest| rest.split_once(": "))
        .and_then(|(line, rest)| Some((line.parse::<usize>().ok()?, rest)));
    let Some((line, rest)) = numbered else {
        return error.to_owned();
    };
    let (key, _) = rest.split_once(": ").unwrap();
    let found = text.lines().nth(line - 1).unwrap();
    let named = key
        .split(['.', '[', ']', '"'])
        .filter(|name| !name.is_empty())
        .any(|name| found.contains(name));
    assert!(named, "{error}: line {line} is {found:?}");
    format!("x.toml: {rest}")
}

fn plan(text: &str) -> Plan {
    read_in(text, &[], &|_| None).unwrap()
}

fn error(text: &str) -> String {
    read_in(text, &[], &|_| None).unwrap_err()
}

/// The minimal scenario, with more lines for its tables.
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
    assert_eq!(
        serde_json::to_value(&plan.message).unwrap(),
        serde_json::json!({
            "from": "sender@example.com",
            "to": ["success@simulator.amazonses.com"],
            "recipients": 1,
            "size": 1_024,
            "headers": [],
        })
    );
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
        "bad-day",
        "burst",
        "closed-max",
        "newsletter",
        "poisson",
        "ramp",
        "relay",
        "retry-storm",
        "ses-simulator",
        "smoke",
        "starttls",
        "steady",
        "throttled",
        "wrapper",
    ];
    assert_eq!(names, expected);
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
        "--set: load.rate: invalid rate \"fast\": expected a number above 0 and a unit, such as 50/s, 3000/min, 14.5/s or 100000/d"
    );
    assert_eq!(
        set(LEAST, &["load.sesions=3"]).unwrap_err(),
        "--set: load.sesions: unknown key; did you mean load.sessions?"
    );
}

#[test]
fn a_server_on_this_machine_is_given_reserved_names_and_what_is_listed() {
    let target = "kind = 'smtp'\nhost = '127.0.0.1'";
    let reserved = "to = ['a@example.com', 'b@mail.test', 'c@localhost', 'd@x.invalid', \
                    'e@simulator.amazonses.com']";
    assert!(plan(&with(target, "", "", reserved)).target.is_loopback());
    for to in [
        "you@corp.internal",
        "you@mailhost",
        "you@[192.0.2.1]",
        "you@example.co",
    ] {
        let text = with(target, "", "", &format!("to = ['a@example.com', '{to}']"));
        let domain = to.trim_start_matches("you@");
        assert_eq!(
            error(&text),
            format!(
                "x.toml: message.to: recipient \"{to}\" is not allowed: it is neither at \
                 simulator.amazonses.com nor at a domain of allow_recipient_domains, and a server \
                 on this machine may relay mail (example.com, .test and other reserved names need \
                 no list); list \"{domain}\" there if you may receive its mail"
            )
        );
        plan(&format!("allow_recipient_domains = ['{domain}']\n{text}"));
        let mock = with("kind = 'mock'", "", "", &format!("to = ['{to}']"));
        assert!(plan(&mock).target.is_loopback());
    }
}

#[test]
fn beyond_this_machine_reserved_names_are_listed_too() {
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
        assert!(error(&text).contains("\"you@example.net\" is not allowed"));
        let one = format!("allow_recipient_domains = ['example.net']\n{text}");
        assert!(error(&one).contains("\"me@Sub.Example.org\" is not allowed"));
        let both = format!("allow_recipient_domains = ['EXAMPLE.net', 'sub.example.org']\n{text}");
        assert!(!plan(&both).target.is_loopback());
    }
}
