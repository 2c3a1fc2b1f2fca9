//! Builds the thresholds: the conditions for the run to pass.

use std::time::Duration;

use crate::analysis::verdict::{Figure, InvalidThreshold, Threshold};
use crate::engine::{Load, Model};
use crate::scenario::Error;
use crate::scenario::keys::{Limit, ModelWord, Values};
use crate::scenario::source_document::SourceDocument;
use crate::schedule::{Arrivals, Length};
use crate::units::duration;
use crate::vocabulary::{Metric, Period, Span};

/// Windows of different thresholds; each costs the generator as much as the whole run.
const MAX_WINDOWS: usize = 8;

pub(super) fn build(
    values: &Values,
    load: &Load,
    written: &SourceDocument,
) -> Result<Vec<Threshold>, Error> {
    let mut thresholds: Vec<(bool, Threshold)> = Vec::new();
    let mut windows: Vec<Period> = Vec::new();
    for (figure, limits) in &values.tables.thresholds {
        let key = format!("thresholds.{figure}");
        for limit in limits {
            let threshold = parse(figure, limit).map_err(|error| written.invalid(&key, error))?;
            if values.load.model == ModelWord::Closed {
                if threshold.figure() == Figure::Achieved && is_left_over(&key, written) {
                    continue;
                }
                check_closed(&threshold).map_err(|why| written.invalid(&key, why))?;
            }
            if let Some(window) = threshold.period() {
                check_window(window, load).map_err(|why| written.invalid(&key, why))?;
                if !windows.contains(&window) {
                    windows.push(window);
                }
                if windows.len() > MAX_WINDOWS {
                    let why = format!("one window too many: at most {MAX_WINDOWS} are measured");
                    return Err(written.invalid(&key, why));
                }
            }
            thresholds.push((written.is_by_flag(&key), threshold));
        }
    }
    let mut thresholds = without_replaced(thresholds);
    if thresholds.is_empty() {
        thresholds.push(Threshold::DEFAULT);
    }
    Ok(thresholds)
}

/// A flag replaces the file's thresholds on the same window, however the file spells it.
fn without_replaced(all: Vec<(bool, Threshold)>) -> Vec<Threshold> {
    let is_replaced = |threshold: &Threshold| {
        let mut flags = all.iter().filter(|(by_flag, _)| *by_flag);
        flags.any(|(_, other)| other.subject() == threshold.subject())
    };
    let kept = all
        .iter()
        .filter(|(by_flag, threshold)| *by_flag || !is_replaced(threshold));
    kept.map(|(_, threshold)| *threshold).collect()
}

fn parse(figure: &str, limit: &Limit) -> Result<Threshold, InvalidThreshold> {
    let threshold: Threshold = format!("{figure} {}", limit.condition).parse()?;
    match limit.abort_after {
        Some(delay) => threshold.aborting_after(delay),
        None => Ok(threshold),
    }
}

/// Refuses a window that is not within the measured part of the run, where its length is
/// known.
fn check_window(window: Period, load: &Load) -> Result<(), String> {
    let warm_up = load.warm_up;
    if window.from.is_some_and(|from| from < warm_up) {
        return Err(format!(
            "the window begins during the warm-up, which is not measured: must begin at \
             load.warm_up ({}) or later",
            duration::format(warm_up)
        ));
    }
    let from = window.from.unwrap_or(warm_up);
    let end = length(load);
    let beyond = |end: Duration| from >= end || window.to.is_some_and(|to| to > end);
    if let Some(end) = end.filter(|end| beyond(*end)) {
        return Err(format!(
            "the window is beyond the end of the schedule: must end at {} or earlier",
            duration::format(end)
        ));
    }
    match window.to {
        Some(to) if to <= from => Err("the window ends before the warm-up does".to_owned()),
        _ => Ok(()),
    }
}

/// From the start to the end of the schedule; none if it ends by a number of messages
/// at times that are not known.
fn length(load: &Load) -> Option<Duration> {
    match (&load.model, load.length) {
        (Model::Closed, Length::Duration(time)) => Some(load.warm_up + time),
        (Model::Closed, Length::Messages(_)) => None,
        (Model::Open { arrivals, .. }, Length::Messages(_)) if *arrivals != Arrivals::Constant => {
            None
        }
        // The seed does not matter.
        (Model::Open { .. }, _) => load.schedule(0).map(|schedule| schedule.end()),
    }
}

/// Whether the file has it for the open model, and a flag chose the closed one.
fn is_left_over(key: &str, written: &SourceDocument) -> bool {
    written.is_by_flag("load.model") && !written.is_by_flag(key)
}

/// Refuses figures of the schedule, which the closed model does not have.
fn check_closed(threshold: &Threshold) -> Result<(), &'static str> {
    let metric = match threshold.figure() {
        Figure::Achieved => {
            return Err(
                "always met with load.model = \"closed\", which has no target rate; use goodput",
            );
        }
        Figure::Latency(metric, _) | Figure::Count(metric) => metric,
        _ => return Ok(()),
    };
    match metric {
        Metric::Span(
            Span::Response
            | Span::ResponseNet
            | Span::Wait
            | Span::WaitNet
            | Span::Slip
            | Span::Lateness,
        ) => Err("always empty with load.model = \"closed\", which has no schedule; use service"),
        _ => Ok(()),
    }
}
