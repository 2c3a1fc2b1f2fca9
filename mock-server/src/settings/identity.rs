//! Decides whether a text is an identity: an email address or a domain.
//!
//! It checks as much of RFC 5321 section 4.1.2 as is needed to find typing
//! errors. Which identities are verified is decided in `account`.

/// What is allowed, for error texts.
pub(super) const ALLOWED: &str =
    "must be an address such as \"a@example.com\" or a domain such as \"example.com\"";

/// Whether it has the form of an address or a domain.
pub(super) fn is_identity(text: &str) -> bool {
    match text.rsplit_once('@') {
        Some((local, domain)) => is_local_part(local) && (is_domain(domain) || is_literal(domain)),
        None => is_domain(text),
    }
}

fn is_local_part(text: &str) -> bool {
    let plain = |c: char| !c.is_whitespace() && !c.is_control() && !"@<>\"(),:;[\\]".contains(c);
    let quoted = text.len() > 2 && text.starts_with('"') && text.ends_with('"');
    quoted && !text.contains(char::is_control) || !text.is_empty() && text.chars().all(plain)
}

/// Letters of all alphabets (RFC 6531), and the underscore, which some domains
/// have.
fn is_domain(text: &str) -> bool {
    let fits = |c: char| c.is_alphanumeric() || c == '-' || c == '_';
    text.split('.')
        .all(|label| !label.is_empty() && label.chars().all(fits))
}

/// Such as `[192.0.2.1]` and `[IPv6:2001:db8::1]`.
fn is_literal(text: &str) -> bool {
    let inner = text.strip_prefix('[').and_then(|t| t.strip_suffix(']'));
    inner.is_some_and(|inner| {
        let address = inner.strip_prefix("IPv6:").unwrap_or(inner);
        address.parse::<std::net::IpAddr>().is_ok()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_and_domains_are_identities() {
        for text in [
            "example.com",
            "localhost",
            "mail_1.example.com",
            "b\u{fc}cher.example",
            "a@example.com",
            "bounce+17@simulator.amazonses.com",
            "o'neil/x=y@example.com",
            "\"a b\"@example.com",
            "a@[192.0.2.1]",
            "a@[IPv6:2001:db8::1]",
        ] {
            assert!(is_identity(text), "{text}");
        }
    }

    #[test]
    fn anything_else_is_not() {
        for text in [
            "",
            " ",
            "not an identity @@",
            "@",
            "a@",
            "@example.com",
            "a@@example.com",
            "a b@example.com",
            "example.com ",
            "*.example.com",
            ".example.com",
            "example..com",
            "<a@example.com>",
            "A <a@example.com>",
            "a@example.com, b@example.com",
            "a@[there]",
        ] {
            assert!(!is_identity(text), "{text}");
        }
    }
}
