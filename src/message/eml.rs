//! Parses a message from a file (RFC 5322).
//!
//! The message is sent unchanged, so anything that a server could refuse is an
//! error here, with its line.

use std::sync::Arc;

use serde::Serialize;

use crate::text::encoding;

/// RFC 5322 section 2.1.1: without the line end.
const LINE_LENGTH: usize = 998;

/// Headers that sesbench writes for each message in place of the file's; and Bcc,
/// which recipients must not see (RFC 5322 section 3.6.3).
const NOT_THE_FILES: [&str; 5] = ["Message-ID", "Date", "To", "Bcc", "X-Sesbench-Run"];

/// A message from a file.
#[derive(Clone, Debug, Serialize)]
pub struct Eml {
    /// The path of the file.
    pub file: String,
    /// The size of the file.
    pub bytes: u64,
    /// The hash of the file: equal if two runs sent the same message.
    pub hash: String,
    /// Its headers, except those that sesbench writes for each message.
    #[serde(skip)]
    pub headers: Vec<EmlHeader>,
    /// The body, with CRLF at the end of every line.
    #[serde(skip)]
    pub body: Arc<[u8]>,
}

/// A header of such a message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EmlHeader {
    /// The name, without the colon.
    pub name: String,
    /// The whole header, folded as in the file, each line with its CRLF.
    pub text: String,
}

impl Eml {
    /// Parses the bytes of a file; `hash` is their hash.
    pub(crate) fn parse(file: &str, bytes: &[u8], hash: String) -> Result<Self, String> {
        encoding::check(bytes)?;
        if bytes.starts_with(encoding::UTF8_MARK) {
            return Err(
                "line 1: starts with a byte order mark (EF BB BF), which a message must not \
                 contain; save the file as UTF-8 without BOM"
                    .to_owned(),
            );
        }
        let mut lines = (1..).zip(lines(bytes));
        let mut headers: Vec<EmlHeader> = Vec::new();
        for (number, line) in lines.by_ref() {
            let line = check(line).map_err(|why| format!("line {number}: {why}"))?;
            if line.is_empty() {
                break;
            }
            push_header(line, &mut headers).map_err(|why| format!("line {number}: {why}"))?;
        }
        if !headers.iter().any(|header| header.is("From")) {
            return Err("no From: header, which RFC 5322 section 3.6 requires".to_owned());
        }
        headers.retain(|header| !NOT_THE_FILES.iter().any(|name| header.is(name)));
        let mut body = Vec::with_capacity(bytes.len());
        for (number, line) in lines {
            let line = check(line).map_err(|why| format!("line {number}: {why}"))?;
            body.extend_from_slice(line.as_bytes());
            body.extend_from_slice(b"\r\n");
        }
        Ok(Self {
            file: file.to_owned(),
            bytes: bytes.len() as u64,
            hash,
            headers,
            body: body.into(),
        })
    }
}

impl EmlHeader {
    /// Whether it has that name, in any case.
    pub fn is(&self, name: &str) -> bool {
        self.name.eq_ignore_ascii_case(name)
    }
}

/// The lines, without their ends, which may be CRLF or LF.
fn lines(bytes: &[u8]) -> impl Iterator<Item = &[u8]> {
    bytes
        .split_inclusive(|byte| *byte == b'\n')
        .map(|line| line.strip_suffix(b"\n").unwrap_or(line))
        .map(|line| line.strip_suffix(b"\r").unwrap_or(line))
}

fn check(line: &[u8]) -> Result<&str, String> {
    if line.len() > LINE_LENGTH {
        let length = line.len();
        return Err(format!(
            "{length} characters; RFC 5322 section 2.1.1 allows {LINE_LENGTH}"
        ));
    }
    if line.contains(&b'\r') {
        return Err("contains a carriage return without a line feed".to_owned());
    }
    if line.contains(&0) {
        return Err("contains a NUL".to_owned());
    }
    let text = std::str::from_utf8(line)
        .ok()
        .filter(|text| text.is_ascii());
    text.ok_or_else(|| {
        "contains 8-bit characters, which not every server accepts (RFC 6152); \
         encode the text as quoted-printable or base64, a header by RFC 2047"
            .to_owned()
    })
}

