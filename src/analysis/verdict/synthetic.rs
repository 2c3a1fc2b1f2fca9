//! Synthetic figures for tests: lists of values instead of histograms.

use std::collections::BTreeMap;

use crate::measure::FigureSource;
use crate::vocabulary::{FigureValue, Metric, Outcome, Period, Span};

/// A synthetic run.
#[derive(Clone, Debug, Default)]
pub(crate) struct Synthetic {
    /// Microseconds, in order.
    pub(crate) values: BTreeMap<Metric, Vec<f64>>,
    /// Messages that have no latency, counted as longer than any.
    pub(crate) censored: usize,
    pub(crate) outcomes: BTreeMap<Outcome, u64>,
    /// Messages scheduled that have no outcome yet.
    pub(crate) under_way: u64,
    /// Messages accepted within the window; none stands for all accepted ones.
    pub(crate) accepted_in_window: Option<u64>,
    pub(crate) started_in_time: u64,
    pub(crate) seconds: f64,
    pub(crate) cpu_per_message: Option<f64>,
    pub(crate) cpu_per_session: Option<f64>,
    pub(crate) periods: Vec<(Period, Self)>,
}

impl Synthetic {
    /// Adds values of `metric`, in microseconds.
    pub(crate) fn with(
        mut self,
        metric: impl Into<Metric>,
        values: impl Iterator<Item = u32>,
    ) -> Self {
        let values = values.map(f64::from).collect();
        self.values.insert(metric.into(), values);
        self
    }
}

impl FigureSource for Synthetic {
    fn quantile(&self, metric: Metric, q: f64) -> FigureValue {
        let values = self.values.get(&metric).map_or(&[][..], Vec::as_slice);
        let all = values.len() + self.censored(metric) as usize;
        if all == 0 {
            return FigureValue::Empty;
        }
        let rank = (q * all as f64).ceil().max(1.0) as usize;
        match (values.get(rank - 1), values.last()) {
            (Some(value), _) => FigureValue::Value(*value),
            (None, last) => FigureValue::Above(last.copied().unwrap_or_default()),
        }
    }

    fn mean(&self, metric: Metric) -> Option<f64> {
        let values = self.values.get(&metric)?;
        Some(values.iter().sum::<f64>() / values.len() as f64)
    }

    fn count(&self, metric: Metric) -> u64 {
        self.values
            .get(&metric)
            .map_or(0, |values| values.len() as u64)
    }

    /// Slip is measured without a reply, so it is never censored.
    fn censored(&self, metric: Metric) -> u64 {
        match metric {
            Metric::Span(Span::Slip) => 0,
            _ => self.censored as u64,
        }
    }

    fn accepted_in_window(&self) -> u64 {
        self.accepted_in_window
            .unwrap_or_else(|| self.outcome(Outcome::Accepted))
    }

    fn scheduled(&self) -> u64 {
        self.under_way + self.outcomes.values().sum::<u64>()
    }

    fn outcome(&self, outcome: Outcome) -> u64 {
        self.outcomes.get(&outcome).copied().unwrap_or_default()
    }

    fn started_in_time(&self) -> u64 {
        self.started_in_time
    }

    fn seconds(&self) -> f64 {
        self.seconds
    }

    fn cpu_per_message(&self) -> Option<f64> {
        self.cpu_per_message
    }

    fn cpu_per_session(&self) -> Option<f64> {
        self.cpu_per_session
    }

    fn within(&self, period: Period) -> Option<&dyn FigureSource> {
        let part = self.periods.iter().find(|(each, _)| *each == period);
        part.map(|(_, part)| part as &dyn FigureSource)
    }
}
