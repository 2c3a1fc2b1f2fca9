//! The parts of a multipart/mixed message (RFC 2046 section 5.1): boundary and
//! attachments in base64.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use mail_builder::headers::content_type::ContentType;
use mail_builder::mime::MimePart;
use rand_pcg::rand_core::Rng;
use serde::Serialize;

use crate::random::{Draw, bits, sequence};

/// An attachment: base64 of random bytes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Attachment {
    /// Bytes of the attachment itself, before base64; above zero.
    pub size: u64,
    /// The file name.
    pub name: String,
    /// Its media type (RFC 2046).
    #[serde(rename = "type")]
    pub media_type: String,
}

/// No line of the text or of base64 starts with two hyphens and this.
const BOUNDARY: &str = "=_sesbench";

/// RFC 2045 section 6.8: a line has at most 76 characters, which encode 57 bytes.
const BYTES_A_LINE: u64 = 57;

/// The content type of a message with attachments.
pub(super) fn multipart() -> MimePart<'static> {
    let content_type = ContentType::new("multipart/mixed").attribute("boundary", BOUNDARY);
    MimePart::new(content_type, "").transfer_encoding("7bit")
}

/// A text part. Its encoding is set, so that the library does not choose one.
pub(super) fn text() -> MimePart<'static> {
    MimePart::new("text/plain", "").transfer_encoding("7bit")
}

/// The bytes between the message's headers and its text.
pub(super) fn opening() -> Vec<u8> {
    let mut out = delimiter("");
    text().write_part(&mut out);
    out
}

/// The bytes after the text and its line end.
pub(super) fn closing(attachments: &[Attachment], seed: u64) -> Vec<u8> {
    let mut out = Vec::with_capacity(closing_length(attachments) as usize);
    for (number, attachment) in (0..).zip(attachments) {
        out.extend(head(attachment));
        push_base64(
            attachment.size,
            bits(seed, Draw::Attachment, number),
            &mut out,
        );
    }
    out.extend(delimiter("--"));
    out
}

/// The length of [`closing`].
pub(super) fn closing_length(attachments: &[Attachment]) -> u64 {
    let each = attachments.iter().map(|attachment| {
        let lines = attachment.size.div_ceil(BYTES_A_LINE);
        let characters = attachment.size.div_ceil(3).saturating_mul(4);
        let encoded = characters.saturating_add(2 * lines);
        encoded.saturating_add(head(attachment).len() as u64)
    });
    each.fold(delimiter("--").len() as u64, u64::saturating_add)
}

fn delimiter(end: &str) -> Vec<u8> {
    format!("--{BOUNDARY}{end}\r\n").into_bytes()
}

fn head(attachment: &Attachment) -> Vec<u8> {
    let mut out = delimiter("");
    MimePart::new(attachment.media_type.as_str(), &b""[..])
        .attachment(attachment.name.as_str())
        .transfer_encoding("base64")
        .write_part(&mut out);
    out
}

/// Appends random bytes, in lines of base64.
fn push_base64(size: u64, seed: u64, out: &mut Vec<u8>) {
    let mut random = sequence(seed);
    let mut left = size;
    while left > 0 {
        let mut raw = [0; BYTES_A_LINE as usize];
        random.fill_bytes(&mut raw);
        let line = left.min(BYTES_A_LINE);
        left -= line;
        let mut encoded = [0; 76];
        // 57 bytes are 76 characters, so the buffer is large enough.
        let length = STANDARD.encode_slice(&raw[..line as usize], &mut encoded);
        out.extend_from_slice(&encoded[..length.unwrap_or_default()]);
        out.extend_from_slice(b"\r\n");
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn attachments(sizes: &[u64]) -> Vec<Attachment> {
        let each = |size: &u64| Attachment {
            size: *size,
            name: format!("Bericht für {size}.pdf"),
            media_type: "application/pdf".to_owned(),
        };
        sizes.iter().map(each).collect()
    }

    #[test]
    fn an_attachment_reads_like_this() {
        let text = String::from_utf8(closing(&attachments(&[58]), 1)).unwrap();
        let (head, encoded) = text.split_once("\r\n\r\n").unwrap();
        assert_eq!(
            head,
            "--=_sesbench\r\nContent-Type: application/pdf\r\n\
             Content-Disposition: attachment; filename*=UTF-8''Bericht%20f%C3%BCr%2058.pdf\r\n\
             Content-Transfer-Encoding: base64"
        );
        let lines: Vec<_> = encoded.split("\r\n").collect();
        assert_eq!(
            lines.iter().map(|line| line.len()).collect::<Vec<_>>(),
            [76, 4, 14, 0]
        );
        assert_eq!(STANDARD.decode(lines[..2].concat()).unwrap().len(), 58);
        assert_eq!(lines[2], "--=_sesbench--");
    }

    #[test]
    fn attachments_of_a_message_differ_and_are_the_same_for_the_same_seed() {
        let two = attachments(&[100, 100]);
        let text = String::from_utf8(closing(&two, 1)).unwrap();
        let bodies: Vec<_> = text.split("\r\n\r\n").skip(1).collect();
        assert_ne!(bodies[0][..76], bodies[1][..76]);
        assert_eq!(closing(&two, 1), closing(&two, 1));
        assert_ne!(closing(&two, 1), closing(&two, 2));
    }

    proptest! {
        #[test]
        fn the_length_is_known_without_making_them(
            sizes in prop::collection::vec(1u64..2_000, 1..4), seed: u64
        ) {
            let attachments = attachments(&sizes);
            let made = closing(&attachments, seed);
            prop_assert_eq!(made.len() as u64, closing_length(&attachments));
            prop_assert!(!made.split(|byte| *byte == b'\n').any(|line| line.starts_with(b".")));
        }
    }

    #[test]
    fn the_bytes_of_a_seed_stay_the_same() {
        let mut encoded = Vec::new();
        push_base64(100, 42, &mut encoded);
        assert_eq!(
            String::from_utf8(encoded).unwrap(),
            "m630Qtnl1pJvbj7yKmIgIibn+X55nB5bt2Xtxeg/tDltv3Yg5SMcHvmvyaPFj+tav/9Mrv1mlC8o\r\n\
         eWHMluKqWleBy+acGjjwkzC+yv/FLhoQmP/43nmAR2M+RF1Kmj7ex8t9ug==\r\n"
        );
    }
}
