//! The id that SES assigns to an accepted message.
//!
//! Sixteen hexadecimal digits (region, then Unix time in milliseconds), a UUID,
//! and `-000000`: 60 characters. The time was checked against five real ids.

use std::fmt::{self, Display};

/// An SES message id: `id_prefix` is the region's four hexadecimal digits,
/// `unix_ms` the time of acceptance, `random` the UUID's bits.
pub(crate) fn message_id(id_prefix: &str, unix_ms: u64, random: u128) -> impl Display {
    MessageId {
        id_prefix,
        unix_ms,
        random,
    }
}

struct MessageId<'a> {
    id_prefix: &'a str,
    unix_ms: u64,
    random: u128,
}

impl Display for MessageId<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let bits = self.random;
        write!(
            f,
            "{}{:012x}-{:08x}-{:04x}-4{:03x}-{:04x}-{:012x}-000000",
            self.id_prefix,
            self.unix_ms & 0xffff_ffff_ffff,
            (bits >> 96) as u32,
            (bits >> 80) as u16,
            // Version 4 and variant 1: a random UUID (RFC 9562 section 5.4).
            (bits >> 64) as u16 & 0x0fff,
            (bits >> 48) as u16 & 0x3fff | 0x8000,
            bits as u64 & 0xffff_ffff_ffff,
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn has_sixty_characters_in_the_pattern_of_ses() {
        let id = message_id("0100", 0x019d_ec61_7b98, u128::MAX).to_string();
        assert_eq!(
            id,
            "0100019dec617b98-ffffffff-ffff-4fff-bfff-ffffffffffff-000000"
        );
        assert_eq!(id.len(), 60);
        let least = message_id("0106", 0, 0).to_string();
        assert_eq!(
            least,
            "0106000000000000-00000000-0000-4000-8000-000000000000-000000"
        );
    }
}
