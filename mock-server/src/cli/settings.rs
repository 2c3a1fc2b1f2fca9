//! Builds the settings from file and flags: the file first, then `--set`, then
//! the flag of each key, then `--fault`. In supervised mode they are read from
//! stdin instead.

use std::fs;
use std::io::{self, BufRead};
use std::path::Path;

use toml::{Table, Value};

use super::Args;
use crate::settings::keys::{KEYS, Kind};
use crate::settings::{KeyLines, Settings, is_within};

/// The validated settings, or one line with what is wrong.
pub(super) fn from_args(args: &Args) -> Result<Settings, String> {
    let mut table = start(args)?;
    let mut lines = KeyLines::default();
    if let Some(path) = &args.settings {
        let text = read(path)?;
        lines = KeyLines::parse(&text);
        lay_over(&mut table, parse(path, &text)?);
    }
    for assignment in &args.set {
        assign(&mut table, assignment)?;
    }
    for (key, value) in &args.flags.0 {
        put(&mut table, key, value.clone()).map_err(|why| format!("{}: {why}", flag(key)))?;
    }
    let faults = table.get("faults").and_then(Value::as_array);
    let before = faults.map_or(0, Vec::len);
    for rule in &args.fault {
        add_fault(&mut table, rule)?;
    }
    if args.supervised {
        let settings = from_line(&table)?;
        settings.check().map_err(|error| error.to_string())?;
        return Ok(settings);
    }
    Settings::from_table(table).map_err(|error| {
        let key = error.key();
        let rule = args.fault.iter().enumerate().find(|(number, _)| {
            let path = format!("faults[{}]", before + number);
            is_within(key, &path)
        });
        match rule {
            Some((_, rule)) => format!("--fault {rule}: {error}"),
            None => origin(args, &lines, key) + &error.to_string(),
        }
    })
}

/// Where the key was set: by its flag, by `--set`, or in the file, with its line;
/// empty if the command line alone can have set it.
fn origin(args: &Args, lines: &KeyLines, key: &str) -> String {
    if let Some((name, _)) = args.flags.0.iter().find(|(name, _)| is_within(key, name)) {
        return format!("{}: ", flag(name));
    }
    let names = args.set.iter().map(|each| each.split('=').next());
    let mut names = names.map(|name| name.unwrap_or_default().trim());
    if names.any(|name| is_within(key, name)) {
        return "--set: ".to_owned();
    }
    match (&args.settings, lines.line(key)) {
        (Some(path), Some(line)) => format!("{}:{line}: ", path.display()),
        (Some(path), None) => format!("{}: ", path.display()),
        (None, _) => String::new(),
    }
}

/// The flag of a key.
fn flag(key: &str) -> String {
    format!("--{}", key.replace(['.', '_'], "-"))
}

fn start(args: &Args) -> Result<Table, String> {
    let mut table = Table::new();
    if let Some(latency) = &args.latency {
        let latency = Value::try_from(latency).map_err(|error| error.to_string())?;
        table.insert("latency".to_owned(), latency);
    }
    Ok(table)
}

/// Overrides the keys of `table`. Delays are overridden one by one.
fn lay_over(table: &mut Table, over: Table) {
    for (key, value) in over {
        match (table.get_mut(&key), value) {
            (Some(Value::Table(below)), Value::Table(above)) => below.extend(above),
            (_, value) => {
                table.insert(key, value);
            }
        }
    }
}

fn read(path: &Path) -> Result<String, String> {
    fs::read_to_string(path).map_err(|error| format!("cannot read {}: {error}", path.display()))
}

fn parse(path: &Path, text: &str) -> Result<Table, String> {
    text.parse().map_err(|error: toml::de::Error| {
        let start = error.span().map_or(0, |span| span.start);
        let line = 1 + text[..start].matches('\n').count();
        format!(
            "{}:{line}: not TOML: {}",
            path.display(),
            one_line(error.message())
        )
    })
}

/// Reads the settings from stdin. A supervisor sets everything in that line.
fn from_line(flags: &Table) -> Result<Settings, String> {
    if !flags.is_empty() {
        return Err(
            "--supervised reads its settings from stdin and cannot be combined with other flags"
                .to_owned(),
        );
    }
    let mut line = String::new();
    io::stdin()
        .lock()
        .read_line(&mut line)
        .map_err(|error| format!("cannot read settings from stdin: {error}"))?;
    let mut settings: Settings = serde_json::from_str(&line)
        .map_err(|error| format!("invalid settings on stdin: {error}"))?;
    // A supervisor measures, and does not need a report.
    settings.judge.get_or_insert(false);
    Ok(settings)
}

