//! The flags `--metrics` and `--metrics-linger` of `run`.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::time::Duration;

use clap::Args;

use super::args::OUTPUT;
use crate::app::run::MetricsOptions;
use crate::units::duration;

/// Where the metrics are served.
#[derive(Args, Clone, Copy, Debug, Default)]
// These comments are the help: `[default: ...]` and `<...>` are for a terminal, not
// for rustdoc.
#[allow(rustdoc::broken_intra_doc_links, rustdoc::invalid_html_tags)]
pub struct MetricsArgs {
    /// Serve Prometheus metrics at this port or address
    ///
    /// A port alone is on 127.0.0.1; 0 takes a free one, printed on stderr.
    /// Every host that can reach the address can read them.
    /// [default: not served; e.g. 9464, 0, 10.1.2.3:9464]
    #[arg(
        long,
        value_name = "ADDR",
        value_parser = address,
        help_heading = OUTPUT,
        verbatim_doc_comment
    )]
    pub metrics: Option<SocketAddr>,
    /// Time that the metrics stay after the run
    ///
    /// For the last scrape. Ctrl-C ends it.
    /// [default: 0s; e.g. 15s]
    #[arg(
        long,
        value_name = "TIME",
        value_parser = linger,
        requires = "metrics",
        help_heading = OUTPUT,
        verbatim_doc_comment
    )]
    pub metrics_linger: Option<Duration>,
}

impl MetricsArgs {
    /// The options of the use case.
    pub(super) fn options(self) -> Option<MetricsOptions> {
        Some(MetricsOptions {
            address: self.metrics?,
            linger: self.metrics_linger.unwrap_or_default(),
        })
    }
}

/// A port, or an IP address and a port.
fn address(text: &str) -> Result<SocketAddr, String> {
    let loopback = |port| SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), port);
    let is_number = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let port = is_number.then(|| text.parse().ok()).flatten();
    port.map(loopback)
        .or_else(|| text.parse().ok())
        .ok_or_else(|| {
            "expected a port (0 to 65535), or an IP address and a port such as 0.0.0.0:9464"
                .to_owned()
        })
}

fn linger(text: &str) -> Result<Duration, String> {
    duration::parse(text).map_err(|error| error.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_port_alone_is_on_loopback_and_other_addresses_are_written_out() {
        for (text, expected) in [
            ("9464", "127.0.0.1:9464"),
            ("0", "127.0.0.1:0"),
            ("0.0.0.0:9464", "0.0.0.0:9464"),
            ("[::]:1", "[::]:1"),
        ] {
            assert_eq!(address(text).unwrap().to_string(), expected);
        }
        for text in [
            "",
            ":9464",
            "65536",
            "+1",
            "-1",
            "localhost:1",
            "::1:9464x",
            "1.2.3.4",
        ] {
            assert!(
                address(text).unwrap_err().starts_with("expected a port"),
                "{text}"
            );
        }
    }
}
