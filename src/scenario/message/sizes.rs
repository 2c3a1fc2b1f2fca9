//! Parses `message.size`: one size, or a distribution of sizes.

use toml::{Table, Value};

use crate::message::{SizeShare, Sizes};
use crate::scenario::keys::{self, KeyValue, Kind, ValueError};
use crate::scenario::weight;

/// The valid forms.
const FORMS: &str = "expected a size, { least = \"1 KiB\", most = \"64 KiB\" }, \
                     { median = \"20 KiB\", p99 = \"1 MiB\", most = \"10 MiB\" } or \
                     [{ size = \"4 KiB\", weight = 70 }, { size = \"1 MiB\", weight = 30 }]";

impl KeyValue for Sizes {
    const KIND: Kind = Kind::Sizes;

    /// Reads one size or a distribution.
    fn read(value: &Value) -> Result<Self, ValueError> {
        let sizes = match value {
            Value::Table(table) => distribution(table),
            Value::Array(list) => listed(list),
            one => {
                let size = keys::size(one).ok_or(ValueError::Type)?;
                size.map(|size| Self::Fixed(size.0))
            }
        };
        sizes.map_err(ValueError::Value)
    }
}

fn distribution(table: &Table) -> Result<Sizes, String> {
    let log_normal = ["median", "p99"].iter().any(|key| table.contains_key(*key));
    let (form, keys): (_, &[&str]) = match log_normal {
        true => ("median and p99", &["median", "p99", "least", "most"]),
        false => ("least and most", &["least", "most"]),
    };
    if let Some(unknown) = table.keys().find(|key| !keys.contains(&key.as_str())) {
        return Err(format!("unknown key `{unknown}` beside {form}: {FORMS}"));
    }
    let most = size(table, "most")?;
    if !log_normal {
        let least = size(table, "least")?;
        return match least <= most {
            true => Ok(Sizes::Uniform { least, most }),
            false => Err("`least` must not be above `most`".to_owned()),
        };
    }
    let (median, p99) = (size(table, "median")?, size(table, "p99")?);
    let least = match table.contains_key("least") {
        true => size(table, "least")?,
        false => 0,
    };
    if !(least <= median && median < p99 && p99 <= most) || median == 0 {
        return Err(
            "must ascend in this order: least, median, p99, most; with p99 above median".to_owned(),
        );
    }
    Ok(Sizes::LogNormal {
        median,
        p99,
        least,
        most,
    })
}

fn listed(list: &[Value]) -> Result<Sizes, String> {
    let shares = (1..).zip(list).map(|(number, value)| {
        let table = value.as_table();
        let share = table.ok_or_else(|| FORMS.to_owned()).and_then(share);
        share.map_err(|why| format!("size {number}: {why}"))
    });
    let shares: Vec<_> = shares.collect::<Result<_, _>>()?;
    match shares.is_empty() {
        true => Err(format!("empty list: {FORMS}")),
        false => Ok(Sizes::Listed(shares)),
    }
}

fn share(table: &Table) -> Result<SizeShare, String> {
    if let Some(unknown) = table.keys().find(|key| *key != "size" && *key != "weight") {
        return Err(format!("unknown key `{unknown}`: {FORMS}"));
    }
    Ok(SizeShare {
        size: size(table, "size")?,
        weight: weight::of(table)?,
    })
}

fn size(table: &Table, key: &str) -> Result<u64, String> {
    let value = table.get(key);
    let value = value.ok_or_else(|| format!("`{key}` is missing: {FORMS}"))?;
    match keys::size(value) {
        Some(Ok(size)) => Ok(size.0),
        Some(Err(why)) => Err(format!("{key}: {why}")),
        None => Err(format!("{key}: invalid size {value}: {FORMS}")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read_toml(text: &str) -> Result<Sizes, ValueError> {
        Sizes::read(&text.parse().unwrap())
    }

    #[test]
    fn sizes_are_read_as_they_are_written_and_told_in_plain_words() {
        for (text, json, words) in [
            ("'4 KiB'", "4096", "4 KiB"),
            ("4097", "4097", "4097 bytes"),
            (
                "{ least = '1 KiB', most = 3000 }",
                r#"{"least":1024,"most":3000}"#,
                "1 KiB to 3000 bytes",
            ),
            (
                "{ median = '20 KiB', p99 = '1 MiB', least = '2 KiB', most = '10 MiB' }",
                r#"{"median":20480,"p99":1048576,"least":2048,"most":10485760}"#,
                "2 KiB to 10 MiB (half below 20 KiB, 99% below 1 MiB)",
            ),
            (
                "[{ size = '4 KiB', weight = 2 }, { size = '1 MiB', weight = 1.0 }]",
                r#"[{"size":4096,"weight":2.0},{"size":1048576,"weight":1.0}]"#,
                "4 KiB (66.7%) or 1 MiB (33.3%)",
            ),
        ] {
            let sizes = read_toml(text).unwrap();
            assert_eq!(serde_json::to_string(&sizes).unwrap(), json);
            assert_eq!(sizes.to_string(), words);
        }
    }

    #[test]
    fn an_invalid_distribution_is_reported() {
        for (text, why) in [
            (
                "{ least = '2 KiB', most = '1 KiB' }",
                "`least` must not be above `most`",
            ),
            ("{ least = '2 KiB' }", "`most` is missing: expected a size"),
            (
                "{ least = '2 KiB', most = 'big' }",
                "most: invalid size \"big\"",
            ),
            (
                "{ least = '2 KiB', most = true }",
                "most: invalid size true: expected a size",
            ),
            (
                "{ mean = '2 KiB', most = '1 KiB' }",
                "unknown key `mean` beside least and most",
            ),
            (
                "{ median = '2 KiB', p99 = '1 KiB', most = '9 KiB' }",
                "must ascend in this order: least, median, p99, most",
            ),
            (
                "{ median = '2 KiB', p99 = '8 KiB', most = '7 KiB' }",
                "must ascend in this order",
            ),
            (
                "{ median = 0, p99 = 8, most = 9 }",
                "must ascend in this order",
            ),
            ("{ median = '2 KiB', most = '9 KiB' }", "`p99` is missing"),
            ("[]", "empty list: expected a size"),
            ("['4 KiB']", "size 1: expected a size"),
            (
                "[{ size = 5, weight = 1 }, { size = 5 }]",
                "size 2: `weight` is missing: expected a number above 0",
            ),
            (
                "[{ size = 5, weight = 0 }]",
                "size 1: weight: invalid value 0: expected a number above 0",
            ),
            (
                "[{ size = 5, weight = inf }]",
                "size 1: weight: invalid value inf: expected a number above 0",
            ),
            (
                "[{ size = -5, weight = 1 }]",
                "size 1: size: invalid number -5",
            ),
            (
                "[{ size = 5, weight = 1, x = 1 }]",
                "size 1: unknown key `x`",
            ),
        ] {
            let Err(ValueError::Value(told)) = read_toml(text) else {
                panic!("{text}");
            };
            assert!(told.starts_with(why), "{text}: {told}");
        }
        assert_eq!(read_toml("true"), Err(ValueError::Type));
    }
}
