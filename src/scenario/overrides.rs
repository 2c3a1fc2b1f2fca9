//! Overrides: keys set by `--set` and by the flags that stand for a key. They are
//! the only way from a flag into a plan.

use toml::{Table, Value};

/// One key, set by a flag.
#[derive(Clone, Debug, PartialEq)]
pub struct Override {
    /// The flag, for errors: `--rate`.
    pub(super) flag: String,
    /// The key in its tables.
    pub(super) table: Table,
}

/// The text is not a valid assignment.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("invalid assignment {0:?}: expected KEY=VALUE, such as load.rate=200/s")]
pub struct InvalidAssignment(String);

impl Override {
    /// `flag` sets the key at `path`.
    pub fn new(flag: &str, path: &[&str], value: impl Into<Value>) -> Self {
        let mut value = value.into();
        for name in path.iter().rev() {
            value = Value::Table(Table::from_iter([((*name).to_owned(), value)]));
        }
        let table = match value {
            Value::Table(table) => table,
            _ => Table::new(),
        };
        Self {
            flag: flag.to_owned(),
            table,
        }
    }

    /// Parses `load.rate=200/s`: the value is TOML if it parses as such, otherwise
    /// a string.
    pub fn assignment(text: &str) -> Result<Self, InvalidAssignment> {
        let one_line = Some(text).filter(|text| !text.contains(['\n', '\r']));
        let table = one_line.and_then(|text| whole(text).or_else(|| quoted(text)));
        let table = table.ok_or_else(|| InvalidAssignment(text.to_owned()))?;
        let flag = "--set".to_owned();
        Ok(Self { flag, table })
    }

    /// The same, set by that flag.
    pub(super) fn by(self, flag: &str) -> Self {
        let flag = flag.to_owned();
        Self { flag, ..self }
    }

    /// The value that it sets at `path`, if any.
    pub fn value(&self, path: &[&str]) -> Option<&Value> {
        let (first, rest) = path.split_first()?;
        let first = self.table.get(*first);
        rest.iter().fold(first, |value, name| value?.get(name))
    }

    /// The paths of the keys it sets, with dots.
    pub(super) fn paths(&self) -> Vec<String> {
        let mut paths = Vec::new();
        collect_paths(&self.table, "", &mut paths);
        paths
    }
}

fn whole(text: &str) -> Option<Table> {
    text.parse().ok().filter(|table: &Table| !table.is_empty())
}

fn quoted(text: &str) -> Option<Table> {
    let (key, value) = text.split_once('=')?;
    let mut table = whole(&format!("{key} = 0"))?;
    *leaf(&mut table)? = Value::String(value.trim().to_owned());
    Some(table)
}

fn leaf(table: &mut Table) -> Option<&mut Value> {
    let (_, value) = table.iter_mut().next()?;
    match value {
        Value::Table(inner) => leaf(inner),
        other => Some(other),
    }
}

fn collect_paths(table: &Table, prefix: &str, paths: &mut Vec<String>) {
    for (name, value) in table {
        let path = format!("{prefix}{name}");
        match value {
            Value::Table(inner) => collect_paths(inner, &format!("{path}."), paths),
            _ => paths.push(path),
        }
    }
}

/// Applies `over` to `base`: tables are merged, other values are replaced.
pub(super) fn apply_overrides(base: &mut Table, over: &Table) {
    for (name, value) in over {
        match (base.get_mut(name), value) {
            (Some(Value::Table(below)), Value::Table(above)) => apply_overrides(below, above),
            _ => {
                base.insert(name.clone(), value.clone());
            }
        }
    }
}

/// Whether `over` sets a complete distribution of sizes, not one key of it. It
/// then replaces the existing distribution instead of merging with it.
pub(super) fn replaces_sizes(over: &Table) -> bool {
    let message = over.get("message").and_then(Value::as_table);
    let sizes = message.and_then(|message| message.get("size")?.as_table());
    sizes.is_some_and(|sizes| sizes.len() > 1)
}

/// The delays of the mock that `over` sets as a complete distribution, not key by
/// key. Each replaces the existing delay, which may have other keys.
pub(super) fn replaces_delays(over: &Table) -> Vec<String> {
    let latency = over.get("mock").and_then(|mock| mock.get("latency"));
    let stages = latency.and_then(Value::as_table).into_iter().flatten();
    let is_whole = |delay: &Table| delay.len() > 1 || delay.contains_key("recorded");
    stages
        .filter(|(_, delay)| delay.as_table().is_some_and(is_whole))
        .map(|(stage, _)| format!("mock.latency.{stage}"))
        .collect()
}

/// The keys of a schedule, which the closed model does not have.
pub(super) const OPEN_ONLY: &[&str] = &[
    "load.rate",
    "load.stages",
    "load.rate_unit",
    "load.arrivals",
    "load.catch_up",
];

/// The keys that do not apply to the mock.
const NOT_MOCK: &[&str] = &[
    "target.host",
    "target.port",
    "target.ca_file",
    "target.region",
    "target.fips",
    "target.daily_quota",
    "target.price_per_1000",
];

