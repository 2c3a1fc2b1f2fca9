//! Facts of SES: what Amazon publishes, the prices, and what SES reports of an
//! account.
//!
//! The facts come from the mock's crate. What a run does with them, and which
//! limits it enforces, is decided elsewhere.

mod account;
mod account_quota;
mod likeness;
mod prices;
mod quota_codes;
mod rate_quota;

pub(crate) use account::{Account, AccountSnapshot, Enforcement, Review};
pub(crate) use account_quota::{AccountQuota, QuotaReply};
pub(crate) use likeness::{Shown, ShownCertificate, looks_like_ses};
pub(crate) use prices::{PRICE_LIST_OF, PRICES, Price, cost_range};
pub(crate) use quota_codes::{DAY_QUOTA_CODE, RATE_QUOTA_CODE};
pub(crate) use rate_quota::RateQuota;
pub(crate) use sesbench_mock::facts::*;