fn push_header(line: &str, headers: &mut Vec<EmlHeader>) -> Result<(), String> {
    if line.starts_with([' ', '\t'])
        && let Some(folded) = headers.last_mut()
    {
        folded.text.push_str(line);
        folded.text.push_str("\r\n");
        return Ok(());
    }
    // RFC 5322 section 2.2: printable ASCII; blanks before the colon are
    // obsolete syntax that must still be read (section 4.5).
    let name = line
        .split_once(':')
        .map(|(name, _)| name.trim_end_matches([' ', '\t']));
    let fit = |name: &&str| !name.is_empty() && name.chars().all(|c| c.is_ascii_graphic());
    let Some(name) = name.filter(fit) else {
        return Err("invalid header: expected a name, a colon and a value, \
             and an empty line after the last header"
            .to_owned());
    };
    headers.push(EmlHeader {
        name: name.to_owned(),
        text: format!("{line}\r\n"),
    });
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str) -> Result<Eml, String> {
        Eml::parse("a.eml", text.as_bytes(), String::new())
    }

    #[test]
    fn headers_that_sesbench_writes_are_left_out() {
        let text = "Received: from a\n\tby b\nFrom: a@b\nTO: c@d,\n e@f\r\nDate: x\nBcc: g@h\n\
                    Message-Id: <y>\nX-Sesbench-Run: 1\nSubject: Hello\n\n.one\r\ntwo";
        let eml = parse(text).unwrap();
        let kept: Vec<_> = eml.headers.iter().map(|each| each.text.as_str()).collect();
        let expected = [
            "Received: from a\r\n\tby b\r\n",
            "From: a@b\r\n",
            "Subject: Hello\r\n",
        ];
        assert_eq!(kept, expected);
        assert_eq!(&*eml.body, b".one\r\ntwo\r\n");
        assert_eq!(serde_json::to_value(&eml).unwrap()["bytes"], text.len());
    }

    #[test]
    fn a_message_may_end_with_its_headers() {
        assert_eq!(&*parse("From: a@b\n").unwrap().body, b"");
        assert_eq!(&*parse("From: a@b\n\n").unwrap().body, b"");
        assert_eq!(&*parse("From: a@b\n\n\n").unwrap().body, b"\r\n");
    }

    #[test]
    fn what_a_server_could_refuse_is_an_error_with_its_line() {
        let long = format!("From: a@b\n\n{}\n", "x".repeat(999));
        assert!(parse(&long.replace("xx\n", "x\n")).is_ok());
        for (text, why) in [
            (long.as_str(), "line 3: 999 characters"),
            (
                "From: a@b\n\none\rtwo\n",
                "line 3: contains a carriage return without a line feed",
            ),
            ("From: a@b\n\n\0\n", "line 3: contains a NUL"),
            (
                "\u{feff}From: a@b\n\nx\n",
                "line 1: starts with a byte order mark (EF BB BF)",
            ),
            (
                "From: a@b\nSubject: ü\n\n",
                "line 2: contains 8-bit characters",
            ),
            ("From: a@b\n\n\nü", "line 4: contains 8-bit characters"),
            (
                "From a@b Sat Nov 21\nFrom: a@b\n\n",
                "line 1: invalid header: expected a name",
            ),
            (" folded\n\n", "line 1: invalid header"),
            ("From: a@b\nno header\n", "line 2: invalid header"),
            ("Subject: x\n\n", "no From: header"),
            ("", "no From: header"),
        ] {
            let told = parse(text).unwrap_err();
            assert!(told.starts_with(why), "{text:?}: {told}");
        }
    }
}
