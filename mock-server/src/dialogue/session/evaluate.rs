//! What SES decides about a message at the final dot, where it enforces all of its
//! policy.

use super::Dialogue;
use crate::account::QuotaDecision;
use crate::dialogue::transaction::{Envelope, Message};
use crate::protocol::{Instant, Reply};

impl Dialogue {
    /// The reply to a message, without its variable parts.
    ///
    /// The order of SES's checks is not known. Here, checks without the account
    /// come first, and the quotas last, so that no other refusal uses quota.
    pub(super) fn evaluate(&self, envelope: &Envelope, message: &Message, now: Instant) -> Reply {
        let (config, account) = (&self.context.config, &self.context.account);
        let headers = message.headers();
        let no_set = |set: &str| !account.has_configuration_set(set);
        let refusals = [
            (
                message.size() > config.behaviour.max_message_size,
                Reply::TooLong,
            ),
            (account.is_paused(), Reply::Suspended),
            (headers.duplicate().is_some(), Reply::DuplicateHeader),
            (
                envelope.recipients() > config.behaviour.max_recipients,
                Reply::TooManyRecipients,
            ),
            (envelope.denied().is_some(), Reply::AccessDenied),
            (!envelope.failed().is_empty(), Reply::NotVerified),
            (
                headers.configuration_set().is_some_and(no_set),
                Reply::NoConfigurationSet,
            ),
        ];
        if let Some((_, refusal)) = refusals.iter().find(|(refused, _)| *refused) {
            return *refusal;
        }
        let (recipients, simulated) = (envelope.recipients(), envelope.simulated());
        match account.spend(recipients, simulated, self.auth.user(), now) {
            QuotaDecision::Accepted => Reply::Accepted,
            QuotaDecision::Throttled => Reply::Throttled,
            QuotaDecision::ThrottledV2 => Reply::ThrottledV2,
            QuotaDecision::Quota => Reply::QuotaSpent,
        }
    }
}
