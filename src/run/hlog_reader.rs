//! Reads `latency.hlog` back, a line at a time: the log of a day is larger than what
//! a report should hold in memory.

use std::fs::File;
use std::io;
use std::path::Path;

use memchr::memchr;

use super::Error;
use super::hlog::Hlog;
use super::log_values::LogValues;
use super::whole_lines::WholeLines;

/// A histogram of any range takes far less.
const MAX_LINE: usize = 4 << 20;

/// Calls `each` with the number of the tag, the second, and the values and counts of
/// every whole line that has one of the tags and is of a wanted second. Other lines are
/// not decoded. Returns whether there is a log.
pub(super) fn read_hlog(
    folder: &Path,
    tags: &[&str],
    is_wanted: impl Fn(u32) -> bool,
    mut each: impl FnMut(usize, u32, &[(u64, u64)]),
) -> Result<bool, Error> {
    let path = folder.join(Hlog::FILE);
    let file = match File::open(&path) {
        Ok(file) => file,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(false),
        Err(error) => return Err(Error::io(&path)(error)),
    };
    let mut lines = WholeLines::new(file, MAX_LINE);
    let mut values = LogValues::new();
    loop {
        let block = lines.next_block();
        let (first, mut block) = block.map_err(Error::reading(&path))?;
        if block.is_empty() {
            return Ok(true);
        }
        let mut number = first;
        while let Some(end) = memchr(b'\n', block) {
            let (line, rest) = (&block[..end], &block[end + 1..]);
            block = rest;
            if let Some((index, line)) = tagged(line, tags) {
                let decoded = Line::parse(line).and_then(|line| match is_wanted(line.second) {
                    true => Some((line.second, values.decode(line.histogram)?)),
                    false => Some((line.second, &[][..])),
                });
                let (second, values) = decoded.ok_or_else(|| {
                    let reason = format!(
                        "line {number}: invalid histogram: expected HdrHistogram's format V2"
                    );
                    Error::malformed(&path, reason)
                })?;
                if !values.is_empty() {
                    each(index, second, values);
                }
            }
            number += 1;
        }
    }
}

/// The number of a line's tag, and what is behind it.
fn tagged<'a>(line: &'a [u8], tags: &[&str]) -> Option<(usize, &'a [u8])> {
    let line = line.strip_prefix(b"Tag=")?;
    let (tag, rest) = split(line)?;
    let index = tags.iter().position(|each| each.as_bytes() == tag)?;
    Some((index, rest))
}

/// A line behind its tag: begin, length, maximum, and the histogram in base64.
struct Line<'a> {
    second: u32,
    histogram: &'a [u8],
}

impl<'a> Line<'a> {
    fn parse(line: &'a [u8]) -> Option<Self> {
        let (begin, rest) = split(line)?;
        let (_, rest) = split(rest)?;
        let (_, histogram) = split(rest)?;
        let begin: f64 = std::str::from_utf8(begin).ok()?.parse().ok()?;
        let is_second = (0.0..=f64::from(u32::MAX)).contains(&begin);
        is_second.then_some(Self {
            second: begin as u32,
            histogram,
        })
    }
}

/// What is before and behind the first comma.
fn split(line: &[u8]) -> Option<(&[u8], &[u8])> {
    let at = memchr(b',', line)?;
    Some((&line[..at], &line[at + 1..]))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn error(folder: &Path) -> String {
        let read = read_hlog(folder, &["response"], |_| true, |_, _, _| {});
        read.unwrap_err().to_string()
    }

    #[test]
    fn an_endless_line_is_refused_and_not_held_in_memory() {
        let folder = tempfile::tempdir().unwrap();
        let file = File::create(folder.path().join(Hlog::FILE)).unwrap();
        file.set_len(1 << 40).unwrap();
        let error = error(folder.path());
        assert!(error.contains("latency.hlog: line 1: too long"), "{error}");
    }

    #[test]
    fn a_damaged_line_is_named_and_those_of_other_tags_are_not_read() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join(Hlog::FILE);
        let good = "#[comment]\nTag=mail,x\n\nTag=response\n";
        std::fs::write(&path, good).unwrap();
        let found = read_hlog(folder.path(), &["response"], |_| true, |_, _, _| panic!());
        assert!(found.unwrap());
        for line in ["Tag=response,1.0,1.0,2.0,AAAA", "Tag=response,-1,1,2,"] {
            std::fs::write(&path, format!("{good}{line}\n")).unwrap();
            let error = error(folder.path());
            assert!(error.contains("line 5: invalid histogram"), "{error}");
        }
    }

    #[test]
    fn a_log_that_cannot_be_opened_is_not_an_absent_one() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join(Hlog::FILE);
        let absent = read_hlog(folder.path(), &[], |_| true, |_, _, _| {});
        assert!(!absent.unwrap());
        std::os::unix::fs::symlink(Hlog::FILE, &path).unwrap();
        let text = error(folder.path());
        assert!(text.contains("latency.hlog: Too many levels"), "{text}");
        std::fs::remove_file(&path).unwrap();
        std::fs::create_dir(&path).unwrap();
        let text = error(folder.path());
        assert!(text.contains("latency.hlog: Is a directory"), "{text}");
    }
}
