//! `latency.hlog`: an HdrHistogram interval log V2, one tag per metric.

use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::Path;
use std::time::{Duration, SystemTime};

use hdrhistogram::serialization::V2DeflateSerializer;
use hdrhistogram::serialization::interval_log::{IntervalLogWriterBuilder, Tag};

use super::Error;
use crate::measure::Second;

/// The version that the writer of the Java library puts in its first line.
const FORMAT: &str = "[Histogram log format version 1.3]";

/// The third number of a line, for people, is in milliseconds, as in the logs
/// of the Java library; histograms are in nanoseconds.
const NANOS_PER_MILLI: f64 = 1e6;

/// `latency.hlog`, being written.
pub(super) struct Hlog {
    file: BufWriter<File>,
    serializer: V2DeflateSerializer,
    begun: bool,
}

impl Hlog {
    pub(super) const FILE: &str = "latency.hlog";

    pub(super) fn create(path: &Path) -> Result<Self, Error> {
        let file = File::create_new(path).map_err(Error::io(path))?;
        Ok(Self {
            file: BufWriter::new(file),
            serializer: V2DeflateSerializer::new(),
            begun: false,
        })
    }

    /// Appends the histograms of one second, the measured window only, and flushes
    /// them to the operating system. `start` is the wall clock at second 0.
    pub(super) fn append(&mut self, second: &Second, start: SystemTime) -> io::Result<()> {
        let begins = Duration::from_secs(second.t_s.into());
        let mut lines = Vec::new();
        let mut writer = heading(start).begin_log_with(&mut lines, &mut self.serializer)?;
        for (metric, histogram) in second.histograms.iter() {
            let name = metric.name();
            writer
                .write_histogram(histogram, begins, Duration::from_secs(1), Tag::new(&name))
                .map_err(io::Error::other)?;
        }
        let begun = std::mem::replace(&mut self.begun, true);
        self.file.write_all(match begun {
            true => without_heading(&lines),
            false => &lines,
        })?;
        self.file.flush()
    }
}

/// The crate's writer borrows its output, so each second needs a new one. All use
/// the same heading, because it sets the unit of the third number.
fn heading(start: SystemTime) -> IntervalLogWriterBuilder {
    let mut heading = IntervalLogWriterBuilder::new();
    heading
        .add_comment(FORMAT)
        .add_comment("times in nanoseconds; one tag a metric; the measured window only")
        .with_start_time(start)
        .with_base_time(start)
        .with_max_value_divisor(NANOS_PER_MILLI);
    heading
}

/// The lines below those that begin with `#`.
fn without_heading(lines: &[u8]) -> &[u8] {
    let mut rest = lines;
    while rest.first() == Some(&b'#') {
        let end = rest.iter().position(|&byte| byte == b'\n');
        rest = &rest[end.map_or(rest.len(), |end| end + 1)..];
    }
    rest
}
