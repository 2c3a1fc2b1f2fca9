//! Unknown keys and invalid values.

use super::*;

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
            "x.toml: target.tls: invalid value \"ssl\": expected one of starttls, wrapper, none",
        ),
        (
            "[load]\nrate = 'fast'",
            "x.toml: load.rate: invalid rate \"fast\": expected a number above 0 and a unit, such as 50/s, 3000/min, 14.5/s or 100000/d",
        ),
        (
            "[load]\nduration = 'soon'",
            "x.toml: load.duration: invalid duration \"soon\": expected a number and a unit, such as 30s, 250ms, 1.5ms, 5min or 1h 30min",
        ),
        (
            "[message]\nsize = 'big'",
            "x.toml: message.size: invalid size \"big\": expected a whole number of bytes, or a number with B, KiB, MiB, GiB, kB, MB or GB, such as 4 KiB",
        ),
        (
            "[load]\nsessions = -1",
            "x.toml: load.sessions: invalid number -1: expected 0 or more",
        ),
        (
            "\"load.rate\" = '5/s'",
            "x.toml: \"load.rate\": unknown key; did you mean load.rate?",
        ),
    ] {
        assert_eq!(error(text), line);
    }
    let broken = error("[load]\nrate = \n");
    assert!(broken.starts_with("x.toml:2:8: not TOML: "), "{broken}");
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
            "x.toml: mock.latency.dot: invalid duration \"soon\": expected a number and a unit, such as 30s, 250ms, 1.5ms, 5min or 1h 30min",
        ),
        (
            "latency = { dot = { p99 = '5ms', mean = '1ms' } }",
            "x.toml: mock.latency.dot.mean: unknown key; did you mean mock.latency.dot.median?",
        ),
        (
            "latency = { dot = { p99 = '5ms', median = '9ms' } }",
            "x.toml: mock.latency.dot: invalid value { median = \"9ms\", p99 = \"5ms\" }: `median` must be above 0, and `p99` at least `median`",
        ),
        (
            "profile = 'gold'",
            "x.toml: mock.profile: invalid value \"gold\": expected one of sandbox, production, unlimited",
        ),
        (
            "region = 5",
            "x.toml: mock.region: found the number 5, expected a text in quotes",
        ),
        (
            "rate = 0",
            "x.toml: mock.rate: invalid value 0.0: must be a number above 0 (recipients per second); for no limit use profile = \"unlimited\"",
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

/// The error for a wrong value is always in the terms of a scenario.
#[test]
fn no_wrong_value_is_answered_with_a_type_of_rust() {
    let values = [
        "\"14/s\"",
        "5",
        "-1",
        "1.5",
        "true",
        "[]",
        "[1]",
        "[[1]]",
        "{}",
        "{ x = 1 }",
    ];
    let in_the_mock = sesbench_mock::settings::keys::KEYS.iter();
    let in_the_mock = in_the_mock.map(|key| format!("mock.{}", key.name));
    let keys = crate::scenario::keys::all().map(|key| key.path.to_string());
    let more = ["mock.latency.dot", "mock.faults", "mock.users"].map(str::to_owned);
    let (mut refused, mut wrong) = (0, Vec::new());
    for key in keys.chain(in_the_mock).chain(more) {
        for value in values {
            let set = format!("{key}={value}");
            let Err(error) = read_in(LEAST, &[&set], &|_| None) else {
                continue;
            };
            refused += 1;
            let words = error.split(|c: char| !c.is_alphanumeric() && c != '_');
            let of_rust = [
                "f64", "f32", "u8", "u16", "u32", "u64", "i64", "usize", "struct", "enum",
                "variant", "tuple", "bool", "str", "sequence", "map", "Option", "untagged",
            ];
            let named = words.clone().any(|word| of_rust.contains(&word));
            if named || error.contains("invalid type") || error.contains('\n') {
                wrong.push(error);
            }
        }
    }
    assert_eq!(wrong, Vec::<String>::new());
    assert!(refused > 500, "{refused}");
}
