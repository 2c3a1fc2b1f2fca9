//! Parses the addresses of MAIL and RCPT.
//!
//! SES accepts `<a@b>` and, with or without a space, `a@b` without brackets;
//! parameters (SIZE, BODY, AUTH=<>) are ignored. Non-ASCII local parts are
//! refused.

/// The address in the text after `FROM:` or `TO:`, if it is valid.
pub(in crate::dialogue) fn address(text: &[u8]) -> Option<&str> {
    let text = std::str::from_utf8(text).ok()?.trim_ascii();
    let address = match text.strip_prefix('<') {
        Some(rest) => rest[..closing_bracket(rest)?].trim_ascii(),
        None => text.split(' ').next()?,
    };
    is_address(address).then_some(address)
}

/// The first `>` that is not within quotes.
fn closing_bracket(text: &str) -> Option<usize> {
    let mut quoted = false;
    let mut escaped = false;
    text.bytes().position(|byte| {
        let closes = byte == b'>' && !quoted;
        quoted ^= byte == b'"' && !escaped;
        escaped = quoted && byte == b'\\' && !escaped;
        closes
    })
}

fn is_address(text: &str) -> bool {
    let Some((local, domain)) = text.rsplit_once('@') else {
        return false;
    };
    let plain = |c: char| !c.is_control() && !matches!(c, ' ' | '<' | '>' | '@');
    let quoted = local.len() > 2 && local.starts_with('"') && local.ends_with('"');
    !domain.is_empty()
        && domain.chars().all(plain)
        && !local.is_empty()
        && local.is_ascii()
        && (quoted || local.chars().all(plain))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn accepts_what_ses_accepts() {
        for text in [
            "<a@b.c>",
            " a@b.c",
            "a@b.c",
            "<a@b.c> SIZE=12 BODY=8BITMIME",
            "a@b.c SIZE=1",
            "<a@b.c> AUTH=<>",
            "<a@b.c> ORCPT=rfc822;<x> NOTIFY=NEVER",
            "< a@b.c >",
        ] {
            assert_eq!(address(text.as_bytes()), Some("a@b.c"), "{text}");
        }
        assert_eq!(address(br#"<"a b@>"@c>"#), Some(r#""a b@>"@c"#));
        let escaped = br#"<"a\">b"@c> AUTH=<>"#;
        assert_eq!(address(escaped), Some(r#""a\">b"@c"#));
        assert_eq!(
            address("<a@bücher.example>".as_bytes()),
            Some("a@bücher.example")
        );
    }

    #[test]
    fn refuses_invalid_addresses() {
        for text in [
            "",
            "<>",
            "<a>",
            "a",
            "<@b>",
            "<a@>",
            "<a@b",
            "<a b@c>",
            "<a@b@c>",
            "<jürgen@b.c>",
        ] {
            assert_eq!(address(text.as_bytes()), None, "{text}");
        }
        assert_eq!(address(b"<a\xff@b>"), None);
    }
}