fn assign(table: &mut Table, assignment: &str) -> Result<(), String> {
    let (key, text) = assignment
        .split_once('=')
        .ok_or_else(|| format!("invalid --set {assignment}: expected KEY=VALUE"))?;
    let key = key.trim();
    put(table, key, value_of(key, text.trim())).map_err(|why| format!("--set {assignment}: {why}"))
}

/// Sets a key given as a path with dots.
fn put(mut table: &mut Table, key: &str, value: Value) -> Result<(), String> {
    let mut path: Vec<&str> = key.split('.').collect();
    let last = path.pop().expect("split gives at least one part");
    for part in path {
        let entry = table
            .entry(part)
            .or_insert_with(|| Value::Table(Table::new()));
        table = entry
            .as_table_mut()
            .ok_or_else(|| format!("`{part}` is not a table and has no keys"))?;
    }
    table.insert(last.to_owned(), value);
    Ok(())
}

/// The value, as the kind of the key requires: a string needs no quotes even if
/// it looks like a number, and a list of one needs no brackets.
fn value_of(key: &str, text: &str) -> Value {
    let kind = KEYS.iter().find(|known| known.name == key);
    match (kind.map(|key| key.kind), value(text)) {
        (Some(Kind::Text(_)), value) if !value.is_str() => Value::from(text),
        (Some(Kind::List(_)), Value::String(one)) => Value::Array(vec![Value::from(one)]),
        (_, value) => value,
    }
}

/// A TOML value; anything else is a string, so that `40ms` needs no quotes.
pub(super) fn value(text: &str) -> Value {
    text.parse()
        .unwrap_or_else(|_| Value::String(text.to_owned()))
}

/// Appends it to the existing rules.
fn add_fault(table: &mut Table, rule: &str) -> Result<(), String> {
    let fault = fault(rule).map_err(|problem| format!("--fault {rule}: {}", one_line(&problem)))?;
    let faults = table
        .entry("faults")
        .or_insert_with(|| Value::Array(Vec::new()));
    faults
        .as_array_mut()
        .ok_or_else(|| "invalid faults: expected a list of tables, [[faults]]".to_owned())?
        .push(fault);
    Ok(())
}

/// The keys of a rule. Their values are checked with the other settings.
fn fault(rule: &str) -> Result<Value, String> {
    let rule = format!("{{ {rule} }}").parse();
    match rule.map_err(|error: toml::de::Error| error.message().to_owned())? {
        Value::Table(keys) => Ok(Value::Table(keys)),
        _ => Err("expected the keys of one rule".to_owned()),
    }
}

