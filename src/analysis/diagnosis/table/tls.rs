//! TLS could not be established, or the certificate did not verify.

use super::Diagnosis;
use crate::analysis::diagnosis::FailureCase;
use crate::smtp::TlsMode;
use crate::vocabulary::{CertificateFailure, DialogueFailure, Failure, Phase, TlsFailure};

const CONNECTING: &str = "SES Developer Guide, \"Connecting to an Amazon SES SMTP endpoint\"";
const RFC5280: &str = "RFC 5280 section 6.1";

pub(super) const ROWS: &[Diagnosis] = &[
    Diagnosis {
        id: "starttls-port",
        title: "this looks like a STARTTLS port",
        meaning: "The server answered the TLS hello with something that is not TLS, which is \
            typical of a port that begins in plaintext: 25, 587 and 2587 do.",
        advice: "Use --tls starttls on this port, or --tls wrapper on port 465.",
        sign: "no TLS in the answer to the hello, in mode wrapper",
        source: CONNECTING,
        fits: |met| met.in_mode(TlsMode::Wrapper) && no_tls(met),
        detail: spoken,
        ..Diagnosis::PLAIN
    },
    Diagnosis {
        id: "no-tls-after-starttls",
        title: "no TLS after STARTTLS",
        meaning: "The server agreed to STARTTLS and then answered the TLS hello with something \
            that is not TLS. A proxy or firewall in between may be rewriting the session.",
        advice: "Try from another network, and look for a middlebox that inspects SMTP; or use --tls \
            wrapper on port 465, which it may leave alone.",
        sign: "no TLS in the answer to the hello, in mode starttls",
        source: "RFC 3207 section 4",
        fits: |met| met.in_mode(TlsMode::Starttls) && no_tls(met),
        detail: spoken,
        ..Diagnosis::PLAIN
    },
    Diagnosis {
        id: "starttls-not-offered",
        title: "STARTTLS is not offered",
        meaning: "The server's reply to EHLO does not list STARTTLS. Nothing was sent in plaintext \
            instead. Either the server has no TLS on this port, or something in between removed \
            the line.",
        advice: "Use the port that has TLS (--tls wrapper on 465); or, if the network path is \
            trusted, --tls none.",
        sign: "no STARTTLS in the reply to EHLO",
        source: "RFC 3207 section 6",
        fits: |met| met.failure() == Some(Failure::Dialogue(DialogueFailure::StarttlsNotOffered)),
        ..Diagnosis::PLAIN
    },
    Diagnosis {
        id: "starttls-refused",
        title: "STARTTLS is refused",
        meaning: "The server offers STARTTLS but refuses the command, often because it has no \
            certificate.",
        advice: "Check the server's log and its TLS settings; a 454 may be temporary.",
        sign: "a 4xx or 5xx to STARTTLS",
        source: "RFC 3207 section 4",
        fits: |met| met.at(Phase::Starttls) && met.reply().is_some(),
        ..Diagnosis::PLAIN
    },
    Diagnosis {
        id: "plaintext-injected",
        title: "plaintext after the reply to STARTTLS",
        meaning: "Plaintext followed the reply to STARTTLS, which a client could take for a reply \
            under TLS (CVE-2011-0411). The session was closed.",
        advice: "Treat the network path to this server as compromised until you know what sent it.",
        sign: "bytes after the 220 of STARTTLS",
        source: "RFC 3207 section 4.2",
        fits: |met| {
            let injected = Failure::Dialogue(DialogueFailure::PlaintextAfterStarttls);
            met.failure() == Some(injected)
        },
        ..Diagnosis::PLAIN
    },
    Diagnosis {
        id: "plaintext-inside-tls",
        title: "the server wrote in plaintext inside TLS",
        meaning: "After the TLS handshake the server wrote its last line in plaintext, as some do \
            when they abort a session or shut down (Exim does). The line is shown as received; it \
            is not authenticated, so it is not taken for a reply.",
        advice: "Read the line, which gives the server's reason, and check the server's log for \
            the same time.",
        sign: "text in place of a TLS record, after the handshake",
        source: "RFC 8446 section 5.1",
        fits: |met| met.failure() == Some(Failure::Tls(TlsFailure::PlaintextInside)),
        ..Diagnosis::PLAIN
    },
    Diagnosis {
        id: "certificate-unknown-issuer",
        title: "certificate issuer is not trusted",
        meaning: "The certificate chain does not lead to a root that is trusted here: the issuer \
            is private, the certificate is self-signed, the issuer was recreated under its old \
            name, or the server does not send the intermediate certificate.",
        advice: "Trust the issuer, or this very certificate, with --ca-file FILE, or have the \
            server send its whole chain; --insecure accepts any certificate, and every report \
            states it.",
        sign: "TLS: issuer is not trusted, or signature is not its issuer's",
        source: RFC5280,
        fits: |met| {
            matches!(
                certificate(met),
                Some(CertificateFailure::IssuerUnknown | CertificateFailure::SignatureInvalid)
            )
        },
        ..Diagnosis::PLAIN
    },
    Diagnosis {
        id: "certificate-expired",
        title: "the certificate has expired",
        meaning: "The certificate, or one in its chain, is past its expiry date by this machine's \
            clock.",
        advice: "Check this machine's clock, and have the server's certificate renewed.",
        sign: "TLS: certificate has expired",
        source: RFC5280,
        fits: |met| certificate(met) == Some(CertificateFailure::Expired),
        ..Diagnosis::PLAIN
    },
    Diagnosis {
        id: "certificate-not-yet-valid",
        title: "the certificate is not valid yet",
        meaning: "The certificate's validity begins in the future by this machine's clock.",
        advice: "Check this machine's clock, and then the server's certificate.",
        sign: "TLS: certificate not valid yet",
        source: RFC5280,
        fits: |met| certificate(met) == Some(CertificateFailure::NotYetValid),
        ..Diagnosis::PLAIN
    },
    Diagnosis {
        id: "certificate-wrong-name",
        title: "the certificate is for another name",
        meaning: "The certificate does not name the host that was connected to.",
        advice: "Connect by a name that is in the certificate; if it is the right server, have its \
            certificate name this host.",
        sign: "TLS: certificate not valid for the name",
        source: "RFC 9525 section 6",
        fits: |met| certificate(met) == Some(CertificateFailure::WrongName),
        detail: names,
        ..Diagnosis::PLAIN
    },
    Diagnosis {
        id: "certificate-refused",
        title: "the certificate does not verify",
        meaning: "The certificate has another defect, which the error names.",
        advice: "Read the error and have the certificate replaced; --insecure accepts any \
            certificate, and every report states it.",
        sign: "TLS: certificate is not accepted, for any other reason",
        source: RFC5280,
        fits: |met| {
            let known = [
                CertificateFailure::IssuerUnknown,
                CertificateFailure::SignatureInvalid,
                CertificateFailure::Expired,
                CertificateFailure::NotYetValid,
                CertificateFailure::WrongName,
            ];
            certificate(met).is_some_and(|failure| !known.contains(&failure))
        },
        ..Diagnosis::PLAIN
    },
    Diagnosis {
        id: "tls-not-in-common",
        title: "no TLS version or cipher in common",
        meaning: "Client and server have no protocol version, cipher suite or key exchange in \
            common; sesbench supports TLS 1.2 and 1.3.",
        advice: "Widen target.tls_versions or target.key_exchange if they are set; otherwise the \
            server's TLS is too old.",
        sign: "TLS alert protocol_version or handshake_failure, or TLS that is not compatible",
        source: "RFC 8446 section 6.2",
        fits: |met| {
            matches!(
                handshake(met),
                Some(
                    TlsFailure::AlertProtocolVersion
                        | TlsFailure::AlertHandshakeFailure
                        | TlsFailure::Incompatible
                )
            )
        },
        ..Diagnosis::PLAIN
    },
];

/// What is wrong with the certificate, if that ended the handshake.
fn certificate(met: &FailureCase<'_>) -> Option<CertificateFailure> {
    match met.failure() {
        Some(Failure::Certificate(failure)) if met.at(Phase::Tls) => Some(failure),
        _ => None,
    }
}

/// What else ended the handshake.
fn handshake(met: &FailureCase<'_>) -> Option<TlsFailure> {
    match met.failure() {
        Some(Failure::Tls(failure)) if met.at(Phase::Tls) => Some(failure),
        _ => None,
    }
}

/// Whether something arrived that is not a TLS record.
fn no_tls(met: &FailureCase<'_>) -> bool {
    let failure = handshake(met);
    matches!(failure, Some(TlsFailure::NotTls | TlsFailure::Plaintext))
}

/// What the server sent instead of TLS, if it was text.
fn spoken(met: &FailureCase<'_>) -> Option<String> {
    let line = met.detail()?;
    Some(format!("The server answered in plaintext: {line}."))
}

/// The names in the certificate.
fn names(met: &FailureCase<'_>) -> Option<String> {
    let names = met.detail()?;
    Some(format!("The certificate names {names}."))
}
