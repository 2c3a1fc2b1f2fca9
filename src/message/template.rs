//! The messages of a run, all but ready.

use std::ops::Range;
use std::sync::Arc;

use super::letter::Letter;
use super::{Identity, Recipients};
use crate::scenario::Message;

/// The messages of a run: the head of one and what follows it, one after the
/// other, are what follows the 354, dot-stuffed and with the final dot.
/// Cheap to clone: what is large is shared.
#[derive(Clone, Debug)]
pub struct Template {
    letter: Letter,
    recipients: Recipients,
}

/// The size asked for has no room for the headers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a message of {size} bytes is too small: the headers alone need {least}")]
pub struct TooSmall {
    /// Bytes asked for.
    pub size: u64,
    /// Bytes needed.
    pub least: u64,
}

impl Template {
    /// Makes the messages of a run; the same arguments give the same bytes.
    pub fn new(message: &Message, seed: u64, identity: &Identity) -> Result<Self, TooSmall> {
        Ok(Self {
            letter: Letter::new(message, seed, identity)?,
            recipients: Recipients::new(message),
        })
    }

    /// Appends the head of message `index`, and gives what follows it: part of
    /// a tail that many messages share, empty where a message is one piece.
    /// The same for every attempt. Allocates nothing once `out` has grown to a
    /// head's length.
    pub fn write(&self, index: u64, out: &mut Vec<u8>) -> (&Arc<[u8]>, Range<usize>) {
        self.letter.write(index, &self.recipients, out)
    }

