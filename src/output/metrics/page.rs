//! The figures as text for Prometheus. Names, types and labels are a contract:
//! docs/metrics.md lists them, and the dashboard in docs/grafana uses them.

use std::fmt;

use prometheus_client::collector::Collector;
use prometheus_client::encoding::{
    DescriptorEncoder, EncodeMetric, MetricEncoder, NoLabelSet, prometheus_text,
    text as openmetrics,
};
use prometheus_client::metrics::MetricType;
use prometheus_client::metrics::counter::ConstCounter;
use prometheus_client::metrics::gauge::ConstGauge;
use prometheus_client::registry::Registry;

use super::TextFormat;
use super::buckets::Buckets;
use super::snapshot::{SPANS, Snapshot};
use crate::vocabulary::Phase;

/// Before every name.
const PREFIX: &str = "sesbench";

impl TextFormat {
    /// Its media type.
    pub(super) const fn content_type(self) -> &'static str {
        match self {
            Self::Prometheus => prometheus_text::CONTENT_TYPE,
            Self::OpenMetrics => "application/openmetrics-text; version=1.0.0; charset=utf-8",
        }
    }
}

/// All metrics.
pub(super) fn text(figures: Snapshot, format: TextFormat) -> String {
    let mut registry = Registry::with_prefix(PREFIX);
    registry.register_collector(Box::new(figures));
    let mut text = String::new();
    let encoded = match format {
        TextFormat::Prometheus => prometheus_text::encode(&mut text, &registry),
        TextFormat::OpenMetrics => openmetrics::encode(&mut text, &registry),
    };
    encoded.expect("writing to memory does not fail");
    text
}

impl Collector for Snapshot {
    fn encode(&self, encoder: DescriptorEncoder<'_>) -> fmt::Result {
        let mut page = Page(encoder);
        self.messages(&mut page)?;
        self.sessions(&mut page)?;
        self.now(&mut page)?;
        self.times(&mut page)
    }
}

impl Snapshot {
    fn messages(&self, page: &mut Page<'_>) -> fmt::Result {
        let (messages, attempts) = (&self.counts.messages, &self.counts.attempts);
        page.counter(
            "messages_scheduled",
            "Messages released by the schedule, warm-up included.",
            messages.scheduled,
        )?;
        page.counter(
            "messages_started",
            "Messages taken up by a session for the first time.",
            messages.started,
        )?;
        let ended = messages.ended.iter();
        page.counters(
            "messages",
            "Messages by how they ended, warm-up and drain included.",
            ended.map(|(outcome, count)| ([("outcome", outcome.name())], count)),
        )?;
        page.counter(
            "attempts_started",
            "Attempts at messages, the first and the retries.",
            attempts.started,
        )?;
        page.counter(
            "retries",
            "Attempts that were not the first of their message.",
            attempts.retries,
        )?;
        let ended = attempts.ended.iter();
        page.counters(
            "attempts",
            "Attempts by how they ended.",
            ended.map(|(outcome, count)| ([("outcome", outcome.name())], count)),
        )?;
        let replies: Vec<_> = self.replies.each().collect();
        let replies = replies.iter().map(|(phase, code, count)| {
            let labels = [("phase", *phase), ("code", code.as_str())];
            (labels, *count)
        });
        page.counters(
            "replies",
            "Replies that ended an attempt or a session, by phase and code.",
            replies,
        )
    }

    fn sessions(&self, page: &mut Page<'_>) -> fmt::Result {
        let sessions = &self.counts.sessions;
        for (name, help, count) in [
            (
                "sessions_opened",
                "Sessions whose connect started.",
                sessions.opened,
            ),
            (
                "sessions_ready",
                "Sessions that became ready for MAIL.",
                sessions.ready,
            ),
            (
                "sessions_failed",
                "Sessions refused or lost before they were ready.",
                sessions.failed,
            ),
            (
                "sessions_reconnected",
                "Sessions that replaced one that the server or the network had ended.",
                sessions.reconnects,
            ),
            (
                "generator_stalls",
                "Times that a thread of the generator did not run when it should.",
                self.counts.stalls.times,
            ),
        ] {
            page.counter(name, help, count)?;
        }
        Ok(())
    }

