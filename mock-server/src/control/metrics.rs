//! Counts and quotas for Prometheus (text exposition format 0.0.4). Names, types
//! and labels are a contract.

use std::fmt::{Display, Write};

use crate::handle::Handle;
use crate::observers::Counts;

pub(super) const CONTENT_TYPE: &str = "text/plain; version=0.0.4; charset=utf-8";

/// All metrics.
pub(super) fn text(handle: &Handle) -> String {
    let mut page = Page(String::new());
    counters(&mut page, &handle.counts());
    gauges(&mut page, handle);
    page.0
}

fn counters(page: &mut Page, counts: &Counts) {
    page.counter("connections_total", "Accepted TCP connections.")
        .value(counts.connections);
    page.counter("tls_handshakes_total", "Finished TLS handshakes.")
        .value(counts.secured);
    page.counter("logins_total", "Logins by result.")
        .labelled(&[("result", "accepted")], counts.sessions)
        .labelled(&[("result", "refused")], counts.auth_failed);
    page.counter(
        "messages_total",
        "Messages by outcome at the dot; deferred and lost ones are caused by faults.",
    )
    .labelled(&[("outcome", "accepted")], counts.accepted)
    .labelled(&[("outcome", "throttled")], counts.throttled)
    .labelled(&[("outcome", "quota")], counts.quota)
    .labelled(&[("outcome", "deferred")], counts.deferred)
    .labelled(&[("outcome", "rejected")], counts.refused)
    .labelled(&[("outcome", "lost")], counts.lost);
    page.counter("faults_total", "Injected faults.")
        .value(counts.faults);
    page.counter("rejections_total", "5xx replies to MAIL, RCPT or the dot.")
        .value(counts.rejected);
    page.counter(
        "accepted_recipients_total",
        "Recipients of accepted messages.",
    )
    .value(counts.accepted_recipients);
    page.counter(
        "accepted_bytes_total",
        "Bytes of accepted messages before dot-stuffing.",
    )
    .value(counts.bytes);
    let mut replies = page.counter("replies_total", "Replies by code and text.");
    for (reply, count) in &counts.replies {
        let (code, text) = reply.split_once(' ').unwrap_or((reply, ""));
        replies = replies.labelled(&[("code", code), ("text", text)], *count);
    }
}

fn gauges(page: &mut Page, handle: &Handle) {
    let (account, used) = (handle.account(), handle.used());
    let limits = account.limits();
    page.gauge("sessions_open", "Open sessions.")
        .value(account.open());
    page.gauge("paused", "Whether the account's sending is paused.")
        .value(if account.is_paused() { 1 } else { 0 });
    // An absent limit has no value.
    let gauges = [
        (
            "rate_limit",
            "Recipients per second that the account can send.",
            limits.rate,
        ),
        (
            "rate_left",
            "Recipients that can be sent at once now.",
            used.rate_left,
        ),
        (
            "daily_limit",
            "Recipients that the account can send in 24 hours.",
            limits.daily.map(|n| n as f64),
        ),
        (
            "daily_sent",
            "Recipients sent in the last 24 hours.",
            used.day_sent.map(|n| n as f64),
        ),
    ];
    for (name, help, value) in gauges {
        if let Some(value) = value {
            page.gauge(name, help).value(value);
        }
    }
}

struct Page(String);

/// One metric, to which values are added.
struct Metric<'a> {
    page: &'a mut String,
    name: &'static str,
}

const PREFIX: &str = "sesbench_mock_";

impl Page {
    fn counter(&mut self, name: &'static str, help: &str) -> Metric<'_> {
        self.metric(name, help, "counter")
    }

    fn gauge(&mut self, name: &'static str, help: &str) -> Metric<'_> {
        self.metric(name, help, "gauge")
    }

    fn metric(&mut self, name: &'static str, help: &str, kind: &str) -> Metric<'_> {
        let head = format!("# HELP {PREFIX}{name} {help}\n# TYPE {PREFIX}{name} {kind}\n");
        self.0.push_str(&head);
        Metric {
            page: &mut self.0,
            name,
        }
    }
}

impl Metric<'_> {
    fn value(self, value: impl Display) {
        self.line("", value);
    }

    fn labelled(self, labels: &[(&str, &str)], value: impl Display) -> Self {
        let labels = labels
            .iter()
            .map(|(name, value)| format!("{name}=\"{}\"", escaped(value)));
        let labels: Vec<String> = labels.collect();
        self.line(&format!("{{{}}}", labels.join(",")), value)
    }

    fn line(self, labels: &str, value: impl Display) -> Self {
        let name = self.name;
        writeln!(self.page, "{PREFIX}{name}{labels} {value}")
            .expect("writing to memory does not fail");
        self
    }
}

/// Backslash, quote and line feed.
fn escaped(text: &str) -> String {
    text.replace('\\', "\\\\")
        .replace('"', "\\\"")
        .replace('\n', "\\n")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::golden::assert_golden;
    use crate::server::Server;

    #[test]
    fn each_metric_has_its_help_its_type_and_its_values() {
        let mut page = Page(String::new());
        let counts = Counts {
            connections: 7,
            replies: [("250 Ok".to_owned(), 3), (r#"554 a "b" \c"#.to_owned(), 1)].into(),
            ..Counts::default()
        };
        counters(&mut page, &counts);
        assert!(page.0.starts_with(
            "# HELP sesbench_mock_connections_total Accepted TCP connections.\n\
             # TYPE sesbench_mock_connections_total counter\n\
             sesbench_mock_connections_total 7\n"
        ));
        assert!(page.0.ends_with(
            "# TYPE sesbench_mock_replies_total counter\n\
             sesbench_mock_replies_total{code=\"250\",text=\"Ok\"} 3\n\
             sesbench_mock_replies_total{code=\"554\",text=\"a \\\"b\\\" \\\\c\"} 1\n"
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
