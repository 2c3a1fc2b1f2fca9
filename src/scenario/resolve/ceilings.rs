//! Builds the ceilings, and refuses a load that exceeds them.
//!
//! Both ceilings count recipients, as SES's quotas do. This module checks the
//! schedule, before any connection; during the run the limiter enforces them on
//! every attempt, retries and catching up included.

use crate::engine::Load;
use crate::message::Message;
use crate::scenario::keys::{TargetWord, Values};
use crate::scenario::source_document::SourceDocument;
use crate::scenario::volume::{known_messages, peak};
use crate::scenario::{Ceilings, Error};
use crate::schedule::Level;
use crate::units::MAX_DECIMALS;

const MAX_RATE: &str = "target.max_rate";
const MAX_RECIPIENTS: &str = "target.max_recipients";

/// The ceilings of the scenario. For SES both are mandatory, there is no default.
pub(super) fn build(values: &Values, written: &SourceDocument) -> Result<Ceilings, Error> {
    let target = &values.target;
    if target.max_recipients == Some(0) {
        return Err(written.invalid(MAX_RECIPIENTS, "must be above zero"));
    }
    if target.kind == TargetWord::Ses {
        if target.max_rate.is_none() {
            let why = "missing; mail to SES costs money and reputation: set the maximum \
                       recipients per second, retries included, within your account's quota, \
                       such as \"14/s\"";
            return Err(written.invalid(MAX_RATE, why));
        }
        if target.max_recipients.is_none() {
            let why = "missing; mail to SES costs money and reputation: set the maximum \
                       recipients in total, warm-up and retries included, such as 1000";
            return Err(written.invalid(MAX_RECIPIENTS, why));
        }
    }
    Ok(Ceilings {
        max_rate: target.max_rate,
        max_recipients: target.max_recipients,
    })
}

/// Refuses a load that the ceilings would cut off.
pub(super) fn check(
    ceilings: &Ceilings,
    load: &Load,
    message: &Message,
    written: &SourceDocument,
) -> Result<(), Error> {
    let least = u64::from(message.recipients.get());
    if ceilings.max_recipients.is_some_and(|most| most < least) {
        let why = format!("below the {least} recipients of one message; raise this");
        return Err(written.invalid(MAX_RECIPIENTS, why));
    }
    check_rate(ceilings, load, message, written)?;
    check_recipients(ceilings, load, message, written)
}

fn check_rate(
    ceilings: &Ceilings,
    load: &Load,
    message: &Message,
    written: &SourceDocument,
) -> Result<(), Error> {
    let (Some(max), Some((peak, per_event))) = (ceilings.max_rate, peak(load, message)) else {
        return Ok(());
    };
    let asked = peak.parts_a_day(MAX_DECIMALS) * u128::from(per_event);
    if asked <= Level::from(max).parts_a_day(MAX_DECIMALS) {
        return Ok(());
    }
    let times = match per_event {
        1 => String::new(),
        number => format!(" of messages to {number} recipients each"),
    };
    let why = format!(
        "the load exceeds this ceiling of {max} in recipients: it asks for {peak}{times}; \
         lower the load"
    );
    Err(written.invalid(MAX_RATE, why))
}

fn check_recipients(
    ceilings: &Ceilings,
    load: &Load,
    message: &Message,
    written: &SourceDocument,
) -> Result<(), Error> {
    let (Some(max), Some(messages)) = (ceilings.max_recipients, known_messages(load)) else {
        return Ok(());
    };
    let recipients = u128::from(messages) * u128::from(message.recipients.get());
    if recipients <= u128::from(max) {
        return Ok(());
    }
    let why = format!(
        "the load exceeds this ceiling of {max} recipients: \
         {messages} messages, warm-up included, to {} each make {recipients}; \
         shorten the load, or raise this",
        message.recipients
    );
    Err(written.invalid(MAX_RECIPIENTS, why))
}
