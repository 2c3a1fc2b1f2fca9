//! A factor: one key of the scenario, and the values to compare.

use std::fmt;

use super::Override;

/// A key, and two or more values for it.
#[derive(Clone, Debug, PartialEq)]
pub struct Factor {
    key: String,
    values: Vec<FactorValue>,
}

/// One of the values.
#[derive(Clone, Debug, PartialEq)]
pub struct FactorValue {
    /// The value as it was written, with its number where another one is the same.
    pub label: String,
    /// Sets the key to it.
    pub set: Override,
}

/// The text is not a valid factor.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum InvalidFactor {
    /// It has not the form.
    #[error("invalid factor {0:?}: expected KEY=VALUE,VALUE, such as target.tls=starttls,wrapper")]
    Form(String),
    /// There is nothing to compare.
    #[error(
        "invalid factor {0:?}: one value: expected two or more, separated by commas, such as \
         target.tls=starttls,wrapper"
    )]
    One(String),
    /// Each pair has its own seed.
    #[error("invalid factor {0:?}: each pair of runs has a seed of its own: expected another key")]
    Seed(String),
}

/// The flag, for errors.
const FLAG: &str = "--factor";

impl Factor {
    /// Parses `target.tls=starttls,wrapper`. Commas in quotes, brackets and braces belong
    /// to a value; each value is read as one of `--set` is.
    pub fn parse(text: &str) -> Result<Self, InvalidFactor> {
        let form = || InvalidFactor::Form(text.to_owned());
        let (key, values) = text.split_once('=').ok_or_else(form)?;
        let (key, values) = (key.trim(), split(values));
        if key == "seed" {
            return Err(InvalidFactor::Seed(text.to_owned()));
        }
        if values.iter().any(|value| value.is_empty()) {
            return Err(form());
        }
        if values.len() < 2 {
            return Err(InvalidFactor::One(text.to_owned()));
        }
        let value = |(at, value): (usize, &&str)| {
            let set = Override::assignment(&format!("{key}={value}")).map_err(|_| form())?;
            Ok(FactorValue {
                label: label(&values, at),
                set: set.by(FLAG),
            })
        };
        Ok(Self {
            key: key.to_owned(),
            values: values
                .iter()
                .enumerate()
                .map(value)
                .collect::<Result<_, _>>()?,
        })
    }

    /// The first of `overrides` that sets the key too, or a part of it, or all of its
    /// table: its flag. It would have no effect.
    pub fn overrules<'a>(&self, overrides: impl Iterator<Item = &'a Override>) -> Option<&'a str> {
        let keys = self.values[0].set.paths();
        let is_within = |inner: &str, outer: &str| {
            let rest = inner.strip_prefix(outer);
            rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
        };
        let mut overrides = overrides.filter(|each| {
            let mut set = each.paths().into_iter();
            set.any(|set| {
                let mut keys = keys.iter();
                keys.any(|key| is_within(&set, key) || is_within(key, &set))
            })
        });
        overrides.next().map(|each| each.flag.as_str())
    }

    /// The key.
    pub fn key(&self) -> &str {
        &self.key
    }

    /// The values, the first one being the one that the others are compared with.
    pub fn values(&self) -> &[FactorValue] {
        &self.values
    }
}

impl fmt::Display for Factor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let labels: Vec<&str> = self.values.iter().map(|each| each.label.as_str()).collect();
        write!(f, "{}={}", self.key, labels.join(","))
    }
}

/// The value without the quotes of TOML, numbered where another one is the same.
fn label(values: &[&str], at: usize) -> String {
    let text = values[at].trim_matches(['"', '\'']);
    let is_same = |other: &&&str| other.trim_matches(['"', '\'']) == text;
    match values.iter().filter(is_same).count() {
        1 => text.to_owned(),
        _ => {
            let number = values[..=at].iter().filter(is_same).count();
            format!("{text} ({number})")
        }
    }
}

