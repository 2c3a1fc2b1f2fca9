//! Counts and quotas for Prometheus (text exposition format 0.0.4). Names, types
//! and labels are a contract.

use std::fmt;

use prometheus_client::collector::Collector;
use prometheus_client::encoding::prometheus_text;
use prometheus_client::encoding::{DescriptorEncoder, EncodeGaugeValue, EncodeMetric};
use prometheus_client::metrics::MetricType;
use prometheus_client::metrics::counter::ConstCounter;
use prometheus_client::metrics::gauge::ConstGauge;
use prometheus_client::registry::Registry;

use crate::account::{Limits, Used};
use crate::handle::Handle;
use crate::observers::Counts;

pub(super) const CONTENT_TYPE: &str = prometheus_text::CONTENT_TYPE;

/// All metrics.
pub(super) fn text(handle: &Handle) -> String {
    let account = handle.account();
    encoded(Snapshot {
        counts: handle.counts(),
        open: account.open(),
        paused: account.is_paused(),
        limits: account.limits(),
        used: handle.used(),
    })
}

/// What one scrape shows.
#[derive(Debug)]
struct Snapshot {
    counts: Counts,
    open: u32,
    paused: bool,
    limits: Limits,
    used: Used,
}

fn encoded(snapshot: Snapshot) -> String {
    let mut registry = Registry::with_prefix("sesbench_mock");
    registry.register_collector(Box::new(snapshot));
    let mut text = String::new();
    prometheus_text::encode(&mut text, &registry).expect("writing to memory does not fail");
    text
}

impl Collector for Snapshot {
    fn encode(&self, encoder: DescriptorEncoder<'_>) -> fmt::Result {
        let mut page = Page(encoder);
        self.counters(&mut page)?;
        self.gauges(&mut page)
    }
}

impl Snapshot {
    fn counters(&self, page: &mut Page<'_>) -> fmt::Result {
        let counts = &self.counts;
        page.counter(
            "connections",
            "Accepted TCP connections.",
            counts.connections,
        )?;
        page.counter("tls_handshakes", "Finished TLS handshakes.", counts.secured)?;
        let logins = [
            ("accepted", counts.sessions),
            ("refused", counts.auth_failed),
        ];
        page.counters(
            "logins",
            "Logins by result.",
            logins.map(|(result, count)| ([("result", result)], count)),
        )?;
        let messages = [
            ("accepted", counts.accepted),
            ("throttled", counts.throttled),
            ("quota", counts.quota),
            ("deferred", counts.deferred),
            ("rejected", counts.refused),
            ("lost", counts.lost),
        ];
        page.counters(
            "messages",
            "Messages by outcome at the dot; deferred and lost ones are caused by faults.",
            messages.map(|(outcome, count)| ([("outcome", outcome)], count)),
        )?;
        page.counter("faults", "Injected faults.", counts.faults)?;
        page.counter(
            "rejections",
            "5xx replies to MAIL, RCPT or the dot.",
            counts.rejected,
        )?;
        page.counter(
            "accepted_recipients",
            "Recipients of accepted messages.",
            counts.accepted_recipients,
        )?;
        page.counter(
            "accepted_bytes",
            "Bytes of accepted messages before dot-stuffing.",
            counts.bytes,
        )?;
        let replies = counts.replies.iter().map(|(reply, count)| {
            let (code, text) = reply.split_once(' ').unwrap_or((reply, ""));
            ([("code", code), ("text", text)], *count)
        });
        page.counters("replies", "Replies by code and text.", replies)
    }

    fn gauges(&self, page: &mut Page<'_>) -> fmt::Result {
        page.gauge("sessions_open", "Open sessions.", Some(self.open))?;
        page.gauge(
            "paused",
            "Whether the account's sending is paused.",
            Some(if self.paused { 1_u64 } else { 0 }),
        )?;
        page.gauge(
            "rate_limit",
            "Recipients per second that the account can send.",
            self.limits.rate,
        )?;
        page.gauge(
            "rate_left",
            "Recipients that can be sent at once now.",
            self.used.rate_left,
        )?;
        page.gauge(
            "daily_limit",
            "Recipients that the account can send in 24 hours.",
            self.limits.daily,
        )?;
        page.gauge(
            "daily_sent",
            "Recipients sent in the last 24 hours.",
            self.used.day_sent,
        )
    }
}

