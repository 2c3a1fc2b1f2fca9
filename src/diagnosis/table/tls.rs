//! TLS did not come about, or was not to be trusted.

use super::Diagnosis;
use crate::diagnosis::Situation;
use crate::scenario::TlsMode;
use crate::vocabulary::Phase;

const CONNECTING: &str = "SES Developer Guide, \"Connecting to an Amazon SES SMTP endpoint\"";
const RFC5280: &str = "RFC 5280 section 6.1";

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
        id: "certificate-unknown-issuer",
        title: "nobody who is trusted vouches for the certificate",
        meaning: "The certificate's chain leads to no root that is trusted here: a private or \
            self-signed one, one that was made anew under its old name, or the server leaves out the \
            intermediate.",
        advice: "Trust its issuer by --ca-file FILE, or have the server send its whole chain; \
            --insecure accepts any certificate, and every report says so.",
        sign: "TLS: UnknownIssuer or BadSignature",
        source: RFC5280,
        fits: |met| certificate(met) && (met.says("UnknownIssuer") || met.says("BadSignature")),
        ..Diagnosis::PLAIN
    },
    Diagnosis {
        id: "certificate-expired",
        title: "the certificate has expired",
        meaning: "The certificate, or one of its chain, is past its last day by this machine's clock.",
        advice: "Check this machine's clock, and have the server's certificate renewed.",
        sign: "TLS: certificate expired",
        source: RFC5280,
        fits: |met| certificate(met) && met.says("certificate expired"),
        ..Diagnosis::PLAIN
    },
    Diagnosis {
        id: "certificate-not-yet-valid",
        title: "the certificate is not valid yet",
        meaning: "The certificate's first day is yet to come by this machine's clock.",
        advice: "Check this machine's clock, and then the server's certificate.",
        sign: "TLS: certificate not valid yet",
        source: RFC5280,
        fits: |met| certificate(met) && met.says("not valid yet"),
        ..Diagnosis::PLAIN
    },
    Diagnosis {
        id: "certificate-wrong-name",
        title: "the certificate is for another name",
        meaning: "The certificate does not name the host that was connected to.",
        advice: "Connect by a name that stands in the certificate; if it is the right server, have its \
            certificate name this host.",
        sign: "TLS: certificate not valid for name",
        source: "RFC 9525 section 6",
        fits: |met| certificate(met) && met.says("not valid for name"),
        detail: names,
        ..Diagnosis::PLAIN
    },
    Diagnosis {
        id: "certificate-refused",
        title: "the certificate does not verify",
        meaning: "There is something else wrong with the certificate, which the error names.",
        advice: "Read the error and have the certificate replaced; --insecure accepts any, and every \
            report says so.",
        sign: "TLS: invalid peer certificate, otherwise",
        source: RFC5280,
        fits: |met| {
            let known = [
                "UnknownIssuer",
                "BadSignature",
                "certificate expired",
                "not valid yet",
                "not valid for name",
            ];
            certificate(met) && !known.iter().any(|words| met.says(words))
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
        sign: "TLS alert ProtocolVersion or HandshakeFailure, or an incompatible peer",
        source: "RFC 8446 section 6.2",
        fits: |met| {
            let words = [
                "ProtocolVersion",
                "HandshakeFailure",
                "peer is incompatible",
            ];
            met.at(Phase::Tls) && words.iter().any(|words| met.says(words))
        },
        ..Diagnosis::PLAIN
    },
];

fn certificate(met: &Situation<'_>) -> bool {
    met.at(Phase::Tls) && met.says("invalid peer certificate")
}

/// What came is no record of TLS.
fn no_tls(met: &Situation<'_>) -> bool {
    let words = ["InvalidContentType", "corrupt message"];
    met.at(Phase::Tls) && words.iter().any(|words| met.says(words))
}

/// The names in the library's words: `...; certificate is only valid for
/// DnsName("a.example") or IpAddress(127.0.0.1)`.
fn names(met: &Situation<'_>) -> Option<String> {
    let (_, valid) = met
        .cause
        .text
        .split_once("; certificate is only valid for ")?;
    let bare = valid
        .replace("DnsName(\"", "")
        .replace("IpAddress(", "")
        .replace("\")", "")
        .replace(')', "");
    Some(format!("It names {bare}."))
}
