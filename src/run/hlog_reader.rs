//! Reads `latency.hlog` back, a line at a time: the log of a day is larger than what
//! a report should hold in memory.

use std::fs::File;
use std::io::{BufRead, BufReader, Read};
use std::path::Path;

use hdrhistogram::serialization::Deserializer;

use super::Error;
use super::hlog::Hlog;
use crate::measure::Histogram;

/// A histogram of any range takes far less.
const MAX_LINE: u64 = 4 << 20;

/// Calls `each` with the second and the histogram of every whole line that has one of
/// the tags. Lines of other tags are not decoded. Without a log nothing is called.
pub(super) fn read_hlog(
    folder: &Path,
    tags: &[&str],
    mut each: impl FnMut(usize, u32, &Histogram),
) -> Result<(), Error> {
    let path = folder.join(Hlog::FILE);
    let Ok(file) = File::open(&path) else {
        return Ok(());
    };
    let mut file = BufReader::new(file);
    let (mut line, mut at) = (Vec::new(), 0_u64);
    let mut deserializer = Deserializer::new();
    loop {
        line.clear();
        at += 1;
        let mut limited = (&mut file).take(MAX_LINE);
        let length = limited.read_until(b'\n', &mut line);
        let length = length.map_err(Error::io(&path))?;
        if length as u64 == MAX_LINE {
            let reason = format!("line {at}: too long: expected less than {MAX_LINE} bytes");
            return Err(Error::malformed(&path, reason));
        }
        // A killed run may have left half a line at the end.
        let Some(line) = line.strip_suffix(b"\n") else {
            return Ok(());
        };
        let Some((tag, rest)) = tagged(line) else {
            continue;
        };
        let Some(index) = tags.iter().position(|each| each.as_bytes() == tag) else {
            continue;
        };
        let (second, histogram) = decode(rest, &mut deserializer).ok_or_else(|| {
            let reason = format!("line {at}: invalid histogram: expected HdrHistogram's format V2");
            Error::malformed(&path, reason)
        })?;
        each(index, second, &histogram);
    }
}

/// The tag of a line, and what is behind it.
fn tagged(line: &[u8]) -> Option<(&[u8], &[u8])> {
    let line = line.strip_prefix(b"Tag=")?;
    let end = line.iter().position(|&byte| byte == b',')?;
    Some((&line[..end], &line[end + 1..]))
}

/// Begin, length, maximum, and the histogram in base64.
fn decode(rest: &[u8], deserializer: &mut Deserializer) -> Option<(u32, Histogram)> {
    let mut fields = std::str::from_utf8(rest).ok()?.splitn(4, ',');
    let begin: f64 = fields.next()?.parse().ok()?;
    let encoded = fields.nth(2)?;
    let bytes = base64::Engine::decode(&base64::engine::general_purpose::STANDARD, encoded);
    let bytes = bytes.ok()?;
    let histogram = deserializer.deserialize(&mut bytes.as_slice()).ok()?;
    (0.0..=f64::from(u32::MAX))
        .contains(&begin)
        .then_some((begin as u32, histogram))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_endless_line_is_refused_and_not_held_in_memory() {
        let folder = tempfile::tempdir().unwrap();
        let file = File::create(folder.path().join(Hlog::FILE)).unwrap();
        file.set_len(1 << 40).unwrap();
        let error = read_hlog(folder.path(), &["response"], |_, _, _| {}).unwrap_err();
        assert!(error.to_string().contains("line 1: too long"), "{error}");
    }
}
