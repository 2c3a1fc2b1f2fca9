//! Who may be written to.
//!
//! Load is not mail anybody asked for. Towards any server that is not on this
//! machine, and towards SES wherever the way to it begins, recipients are those
//! of the SES mailbox simulator, and those whose domains the scenario lists: a
//! typing error can not become a thousand messages to a stranger.

use super::{Target, TargetKind, address};

/// Amazon's mailbox simulator, in every region.
const SIMULATOR: &str = "simulator.amazonses.com";

/// A recipient nobody allowed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "`{address}` is neither at {SIMULATOR} nor at a domain of allow_recipient_domains, \
     and the target is {target}; list \"{domain}\" there if its mail is yours to receive"
)]
pub(super) struct Stranger {
    address: String,
    domain: String,
    target: &'static str,
}

/// Refuses the first of `recipients` that the target must not be given.
pub(super) fn check<'a>(
    target: &Target,
    recipients: impl Iterator<Item = &'a str>,
    allowed_domains: &[String],
) -> Result<(), Stranger> {
    if target.is_loopback() {
        return Ok(());
    }
    let allowed = |domain: &str| {
        domain == SIMULATOR
            || allowed_domains
                .iter()
                .any(|each| each.eq_ignore_ascii_case(domain))
    };
    for address in recipients {
        let domain = address::domain(address);
        if !allowed(&domain) {
            return Err(Stranger {
                address: address.to_owned(),
                domain,
                target: match target.kind {
                    TargetKind::Ses(_) => "SES",
                    _ => "not on this machine",
                },
            });
        }
    }
    Ok(())
}
