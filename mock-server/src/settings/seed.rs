//! Reads a seed: a number, or the same as a string, because integers of TOML end
//! at 2^63 (TOML 1.0.0, "Integer").

use std::fmt;

use serde::Deserializer;
use serde::de::{Error, Unexpected, Visitor};

pub(super) fn deserialize<'de, D: Deserializer<'de>>(input: D) -> Result<Option<u64>, D::Error> {
    input.deserialize_any(Seed)
}

struct Seed;

impl Visitor<'_> for Seed {
    type Value = Option<u64>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "a whole number from 0 to {}", u64::MAX)
    }

    fn visit_u64<E: Error>(self, number: u64) -> Result<Self::Value, E> {
        Ok(Some(number))
    }

    fn visit_i64<E: Error>(self, number: i64) -> Result<Self::Value, E> {
        let seed = u64::try_from(number).map(Some);
        seed.map_err(|_| E::invalid_value(Unexpected::Signed(number), &self))
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Self::Value, E> {
        let seed = text.parse().map(Some);
        seed.map_err(|_| E::invalid_value(Unexpected::Str(text), &self))
    }

    fn visit_unit<E: Error>(self) -> Result<Self::Value, E> {
        Ok(None)
    }
}

#[cfg(test)]
mod tests {
    use crate::settings::Settings;

    #[test]
    fn a_seed_may_have_all_of_its_64_bits() {
        let seed = |text: &str| serde_json::from_str::<Settings>(text).map(|s| s.seed);
        for text in [
            r#"{"seed":18446744073709551615}"#,
            r#"{"seed":"18446744073709551615"}"#,
        ] {
            assert_eq!(seed(text).unwrap(), Some(u64::MAX));
        }
        assert_eq!(seed(r#"{"seed":null}"#).unwrap(), None);
        assert_eq!(seed("{}").unwrap(), None);
        for text in [
            r#"{"seed":"18446744073709551616"}"#,
            r#"{"seed":-1}"#,
            r#"{"seed":1.5}"#,
            r#"{"seed":"x"}"#,
        ] {
            let error = seed(text).unwrap_err().to_string();
            assert!(
                error.contains("a whole number from 0 to 18446744073709551615"),
                "{error}"
            );
        }
    }
}
