//! The bytes of a message, from the 354 to the final dot.
//!
//! They are counted, not kept. What is counted is the message as it was before
//! dot-stuffing (RFC 5321 section 4.5.2), its last CRLF included and the line
//! with the dot not. Only CRLF `.` CRLF ends it; a bare CR or LF is content, so
//! that nothing can be smuggled past the end another server sees.

/// A message on its way in.
#[derive(Debug, Default)]
pub(super) struct Body {
    size: u64,
    at: Place,
}

/// What the last bytes were.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Place {
    /// CRLF, or nothing yet.
    #[default]
    LineStart,
    /// CRLF and a dot.
    Dot,
    /// CRLF, a dot and a CR.
    DotCr,
    /// Something within a line.
    Within,
    /// A CR within a line.
    Cr,
}

impl Body {
    /// Bytes so far.
    pub(super) fn size(&self) -> u64 {
        self.size
    }

    /// Reads until the end of the message or of `bytes`, and says how many
    /// bytes that used and whether the message ended.
    pub(super) fn read(&mut self, bytes: &[u8]) -> (usize, bool) {
        let mut used = 0;
        while let Some(&byte) = bytes.get(used) {
            if self.at == Place::Within {
                let rest = &bytes[used..];
                let plain = rest
                    .iter()
                    .position(|byte| *byte == b'\r')
                    .unwrap_or(rest.len());
                self.size += plain as u64;
                used += plain;
                if plain < rest.len() {
                    self.count(1, Place::Cr);
                    used += 1;
                }
                continue;
            }
            used += 1;
            if self.step(byte) {
                return (used, true);
            }
        }
        (used, false)
    }

    /// One byte anywhere but in the middle of a line. True at the end.
    fn step(&mut self, byte: u8) -> bool {
        match (self.at, byte) {
            (Place::DotCr, b'\n') => return true,
            (Place::LineStart, b'.') => self.at = Place::Dot,
            (Place::Dot, b'\r') => self.at = Place::DotCr,
            (Place::Cr, b'\n') => self.count(1, Place::LineStart),
            // The dot that began this line was stuffing; the CR after it counts.
            (Place::DotCr, b'\r') => self.count(2, Place::Cr),
            (Place::DotCr, _) => self.count(2, Place::Within),
            (_, b'\r') => self.count(1, Place::Cr),
            _ => self.count(1, Place::Within),
        }
        false
    }

    fn count(&mut self, bytes: u64, at: Place) {
        self.size += bytes;
        self.at = at;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Size of the message, and what came after it; `None` if it never ended.
    fn read(bytes: &[u8]) -> Option<(u64, &[u8])> {
        let mut body = Body::default();
        let (used, ended) = body.read(bytes);
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

    #[test]
    fn is_the_same_byte_by_byte() {
        let bytes = b"..x\r\n\r\r\ny\n.\nz\r\n.\rq\r\n..\r\n.\r\n";
        let mut body = Body::default();
        for (n, byte) in bytes.iter().enumerate() {
            let (used, ended) = body.read(&[*byte]);
            assert_eq!((used, ended), (1, n + 1 == bytes.len()));
        }
        assert_eq!(read(bytes).unwrap().0, body.size());
    }
}