    fn now(&self, page: &mut Page<'_>) -> fmt::Result {
        let (gauges, load) = (&self.gauges, &self.load);
        for (name, help, value) in [
            (
                "target_messages_per_second",
                "Messages per second that the schedule asks for; absent in the closed model.",
                load.target_rate,
            ),
            (
                "generator_busy_ratio",
                "Share of the cores of the generator's worker threads that it used.",
                load.generator_busy,
            ),
            (
                "machine_busy_ratio",
                "Share of all cores that were in use, by any process.",
                load.machine_busy,
            ),
            (
                "sessions_open",
                "Sessions that are ready for MAIL or in a transaction.",
                Some(gauges.sessions_open as f64),
            ),
            (
                "messages_in_flight",
                "Messages with an attempt in progress.",
                Some(gauges.in_flight as f64),
            ),
            (
                "messages_backlog",
                "Messages released by the schedule that wait for a session.",
                Some(gauges.backlog as f64),
            ),
            (
                "messages_retrying",
                "Messages that wait for their next attempt.",
                Some(gauges.retrying as f64),
            ),
        ] {
            page.gauges(name, help, value.map(|value| ([], value)))?;
        }
        let findings = self.findings.iter().flat_map(|findings| {
            [
                ([("severity", "warning")], findings.warning as f64),
                ([("severity", "inconclusive")], findings.inconclusive as f64),
            ]
        });
        page.gauges(
            "findings",
            "Findings about the run, by severity; absent until the run is over.",
            findings,
        )
    }

    fn times(&self, page: &mut Page<'_>) -> fmt::Result {
        for (span, buckets) in SPANS.iter().zip(&self.spans) {
            let name = format!("{}_seconds", span.name());
            let help = format!("Measured window: {}.", span.meaning());
            let encoder = page
                .0
                .encode_descriptor(&name, &help, None, MetricType::Histogram)?;
            histogram(encoder, buckets)?;
        }
        let help = "Measured window: each phase of a session or attempt.";
        let phases = Phase::ALL.iter().zip(&self.phases);
        let mut phases = phases.filter(|(_, buckets)| buckets.count() > 0).peekable();
        if phases.peek().is_none() {
            return Ok(());
        }
        let mut family =
            page.0
                .encode_descriptor("phase_seconds", help, None, MetricType::Histogram)?;
        for (phase, buckets) in phases {
            histogram(family.encode_family(&[("phase", phase.name())])?, buckets)?;
        }
        Ok(())
    }
}

fn histogram(mut encoder: MetricEncoder<'_>, buckets: &Buckets) -> fmt::Result {
    let (sum, count) = (buckets.sum_s(), buckets.count());
    encoder.encode_histogram::<NoLabelSet>(sum, count, &buckets.each(), None)
}

/// The metrics so far. The encoder adds the prefix, and `_total` to the name of a
/// counter.
struct Page<'a>(DescriptorEncoder<'a>);

impl Page<'_> {
    fn counter(&mut self, name: &str, help: &str, value: u64) -> fmt::Result {
        let encoder = self
            .0
            .encode_descriptor(name, help, None, MetricType::Counter)?;
        ConstCounter::new(value).encode(encoder)
    }

    /// A counter with labels; it is absent without values.
    fn counters<'l, const N: usize>(
        &mut self,
        name: &str,
        help: &str,
        values: impl IntoIterator<Item = ([(&'l str, &'l str); N], u64)>,
    ) -> fmt::Result {
        let mut values = values.into_iter().peekable();
        if values.peek().is_none() {
            return Ok(());
        }
        let mut family = self
            .0
            .encode_descriptor(name, help, None, MetricType::Counter)?;
        values.try_for_each(|(labels, value)| {
            ConstCounter::new(value).encode(family.encode_family(&labels)?)
        })
    }

    /// A gauge, with or without labels; it is absent without values.
    fn gauges<'l, const N: usize>(
        &mut self,
        name: &str,
        help: &str,
        values: impl IntoIterator<Item = ([(&'l str, &'l str); N], f64)>,
    ) -> fmt::Result {
        let mut values = values.into_iter().peekable();
        if values.peek().is_none() {
            return Ok(());
        }
        let mut family = self
            .0
            .encode_descriptor(name, help, None, MetricType::Gauge)?;
        values.try_for_each(|(labels, value)| {
            ConstGauge::new(value).encode(family.encode_family(&labels)?)
        })
    }
}
