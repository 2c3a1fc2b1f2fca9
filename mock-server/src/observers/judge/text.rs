//! The report as text.

use std::fmt::{self, Display, Formatter};

use super::figures::{Slice, Spread};
use super::rules::count;
use super::{Finding, Report, Severity};

/// Maximum number of rows in the rate table.
const ROWS: usize = 12;
const WIDTH: usize = 100;
/// Column at which the text of a finding begins.
const INDENT: usize = 12;

impl Display for Report {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        writeln!(f, "How the clients treated SES, over {:.1} s", self.seconds)?;
        self.connections(f)?;
        self.messages(f)?;
        self.rate(f)?;
        self.retries(f)?;
        let harm = self
            .findings
            .iter()
            .filter(|x| x.severity == Severity::Error);
        let (harm, all) = (harm.count(), self.findings.len());
        match all {
            0 => writeln!(f, "\nNothing to change.")?,
            _ => writeln!(
                f,
                "\n{}, {}",
                count(harm as u64, "error"),
                count((all - harm) as u64, "warning")
            )?,
        }
        self.findings
            .iter()
            .try_for_each(|finding| write!(f, "\n{finding}"))
    }
}

impl Report {
    fn connections(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let c = &self.connections;
        writeln!(
            f,
            "\nconnections   {} (STARTTLS {}, wrapper {}), at most {} at the same time; {} without QUIT, {} timed out",
            c.opened, c.starttls, c.wrapper, c.most_open, c.without_quit, c.timed_out
        )?;
        let classes = c.messages.connections.iter();
        let classes: Vec<String> = classes.map(|(class, n)| format!("{class}: {n}")).collect();
        writeln!(
            f,
            "  messages    {:.1} per connection in use, {} at most ({})",
            c.messages.mean,
            c.messages.most,
            classes.join(", ")
        )?;
        let versions = self.tls.versions.iter();
        let versions: Vec<String> = versions.map(|(v, n)| format!("TLS {v}: {n}")).collect();
        writeln!(
            f,
            "handshakes    {} full, {} resumed ({})",
            self.tls.full,
            self.tls.resumed,
            versions.join(", ")
        )?;
        let failed: u64 = self.logins.failed.values().sum();
        writeln!(
            f,
            "logins        {} accepted, {failed} failed",
            self.logins.accepted
        )
    }

    fn messages(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let m = &self.messages;
        writeln!(
            f,
            "messages      {} ({}): {} accepted, {} throttled, {} over the daily quota, {} deferred, {} rejected",
            count(m.attempts, "attempt"),
            count(m.recipients, "recipient"),
            m.accepted,
            m.throttled,
            m.quota,
            m.temporary,
            m.rejected.values().sum::<u64>()
        )?;
        if m.without_id > 0 {
            writeln!(
                f,
                "  without Message-ID: {}, not matched to messages",
                count(m.without_id, "attempt")
            )?;
        }
        if m.forgotten > 0 {
            writeln!(
                f,
                "  no longer tracked (memory limit): {}",
                count(m.forgotten, "older message")
            )?;
        }
        Ok(())
    }

    fn rate(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let limit = |limit: Option<String>| limit.unwrap_or_else(|| "no limit".to_owned());
        writeln!(
            f,
            "\nrecipients per second: at most {}; the account allows {} (in 24 h: {})",
            self.rate.busiest_s,
            limit(self.rate.allowed_per_s.map(|rate| rate.to_string())),
            limit(self.rate.allowed_per_day.map(|day| day.to_string()))
        )?;
        let (from, to) = (self.first_slice(), self.rate.slices.len());
        let slices = &self.rate.slices[from..];
        if slices.is_empty() {
            return Ok(());
        }
        writeln!(
            f,
            "  {:>15} {:>10} {:>10} {:>10}",
            "seconds", "offered", "accepted", "throttled"
        )?;
        let step = (to - from).div_ceil(ROWS);
        for (n, row) in slices.chunks(step).enumerate() {
            let start = (from + n * step) as f64 * self.rate.slice_s;
            let lasts = row.len() as f64 * self.rate.slice_s;
            let sum = row.iter().copied().fold(Slice::default(), Slice::plus);
            writeln!(
                f,
                "  {:>15} {:>10.1} {:>10.1} {:>9.0}%",
                format!("{start}-{}", start + lasts),
                sum.offered as f64 / lasts,
                sum.accepted as f64 / lasts,
                100.0 * sum.throttled as f64 / sum.offered.max(1) as f64
            )?;
        }
        Ok(())
    }

    /// The idle time before the first message is not shown.
    fn first_slice(&self) -> usize {
        let busy = |slice: &Slice| slice.offered > 0;
        self.rate
            .slices
            .iter()
            .position(busy)
            .unwrap_or(self.rate.slices.len())
    }

    fn retries(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let r = &self.retries;
        let open = r.open + r.open_after_quota;
        if r.waits.is_empty() && r.pause_on_connection.is_none() && open == 0 {
            return Ok(());
        }
        writeln!(f, "\nafter a 4xx at the dot")?;
        for wait in &r.waits {
            writeln!(f, "  wait before retry {}  {}", wait.retry, wait.spread)?;
        }
        if r.grew + r.did_not_grow > 0 {
            writeln!(
                f,
                "  later waits: {} longer than the one before, {} not",
                r.grew, r.did_not_grow
            )?;
        }
        if let Some(spread) = &r.waits_after_quota {
            writeln!(f, "  wait after a 454 for the daily quota  {spread}")?;
        }
        if let Some(spread) = &r.pause_on_connection {
            writeln!(f, "  next message on the connection after a 454  {spread}")?;
        }
        writeln!(f, "  not yet retried: {}", r.open)?;
        writeln!(
            f,
            "  over the daily quota, not retried: {}",
            r.open_after_quota
        )
    }
}

impl Display for Spread {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{:.3} s to {:.3} s, mean {:.3} s ({})",
            self.shortest_s, self.longest_s, self.mean_s, self.count
        )
    }
}

impl Display for Finding {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let sign = match self.severity {
            Severity::Error => "!!",
            Severity::Warning => "- ",
        };
        writeln!(f, "{sign} {}", self.code)?;
        paragraph(f, "seen", &self.seen)?;
        paragraph(f, "SES", self.ses)?;
        paragraph(f, "change", self.change)
    }
}

fn paragraph(f: &mut Formatter<'_>, head: &str, text: &str) -> fmt::Result {
    write!(f, "{head:>10}: ")?;
    let mut column = INDENT;
    for (n, word) in text.split(' ').enumerate() {
        let length = word.chars().count();
        if n > 0 && column + 1 + length > WIDTH {
            write!(f, "\n{:INDENT$}", "")?;
            column = INDENT;
        } else if n > 0 {
            f.write_str(" ")?;
            column += 1;
        }
        f.write_str(word)?;
        column += length;
    }
    writeln!(f)
}
