//! Counts in `run.json`.

use std::fmt;

use serde::de::{MapAccess, Visitor};
use serde::ser::SerializeMap;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::measure::{Messages, Sessions, Tally};
use crate::vocabulary::Outcome;

/// Messages scheduled, and their outcomes: a map with the key `scheduled` and the
/// names of the outcomes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Totals {
    /// Messages scheduled.
    pub scheduled: u64,
    /// Messages by outcome.
    pub outcomes: Tally,
}

/// The name of [`Totals::scheduled`].
const SCHEDULED: &str = "scheduled";

impl From<&Messages> for Totals {
    fn from(messages: &Messages) -> Self {
        Self {
            scheduled: messages.scheduled,
            outcomes: messages.ended,
        }
    }
}

impl Serialize for Totals {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry(SCHEDULED, &self.scheduled)?;
        for (outcome, count) in self.outcomes.iter() {
            map.serialize_entry(outcome.name(), &count)?;
        }
        map.end()
    }
}

impl<'de> Deserialize<'de> for Totals {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(TotalsVisitor)
    }
}

#[cfg(test)]
impl schemars::JsonSchema for Totals {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Totals".into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        let outcomes = Outcome::ALL
            .iter()
            .map(|each| (each.name(), each.meaning()));
        let counts = std::iter::once((SCHEDULED, "messages scheduled")).chain(outcomes);
        let property = |(name, meaning): (&str, &str)| {
            let count =
                serde_json::json!({ "type": "integer", "minimum": 0, "description": meaning });
            (name.to_owned(), count)
        };
        let properties: serde_json::Map<_, _> = counts.map(property).collect();
        schemars::json_schema!({ "type": "object", "properties": properties })
    }
}

struct TotalsVisitor;

impl<'de> Visitor<'de> for TotalsVisitor {
    type Value = Totals;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a map of `scheduled` and outcomes to counts")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Totals, A::Error> {
        let mut totals = Totals::default();
        while let Some((name, count)) = map.next_entry::<String, u64>()? {
            match Outcome::from_name(&name) {
                Some(outcome) => totals.outcomes.set(outcome, count),
                None if name == SCHEDULED => totals.scheduled = count,
                None => {
                    return Err(serde::de::Error::custom(format!(
                        "unknown outcome `{name}`"
                    )));
                }
            }
        }
        Ok(totals)
    }
}

/// Counts of sessions.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct SessionCounts {
    /// Sessions whose connect started.
    pub opened: u64,
    /// Sessions that became ready for MAIL.
    pub ready: u64,
    /// Sessions refused or lost before they were ready, except those that the end
    /// of the run interrupted.
    pub failed: u64,
    /// Sessions that replaced a ready session that sesbench had not ended.
    pub reconnects: u64,
}

/// Connections of the run that were closed, and their bytes below TLS: handshakes and
/// messages, without the headers of TCP and IP and without what was sent again.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct ConnectionCounts {
    /// Connections.
    pub count: u64,
    /// Bytes sent.
    pub bytes_sent: u64,
    /// Bytes received.
    pub bytes_received: u64,
}

impl ConnectionCounts {
    /// Bytes sent and received per connection; none without connections.
    pub fn bytes_each(&self) -> Option<(f64, f64)> {
        let each = |bytes: u64| bytes as f64 / self.count as f64;
        (self.count > 0).then(|| (each(self.bytes_sent), each(self.bytes_received)))
    }
}

impl From<&Sessions> for SessionCounts {
    fn from(sessions: &Sessions) -> Self {
        Self {
            opened: sessions.opened,
            ready: sessions.ready,
            failed: sessions.failed,
            reconnects: sessions.reconnects,
        }
    }
}
