//! The figures of a report, as its JSON has them. Field names are keys.

use std::collections::BTreeMap;

use serde::Serialize;

/// TCP connections and how they were used.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Connections {
    /// Accepted TCP connections, including those refused by a 421 instead of the
    /// banner.
    pub opened: u64,
    /// On ports with STARTTLS.
    pub starttls: u64,
    /// On ports with TLS from the first byte.
    pub wrapper: u64,
    /// Maximum number open at the same time, without refused ones.
    pub most_open: u64,
    /// Refused: `421 Too many concurrent SMTP connections`.
    pub too_many: u64,
    /// Ended, by the client or the server.
    pub ended: u64,
    /// Ended by the client without QUIT.
    pub without_quit: u64,
    /// Ended by the idle time-out.
    pub timed_out: u64,
    /// Of those, connections on which the client sent something afterwards.
    pub spoke_after_timeout: u64,
    /// Ended by the 421 after too many messages.
    pub message_limit: u64,
    /// Whether a client has connected, or sent on another connection, since the
    /// last 421 after too many messages. False where there was none.
    pub went_on_after_message_limit: bool,
    /// Messages per connection.
    pub messages: PerConnection,
}

/// Messages per connection; open connections are included.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct PerConnection {
    /// Mean over the connections with at least one message.
    pub mean: f64,
    /// Maximum on one connection.
    pub most: u64,
    /// Number of connections by messages per connection.
    pub connections: BTreeMap<&'static str, u64>,
}

/// TLS handshakes.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Tls {
    /// By version.
    pub versions: BTreeMap<&'static str, u64>,
    /// Full handshakes.
    pub full: u64,
    /// Handshakes that resumed an earlier session.
    pub resumed: u64,
}

/// Logins.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Logins {
    /// Successful logins.
    pub accepted: u64,
    /// Failed logins by cause.
    pub failed: BTreeMap<String, u64>,
    /// Credentials sent in plaintext.
    pub plaintext: u64,
}

/// Attempts at messages that reached the final dot.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Messages {
    /// Attempts.
    pub attempts: u64,
    /// Recipients of all attempts.
    pub recipients: u64,
    /// 250.
    pub accepted: u64,
    /// Recipients of accepted messages.
    pub accepted_recipients: u64,
    /// 454 for the sending rate.
    pub throttled: u64,
    /// 454 for the daily quota.
    pub quota: u64,
    /// Other 4xx.
    pub temporary: u64,
    /// 5xx, by reply.
    pub rejected: BTreeMap<&'static str, u64>,
    /// Attempts without a `Message-ID`, which cannot be matched to each other.
    pub without_id: u64,
    /// Messages discarded to bound memory.
    pub forgotten: u64,
    /// Accepted again, with the same `Message-ID` and recipients, although the
    /// client had received the 250.
    pub accepted_twice: u64,
    /// Accepted, but the connection was lost before the 250 was sent.
    #[serde(rename = "unheard")]
    pub undelivered: u64,
    /// Accepted, and sent again before the 250 was sent or after it was lost.
    pub resent_unheard: u64,
    /// Sent again after a 5xx.
    pub resent_rejected: u64,
}

/// What was sent over time, in recipients, which is what SES counts.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Rate {
    /// The account's current rate limit per second.
    pub allowed_per_s: Option<f64>,
    /// The account's current quota in 24 hours.
    pub allowed_per_day: Option<u64>,
    /// Maximum number of recipients offered in one second.
    pub busiest_s: u64,
    /// Share of attempts throttled for the rate (0 to 1).
    pub throttled_share: f64,
    /// Length of a slice in seconds.
    pub slice_s: f64,
    /// The slices, from the start.
    pub slices: Vec<Slice>,
}

/// Recipients in one slice of time.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Slice {
    /// Of all attempts.
    pub offered: u64,
    /// Of accepted messages.
    pub accepted: u64,
    /// Of messages refused for the rate.
    pub throttled: u64,
    /// Of messages refused for the daily quota.
    pub quota: u64,
}

impl Slice {
    pub(super) fn plus(self, other: Slice) -> Slice {
        Slice {
            offered: self.offered + other.offered,
            accepted: self.accepted + other.accepted,
            throttled: self.throttled + other.throttled,
            quota: self.quota + other.quota,
        }
    }
}

/// Retries after a 4xx at the dot. Only messages with a `Message-ID` can be
/// matched.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Retries {
    /// Waits between a refusal (not for the daily quota) and the next attempt, by
    /// number of the retry.
    pub waits: Vec<Wait>,
    /// Of those, waits of less than a second.
    pub at_once: u64,
    /// Waits longer than the previous wait of the same message, or after a wait
    /// that was already long enough.
    pub grew: u64,
    /// All other waits after the first of a message.
    pub did_not_grow: u64,
    /// Waits between a refusal for the daily quota and the next attempt at the
    /// same message.
    pub waits_after_quota: Option<Spread>,
    /// Time between a 454 and the next message on the same connection.
    pub pause_on_connection: Option<Spread>,
    /// Messages with five attempts or more within ten seconds of the first refusal.
    pub storms: u64,
    /// Maximum number of attempts at one message.
    pub most_tries: u32,
    /// Messages sent after a 454 had reported that the daily quota is used up.
    pub after_quota: u64,
    /// Messages whose last reply was a 4xx, not for the daily quota.
    pub open: u64,
    /// Of those, messages whose last attempt was a minute ago or more.
    pub open_for_a_minute: u64,
    /// Messages whose last reply was the 454 for the daily quota.
    pub open_after_quota: u64,
}

/// Waits before the nth retry.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Wait {
    /// Number of the retry, from 1; 8 includes all later ones.
    pub retry: u32,
    /// The waits.
    #[serde(flatten)]
    pub spread: Spread,
}

/// Durations in seconds.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Spread {
    /// How many.
    pub count: u64,
    /// The shortest.
    pub shortest_s: f64,
    /// The mean.
    pub mean_s: f64,
    /// The longest.
    pub longest_s: f64,
}
