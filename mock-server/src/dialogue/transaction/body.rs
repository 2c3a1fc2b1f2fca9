//! Reads the bytes of a message, from the 354 to the final dot.
//!
//! It counts them and passes them on, but does not store them. The content is the
//! message before dot-stuffing (RFC 5321 section 4.5.2), with its last CRLF and
//! without the line of the dot. Only CRLF `.` CRLF ends it; a bare CR or LF is
//! content, so that SMTP smuggling is not possible.

/// Finds the end of a message.
#[derive(Debug, Default)]
pub(super) struct Body {
    size: u64,
    at: Place,
}

/// The last bytes read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Place {
    /// CRLF, or the start of the message.
    #[default]
    LineStart,
    /// CRLF and a dot.
    Dot,
    /// CRLF, a dot and a CR.
    DotCr,
    /// Any byte within a line.
    Within,
    /// A CR within a line.
    Cr,
}

impl Body {
    /// Bytes so far.
    pub(super) fn size(&self) -> u64 {
        self.size
    }

    /// Reads to the end of the message or of `bytes`, and returns how many bytes
    /// that used and whether the message ended. Content is passed to `sink`, in
    /// pieces as long as possible.
    pub(super) fn read(&mut self, bytes: &[u8], mut sink: impl FnMut(&[u8])) -> (usize, bool) {
        let mut pass = |content: &[u8], size: &mut u64| {
            if !content.is_empty() {
                *size += content.len() as u64;
                sink(content);
            }
        };
        // Start of the content that has not been passed on.
        let mut from = 0;
        let mut at = 0;
        while let Some(&byte) = bytes.get(at) {
            if self.at == Place::Within {
                at = memchr::memchr(b'\r', &bytes[at..]).map_or(bytes.len(), |found| {
                    self.at = Place::Cr;
                    at + found + 1
                });
                continue;
            }
            match (self.at, byte) {
                (Place::LineStart, b'.') => {
                    pass(&bytes[from..at], &mut self.size);
                    self.at = Place::Dot;
                    from = at + 1;
                }
                (Place::Dot, b'\r') => {
                    self.at = Place::DotCr;
                    from = at + 1;
                }
                (Place::DotCr, b'\n') => {
                    self.at = Place::LineStart;
                    return (at + 1, true);
                }
                // The dot at the start of this line was stuffing; the CR is content.
                (Place::DotCr, _) => {
                    pass(b"\r", &mut self.size);
                    self.at = within(byte);
                }
                (Place::Cr, b'\n') => self.at = Place::LineStart,
                _ => self.at = within(byte),
            }
            at += 1;
        }
        pass(&bytes[from.min(at)..at], &mut self.size);
        (at, false)
    }
}

/// The state after `byte`, which is content.
fn within(byte: u8) -> Place {
    if byte == b'\r' {
        Place::Cr
    } else {
        Place::Within
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Size of the message, and the bytes after it; `None` if it did not end.
    fn read(bytes: &[u8]) -> Option<(u64, &[u8])> {
        let mut body = Body::default();
        let (used, ended) = body.read(bytes, |_| {});
        ended.then(|| (body.size(), &bytes[used..]))
    }

    #[test]
    fn counts_content_but_not_the_dot() {
        assert_eq!(read(b"a\r\nbc\r\n.\r\nQUIT"), Some((7, &b"QUIT"[..])));
        assert_eq!(read(b".\r\n"), Some((0, &b""[..])));
    }

    #[test]
    fn counts_before_dot_stuffing() {
        assert_eq!(read(b"..\r\n.\r\n"), Some((3, &b""[..])));
        assert_eq!(read(b"..a\r\n...\r\n.\r\n"), Some((8, &b""[..])));
        // A single dot before other text is stuffing, too.
        assert_eq!(read(b".a\r\n.\r\n"), Some((3, &b""[..])));
    }

    #[test]
    fn ends_by_crlf_dot_crlf_only() {
        for smuggled in [
            &b"a\n.\n"[..],
            b"a\n.\r\n",
            b"a\r\n.\n",
            b"a\r.\r",
            b"a\r\n.\r",
            b"a\r.\r\n",
            b"a\r\n.\r\r\n",
        ] {
            assert_eq!(read(smuggled), None, "{smuggled:?}");
        }
        assert_eq!(read(b"a\n.\nMAIL\r\n.\r\n"), Some((10, &b""[..])));
    }

    /// The content passed on, and the number of pieces.
    fn content(bytes: &[u8], cut: usize) -> (Vec<u8>, usize) {
        let mut body = Body::default();
        let (mut content, mut pieces) = (Vec::new(), 0);
        for part in bytes.chunks(cut) {
            body.read(part, |piece| {
                content.extend_from_slice(piece);
                pieces += 1;
            });
        }
        assert_eq!(body.size(), content.len() as u64);
        (content, pieces)
    }

    #[test]
    fn passes_content_on_without_stuffing_wherever_it_is_cut() {
        let bytes = b"..x\r\n\r\r\ny\n.\nz\r\n.\rq\r\n..\r\n.\r\r\n..\r\n.\r\n";
        let plain = b".x\r\n\r\r\ny\n.\nz\r\n\rq\r\n.\r\n\r\r\n.\r\n";
        for cut in 1..=bytes.len() {
            assert_eq!(content(bytes, cut).0, plain, "cut every {cut}");
        }
    }

    #[test]
    fn a_message_without_stuffing_is_passed_on_in_one_piece() {
        assert_eq!(
            content(b"a: b\r\n\r\nc.d\r\n.\r\n", 100),
            (b"a: b\r\n\r\nc.d\r\n".to_vec(), 1)
        );
    }

    #[test]
    fn is_the_same_byte_by_byte() {
        let bytes = b"..x\r\n\r\r\ny\n.\nz\r\n.\rq\r\n..\r\n.\r\n";
        let mut body = Body::default();
        for (n, byte) in bytes.iter().enumerate() {
            let (used, ended) = body.read(&[*byte], |_| {});
            assert_eq!((used, ended), (1, n + 1 == bytes.len()));
        }
        assert_eq!(read(bytes).unwrap().0, body.size());
    }
}
