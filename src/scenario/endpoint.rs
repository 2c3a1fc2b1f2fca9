//! The port and the TLS mode of a server: each follows from the other where only
//! one is set.
//!
//! Values that the user sets are kept. Every port of SES has one mode, so a
//! contradiction is an error there. On other servers any port can have any mode,
//! so it is only a note.

use crate::ses::{self, Mode, PORTS};
use crate::smtp::TlsMode;

/// SES offers STARTTLS on 25 too, but 25 is throttled from EC2 (SES
/// Developer Guide, "Connecting to an Amazon SES SMTP endpoint").
const SES_STARTTLS: u16 = 587;

/// RFC 8314 section 7.3; SES uses it too.
const WRAPPER: u16 = 465;

/// RFC 5321 section 4.5.4.2: the port of relays.
const RELAY: u16 = 25;

/// A port of SES and a TLS mode contradict each other.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(super) enum Contradiction {
    /// SES accepts no mail in plaintext.
    #[error(
        "SES accepts no mail in plaintext: use \"starttls\" (ports {}) or \"wrapper\" (ports {})",
        ports(Mode::StartTls),
        ports(Mode::Wrapper)
    )]
    Plaintext,
    /// The port has the other mode.
    #[error(
        "port {port} of SES does not take \"{}\", which has ports {}; change one of the two",
        .mode.name(),
        ports_of(*.mode)
    )]
    Mode {
        /// The port.
        port: u16,
        /// The requested mode.
        mode: TlsMode,
    },
}

/// Mode and port of SES, from what the scenario sets of them.
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

/// The same for any other server, where the two cannot contradict each other.
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

/// A note if the port usually has the other mode.
pub(crate) fn surprise(mode: TlsMode, port: u16) -> Option<String> {
    match (mode, mode_by_port(port)?) {
        (TlsMode::Starttls, TlsMode::Wrapper) => Some(format!(
            "port {port} usually has TLS from the first byte: if the server stays silent, use --tls wrapper"
        )),
        (TlsMode::Wrapper, TlsMode::Starttls) => Some(format!(
            "port {port} usually has STARTTLS: if TLS fails, use --tls starttls"
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
            "port 587 of SES does not take \"wrapper\", which has ports 465, 2465; change one of the two"
        );
        assert_eq!(
            error(TlsMode::Starttls, 465),
            "port 465 of SES does not take \"starttls\", which has ports 25, 587, 2587; change one of the two"
        );
        assert_eq!(
            error(TlsMode::None, 25),
            "SES accepts no mail in plaintext: use \"starttls\" (ports 25, 587, 2587) or \"wrapper\" (ports 465, 2465)"
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
