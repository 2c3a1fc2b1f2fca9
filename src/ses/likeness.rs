//! Detects SES behind a target that is not declared as SES.
//!
//! SES can be reached under any name: a tunnel on this machine, a proxy, an entry
//! in a hosts file. It is recognised by the name in its reply to EHLO, and by its
//! certificate. The mock has the same name, but a certificate of its own CA,
//! which distinguishes it wherever it runs.

/// The name in SES's banner and in its reply to EHLO, in every region.
const EHLO_NAME: &str = "email-smtp.amazonaws.com";

/// The name of the CA that `sesbench-mock` creates at its start.
const MOCK_ISSUER: &str = "CN=sesbench mock CA";

/// What a server reveals in a session before any mail.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Shown<'a> {
    /// The first line of its last reply to EHLO.
    pub ehlo: &'a str,
    /// Whether STARTTLS is offered in that reply.
    pub offers_starttls: bool,
    /// Its certificate; `None` in plaintext.
    pub certificate: Option<ShownCertificate<'a>>,
}

/// The content of its certificate.
#[derive(Clone, Copy, Debug)]
pub(crate) struct ShownCertificate<'a> {
    /// The host names.
    pub names: &'a [String],
    /// The full name of the issuer.
    pub issuer: &'a str,
}

/// The evidence that a server is SES; `None` if it is another.
pub(crate) fn looks_like_ses(shown: &Shown<'_>) -> Option<String> {
    let greets = shown.ehlo.split_whitespace().next() == Some(EHLO_NAME);
    let greeting = || format!("it greets as {EHLO_NAME}");
    let Some(certificate) = shown.certificate else {
        // SES accepts no mail in plaintext, and offers STARTTLS until the session
        // has TLS. Where it does not, a proxy or tunnel terminates the TLS.
        return (greets && !shown.offers_starttls).then(greeting);
    };
    if certificate.issuer == MOCK_ISSUER {
        return None;
    }
    let name = certificate.names.iter().find(|name| is_endpoint(name));
    let name = name.map(|name| format!("its certificate is for {name}"));
    name.or_else(|| greets.then(greeting))
}

/// Such as `email-smtp.us-east-1.amazonaws.com`, `email-smtp-fips...`, or a VPC
/// endpoint, `*.email-smtp.us-east-1.vpce.amazonaws.com`.
fn is_endpoint(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    let above = name.strip_suffix(".amazonaws.com");
    let mut labels = above.into_iter().flat_map(|above| above.split('.'));
    labels.any(|label| label.starts_with("email-smtp"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn look(
        ehlo: &str,
        offers_starttls: bool,
        certificate: Option<(&str, &str)>,
    ) -> Option<String> {
        let names: Vec<String> = certificate
            .iter()
            .map(|(name, _)| (*name).to_owned())
            .collect();
        let certificate = certificate.map(|(_, issuer)| ShownCertificate {
            names: &names,
            issuer,
        });
        looks_like_ses(&Shown {
            ehlo,
            offers_starttls,
            certificate,
        })
    }

    #[test]
    fn ses_is_known_by_its_certificate_or_its_greeting() {
        let amazon = "CN=Amazon RSA 2048 M01, O=Amazon, C=US";
        for name in [
            "email-smtp.us-east-1.amazonaws.com",
            "EMAIL-SMTP-FIPS.us-gov-west-1.amazonaws.com",
            "*.email-smtp.eu-west-1.vpce.amazonaws.com",
        ] {
            let known = look("proxy.example", false, Some((name, amazon))).unwrap();
            assert!(known.contains(name), "{known}");
        }
        for certificate in [None, Some(("localhost", "CN=localhost"))] {
            let known = look(EHLO_NAME, false, certificate).unwrap();
            assert_eq!(known, "it greets as email-smtp.amazonaws.com");
        }
    }

    #[test]
    fn the_mock_and_other_servers_are_not_ses() {
        let mock = Some(("email-smtp.us-east-1.amazonaws.com", MOCK_ISSUER));
        assert_eq!(look(EHLO_NAME, false, mock), None);
        assert_eq!(look(EHLO_NAME, true, mock), None);
        // The mock in plaintext; SES would refuse all mail there.
        assert_eq!(look(EHLO_NAME, true, None), None);
        assert_eq!(look("mail.example.com Hello", false, None), None);
        for name in [
            "s3.amazonaws.com",
            "email-smtp.amazonaws.com.example.net",
            "amazonaws.com",
        ] {
            assert_eq!(
                look("x.example", false, Some((name, "CN=Amazon"))),
                None,
                "{name}"
            );
        }
    }
}