fn one_line(problem: &str) -> String {
    problem.trim_end().replace('\n', " ")
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::protocol::Stage;
    use crate::settings::Latency;

    fn args(set: &[&str]) -> Args {
        Args {
            set: set.iter().map(|s| (*s).to_owned()).collect(),
            ..Args::default()
        }
    }

    #[test]
    fn sets_dotted_keys_with_and_without_quotes() {
        let settings = from_args(&args(&[
            "latency.dot=40ms",
            r#"latency.mail="1.5ms""#,
            "rate=28",
            "profile=sandbox",
            r#"unverified=["a@b.c"]"#,
        ]))
        .unwrap();
        assert_eq!(settings.latency.dot, Duration::from_millis(40).into());
        assert_eq!(settings.latency.mail, Duration::from_micros(1500).into());
        assert_eq!(settings.rate, Some(28.0));
        assert_eq!(settings.unverified, ["a@b.c"]);
    }

    #[test]
    fn a_file_and_flags_override_the_default_delays() {
        let ms = |ms| Duration::from_millis(ms).into();
        let file = tempfile::NamedTempFile::new().unwrap();
        fs::write(&file, "[latency]\nmail = \"2ms\"\nrcpt = \"2ms\"\n").unwrap();
        let mut args = args(&["latency.rcpt=3ms"]);
        args.settings = Some(file.path().to_owned());
        args.latency = Some(Latency {
            ehlo: ms(1),
            mail: ms(1),
            rcpt: ms(1),
            ..Latency::default()
        });
        let latency = from_args(&args).unwrap().latency;
        assert_eq!((latency.ehlo, latency.mail), (ms(1), ms(2)));
        assert_eq!(latency.rcpt, ms(3));
    }

    #[test]
    fn takes_texts_that_look_like_numbers_and_lists_of_one() {
        let settings = from_args(&args(&[
            "account_id=123456789012",
            "id_prefix=1234",
            "verified=a@b.example",
            "rtt=0",
            "latency.dot=0",
        ]))
        .unwrap();
        assert_eq!(settings.account_id, "123456789012");
        assert_eq!(settings.id_prefix.as_deref(), Some("1234"));
        assert_eq!(settings.verified.unwrap(), ["a@b.example"]);
        assert_eq!(settings.latency.dot, Duration::ZERO.into());
    }

    #[test]
    fn named_flags_win() {
        let mut args = args(&["rate=28"]);
        args.flags.0.push(("rate", Value::from(7)));
        assert_eq!(from_args(&args).unwrap().rate, Some(7.0));
    }

    #[test]
    fn faults_are_appended_to_those_of_the_file() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("mock.toml");
        fs::write(&file, "[[faults]]\nat = \"mail\"\naction = \"stall\"\n").unwrap();
        let args = Args {
            settings: Some(file),
            fault: vec![r#"at="dot", every=10, reply="454 Try again""#.to_owned()],
            ..Args::default()
        };
        let settings = from_args(&args).unwrap();
        let faults = &settings.faults;
        assert_eq!((faults[0].at, faults[1].at), (Stage::Mail, Stage::Dot));
        assert_eq!((faults.len(), faults[1].every), (2, Some(10)));
    }

    #[test]
    fn an_error_in_a_fault_names_the_key() {
        for (rule, part) in [
            (r#"at="dot", evry=10"#, "10: faults[0].evry: unknown key"),
            (
                r#"at="dot""#,
                r#"--fault at="dot": faults[0].at: invalid value"#,
            ),
            (r#"at="dot", action="tls_alert""#, "faults[0].action"),
            (r#"at="dot", delay="soon""#, "invalid duration"),
            ("dot", "--fault dot: "),
            (r#"at="dot"}, x = {"#, "--fault"),
        ] {
            let args = Args {
                fault: vec![rule.to_owned()],
                ..Args::default()
            };
            let error = from_args(&args).unwrap_err();
            assert!(
                error.contains(part) && !error.contains('\n'),
                "{rule}: {error}"
            );
        }
    }

    #[test]
    fn an_error_names_the_flag_or_the_line_that_set_the_key() {
        let file = tempfile::NamedTempFile::new().unwrap();
        fs::write(&file, "daily = 9\n\n[latency]\nmail = \"soon\"\n").unwrap();
        let path = file.path().to_owned();
        let line = format!("{}:4: latency.mail: invalid duration", path.display());
        let from_file = Args {
            settings: Some(path.clone()),
            ..Args::default()
        };
        let mut by_flag = Args {
            settings: Some(path),
            ..args(&["latency.mail=later"])
        };
        let set = from_args(&by_flag).unwrap_err();
        by_flag.set.clear();
        by_flag
            .flags
            .0
            .push(("latency.mail", Value::from("tomorrow")));
        for (error, begin) in [
            (from_args(&from_file).unwrap_err(), line.as_str()),
            (set, "--set: latency.mail: invalid duration \"later\""),
            (
                from_args(&by_flag).unwrap_err(),
                "--latency-mail: latency.mail: invalid duration \"tomorrow\"",
            ),
        ] {
            assert!(error.starts_with(begin), "{error}");
        }
    }

    /// Its flag wins over `--set`, and both win over the file.
    #[test]
    fn an_error_names_what_won() {
        let file = tempfile::NamedTempFile::new().unwrap();
        let rule = "at = \"mail\"\naction = \"stall\"\n";
        fs::write(&file, format!("[[faults]]\n{rule}[[faults]]\n{rule}")).unwrap();
        let bare = r#"at="dot""#;
        let by_fault = Args {
            settings: Some(file.path().to_owned()),
            fault: vec![
                rule.replace('\n', ",").trim_end_matches(',').to_owned(),
                bare.to_owned(),
            ],
            ..Args::default()
        };
        let by_set = Args {
            settings: Some(file.path().to_owned()),
            ..args(&[r#"faults=[{at="dot"}]"#])
        };
        let mut by_flag = args(&["rate=5"]);
        by_flag.flags.0.push(("rate", Value::from("fast")));
        for (args, begin) in [
            (by_fault, "--fault at=\"dot\": faults[3].at: invalid value"),
            (by_set, "--set: faults[0].at: invalid value"),
            (by_flag, "--rate: rate: invalid rate \"fast\""),
        ] {
            let error = from_args(&args).unwrap_err();
            assert!(error.starts_with(begin), "{error}");
        }
    }

    #[test]
    fn errors_are_one_line() {
        for (set, part) in [
            ("rates=28", "rates"),
            ("rate=fast", "rate"),
            ("latency.dot=soon", "invalid duration"),
            ("latency", "KEY=VALUE"),
            ("rate=0", "above 0"),
            ("profile=gold", "gold"),
        ] {
            let error = from_args(&args(&[set])).unwrap_err();
            assert!(
                error.contains(part) && !error.contains('\n'),
                "{set}: {error}"
            );
        }
    }
}
