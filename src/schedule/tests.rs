//! The guarantees of a schedule: counts, order and distribution.

mod poisson;
mod properties;
mod shapes;

use std::time::Duration;

use super::*;
use crate::scenario::{Override, Source, read};

/// A plan's schedule: the built-in scenario without warm-up, with `assignments`.
fn schedule(assignments: &[&str]) -> Schedule {
    let all = ["load.warm_up=0s"].iter().chain(assignments);
    let overrides: Vec<_> = all
        .map(|text| Override::assignment(text).unwrap())
        .collect();
    read(&Source::BuiltIn, &overrides, &|_| None)
        .unwrap()
        .schedule()
        .unwrap()
}

fn staged(stages: &str) -> Schedule {
    schedule(&[&format!("load.stages=[{stages}]")])
}

fn dues(schedule: &Schedule) -> Vec<Duration> {
    schedule.arrivals().map(|arrival| arrival.due).collect()
}

const SECOND: Duration = Duration::from_secs(1);