    /// The envelope recipients, which `To:` names too.
    pub const fn recipients(&self) -> &Recipients {
        &self.recipients
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use crate::message::least_size;
    use crate::message::sizes::SizeDraw;
    use crate::message::stuffing::tests::unstuff;
    use crate::scenario::{Content, SizeShare, Sizes};
    use proptest::prelude::*;
    use std::num::NonZeroU32;

    pub(in crate::message) fn message(to: &[&str], recipients: u32, size: u64) -> Message {
        Message {
            from: "sender@example.com".to_owned(),
            to: to.iter().map(|each| (*each).to_owned()).collect(),
            recipients: NonZeroU32::new(recipients).unwrap(),
            content: Content {
                size: Sizes::Fixed(size),
                headers: Vec::new(),
            },
        }
    }

    fn identity() -> Identity {
        Identity {
            run_id: "20261121T212121Z-1a2b".to_owned(),
            date: 1_795_296_081,
        }
    }

    /// What the server stores of message `index`.
    fn received(template: &Template, index: u64) -> Vec<u8> {
        let mut sent = Vec::new();
        let (tail, part) = template.write(index, &mut sent);
        sent.extend_from_slice(&tail[part]);
        let data = sent.strip_suffix(b".\r\n").unwrap();
        assert!(data.ends_with(b"\r\n"));
        unstuff(data)
    }

    #[test]
    fn a_message_reads_like_this() {
        let mut message = message(&["a@example.com", "b@example.org"], 2, 600);
        message.content.headers = vec![("X-SES-CONFIGURATION-SET".to_owned(), "load".to_owned())];
        let template = Template::new(&message, 1, &identity()).unwrap();
        let text = String::from_utf8(received(&template, 42)).unwrap();
        let (headers, body) = text.split_once("\r\n\r\n").unwrap();
        assert_eq!(
            headers.replace("\r\n", "\n"),
            "From: <sender@example.com>\n\
             Date: Sat, 21 Nov 2026 21:21:21 +0000\n\
             Message-ID: <0000000000000042.20261121T212121Z-1a2b.sesbench@example.com>\n\
             X-Sesbench-Run: 0000000000000042.20261121T212121Z-1a2b\n\
             Subject: A message by sesbench\n\
             X-SES-CONFIGURATION-SET: load\n\
             MIME-Version: 1.0\n\
             Content-Type: text/plain; charset=\"utf-8\"\n\
             Content-Transfer-Encoding: 7bit\n\
             To: <a@example.com>,\n <b@example.org>"
        );
        assert!(body.ends_with("\r\n"));
    }

    #[test]
    fn the_same_seed_and_identity_give_the_same_bytes() {
        let message = message(&["a@b"], 1, 100_000);
        let template = |seed| Template::new(&message, seed, &identity()).unwrap();
        assert_eq!(received(&template(1), 5), received(&template(1), 5));
        assert_ne!(received(&template(1), 5), received(&template(2), 5));
    }

    #[test]
    fn a_large_message_is_a_small_head_and_a_shared_tail() {
        let message = message(&["a@b"], 1, 40 << 20);
        let template = Template::new(&message, 1, &identity()).unwrap();
        let mut head = Vec::new();
        let (tail, _) = template.write(7, &mut head);
        assert!(head.len() < 1_024);
        assert_eq!(received(&template, 7).len(), 41_943_040);
        assert!(Arc::ptr_eq(tail, template.clone().write(8, &mut head).0));
    }

    #[test]
    fn a_head_allocates_nothing_once_the_buffer_has_grown() {
        let message = message(&["a@example.com", "longer@example.com"], 3, 4_096);
        let template = Template::new(&message, 1, &identity()).unwrap();
        let mut head = Vec::with_capacity(2 * 4_096);
        let place = head.as_ptr();
        for index in 0..100 {
            head.clear();
            template.write(index, &mut head);
            assert_eq!(head.as_ptr(), place);
        }
    }

    #[test]
    fn a_message_of_up_to_16_kib_is_one_piece() {
        let template = Template::new(&message(&["a@b"], 1, 16_384), 1, &identity()).unwrap();
        assert_eq!(template.write(7, &mut Vec::new()).1, 0..0);
        assert_eq!(received(&template, 7).len(), 16_384);
    }

    #[test]
    fn the_least_size_is_enough_and_less_is_refused() {
        let mut message = message(&["a@b", "long.address@example.com"], 1, 0);
        message.content.size = Sizes::Fixed(least_size(&message));
        assert!(Template::new(&message, 1, &identity()).is_ok());
        message.content.size = Sizes::Fixed(100);
        let error = Template::new(&message, 1, &identity()).unwrap_err();
        assert!(
            error
                .to_string()
                .starts_with("a message of 100 bytes is too small")
        );
    }

    prop_compose! {
        fn any_message()(
            to in prop::collection::vec("[a-z]{1,20}@[a-z]{1,20}", 1..5),
            recipients in 1u32..8,
            headers in prop::collection::vec(("X-[A-Za-z]{1,20}", "[ -~]{0,300}"), 0..4),
            extra in (0u64..200_000, 0u64..200_000),
        ) -> Message {
            let to: Vec<&str> = to.iter().map(String::as_str).collect();
            let mut message = message(&to, recipients, 0);
            message.content.headers = headers;
            let least = least_size(&message) + extra.0;
            message.content.size = match extra.1 % 3 {
                0 => Sizes::Fixed(least),
                1 => Sizes::Uniform { least, most: least + extra.1 },
                _ => Sizes::Listed(
                    [least, least + extra.1]
                        .map(|size| SizeShare { size, weight: 1.0 })
                        .to_vec(),
                ),
            };
            message
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]

        #[test]
        fn every_message_is_of_the_size_asked_for(
            message in any_message(), seed: u64, index in 0u64..10_000_000_000
        ) {
            let template = Template::new(&message, seed, &identity()).unwrap();
            let text = received(&template, index);
            prop_assert_eq!(text.len() as u64, SizeDraw::new(&message.content.size, seed).of(index));
            let text = String::from_utf8(text).unwrap();
            prop_assert_eq!(text.matches('\n').count(), text.matches("\r\n").count());
            prop_assert_eq!(text.matches('\r').count(), text.matches("\r\n").count());
            prop_assert!(text.split("\r\n").all(|line| line.len() <= 998));
        }

        #[test]
        fn message_ids_differ(message in any_message(), a in 0u64..1 << 40, b in 0u64..1 << 40) {
            prop_assume!(a != b);
            let template = Template::new(&message, 1, &identity()).unwrap();
            let id = |index| {
                let text = String::from_utf8(received(&template, index)).unwrap();
                let ids: Vec<_> = text.lines().filter(|line| line.starts_with("Message-ID: <")).collect();
                assert_eq!(ids.len(), 1);
                ids[0].to_owned()
            };
            prop_assert_ne!(id(a), id(b));
        }
    }
}
