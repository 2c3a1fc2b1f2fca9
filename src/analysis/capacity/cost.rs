//! What a month costs, in each of SES's plans.

use serde::Serialize;

use super::question::Question;
use crate::ses::{PRICES, Price};

/// One of SES's plans.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub(crate) struct MonthlyCost {
    pub(crate) plan: &'static str,
    pub(crate) dollars: f64,
}

impl Question {
    pub(super) fn costs(&self, recipients: f64) -> Vec<MonthlyCost> {
        let messages = recipients / self.recipients_per_message;
        let bytes = (messages * self.attachment_bytes as f64) as u64;
        let cost = |price: &Price| MonthlyCost {
            plan: price.name,
            dollars: price.cost(recipients.round() as u64, bytes),
        };
        PRICES.iter().map(cost).collect()
    }
}