/// The keys that do not apply to an SMTP server other than SES.
const NOT_SMTP: &[&str] = &[
    "mock",
    "target.region",
    "target.fips",
    "target.daily_quota",
    "target.price_per_1000",
];

/// The keys of the file that have no effect when a flag sets `message.mix`: every
/// entry of the mix overrides them.
pub(super) fn displaced_by_mix(path: &str, value: &Value) -> Vec<&'static str> {
    let Some(entries) = value.as_array().filter(|_| path == "message.mix") else {
        return Vec::new();
    };
    let instead: [(_, &[&str]); 3] = [
        ("message.size", &["size", "eml"]),
        ("message.attachments", &["attachments", "eml"]),
        ("message.eml", &["eml", "size", "attachments"]),
    ];
    let says = |entry: &Value, keys: &[&str]| keys.iter().any(|key| entry.get(key).is_some());
    let unheeded = instead
        .into_iter()
        .filter(|(_, keys)| entries.iter().all(|entry| says(entry, keys)));
    unheeded.map(|(path, _)| path).collect()
}

/// The keys of the file that a flag removes when it sets `path` to `value`,
/// because they would contradict it.
pub(super) fn displaced(path: &str, value: &Value) -> &'static [&'static str] {
    match (path, value.as_str()) {
        ("load.rate", _) => &["load.stages"],
        ("load.stages", _) => &["load.rate", "load.duration", "load.messages"],
        ("load.duration", _) => &["load.messages", "load.stages"],
        ("load.messages", _) => &["load.duration", "load.stages"],
        ("load.model", Some("closed")) => OPEN_ONLY,
        ("message.to", _) => &["message.recipients_csv"],
        ("message.recipients_csv", _) => &["message.to"],
        ("message.attachments", _) => &["message.eml"],
        (path, _) if path.split('.').take(2).eq(["message", "size"]) => &["message.eml"],
        ("message.eml", _) => &["message.size", "message.attachments"],
        ("target.kind", Some("mock")) => NOT_MOCK,
        ("target.kind", Some("smtp")) => NOT_SMTP,
        ("target.kind", Some("ses")) => &["mock", "target.host", "target.port"],
        ("target.host", _) => &["target.port"],
        // Ports whose mode is TLS from the first byte (RFC 8314 section 7.3).
        ("target.port", None) if matches!(value.as_integer(), Some(465 | 2465)) => &["target.tls"],
        ("target.tls", Some("none")) => super::resolve::TLS_ONLY,
        _ => &[],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_assignment_is_toml_where_it_can_be_and_otherwise_text() {
        for (text, toml) in [
            ("load.rate=200/s", "load = { rate = '200/s' }"),
            ("load.sessions = 20", "load = { sessions = 20 }"),
            ("seed=7", "seed = 7"),
            ("target.insecure=true", "target = { insecure = true }"),
            (
                "message.to=['a@b','c@d']",
                "message = { to = ['a@b', 'c@d'] }",
            ),
            ("target.host=127.0.0.1", "target = { host = '127.0.0.1' }"),
            (
                "mock.latency.dot=20ms",
                "mock = { latency = { dot = '20ms' } }",
            ),
            (
                "thresholds.\"response.p99\"=<= 250ms",
                "thresholds = { 'response.p99' = '<= 250ms' }",
            ),
            ("name=a=b", "name = 'a=b'"),
        ] {
            let table: Table = toml.parse().unwrap();
            assert_eq!(Override::assignment(text).unwrap().table, table, "{text}");
        }
    }

    #[test]
    fn a_mix_displaces_what_none_of_its_kinds_heeds() {
        for (mix, unheeded) in [
            (
                "[{ weight = 1, size = '2 KiB' }]",
                &["message.size", "message.eml"][..],
            ),
            ("[{ size = 1 }, { attachments = [] }]", &["message.eml"]),
            (
                "[{ eml = 'a' }, { size = 1, attachments = [] }]",
                &["message.size", "message.attachments", "message.eml"],
            ),
            ("[{ size = 1 }, { name = 'as in the file' }]", &[]),
            ("7", &[]),
        ] {
            let set = Override::assignment(&format!("message.mix={mix}")).unwrap();
            let value = set.value(&["message", "mix"]).unwrap();
            assert_eq!(displaced_by_mix("message.mix", value), unheeded, "{mix}");
            assert!(displaced_by_mix("message.to", value).is_empty());
        }
    }

    #[test]
    fn a_distribution_of_delays_takes_the_place_of_another() {
        for (set, replaced) in [
            ("{ median = '1ms', p99 = '2ms' }", true),
            ("{ recorded = [[0, '1ms'], [1, '2ms']] }", true),
            ("20ms", false),
            ("{ p99 = '3ms' }", false),
        ] {
            let set = Override::assignment(&format!("mock.latency.dot={set}")).unwrap();
            let expected: &[&str] = if replaced { &["mock.latency.dot"] } else { &[] };
            assert_eq!(replaces_delays(&set.table), expected);
        }
    }

    #[test]
    fn an_invalid_assignment_is_refused() {
        for text in ["", "load.rate", "=5", "a b=5", "a..b=5", "seed=1\nname='x'"] {
            assert!(Override::assignment(text).is_err(), "{text}");
        }
    }
}
