//! TLS did not come about, or was not to be trusted.

use super::Diagnosis;
use crate::analysis::diagnosis::FailureCase;
use crate::smtp::TlsMode;
use crate::vocabulary::Phase;

const CONNECTING: &str = "SES Developer Guide, \"Connecting to an Amazon SES SMTP endpoint\"";
const RFC5280: &str = "RFC 5280 section 6.1";

/// The texts of a chain that leads to no root that is trusted.
const UNKNOWN_ISSUER: [&str; 2] = ["issuer is not trusted", "its signature does not verify"];

pub(super) const ROWS: &[Diagnosis] = &[
    Diagnosis {
        id: "starttls-port",
        title: "this looks like a STARTTLS port",
        meaning: "A TLS hello was answered by something that is not TLS, as a server does that greets \
            in plaintext first: ports 25, 587 and 2587 begin in plaintext.",
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
        meaning: "The server agreed to STARTTLS and then answered the TLS hello with something else. A \
            proxy or firewall in between may be rewriting the session.",
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
        meaning: "The server's EHLO does not list STARTTLS. Nothing was sent in plaintext instead. \
            Either the server has no TLS here, or something in between took the line out.",
        advice: "Use the port that has TLS (--tls wrapper on 465), or, where the way is safe, say --tls \
            none.",
        sign: "no STARTTLS in EHLO",
        source: "RFC 3207 section 6",
        fits: |met| met.cause.code.is_none() && met.says("STARTTLS is not offered"),
        ..Diagnosis::PLAIN
    },
    Diagnosis {
        id: "starttls-refused",
        title: "STARTTLS is refused",
        meaning: "The server offers STARTTLS and refuses it when asked, often for want of a certificate.",
        advice: "Look into the server's log for its TLS settings; a 454 may pass by itself.",
        sign: "a 4xx or 5xx to STARTTLS",
        source: "RFC 3207 section 4",
        fits: |met| met.at(Phase::Starttls) && met.cause.code.is_some(),
        ..Diagnosis::PLAIN
    },
    Diagnosis {
        id: "plaintext-injected",
        title: "plaintext behind the reply to STARTTLS",
        meaning: "Something was said in plaintext that would have been taken for an answer under TLS \
            (CVE-2011-0411). The session was given up.",
        advice: "Treat the way to this server as tampered with until you know who said it.",
        sign: "bytes after the 220 of STARTTLS",
        source: "RFC 3207 section 4.2",
        fits: |met| met.says("plaintext behind the reply to STARTTLS"),
        ..Diagnosis::PLAIN
    },
    Diagnosis {
        id: "plaintext-inside-tls",
        title: "the server wrote in plaintext inside TLS",
        meaning: "On a session that has TLS the server wrote its last line in plaintext, as some do when \
            they give a session up or shut down (Exim does). The line is shown as it came; nothing \
            vouches for it, so it is not taken for a reply.",
        advice: "Read the line, which says why the server ended the session, and look at the server's \
            log for the same moment.",
        sign: "text in place of a TLS record, after the handshake",
        source: "RFC 8446 section 5.1",
        fits: |met| met.says("in plaintext inside TLS"),
        ..Diagnosis::PLAIN
    },
    Diagnosis {
        id: "certificate-unknown-issuer",
        title: "nobody who is trusted vouches for the certificate",
        meaning: "The certificate's chain leads to no root that is trusted here: a private or \
            self-signed one, one that was made anew under its old name, or the server leaves out the \
            intermediate.",
        advice: "Trust its issuer, or this very certificate, by --ca-file FILE, or have the server send \
            its whole chain; --insecure accepts any certificate, and every report says so.",
        sign: "TLS: issuer is not trusted, or signature is not its issuer's",
        source: RFC5280,
        fits: |met| certificate(met) && met.says_any(&UNKNOWN_ISSUER),
        ..Diagnosis::PLAIN
    },
    Diagnosis {
        id: "certificate-expired",
        title: "the certificate has expired",
        meaning: "The certificate, or one of its chain, is past its last day by this machine's clock.",
        advice: "Check this machine's clock, and have the server's certificate renewed.",
        sign: "TLS: certificate has expired",
        source: RFC5280,
        fits: |met| certificate(met) && met.says("it has expired"),
        ..Diagnosis::PLAIN
    },
    Diagnosis {
        id: "certificate-not-yet-valid",
        title: "the certificate is not valid yet",
        meaning: "The certificate's first day is yet to come by this machine's clock.",
        advice: "Check this machine's clock, and then the server's certificate.",
        sign: "TLS: certificate not valid yet",
        source: RFC5280,
        fits: |met| certificate(met) && met.says("it is not valid yet"),
        ..Diagnosis::PLAIN
    },
    Diagnosis {
        id: "certificate-wrong-name",
        title: "the certificate is for another name",
        meaning: "The certificate does not name the host that was connected to.",
        advice: "Connect by a name that stands in the certificate; if it is the right server, have its \
            certificate name this host.",
        sign: "TLS: certificate not valid for the name",
        source: "RFC 9525 section 6",
        fits: |met| certificate(met) && met.says("not valid for the name"),
        detail: names,
        ..Diagnosis::PLAIN
    },
    Diagnosis {
        id: "certificate-refused",
        title: "the certificate does not verify",
        meaning: "There is something else wrong with the certificate, which the error names.",
        advice: "Read the error and have the certificate replaced; --insecure accepts any, and every \
            report says so.",
        sign: "TLS: certificate is not accepted, otherwise",
        source: RFC5280,
        fits: |met| {
            let known = [
                "it has expired",
                "it is not valid yet",
                "not valid for the name",
            ];
            certificate(met) && !met.says_any(&known) && !met.says_any(&UNKNOWN_ISSUER)
        },
        ..Diagnosis::PLAIN
    },
    Diagnosis {
        id: "tls-not-in-common",
        title: "no TLS version or cipher in common",
        meaning: "Client and server found no protocol version, cipher suite or key exchange that both \
            have; sesbench has TLS 1.2 and 1.3.",
        advice: "Widen target.tls_versions or target.key_exchange if they were set; otherwise the \
            server's TLS is too old.",
        sign: "TLS alert protocol_version or handshake_failure, or TLS that is not compatible",
        source: "RFC 8446 section 6.2",
        fits: |met| {
            let words = [
                "alert protocol_version",
                "alert handshake_failure",
                "TLS is not compatible",
            ];
            met.at(Phase::Tls) && words.iter().any(|words| met.says(words))
        },
        ..Diagnosis::PLAIN
    },
];

fn certificate(met: &FailureCase<'_>) -> bool {
    met.at(Phase::Tls) && met.says("certificate is not accepted")
}

/// What arrived is no record of TLS.
fn no_tls(met: &FailureCase<'_>) -> bool {
    let words = [
        "not a TLS record",
        "protocol version that is not TLS",
        "spoke plaintext where TLS was due",
    ];
    met.at(Phase::Tls) && met.says_any(&words)
}

/// What the server said instead of TLS, as far as it was text.
fn spoken(met: &FailureCase<'_>) -> Option<String> {
    let (_, spoken) = met.cause.text.split_once("TLS was due: ")?;
    Some(format!("The server spoke plaintext: {spoken}."))
}

/// The names in `...; it names a.example, 127.0.0.1`.
fn names(met: &FailureCase<'_>) -> Option<String> {
    let (_, names) = met.cause.text.split_once("; it names ")?;
    Some(format!("It names {names}."))
}
