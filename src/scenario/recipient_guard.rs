//! Who may be written to.
//!
//! Load is not mail anybody asked for, and a typing error can not become a
//! thousand messages to a real mailbox. Only the mock keeps all it is sent.
//! Towards any other target recipients are those of the SES mailbox simulator
//! and those whose domains the scenario lists. A server on this machine may
//! besides be sent mail for reserved names, which reach no mailbox: it is often
//! a relay or a tunnel, that hands on what it takes.

use super::{Target, TargetKind};
use crate::message::address;

/// Amazon's mailbox simulator, in every region.
const SIMULATOR: &str = "simulator.amazonses.com";

/// A recipient that is not allowed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "`{address}` is neither at {SIMULATOR} nor at a domain of allow_recipient_domains, \
     and {why}; list \"{domain}\" there if its mail is yours to receive"
)]
pub(super) struct DisallowedRecipient {
    address: String,
    domain: String,
    why: &'static str,
}

/// Refuses the first of `recipients` that the target must not be given.
pub(super) fn check<'a>(
    target: &Target,
    recipients: impl Iterator<Item = &'a str>,
    allowed_domains: &[String],
) -> Result<(), DisallowedRecipient> {
    let why = match target.kind {
        TargetKind::Mock { .. } => return Ok(()),
        TargetKind::Ses(_) => "the target is SES",
        TargetKind::Smtp { .. } if target.is_loopback() => {
            "a server on this machine may relay what it takes \
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
