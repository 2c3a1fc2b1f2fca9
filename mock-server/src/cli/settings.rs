//! Settings out of a file and flags: the file first, then `--set`, then the
//! flags that have a name. Under supervision, the line on stdin comes first.

use std::fs;
use std::io::{self, BufRead};
use std::path::Path;

use toml::{Table, Value};

use super::Args;
use crate::settings::Settings;

/// The settings, checked; or one line that says what is wrong.
pub(super) fn from_args(args: &Args) -> Result<Settings, String> {
    let mut table = Table::new();
    if let Some(path) = &args.settings {
        table = read(path)?;
    }
    for assignment in &args.set {
        assign(&mut table, assignment)?;
    }
    name_flags(&mut table, args);
    let settings = if args.supervised {
        from_line(&table)?
    } else {
        let source = args.settings.as_deref();
        Settings::deserialize_table(table).map_err(|error| in_file(source, &error))?
    };
    settings.check().map_err(|error| error.to_string())?;
    Ok(settings)
}

fn read(path: &Path) -> Result<Table, String> {
    let text = fs::read_to_string(path)
        .map_err(|error| format!("{} can't be read: {error}", path.display()))?;
    text.parse().map_err(|error: toml::de::Error| {
        let start = error.span().map_or(0, |span| span.start);
        let line = 1 + text[..start].matches('\n').count();
        format!("{}:{line}: {}", path.display(), error.message())
    })
}

/// A supervisor says everything in its line.
fn from_line(flags: &Table) -> Result<Settings, String> {
    if !flags.is_empty() {
        return Err("--supervised takes its settings from stdin, and no other flag".to_owned());
    }
    let mut line = String::new();
    io::stdin()
        .lock()
        .read_line(&mut line)
        .map_err(|error| format!("stdin can't be read: {error}"))?;
    let mut settings: Settings =
        serde_json::from_str(&line).map_err(|error| format!("settings on stdin: {error}"))?;
    // A supervisor measures, and nobody would read a report.
    settings.judge.get_or_insert(false);
    Ok(settings)
}

fn assign(table: &mut Table, assignment: &str) -> Result<(), String> {
    let (key, text) = assignment
        .split_once('=')
        .ok_or_else(|| format!("--set {assignment}: expected KEY=VALUE"))?;
    let mut path: Vec<&str> = key.trim().split('.').collect();
    let last = path.pop().expect("split gives at least one part");
    let mut table = table;
    for part in path {
        let entry = table
            .entry(part)
            .or_insert_with(|| Value::Table(Table::new()));
        table = entry
            .as_table_mut()
            .ok_or_else(|| format!("--set {assignment}: `{part}` is no table"))?;
    }
    table.insert(last.to_owned(), value(text.trim()));
    Ok(())
}

/// A TOML value; what is none is a text, so that `40ms` needs no quotes.
fn value(text: &str) -> Value {
    text.parse()
        .unwrap_or_else(|_| Value::String(text.to_owned()))
}

fn name_flags(table: &mut Table, args: &Args) {
    let mut put = |key: &str, value: Option<Value>| {
        if let Some(value) = value {
            table.insert(key.to_owned(), value);
        }
    };
    put("profile", args.profile.clone().map(Value::from));
    put("region", args.region.clone().map(Value::from));
    put("rate", args.rate.map(Value::from));
    put("burst", args.burst.map(Value::from));
    // Beyond the numbers of TOML there is no quota that could be spent.
    let integer = |n: u64| Value::Integer(i64::try_from(n).unwrap_or(i64::MAX));
    put("daily", args.daily.map(integer));
    put(
        "port_offset",
        args.port_offset.map(|n| Value::from(i64::from(n))),
    );
    put("ephemeral", args.ephemeral.then_some(Value::Boolean(true)));
    put(
        "bind",
        args.bind.map(|address| Value::from(address.to_string())),
    );
    put("judge", args.no_judge.then_some(Value::Boolean(false)));
    put("control", args.control.clone().map(Value::from));
    let capture = args.capture.as_ref();
    put(
        "capture",
        capture.map(|path| Value::from(path.display().to_string())),
    );
    let ca_file = args.ca_file.as_ref();
    put(
        "ca_file",
        ca_file.map(|path| Value::from(path.display().to_string())),
    );
}

fn in_file(path: Option<&Path>, problem: &str) -> String {
    let problem = problem.trim_end().replace('\n', " ");
    match path {
        Some(path) => format!("{}: {problem}", path.display()),
        None => problem,
    }
}

impl Settings {
    /// From a table that came of a file and flags.
    fn deserialize_table(table: Table) -> Result<Settings, String> {
        Value::Table(table)
            .try_into()
            .map_err(|error: toml::de::Error| error.to_string())
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

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
        assert_eq!(settings.latency.dot, Duration::from_millis(40));
        assert_eq!(settings.latency.mail, Duration::from_micros(1500));
        assert_eq!(settings.rate, Some(28.0));
        assert_eq!(settings.unverified, ["a@b.c"]);
    }

    #[test]
    fn named_flags_win() {
        let mut args = args(&["rate=28"]);
        args.rate = Some(7.0);
        assert_eq!(from_args(&args).unwrap().rate, Some(7.0));
    }

    #[test]
    fn says_in_one_line_what_is_wrong() {
        for (set, part) in [
            ("rates=28", "rates"),
            ("rate=fast", "rate"),
            ("latency.dot=soon", "not a duration"),
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
