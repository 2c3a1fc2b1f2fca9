//! The five ports of an SES endpoint, and the mock's ports for them.
//!
//! Source: SES Developer Guide, "Connecting to an Amazon SES SMTP endpoint".

/// How TLS begins on a port.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// Plaintext first, then the STARTTLS command (RFC 3207).
    StartTls,
    /// TLS from the first byte (RFC 8314 section 3.3).
    Wrapper,
}

/// One of SES's ports.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Port {
    /// The number SES uses.
    pub number: u16,
    /// How TLS begins on it.
    pub mode: Mode,
}

/// All ports of an endpoint.
pub const PORTS: [Port; 5] = [
    starttls(25),
    wrapper(465),
    starttls(587),
    wrapper(2465),
    starttls(2587),
];

/// How TLS begins on `port`, if it is one of SES's.
#[must_use]
pub fn mode_of(port: u16) -> Option<Mode> {
    let found = PORTS.iter().find(|each| each.number == port);
    found.map(|each| each.mode)
}

/// `port` plus `offset`, if that is a valid port.
#[must_use]
pub(crate) fn offset_port(port: u16, offset: u16) -> Option<u16> {
    port.checked_add(offset)
}

const fn starttls(number: u16) -> Port {
    Port {
        number,
        mode: Mode::StartTls,
    }
}

const fn wrapper(number: u16) -> Port {
    Port {
        number,
        mode: Mode::Wrapper,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_port_has_one_mode() {
        assert_eq!(mode_of(2587), Some(Mode::StartTls));
        assert_eq!(mode_of(2465), Some(Mode::Wrapper));
        assert_eq!(mode_of(2525), None);
    }

    #[test]
    fn the_default_offset_keeps_the_last_digits() {
        let ports = PORTS.map(|p| offset_port(p.number, 10_000));
        assert_eq!(
            ports,
            [
                Some(10_025),
                Some(10_465),
                Some(10_587),
                Some(12_465),
                Some(12_587)
            ]
        );
        assert_eq!(offset_port(2587, 63_000), None);
    }
}
