//! Validates mail addresses. Stricter than RFC 5321 on purpose: nothing in a
//! scenario can reach the SMTP dialogue as anything but an address.

use super::punycode;

/// RFC 5321 section 4.5.3.1.1
const LOCAL_LENGTH: usize = 64;
/// RFC 5321 section 4.5.3.1.2
const DOMAIN_LENGTH: usize = 255;
/// RFC 5321 section 4.5.3.1.3: a path has at most 256 octets, two of them brackets.
const LENGTH: usize = 254;

/// Validates an address for the envelope and for headers.
pub(crate) fn check(address: &str) -> Result<(), String> {
    let refuse = |why: &str| {
        Err(format!(
            "invalid mail address \"{}\": {why}",
            address.escape_debug()
        ))
    };
    let Some((local, domain)) = address.split_once('@') else {
        return refuse("expected NAME@DOMAIN");
    };
    if local.is_ascii() && !domain.is_ascii() {
        let form = match punycode::to_ascii(domain) {
            Some(ascii) => format!("{local}@{ascii}"),
            None => "xn--..., as `idn` or `idn2` print it".to_owned(),
        };
        return refuse(&format!("expected the ASCII form of its domain, {form}"));
    }
    let unfit = |c: char| !c.is_ascii_graphic() || "<>@,;:\"()\\".contains(c);
    if let Some(character) = local.chars().chain(domain.chars()).find(|c| unfit(*c)) {
        return refuse(&format!(
            "the character `{}` is not allowed",
            character.escape_debug()
        ));
    }
    if local.is_empty() || domain.is_empty() {
        return refuse("expected text before and after the @");
    }
    if local.len() > LOCAL_LENGTH || domain.len() > DOMAIN_LENGTH || address.len() > LENGTH {
        return refuse("longer than RFC 5321 section 4.5.3.1 allows");
    }
    Ok(())
}

/// The domain, in lower case.
pub(crate) fn domain(address: &str) -> String {
    let domain = address.rsplit('@').next().unwrap_or_default();
    domain.trim_end_matches('.').to_ascii_lowercase()
}

/// Whether `domain`, in lower case, is reserved for examples and tests (RFC
/// 2606, RFC 6761): mail to it reaches no mailbox beyond the sender's network.
pub(crate) fn is_reserved(domain: &str) -> bool {
    const RESERVED: [&str; 7] = [
        "example.com",
        "example.net",
        "example.org",
        "example",
        "test",
        "invalid",
        "localhost",
    ];
    let within = |reserved: &str| {
        let above = domain.strip_suffix(reserved);
        above.is_some_and(|above| above.is_empty() || above.ends_with('.'))
    };
    RESERVED.into_iter().any(within)
}

/// Whether `domain`, in lower case, cannot be registered on the Internet: it is
/// reserved, an IP address, or a single label.
pub(crate) fn is_nobodys(domain: &str) -> bool {
    !domain.contains('.') || domain.starts_with('[') || is_reserved(domain)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn domains_reserved_for_examples_cannot_be_registered() {
        for domain in [
            "example.com",
            "mail.example.org",
            "x.test",
            "a.invalid",
            "localhost",
            "[192.0.2.1]",
        ] {
            assert!(is_nobodys(domain), "{domain}");
        }
        for domain in [
            "notexample.com",
            "example.com.au",
            "latest",
            "corp.internal",
        ] {
            assert_eq!(is_nobodys(domain), domain == "latest", "{domain}");
        }
    }

    #[test]
    fn a_single_word_or_an_address_may_be_a_real_host() {
        for (domain, reserved) in [
            ("localhost", true),
            ("sub.example.net", true),
            ("mail.test", true),
            ("mailhost", false),
            ("[192.0.2.1]", false),
            ("example.co", false),
        ] {
            assert_eq!(is_reserved(domain), reserved, "{domain}");
        }
    }

    #[test]
    fn addresses_are_accepted_or_refused_with_a_reason() {
        for address in ["a@b", "first.last+tag@mail.example.com", "a@[192.0.2.1]"] {
            assert_eq!(check(address), Ok(()));
        }
        for (address, why) in [
            ("ab", "invalid mail address \"ab\": expected NAME@DOMAIN"),
            (
                "a b@c",
                "invalid mail address \"a b@c\": the character ` ` is not allowed",
            ),
            (
                "<a@b>",
                "invalid mail address \"<a@b>\": the character `<` is not allowed",
            ),
            (
                "a@b@c",
                "invalid mail address \"a@b@c\": the character `@` is not allowed",
            ),
            (
                "a@b\r\nRSET",
                "invalid mail address \"a@b\\r\\nRSET\": the character `\\r` is not allowed",
            ),
            (
                "ä@b",
                "invalid mail address \"ä@b\": the character `ä` is not allowed",
            ),
            (
                "me@bücher.example",
                "invalid mail address \"me@bücher.example\": expected the ASCII form of its domain, \
                 me@xn--bcher-kva.example",
            ),
            (
                "me@\u{1f600}.example",
                "invalid mail address \"me@\u{1f600}.example\": expected the ASCII form of its \
                 domain, xn--..., as `idn` or `idn2` print it",
            ),
            (
                "@b",
                "invalid mail address \"@b\": expected text before and after the @",
            ),
        ] {
            assert_eq!(check(address), Err(why.to_owned()));
        }
        assert!(check(&format!("{}@b", "a".repeat(65))).is_err());
        assert!(check(&format!("a@{}", "b".repeat(254))).is_err());
    }
}
