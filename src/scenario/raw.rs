//! A scenario as TOML, with defaults filled in. Values are not checked against
//! each other here.

use std::collections::BTreeMap;
use std::net::IpAddr;

use serde::Deserialize;

use super::message::{Entries, RawAttachments, RawSizes};
use super::stages::Stages;
use super::values::Time;
use crate::dispatch::Connect;
use crate::net::TlsVersion;
use crate::schedule::{Arrivals, Rate};
use crate::smtp::TlsMode;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawScenario {
    pub(super) name: Option<String>,
    pub(super) seed: u64,
    pub(super) allow_recipient_domains: Vec<String>,
    pub(super) target: Target,
    pub(super) auth: Auth,
    pub(super) load: Load,
    pub(super) message: Message,
    pub(super) retry: Retry,
    pub(super) timeouts: BTreeMap<String, Time>,
    pub(super) thresholds: BTreeMap<String, OneOrMore>,
    pub(super) mock: toml::Table,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Target {
    pub(super) kind: Kind,
    pub(super) host: Option<String>,
    pub(super) port: Option<u64>,
    pub(super) region: Option<String>,
    pub(super) fips: bool,
    pub(super) max_rate: Option<Rate>,
    pub(super) max_recipients: Option<u64>,
    pub(super) daily_quota: u64,
    pub(super) price_per_1000: Option<f64>,
    pub(super) tls: Option<TlsMode>,
    pub(super) tls_versions: Vec<TlsVersion>,
    pub(super) key_exchange: Vec<String>,
    pub(super) resumption: bool,
    pub(super) ca_file: Option<String>,
    pub(super) insecure: bool,
    pub(super) ehlo_name: String,
    pub(super) pipelining: bool,
    pub(super) source_addresses: Vec<IpAddr>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Kind {
    Mock,
    Smtp,
    Ses,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Auth {
    pub(super) mechanism: Mechanism,
    pub(super) initial_response: bool,
    pub(super) username_env: String,
    pub(super) password_env: String,
    pub(super) password_file: Option<String>,
    pub(super) wrong_credentials: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Mechanism {
    Plain,
    Login,
    None,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Load {
    pub(super) model: Model,
    pub(super) rate: Option<Rate>,
    pub(super) stages: Option<Stages>,
    pub(super) rate_unit: RateUnit,
    pub(super) arrivals: Arrivals,
    pub(super) duration: Option<Time>,
    pub(super) messages: Option<u64>,
    pub(super) catch_up: Option<Rate>,
    pub(super) stop_on_quota: bool,
    pub(super) warm_up: Time,
    pub(super) drain: Time,
    pub(super) sessions: u64,
    pub(super) messages_per_session: u64,
    pub(super) connect: Connect,
    pub(super) session_rate: Option<Rate>,
    pub(super) workers: u64,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Model {
    Open,
    Closed,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum RateUnit {
    Messages,
    Recipients,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Message {
    pub(super) from: String,
    pub(super) to: Vec<String>,
    pub(super) recipients_csv: Option<String>,
    pub(super) recipients: u64,
    pub(super) size: RawSizes,
    pub(super) headers: BTreeMap<String, String>,
    pub(super) attachments: RawAttachments,
    pub(super) eml: Option<String>,
    pub(super) mix: Option<Entries>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Retry {
    pub(super) policy: RetryPolicy,
    pub(super) base: Time,
    pub(super) factor: f64,
    pub(super) cap: Time,
    pub(super) attempts: u64,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum RetryPolicy {
    None,
    Exponential,
}

/// A threshold's operator and limit, or several for one figure.
#[derive(Debug, Deserialize)]
#[serde(untagged)]
pub(super) enum OneOrMore {
    One(String),
    More(Vec<String>),
}

impl OneOrMore {
    pub(super) fn texts(&self) -> &[String] {
        match self {
            Self::One(text) => std::slice::from_ref(text),
            Self::More(texts) => texts,
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use serde::de::{self, Visitor};
    use serde::forward_to_deserialize_any;

    use super::*;
    use crate::scenario::keys;

    /// A deserializer that only returns the names of the fields.
    struct Fields;

    impl<'de> de::Deserializer<'de> for Fields {
        type Error = de::value::Error;

        fn deserialize_struct<V: Visitor<'de>>(
            self,
            _name: &'static str,
            fields: &'static [&'static str],
            _visitor: V,
        ) -> Result<V::Value, Self::Error> {
            Err(de::Error::custom(fields.join(" ")))
        }

        fn deserialize_any<V: Visitor<'de>>(self, _: V) -> Result<V::Value, Self::Error> {
            Err(de::Error::custom("not a struct"))
        }

        forward_to_deserialize_any! {
            bool i8 i16 i32 i64 u8 u16 u32 u64 f32 f64 char str string bytes byte_buf option
            unit unit_struct newtype_struct seq tuple tuple_struct map enum identifier ignored_any
        }
    }

    fn fields<T: for<'de> Deserialize<'de>>(prefix: &str) -> BTreeSet<String> {
        let names = T::deserialize(Fields).err().unwrap().to_string();
        names
            .split(' ')
            .map(|name| format!("{prefix}{name}"))
            .collect()
    }

    #[test]
    fn every_raw_field_is_in_the_table_of_keys_and_the_reverse() {
        let mut raw = fields::<RawScenario>("");
        for table in ["target", "auth", "load", "message", "retry", "timeouts"] {
            assert!(raw.remove(table), "{table}");
        }
        raw.extend(fields::<Target>("target."));
        raw.extend(fields::<Auth>("auth."));
        raw.extend(fields::<Load>("load."));
        raw.extend(fields::<Message>("message."));
        raw.extend(fields::<Retry>("retry."));
        let table = keys::all().map(|key| key.path.into_owned());
        let table: BTreeSet<_> = table
            .filter(|path| !path.starts_with("timeouts."))
            .collect();
        assert_eq!(raw, table);
    }
}
