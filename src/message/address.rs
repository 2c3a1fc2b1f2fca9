//! What is accepted as a mail address: modest on purpose, so that nothing
//! written in a scenario can reach the dialogue as anything but an address.

use super::punycode;

/// RFC 5321 section 4.5.3.1.1
const LOCAL_LENGTH: usize = 64;
/// RFC 5321 section 4.5.3.1.2
const DOMAIN_LENGTH: usize = 255;
/// RFC 5321 section 4.5.3.1.3: a path has 256 octets, two of them brackets.
const LENGTH: usize = 254;

/// Whether `address` can stand in an envelope and in a header; if not, why.
pub(crate) fn check(address: &str) -> Result<(), String> {
    let refuse = |why: &str| {
        Err(format!(
            "`{}` is no mail address: {why}",
            address.escape_debug()
        ))
    };
    let Some((local, domain)) = address.split_once('@') else {
        return refuse("it has no @");
    };
    if local.is_ascii() && !domain.is_ascii() {
        let form = match punycode::to_ascii(domain) {
            Some(ascii) => format!("{local}@{ascii}"),
            None => "xn--..., as `idn` or `idn2` print it".to_owned(),
        };
        return refuse(&format!(
            "its domain is not ASCII; write it in its ASCII form, {form}"
        ));
    }
    let unfit = |c: char| !c.is_ascii_graphic() || "<>@,;:\"()\\".contains(c);
    if let Some(character) = local.chars().chain(domain.chars()).find(|c| unfit(*c)) {
        return refuse(&format!("it holds `{}`", character.escape_debug()));
    }
    if local.is_empty() || domain.is_empty() {
        return refuse("nothing stands before or after its @");
    }
    if local.len() > LOCAL_LENGTH || domain.len() > DOMAIN_LENGTH || address.len() > LENGTH {
        return refuse("it is longer than RFC 5321 section 4.5.3.1 allows");
    }
    Ok(())
}

/// What follows the @, in lower case.
pub(crate) fn domain(address: &str) -> String {
    let domain = address.rsplit('@').next().unwrap_or_default();
    domain.trim_end_matches('.').to_ascii_lowercase()
}

/// Whether `domain`, in lower case, is reserved for examples and tests (RFC
/// 2606, RFC 6761): mail to it reaches no mailbox but the sender's own.
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

/// Whether `domain`, in lower case, can be nobody's on the Internet: reserved,
/// an address, or a single word.
pub(crate) fn is_nobodys(domain: &str) -> bool {
    !domain.contains('.') || domain.starts_with('[') || is_reserved(domain)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn domains_reserved_for_examples_are_nobodys() {
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
            ("ab", "`ab` is no mail address: it has no @"),
            ("a b@c", "`a b@c` is no mail address: it holds ` `"),
            ("<a@b>", "`<a@b>` is no mail address: it holds `<`"),
            ("a@b@c", "`a@b@c` is no mail address: it holds `@`"),
            (
                "a@b\r\nRSET",
                "`a@b\\r\\nRSET` is no mail address: it holds `\\r`",
            ),
            ("ä@b", "`ä@b` is no mail address: it holds `ä`"),
            (
                "me@bücher.example",
                "`me@bücher.example` is no mail address: its domain is not ASCII; \
                 write it in its ASCII form, me@xn--bcher-kva.example",
            ),
            (
                "me@\u{1f600}.example",
                "`me@\u{1f600}.example` is no mail address: its domain is not ASCII; \
                 write it in its ASCII form, xn--..., as `idn` or `idn2` print it",
            ),
            (
                "@b",
                "`@b` is no mail address: nothing stands before or after its @",
            ),
        ] {
            assert_eq!(check(address), Err(why.to_owned()));
        }
        assert!(check(&format!("{}@b", "a".repeat(65))).is_err());
        assert!(check(&format!("a@{}", "b".repeat(254))).is_err());
    }
}
