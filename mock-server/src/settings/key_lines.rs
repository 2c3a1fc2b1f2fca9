//! The line of each key of a TOML file, for errors.

use std::collections::BTreeMap;

use toml::de::{DeTable, DeValue};

/// The lines on which keys stand, counted from 1. A key is named by its path:
/// `latency.dot`, `faults[0].at`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct KeyLines(BTreeMap<String, usize>);

impl KeyLines {
    /// The keys of `text`; none if it is not TOML.
    #[must_use]
    pub fn parse(text: &str) -> KeyLines {
        let mut lines = KeyLines::default();
        if let Ok(table) = DeTable::parse(text) {
            lines.add_table(table.get_ref(), "", text);
        }
        lines
    }

    /// The line of `key`, or of the nearest table around it.
    #[must_use]
    pub fn line(&self, key: &str) -> Option<usize> {
        let key = key.replace('"', "");
        let mut path = key.as_str();
        loop {
            if let Some(line) = self.0.get(path) {
                return Some(*line);
            }
            path = &path[..path.rfind(['.', '['])?];
        }
    }

    fn add_table(&mut self, table: &DeTable<'_>, prefix: &str, text: &str) {
        for (name, value) in table {
            let path = format!("{prefix}{}", name.get_ref());
            self.add(path.clone(), name.span().start, text);
            self.add_value(value.get_ref(), &path, text);
        }
    }

    fn add_value(&mut self, value: &DeValue<'_>, path: &str, text: &str) {
        match value {
            DeValue::Table(table) => self.add_table(table, &format!("{path}."), text),
            DeValue::Array(list) => {
                for (number, each) in list.iter().enumerate() {
                    let path = format!("{path}[{number}]");
                    self.add(path.clone(), each.span().start, text);
                    self.add_value(each.get_ref(), &path, text);
                }
            }
            _ => {}
        }
    }

    fn add(&mut self, path: String, at: usize, text: &str) {
        let before = text.get(..at).unwrap_or_default();
        self.0.insert(path, 1 + before.matches('\n').count());
    }
}

/// Whether `key` is the key `outer` or a part of its value: `latency.dot` is within
/// `latency`, and `faults[0].at` within `faults`.
#[must_use]
pub fn is_within(key: &str, outer: &str) -> bool {
    let rest = key.strip_prefix(outer);
    rest.is_some_and(|rest| rest.is_empty() || rest.starts_with(['.', '[']))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_on_the_line_on_which_it_is_written() {
        let text = "\
rate = 5
latency.mail = '1ms'

[latency]
# A comment.
dot = { median = '1ms',
        p99 = '2ms' }

[[faults]]
at = 'dot'

[[faults]]
at = 'mail'

[thresholds]
\"response.p99\" = '< 1s'
";
        // `latency` is defined twice, which TOML refuses: no lines.
        assert_eq!(KeyLines::parse(text), KeyLines::default());
        let lines = KeyLines::parse(&text.replace("latency.mail = '1ms'", ""));
        for (key, line) in [
            ("rate", Some(1)),
            ("latency", Some(4)),
            ("latency.dot", Some(6)),
            ("latency.dot.p99", Some(7)),
            ("latency.mail", Some(4)),
            ("faults[0].at", Some(10)),
            ("faults[1].at", Some(13)),
            ("faults[1].reply", Some(12)),
            ("thresholds.response.p99", Some(16)),
            ("thresholds.\"response.p99\"", Some(16)),
            ("unknown", None),
        ] {
            assert_eq!(lines.line(key), line, "{key}");
        }
    }

    #[test]
    fn a_key_is_within_itself_its_table_and_its_list() {
        for outer in ["faults[0].at", "faults[0]", "faults"] {
            assert!(is_within("faults[0].at", outer), "{outer}");
        }
        for outer in ["fault", "faults[0].a", "at"] {
            assert!(!is_within("faults[0].at", outer), "{outer}");
        }
    }
}
