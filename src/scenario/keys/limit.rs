//! A limit in the table of thresholds: a text, or a table that also has what happens to
//! a run that misses it.

use std::time::Duration;

use toml::{Table, Value};

use super::value::{KeyValue, ValueError, found, text_at};
use crate::text::most_similar;

/// A limit of a figure.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::scenario) struct Limit {
    /// Operator and limit: `< 250ms`.
    pub(in crate::scenario) condition: String,
    /// Whether the run ends when it is sure to miss it, and how long after the start of
    /// what is measured at the earliest.
    pub(in crate::scenario) abort_after: Option<Duration>,
}

/// The keys of the table, in the order of errors.
const KEYS: [&str; 3] = ["limit", "abort_on_fail", "delay"];

impl Limit {
    /// Reads the limit, or one of the limits, of `figure`.
    pub(super) fn read(figure: &str, value: &Value) -> Result<Self, ValueError> {
        match value {
            Value::Table(table) => {
                from_table(table).map_err(|why| ValueError::Value(format!("{figure}: {why}")))
            }
            text => Ok(Self {
                condition: text_at(figure, text)?.to_owned(),
                abort_after: None,
            }),
        }
    }
}

fn from_table(table: &Table) -> Result<Limit, String> {
    if let Some(unknown) = table.keys().find(|key| !KEYS.contains(&key.as_str())) {
        let nearest = most_similar(unknown, KEYS);
        let nearest = nearest.map(|key| format!(": did you mean `{key}`?"));
        let hint = nearest.unwrap_or_else(|| format!(": expected one of {}", KEYS.join(", ")));
        return Err(format!("unknown key \"{}\"{hint}", unknown.escape_debug()));
    }
    let condition = table
        .get("limit")
        .ok_or("limit is missing, such as \"< 250ms\"")?;
    let aborts = optional::<bool>(table, "abort_on_fail", "true or false")?;
    let delay = optional::<Duration>(table, "delay", "a duration in quotes, such as \"10s\"")?;
    let abort_after = match (aborts, delay) {
        (Some(true), delay) => Some(delay.unwrap_or_default()),
        (_, None) => None,
        (_, Some(_)) => return Err("delay has no effect without abort_on_fail = true".to_owned()),
    };
    Ok(Limit {
        condition: String::read(condition)
            .map_err(|error| why("limit", error, condition, "a text in quotes"))?,
        abort_after,
    })
}

fn optional<T: KeyValue>(table: &Table, key: &str, expected: &str) -> Result<Option<T>, String> {
    let value = table.get(key);
    let read = value.map(|value| T::read(value).map_err(|error| why(key, error, value, expected)));
    read.transpose()
}

fn why(key: &str, error: ValueError, value: &Value, expected: &str) -> String {
    match error {
        ValueError::Value(why) => format!("{key}: {why}"),
        ValueError::Type => format!("{key}: found {}, expected {expected}", found(value)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(toml: &str) -> Result<Limit, String> {
        let table: Table = format!("limit = {toml}").parse().unwrap();
        Limit::read("tls.p50", &table["limit"]).map_err(|error| match error {
            ValueError::Value(why) => why,
            ValueError::Type => "type".to_owned(),
        })
    }

    #[test]
    fn a_limit_is_a_text_or_a_table() {
        for (toml, abort_after) in [
            ("'< 1s'", None),
            ("{ limit = '< 1s' }", None),
            ("{ limit = '< 1s', abort_on_fail = false }", None),
            ("{ limit = '< 1s', abort_on_fail = true }", Some(0)),
            (
                "{ limit = '< 1s', abort_on_fail = true, delay = '10s' }",
                Some(10),
            ),
        ] {
            let limit = read(toml).unwrap();
            assert_eq!(limit.condition, "< 1s");
            assert_eq!(
                limit.abort_after,
                abort_after.map(Duration::from_secs),
                "{toml}"
            );
        }
    }

    #[test]
    fn the_error_names_the_key_of_the_table() {
        for (toml, why) in [
            (
                "5",
                "tls.p50: found the number 5, expected a text in quotes",
            ),
            ("{}", "tls.p50: limit is missing, such as \"< 250ms\""),
            (
                "{ limit = '< 1s', abort_on_fial = true }",
                "tls.p50: unknown key \"abort_on_fial\": did you mean `abort_on_fail`?",
            ),
            (
                "{ limit = 5 }",
                "tls.p50: limit: found the number 5, expected a text in quotes",
            ),
            (
                "{ limit = '< 1s', abort_on_fail = 'yes' }",
                "tls.p50: abort_on_fail: found the text \"yes\", expected true or false",
            ),
            (
                "{ limit = '< 1s', delay = '10s' }",
                "tls.p50: delay has no effect without abort_on_fail = true",
            ),
            (
                "{ limit = '< 1s', abort_on_fail = true, delay = 10 }",
                "tls.p50: delay: found the number 10, expected a duration in quotes, such as \"10s\"",
            ),
        ] {
            assert_eq!(read(toml).unwrap_err(), why);
        }
    }
}
