//! The words that keys accept, and their meanings.

use toml::Value;

use super::Kind;
use super::value::{self, KeyValue, ValueError};
use crate::dispatch::Connect;
use crate::net::TlsVersion;
use crate::schedule::Arrivals;
use crate::smtp::TlsMode;

/// A type each of whose values has a word.
pub(super) trait Words: Copy + 'static {
    /// The words.
    const WORDS: &'static [&'static str];

    /// The value of a word.
    fn from_word(word: &str) -> Option<Self>;
}

impl<T: Words> KeyValue for T {
    const KIND: Kind = Kind::OneOf(T::WORDS);

    fn read(value: &Value) -> Result<Self, ValueError> {
        one_of(value.as_str().ok_or(ValueError::Type)?)
    }
}

impl<T: Words> KeyValue for Vec<T> {
    const KIND: Kind = Kind::ListOf(T::WORDS);

    fn read(value: &Value) -> Result<Self, ValueError> {
        value::each(value, one_of)
    }
}

fn one_of<T: Words>(word: &str) -> Result<T, ValueError> {
    T::from_word(word).ok_or_else(|| unknown(word, T::WORDS))
}

fn unknown(word: &str, words: &[&str]) -> ValueError {
    let words = words.join(", ");
    ValueError::Value(format!("invalid value {word:?}: expected one of {words}"))
}

/// Makes `$type` a type of words.
macro_rules! words {
    ($type:ty { $($word:literal => $value:expr,)* }) => {
        impl Words for $type {
            const WORDS: &'static [&'static str] = &[$($word),*];

            fn from_word(word: &str) -> Option<Self> {
                match word {
                    $($word => Some($value),)*
                    _ => None,
                }
            }
        }
    };
}

/// `target.kind`
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::scenario) enum TargetWord {
    Mock,
    Smtp,
    Ses,
}

words!(TargetWord { "mock" => Self::Mock, "smtp" => Self::Smtp, "ses" => Self::Ses, });

words!(TlsMode {
    "starttls" => Self::Starttls,
    "wrapper" => Self::Wrapper,
    "none" => Self::None,
});

words!(TlsVersion { "1.2" => Self::V12, "1.3" => Self::V13, });

/// `auth.mechanism`
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::scenario) enum MechanismWord {
    Plain,
    Login,
    None,
}

words!(MechanismWord {
    "plain" => Self::Plain,
    "login" => Self::Login,
    "none" => Self::None,
});

/// `load.model`
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::scenario) enum ModelWord {
    Open,
    Closed,
}

words!(ModelWord { "open" => Self::Open, "closed" => Self::Closed, });

/// `load.rate_unit`
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::scenario) enum RateUnitWord {
    Messages,
    Recipients,
}

words!(RateUnitWord { "messages" => Self::Messages, "recipients" => Self::Recipients, });

words!(Arrivals { "constant" => Self::Constant, "poisson" => Self::Poisson, });

words!(Connect { "ahead" => Self::Ahead, "on_demand" => Self::OnDemand, });

/// `retry.policy`
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::scenario) enum RetryPolicyWord {
    None,
    Exponential,
}

words!(RetryPolicyWord { "none" => Self::None, "exponential" => Self::Exponential, });

/// The names of the key exchange groups that the TLS library offers.
const KEY_EXCHANGE: &[&str] = &[
    "X25519",
    "secp256r1",
    "secp384r1",
    "X25519MLKEM768",
    "secp256r1MLKEM768",
    "MLKEM768",
    "MLKEM1024",
];

/// `target.key_exchange`
#[derive(Clone, Debug)]
pub(in crate::scenario) struct KeyExchangeGroups(pub(in crate::scenario) Vec<String>);

impl KeyValue for KeyExchangeGroups {
    const KIND: Kind = Kind::ListOf(KEY_EXCHANGE);

    fn read(value: &Value) -> Result<Self, ValueError> {
        let names = value::each(value, |name| match KEY_EXCHANGE.contains(&name) {
            true => Ok(name.to_owned()),
            false => Err(unknown(name, KEY_EXCHANGE)),
        });
        names.map(Self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_key_exchange_groups_are_those_of_the_tls_library() {
        let offered: Vec<String> = rustls::crypto::aws_lc_rs::ALL_KX_GROUPS
            .iter()
            .map(|group| format!("{:?}", group.name()))
            .collect();
        assert_eq!(offered, KEY_EXCHANGE);
    }
}
