//! Questions for the tests of the plan.

mod cases;
mod verification;

use std::num::NonZeroU32;
use std::time::Duration;

use super::demand::{Demand, Volume};
use super::durations::Durations;
use super::machine::Machine;
use super::question::{PresentQuota, Question, Sources};
use super::quota::SendQuota;
use crate::dispatch::Retry;

pub(super) fn demand(volume: Volume) -> Demand {
    Demand {
        volume: Some(volume),
        campaigns: Vec::new(),
        peak_factor: 1.5,
        growth: 0.2,
        headroom: 0.25,
    }
}

pub(super) fn question(volume: Volume) -> Question {
    Question {
        demand: demand(volume),
        recipients_per_message: 1.0,
        message_bytes: 20_480,
        attachment_bytes: 0,
        present: PresentQuota {
            quota: SendQuota {
                rate_per_s: 14.0,
                per_day: Some(50_000),
            },
            sent_last_24h: 0,
        },
        retry: Some(policy(5)),
        transaction: Durations::constant(Duration::from_millis(150)),
        setup: Durations::constant(Duration::from_millis(400)),
        messages_per_session: 50,
        wait_p99_s: 0.05,
        machine: Machine {
            cores: 2,
            files: 1024,
        },
        cpu_per_message_s: Some(0.0002),
        regions: 2,
        seed: 1,
        sources: Sources::default(),
    }
}

pub(super) fn daily() -> Volume {
    Volume::PerDay {
        recipients: 2e6,
        peak_hour_share: 0.12,
    }
}

pub(super) fn policy(attempts: u32) -> Retry {
    Retry {
        base: Duration::from_secs(1),
        factor: 2.0,
        cap: Duration::from_secs(30),
        attempts: NonZeroU32::new(attempts).unwrap(),
    }
}