/// The metrics so far. The encoder adds the prefix, and `_total` to the name of a
/// counter.
struct Page<'a>(DescriptorEncoder<'a>);

impl Page<'_> {
    fn counter(&mut self, name: &str, help: &str, value: u64) -> fmt::Result {
        let metric = self
            .0
            .encode_descriptor(name, help, None, MetricType::Counter)?;
        ConstCounter::new(value).encode(metric)
    }

    /// A counter with labels.
    fn counters<'l, const N: usize>(
        &mut self,
        name: &str,
        help: &str,
        values: impl IntoIterator<Item = ([(&'l str, &'l str); N], u64)>,
    ) -> fmt::Result {
        let mut metric = self
            .0
            .encode_descriptor(name, help, None, MetricType::Counter)?;
        for (labels, value) in values {
            ConstCounter::new(value).encode(metric.encode_family(&labels)?)?;
        }
        Ok(())
    }

    /// An absent limit has no metric.
    fn gauge<N: EncodeGaugeValue>(
        &mut self,
        name: &str,
        help: &str,
        value: Option<N>,
    ) -> fmt::Result {
        let Some(value) = value else {
            return Ok(());
        };
        let metric = self
            .0
            .encode_descriptor(name, help, None, MetricType::Gauge)?;
        ConstGauge::new(value).encode(metric)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::golden::assert_golden;
    use crate::server::Server;

    #[test]
    fn each_metric_has_its_help_its_type_and_its_values() {
        let counts = Counts {
            connections: 7,
            replies: [("250 Ok".to_owned(), 3), (r#"554 a "b" \c"#.to_owned(), 1)].into(),
            ..Counts::default()
        };
        let text = encoded(Snapshot {
            counts,
            open: 2,
            paused: true,
            limits: Limits {
                rate: Some(14.0),
                burst: None,
                daily: Some(50_000),
            },
            used: Used {
                rate_left: None,
                day_sent: Some(9),
            },
        });
        assert!(text.starts_with(
            "# HELP sesbench_mock_connections_total Accepted TCP connections.\n\
             # TYPE sesbench_mock_connections_total counter\n\
             sesbench_mock_connections_total 7\n"
        ));
        assert!(text.ends_with(
            "# TYPE sesbench_mock_replies_total counter\n\
             sesbench_mock_replies_total{code=\"250\",text=\"Ok\"} 3\n\
             sesbench_mock_replies_total{code=\"554\",text=\"a \\\"b\\\" \\\\c\"} 1\n\
             # HELP sesbench_mock_sessions_open Open sessions.\n\
             # TYPE sesbench_mock_sessions_open gauge\n\
             sesbench_mock_sessions_open 2\n\
             # HELP sesbench_mock_paused Whether the account's sending is paused.\n\
             # TYPE sesbench_mock_paused gauge\n\
             sesbench_mock_paused 1\n\
             # HELP sesbench_mock_rate_limit Recipients per second that the account can send.\n\
             # TYPE sesbench_mock_rate_limit gauge\n\
             sesbench_mock_rate_limit 14.0\n\
             # HELP sesbench_mock_daily_limit Recipients that the account can send in 24 hours.\n\
             # TYPE sesbench_mock_daily_limit gauge\n\
             sesbench_mock_daily_limit 50000\n\
             # HELP sesbench_mock_daily_sent Recipients sent in the last 24 hours.\n\
             # TYPE sesbench_mock_daily_sent gauge\n\
             sesbench_mock_daily_sent 9\n"
        ));
    }

    /// Names, types and labels; neither help nor values.
    #[test]
    fn golden_of_the_metrics() {
        let server = Server::builder().rate(14.0).daily(50_000).start().unwrap();
        let text = text(server.handle());
        let masked = text.lines().map(|line| {
            let words = if line.starts_with("# HELP") { 3 } else { 1 };
            match line.starts_with("# TYPE") {
                true => line.to_owned(),
                false => line.split(' ').take(words).collect::<Vec<_>>().join(" "),
            }
        });
        let masked: String = masked.map(|line| line + "\n").collect();
        assert_golden("metrics.txt", &masked);
    }
}
