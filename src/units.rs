//! Quantities with a unit, in the grammar that scenarios, flags and the mock's
//! settings share: the mock's package parses and writes them.

pub(crate) use sesbench_mock::units::{
    InvalidQuantity, MAX_DECIMALS, PerTime, Size, TimeUnit, duration, share,
};

#[cfg(test)]
mod tests {
    use sesbench_mock::units::Bandwidth;

    use super::{Size, duration, share};
    use crate::schedule::Rate;

    /// Reads `text` as the kind of quantity, and writes its value: nanoseconds,
    /// bytes, bytes per second, the rate as plans write it.
    fn value(kind: &str, text: &str) -> Option<String> {
        Some(match kind {
            "duration" => duration::parse(text).ok()?.as_nanos().to_string(),
            "size" => text.parse::<Size>().ok()?.0.to_string(),
            "bandwidth" => Bandwidth::parse(text).ok()?.bytes_per_second().to_string(),
            "rate" => text.parse::<Rate>().ok()?.to_string(),
            "share" => share::parse(text).ok()?.to_string(),
            _ => return None,
        })
    }

    /// A percentage was once divided by 100 in binary, so it may differ in the last
    /// bit. Every other quantity is exact.
    fn agree(kind: &str, before: &str, now: &str) -> bool {
        let number = |text: &str| text.parse::<f64>().unwrap();
        before == now
            || kind == "share" && (number(before) / number(now) - 1.0).abs() <= f64::EPSILON
    }

    /// Every text in scenarios, docs and tests, and every spelling, that the separate
    /// parsers of the two packages accepted, with the value that they read.
    #[test]
    fn quantities_are_read_as_they_always_were() {
        let corpus = include_str!("../tests/golden/quantities.txt");
        let mut read = 0;
        for line in corpus.lines() {
            let [kind, text, before] = line.split('\t').collect::<Vec<_>>()[..] else {
                panic!("{line}");
            };
            let now = value(kind, text).unwrap_or_else(|| panic!("refused: {line}"));
            assert!(agree(kind, before, &now), "{line}: {now}");
            read += 1;
        }
        assert_eq!(read, 744);
    }
}
