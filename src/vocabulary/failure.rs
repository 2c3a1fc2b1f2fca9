//! What sesbench itself, the kernel, the resolver and the TLS library find
//! wrong, in our own words.
//!
//! A server's refusal is not a failure in this sense: it is a reply, with a code
//! and a text. `net` translates the errors of kernel, resolver and TLS library,
//! `smtp` makes the failures of the dialogue, and diagnoses go by these values.
//! The text of a report may be more specific than [`Failure::phrase`]; no code
//! decides by it.

use std::fmt;

/// Defines an enum of failures from its table; a row is `Variant "phrase"`.
macro_rules! failures {
    ($( #[$doc:meta] )* $name:ident { $( $variant:ident $phrase:literal; )* }) => {
        $( #[$doc] )*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        #[repr(u8)]
        pub enum $name {
            $( #[doc = $phrase] $variant, )*
        }

        impl $name {
            /// Every one, in the order of the table.
            #[cfg(test)]
            pub(crate) const ALL: &[Self] = &[$( Self::$variant, )*];

            const fn phrase(self) -> &'static str {
                match self { $( Self::$variant => $phrase, )* }
            }
        }
    };
}

failures! {
    /// The host name has no usable address.
    LookupFailure {
        NotResolved "the name does not resolve";
        TimedOut    "the name was not resolved in time";
        NoAddress   "the name has no address";
    }
}

failures! {
    /// An error of the kernel.
    SocketFailure {
        Refused            "connection refused";
        Reset              "connection reset";
        Aborted            "connection aborted";
        BrokenPipe         "broken pipe";
        TimedOut           "connection timed out";
        NetworkUnreachable "network unreachable";
        HostUnreachable    "no route to host";
        NetworkDown        "network is down";
        OutOfFiles         "out of file descriptors";
        OutOfPorts         "out of local ports, or not an address of this machine";
        OutOfMemory        "out of memory for sockets";
        NotPermitted       "not permitted on this machine";
        Other              "socket error";
    }
}

failures! {
    /// TLS could not be established, or ended with an error; the certificate is
    /// not the reason.
    TlsFailure {
        NotTls                "something that is not a TLS record";
        Plaintext             "plaintext where TLS was due";
        PlaintextInside       "plaintext inside TLS";
        AlertHandshakeFailure "the alert handshake_failure";
        AlertProtocolVersion  "the alert protocol_version";
        AlertCertificate      "an alert about this client's certificate, or about having none";
        AlertOther            "another alert";
        Incompatible          "no TLS version, cipher or key exchange in common";
        NoCertificate         "the server sent no certificate";
        Malformed             "a malformed TLS message";
        Violation             "a violation of the TLS protocol";
        RecordDamaged         "a TLS record that does not decrypt or is too long";
        NameUnsupported       "a name that can't be checked against a certificate";
        NoClockOrRandom       "the system's clock or random numbers are not available";
        Other                 "another error of TLS";
    }
}

failures! {
    /// The server's certificate is not accepted.
    CertificateFailure {
        IssuerUnknown      "certificate issuer is not trusted";
        SignatureInvalid   "certificate signature does not verify";
        Expired            "certificate has expired";
        NotYetValid        "certificate is not valid yet";
        WrongName          "certificate is for another name";
        Malformed          "certificate is malformed";
        Unsupported        "certificate has a version or an extension that is not supported";
        Revoked            "certificate is revoked";
        RevocationUnknown  "certificate revocation status is unknown";
        NotForServers      "certificate is not for servers";
        AlgorithmRefused   "certificate signature algorithm or key type is not accepted";
        AuthorityAsServer  "certificate is a certificate authority's";
        IssuerNotAuthority "certificate issuer is not a certificate authority";
        ChainRefused       "certificate chain breaks a constraint or a bound";
        Other              "certificate is not accepted for another reason";
    }
}

failures! {
    /// The dialogue can't go on, or a message was not sent, by a decision of
    /// this client.
    DialogueFailure {
        StarttlsNotOffered     "STARTTLS is not offered by the server; nothing is sent in plaintext";
        PlaintextAfterStarttls "plaintext behind the reply to STARTTLS: the connection may be tampered with";
        AuthNotOffered         "credentials are given, and the server offers no AUTH";
        MechanismNotOffered    "the AUTH mechanism is not offered by the server";
        EhloUnknown            "the server does not know EHLO";
        NotAReply              "not an SMTP reply";
        CodesDiffer            "the lines of a reply carry different codes";
        ReplyLineTooLong       "a reply line is too long";
        ReplyTooManyLines      "a reply has too many lines";
        MessageTooLarge        "the message is larger than the server's SIZE";
        TooManyRecipients      "the message exceeds the server's RCPTMAX";
        TooManyDomains         "the message exceeds the server's RCPTDOMAINMAX";
    }
}

/// A failure that is not a reply of the server.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Failure {
    /// No answer arrived before the deadline of the step.
    TimedOut,
    /// The server closed the connection.
    Closed,
    /// The run ended and does not wait any longer.
    Cut,
    /// The run ended before the message was started.
    NeverStarted,
    /// Before the connection: the name.
    Lookup(LookupFailure),
    /// The kernel.
    Socket(SocketFailure),
    /// TLS.
    Tls(TlsFailure),
    /// The server's certificate.
    Certificate(CertificateFailure),
    /// The dialogue.
    Dialogue(DialogueFailure),
}

impl Failure {
    /// What it is, as a phrase; the text of a report where nothing more
    /// specific is known.
    pub const fn phrase(self) -> &'static str {
        match self {
            Self::TimedOut => "no answer in time",
            Self::Closed => "connection closed by the server",
            Self::Cut => "cut off: the run ended",
            Self::NeverStarted => "the run ended before it was started",
            Self::Lookup(failure) => failure.phrase(),
            Self::Socket(failure) => failure.phrase(),
            Self::Tls(failure) => failure.phrase(),
            Self::Certificate(failure) => failure.phrase(),
            Self::Dialogue(failure) => failure.phrase(),
        }
    }

    /// Every failure.
    #[cfg(test)]
    pub(crate) fn all() -> impl Iterator<Item = Self> {
        let own = [Self::TimedOut, Self::Closed, Self::Cut, Self::NeverStarted];
        own.into_iter()
            .chain(LookupFailure::ALL.iter().copied().map(Self::Lookup))
            .chain(SocketFailure::ALL.iter().copied().map(Self::Socket))
            .chain(TlsFailure::ALL.iter().copied().map(Self::Tls))
            .chain(
                CertificateFailure::ALL
                    .iter()
                    .copied()
                    .map(Self::Certificate),
            )
            .chain(DialogueFailure::ALL.iter().copied().map(Self::Dialogue))
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.phrase())
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn every_failure_has_a_phrase_of_its_own() {
        let mut seen = HashSet::new();
        for failure in Failure::all() {
            let phrase = failure.to_string();
            assert!(!phrase.is_empty() && !phrase.ends_with('.'), "{failure:?}");
            assert!(seen.insert(phrase), "{failure:?}");
        }
        assert!(seen.len() > 50);
    }

    /// It is part of every event with a cause.
    #[test]
    fn a_failure_is_two_bytes() {
        assert_eq!(size_of::<Option<Failure>>(), 2);
    }
}
