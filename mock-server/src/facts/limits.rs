//! Limits of one message and of one session.
//!
//! Source: SES Developer Guide, "Service quotas in Amazon SES", and the
//! behaviour of SubEthaSMTP 3.1.7 where Amazon publishes nothing.

use std::time::Duration;

/// Recipients of one message (SES Developer Guide, "Service quotas").
pub const MAX_RECIPIENTS: u32 = 50;

/// Bytes of one message after base64 (SES Developer Guide, "Service quotas":
/// 40 MB). Exactly this much is accepted.
pub const MAX_MESSAGE_SIZE: u64 = 41_943_040;

/// How long SES waits for the client's next byte (SES Developer Guide, "SMTP
/// response codes": about 10 s).
pub const IDLE_TIMEOUT: Duration = Duration::from_secs(10);

/// Characters of a command line, CRLF not counted (SubEthaSMTP 3.1.7).
pub const MAX_COMMAND_LINE: usize = 998;

/// Domain of the mailbox simulator (SES Developer Guide, "Using the mailbox
/// simulator").
pub const SIMULATOR_DOMAIN: &str = "simulator.amazonses.com";
