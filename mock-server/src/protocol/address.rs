//! Addresses: their domain, and which identity covers them.
//!
//! An identity is an address or a domain; a domain covers its subdomains (SES
//! Developer Guide, "Verified identities"). Case does not matter. The account
//! decides whether an identity is verified, and what follows from that.

use crate::facts::limits::SIMULATOR_DOMAIN;

/// Whether `address` belongs to the mailbox simulator.
pub(crate) fn is_simulator(address: &str) -> bool {
    domain(address).eq_ignore_ascii_case(SIMULATOR_DOMAIN)
}

/// Whether `identity`, an address or a domain, covers `address`.
pub(crate) fn covers(identity: &str, address: &str) -> bool {
    if identity.contains('@') {
        return identity.eq_ignore_ascii_case(address);
    }
    let domain = domain(address).as_bytes();
    let Some(at) = domain.len().checked_sub(identity.len()) else {
        return false;
    };
    let (rest, end) = domain.split_at(at);
    end.eq_ignore_ascii_case(identity.as_bytes()) && rest.last().is_none_or(|byte| *byte == b'.')
}

fn domain(address: &str) -> &str {
    address.rsplit_once('@').map_or("", |(_, domain)| domain)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn knows_the_simulator_with_and_without_label() {
        assert!(is_simulator("success@simulator.amazonses.com"));
        assert!(is_simulator("bounce+17@Simulator.AmazonSES.com"));
        assert!(!is_simulator("success@notsimulator.amazonses.com"));
    }
}
