//! Where a server is reached: its port by how TLS begins, and the reverse.
//!
//! What was written of the two is kept. Of SES's ports each has one mode, so
//! that a contradiction is an error there; elsewhere anything may listen
//! anywhere, and it is only worth a remark.

use crate::ses::{self, Mode, PORTS};
use crate::smtp::TlsMode;

/// SES listens on 25 for STARTTLS, too, but 25 is throttled from EC2 (SES
/// Developer Guide, "Connecting to an Amazon SES SMTP endpoint").
const SES_STARTTLS: u16 = 587;

/// RFC 8314 section 7.3, and SES's first port for it.
const WRAPPER: u16 = 465;

/// RFC 5321 section 4.5.4.2: where relays listen.
const RELAY: u16 = 25;

/// Why a port of SES and a mode do not go together.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(super) enum Contradiction {
    /// SES takes no mail in plaintext.
    #[error(
        "SES takes no mail in plaintext: use \"starttls\" (ports {}) or \"wrapper\" (ports {})",
        ports(Mode::StartTls),
        ports(Mode::Wrapper)
    )]
    Plaintext,
    /// The port has the other mode.
    #[error(
        "port {port} of SES is not for \"{}\", which has ports {}; change one of the two",
        .mode.name(),
        ports_of(*.mode)
    )]
    Mode {
        /// The port.
        port: u16,
        /// The mode that was asked for.
        mode: TlsMode,
    },
}

/// How TLS begins at SES, and where, from what was written of them.
pub(super) fn of_ses(
    mode: Option<TlsMode>,
    port: Option<u16>,
) -> Result<(TlsMode, u16), Contradiction> {
    let by_port = port.and_then(mode_by_port);
    let mode = mode.or(by_port).unwrap_or(TlsMode::Starttls);
    if mode == TlsMode::None {
        return Err(Contradiction::Plaintext);
    }
    match port {
        Some(port) if by_port.is_some_and(|its| its != mode) => {
            Err(Contradiction::Mode { port, mode })
        }
        Some(port) => Ok((mode, port)),
        None if mode == TlsMode::Wrapper => Ok((mode, WRAPPER)),
        None => Ok((mode, SES_STARTTLS)),
    }
}

/// The same at any other server, where the two can not contradict each other.
pub(super) fn of_smtp(mode: Option<TlsMode>, port: Option<u16>) -> (TlsMode, u16) {
    let by_port = port.and_then(mode_by_port);
    let mode = mode.or(by_port).unwrap_or(TlsMode::Starttls);
    let by_mode = if mode == TlsMode::Wrapper {
        WRAPPER
    } else {
        RELAY
    };
    (mode, port.unwrap_or(by_mode))
}

/// What surprises in a mode at a port that usually has the other one.
pub(crate) fn surprise(mode: TlsMode, port: u16) -> Option<String> {
    match (mode, mode_by_port(port)?) {
        (TlsMode::Starttls, TlsMode::Wrapper) => Some(format!(
            "port {port} is usually for TLS from the first byte: if the server stays silent, use --tls wrapper"
        )),
        (TlsMode::Wrapper, TlsMode::Starttls) => Some(format!(
            "port {port} is usually for STARTTLS: if TLS fails, use --tls starttls"
        )),
        _ => None,
    }
}

fn mode_by_port(port: u16) -> Option<TlsMode> {
    ses::mode_of(port).map(|mode| match mode {
        Mode::StartTls => TlsMode::Starttls,
        Mode::Wrapper => TlsMode::Wrapper,
    })
}

/// SES's ports of one mode, as text.
fn ports(mode: Mode) -> String {
    let ports = PORTS.iter().filter(|port| port.mode == mode);
    let ports: Vec<_> = ports.map(|port| port.number.to_string()).collect();
    ports.join(", ")
}

fn ports_of(mode: TlsMode) -> String {
    match mode {
        TlsMode::Wrapper => ports(Mode::Wrapper),
        _ => ports(Mode::StartTls),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn at_ses_the_mode_follows_from_the_port_and_the_port_from_the_mode() {
        for (mode, port, expected) in [
            (None, None, (TlsMode::Starttls, 587)),
            (Some(TlsMode::Starttls), None, (TlsMode::Starttls, 587)),
            (Some(TlsMode::Wrapper), None, (TlsMode::Wrapper, 465)),
            (None, Some(25), (TlsMode::Starttls, 25)),
            (None, Some(2587), (TlsMode::Starttls, 2587)),
            (None, Some(2465), (TlsMode::Wrapper, 2465)),
            (Some(TlsMode::Wrapper), Some(8465), (TlsMode::Wrapper, 8465)),
            (None, Some(8465), (TlsMode::Starttls, 8465)),
        ] {
            assert_eq!(of_ses(mode, port), Ok(expected), "{mode:?} {port:?}");
        }
    }

    #[test]
    fn at_ses_a_port_does_not_have_the_other_mode_and_none_has_plaintext() {
        let error = |mode, port| of_ses(Some(mode), Some(port)).unwrap_err().to_string();
        assert_eq!(
            error(TlsMode::Wrapper, 587),
            "port 587 of SES is not for \"wrapper\", which has ports 465, 2465; change one of the two"
        );
        assert_eq!(
            error(TlsMode::Starttls, 465),
            "port 465 of SES is not for \"starttls\", which has ports 25, 587, 2587; change one of the two"
        );
        assert_eq!(
            error(TlsMode::None, 25),
            "SES takes no mail in plaintext: use \"starttls\" (ports 25, 587, 2587) or \"wrapper\" (ports 465, 2465)"
        );
        assert!(of_ses(Some(TlsMode::None), None).is_err());
    }

    #[test]
    fn elsewhere_what_was_written_holds_and_a_surprise_is_told() {
        for (mode, port, expected, surprises) in [
            (None, None, (TlsMode::Starttls, 25), false),
            (None, Some(465), (TlsMode::Wrapper, 465), false),
            (Some(TlsMode::None), Some(465), (TlsMode::None, 465), false),
            (
                Some(TlsMode::Starttls),
                Some(465),
                (TlsMode::Starttls, 465),
                true,
            ),
            (
                Some(TlsMode::Wrapper),
                Some(587),
                (TlsMode::Wrapper, 587),
                true,
            ),
            (Some(TlsMode::Wrapper), None, (TlsMode::Wrapper, 465), false),
            (
                Some(TlsMode::Wrapper),
                Some(2525),
                (TlsMode::Wrapper, 2525),
                false,
            ),
        ] {
            let (mode, port) = of_smtp(mode, port);
            assert_eq!((mode, port), expected);
            assert_eq!(surprise(mode, port).is_some(), surprises, "{expected:?}");
        }
    }
}