/// Splits at commas that are not within quotes, brackets or braces.
fn split(text: &str) -> Vec<&str> {
    let (mut depth, mut quote, mut from) = (0_usize, None, 0);
    let mut parts = Vec::new();
    for (at, c) in text.char_indices() {
        match (quote, c) {
            (Some(open), c) if c == open => quote = None,
            (Some(_), _) => {}
            (None, '"' | '\'') => quote = Some(c),
            (None, '[' | '{') => depth += 1,
            (None, ']' | '}') => depth = depth.saturating_sub(1),
            (None, ',') if depth == 0 => {
                parts.push(text[from..at].trim());
                from = at + 1;
            }
            (None, _) => {}
        }
    }
    parts.push(text[from..].trim());
    parts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_factor_is_a_key_with_values_of_any_form() {
        for (text, key, labels) in [
            (
                "target.tls=starttls,wrapper",
                "target.tls",
                &["starttls", "wrapper"][..],
            ),
            (
                "load.sessions = 5, 10 ,20",
                "load.sessions",
                &["5", "10", "20"],
            ),
            (
                "mock.latency.dot=5ms,{ median = '5ms', p99 = '9ms' }",
                "mock.latency.dot",
                &["5ms", "{ median = '5ms', p99 = '9ms' }"],
            ),
            ("name=\"a,b\",c", "name", &["a,b", "c"]),
            (
                "message.to=['a@b','c@d'],['e@f']",
                "message.to",
                &["['a@b','c@d']", "['e@f']"],
            ),
            ("load.rate=5/s,5/s", "load.rate", &["5/s (1)", "5/s (2)"]),
        ] {
            let factor = Factor::parse(text).unwrap();
            let found: Vec<&str> = factor.values().iter().map(|v| v.label.as_str()).collect();
            assert_eq!((factor.key(), found.as_slice()), (key, labels));
            let set = Override::assignment(&format!(
                "{key}={}",
                split(&text[text.find('=').unwrap() + 1..])[0]
            ));
            assert_eq!(factor.values()[0].set, set.unwrap().by(FLAG), "{text}");
        }
    }

    #[test]
    fn a_flag_for_the_same_key_would_have_no_effect() {
        let overrules = |factor: &str, set: &str| {
            let set = Override::assignment(set).unwrap().by("--rate");
            let factor = Factor::parse(factor).unwrap();
            factor.overrules([&set].into_iter()).map(str::to_owned)
        };
        let flag = Some("--rate".to_owned());
        assert_eq!(overrules("load.rate=1/s,2/s", "load.rate=3/s"), flag);
        assert_eq!(
            overrules("load.rate=1/s,2/s", "load.rate_unit=recipients"),
            None
        );
        assert_eq!(overrules("load.rate=1/s,2/s", "load.sessions=3"), None);
        let table = "mock.latency={dot='1ms'},{dot='2ms'}";
        assert_eq!(overrules(table, "mock.latency.dot=3ms"), flag);
        assert_eq!(
            overrules("mock.latency.dot=1ms,2ms", "mock.latency.mail=3ms"),
            None
        );
    }

    #[test]
    fn what_cannot_be_compared_is_refused() {
        for (text, part) in [
            ("", "expected KEY=VALUE,VALUE"),
            ("target.tls", "expected KEY=VALUE,VALUE"),
            ("=a,b", "expected KEY=VALUE,VALUE"),
            ("target.tls=", "expected KEY=VALUE,VALUE"),
            ("target.tls=starttls,", "expected KEY=VALUE,VALUE"),
            ("a b=1,2", "expected KEY=VALUE,VALUE"),
            ("target.tls=starttls", "one value: expected two or more"),
            ("seed=1,2", "a seed of its own"),
        ] {
            let error = Factor::parse(text).unwrap_err().to_string();
            let start = format!("invalid factor {text:?}: ");
            assert!(error.starts_with(&start) && error.contains(part), "{error}");
        }
    }
}
