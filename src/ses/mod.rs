//! What is known of SES: Amazon's published facts, and what sending costs.
//!
//! The facts are the mock's, which stands on them, too. What a run does with
//! them, and which of them it refuses to go against, is decided elsewhere.

mod likeness;
mod prices;

pub use likeness::{Shown, ShownCertificate, looks_like_ses};
pub use prices::{PRICE_LIST_OF, PRICES, Price, cost_range};
pub use sesbench_mock::facts::*;
