//! The guarantees of a schedule: counts, order and distribution.

mod poisson;
mod properties;
mod shapes;

use std::time::Duration;

use super::forms::Fields;
use super::*;
use crate::scenario::testing::{self, plan};

/// A plan's schedule: the built-in scenario without warm-up, with `assignments`.
fn schedule(assignments: &[&str]) -> Schedule {
    let all = ["load.warm_up=0s"].iter().chain(assignments);
    plan(all).schedule().unwrap()
}

fn staged(stages: &str) -> Schedule {
    schedule(&[&format!("load.stages=[{stages}]")])
}

/// The fields of a stage, from TOML.
pub(super) fn fields(stage: &str) -> Fields {
    let table: toml::Table = format!("stage = {stage}").parse().unwrap();
    let stage = table["stage"].as_table().unwrap();
    testing::fields(stage)
}

fn dues(schedule: &Schedule) -> Vec<Duration> {
    schedule.arrivals().map(|arrival| arrival.due).collect()
}

const SECOND: Duration = Duration::from_secs(1);
