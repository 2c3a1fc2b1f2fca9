//! The figures of a report: plain numbers, as they stand in its JSON.

use std::collections::BTreeMap;

use serde::Serialize;

/// TCP connections and what was made of them.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Connections {
    /// Taken, those refused by the 421 in place of the banner included.
    pub opened: u64,
    /// On ports with STARTTLS.
    pub starttls: u64,
    /// On ports with TLS from the first byte.
    pub wrapper: u64,
    /// Most that were open at once, those refused left out.
    pub most_open: u64,
    /// Refused: `421 Too many concurrent SMTP connections`.
    pub too_many: u64,
    /// Ended, by whomever.
    pub ended: u64,
    /// Ended by the client without QUIT, and not by the server.
    pub without_quit: u64,
    /// Ended by the idle time-out.
    pub timed_out: u64,
    /// Of those, the ones on which the client spoke afterwards.
    pub spoke_after_timeout: u64,
    /// Ended by the 421 after too many messages.
    pub message_limit: u64,
    /// Whether anybody has connected, or sent on another connection, since the
    /// last 421 after too many messages. False where there was none.
    pub went_on_after_message_limit: bool,
    /// Messages on each.
    pub messages: PerConnection,
}

/// Messages per connection, open ones included.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct PerConnection {
    /// Mean, over the connections that carried any.
    pub mean: f64,
    /// Most on one connection.
    pub most: u64,
    /// Connections by how many they carried.
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
    /// That succeeded.
    pub accepted: u64,
    /// That failed, by cause.
    pub failed: BTreeMap<String, u64>,
    /// Credentials that were sent in plaintext.
    pub plaintext: u64,
}

/// Messages that reached their final dot, each try counted.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Messages {
    /// Tries.
    pub attempts: u64,
    /// Recipients of all tries.
    pub recipients: u64,
    /// 250.
    pub accepted: u64,
    /// Recipients of those.
    pub accepted_recipients: u64,
    /// 454 for the sending rate.
    pub throttled: u64,
    /// 454 for the daily quota.
    pub quota: u64,
    /// Other 4xx.
    pub temporary: u64,
    /// 5xx, by reply.
    pub rejected: BTreeMap<&'static str, u64>,
    /// Tries without a `Message-ID`, which can't be followed.
    pub without_id: u64,
    /// Messages that had to be forgotten to remember newer ones.
    pub forgotten: u64,
    /// Accepted once more, with the same `Message-ID` and recipients, though
    /// the 250 had been heard.
    pub accepted_twice: u64,
    /// Accepted, and the connection was gone before the 250 had left.
    #[serde(rename = "unheard")]
    pub undelivered: u64,
    /// Accepted, and sent again before the 250 had left, or when it was lost.
    pub resent_unheard: u64,
    /// Sent again after a 5xx.
    pub resent_rejected: u64,
}

/// What was sent over time. All in recipients, which is what SES counts.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Rate {
    /// What the account allows per second now.
    pub allowed_per_s: Option<f64>,
    /// What the account allows in 24 hours now.
    pub allowed_per_day: Option<u64>,
    /// Recipients offered in the busiest second.
    pub busiest_s: u64,
    /// Share of the attempts that were throttled for the rate (0 to 1).
    pub throttled_share: f64,
    /// Length of a slice in seconds.
    pub slice_s: f64,
    /// The slices, from the start.
    pub slices: Vec<Slice>,
}

/// A slice of time; recipients.
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

/// What became of messages that got a 4xx at their dot. Only those with a
/// `Message-ID` can be followed.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Retries {
    /// Waits between a refusal that was not for the daily quota and the next
    /// try, by which try it was.
    pub waits: Vec<Wait>,
    /// Of those, the ones under a second.
    pub at_once: u64,
    /// Waits that were longer than the same message's wait before, or long
    /// enough already.
    pub grew: u64,
    /// Waits that were not.
    pub did_not_grow: u64,
    /// Waits between a refusal for the daily quota and the next try of the same
    /// message.
    pub waits_after_quota: Option<Spread>,
    /// Time between a 454 and the next message, whichever, on its connection.
    pub pause_on_connection: Option<Spread>,
    /// Messages tried five times or more within ten seconds of a refusal.
    pub storms: u64,
    /// Most tries of one message.
    pub most_tries: u32,
    /// Messages sent after the account had said that its day is spent.
    pub after_quota: u64,
    /// Messages whose last answer was a 4xx, not for the daily quota.
    pub open: u64,
    /// Of those, the ones whose last try was a minute ago or more.
    pub open_for_a_minute: u64,
    /// Messages whose last answer was the 4xx for the daily quota.
    pub open_after_quota: u64,
}

/// Waits before the nth try again.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Wait {
    /// Which try again it was, from 1; 8 stands for all later ones, too.
    pub retry: u32,
    /// How long.
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
