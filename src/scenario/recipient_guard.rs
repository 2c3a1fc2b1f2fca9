//! Which recipients a run may send to.
//!
//! Load is unsolicited mail, and a typing error must not become a thousand
//! messages to a real mailbox. Only the mock delivers nothing, so it takes any
//! recipient. For any other target, recipients must be at the SES mailbox
//! simulator or at a domain that the scenario lists. A server on this machine is
//! often a relay or a tunnel that forwards mail; it may also get mail for
//! reserved names, which reach no mailbox.

use super::{Target, TargetKind};
use crate::message::address;

/// Amazon's mailbox simulator, in every region.
const SIMULATOR: &str = "simulator.amazonses.com";

/// A recipient that is not allowed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "recipient {address:?} is not allowed: it is neither at {SIMULATOR} nor at a domain of \
     allow_recipient_domains, and {why}; list \"{domain}\" there if you may receive its mail"
)]
pub(super) struct DisallowedRecipient {
    address: String,
    domain: String,
    why: &'static str,
}

/// Refuses the first of `recipients` that is not allowed for the target.
pub(super) fn check<'a>(
    target: &Target,
    recipients: impl Iterator<Item = &'a str>,
    allowed_domains: &[String],
) -> Result<(), DisallowedRecipient> {
    let why = match target.kind {
        TargetKind::Mock { .. } => return Ok(()),
        TargetKind::Ses(_) => "the target is SES",
        TargetKind::Smtp { .. } if target.is_loopback() => {
            "a server on this machine may relay mail \
             (example.com, .test and other reserved names need no list)"
        }
        TargetKind::Smtp { .. } => "the target is not on this machine",
    };
    let allowed = |domain: &str| {
        domain == SIMULATOR
            || (target.is_loopback() && address::is_reserved(domain))
            || allowed_domains
                .iter()
                .any(|each| each.eq_ignore_ascii_case(domain))
    };
    for address in recipients {
        let domain = address::domain(address);
        if !allowed(&domain) {
            return Err(DisallowedRecipient {
                address: address.to_owned(),
                domain,
                why,
            });
        }
    }
    Ok(())
}
