//! Reads a file that a run appends lines to, in blocks of whole lines.
//!
//! A killed run may have left half a line at the end: it is left out. A line longer than
//! its limit is refused, so that no file fills the memory. What a line means is decided
//! by the reader of that file.

use std::io::{self, Read};

use memchr::{memchr_iter, memrchr};

/// Bytes asked for at once, and room for as many at the beginning.
const BLOCK: usize = 256 << 10;

/// The whole lines of a file.
pub(super) struct WholeLines<R> {
    from: R,
    /// The maximum length of a line, with its end.
    max_line: usize,
    buffer: Vec<u8>,
    /// Where the bytes begin that were not given out.
    start: usize,
    /// Where the last whole line ends.
    whole: usize,
    /// Where the bytes end that were read.
    filled: usize,
    /// Lines before the buffer.
    lines: u64,
}

impl<R: Read> WholeLines<R> {
    pub(super) fn new(from: R, max_line: usize) -> Self {
        Self {
            from,
            max_line,
            buffer: vec![0; BLOCK.min(max_line)],
            start: 0,
            whole: 0,
            filled: 0,
            lines: 0,
        }
    }

    /// The next lines, with their ends, and the number of the first; no bytes at the end
    /// of the file.
    pub(super) fn next_block(&mut self) -> io::Result<(u64, &[u8])> {
        self.fill()?;
        self.start = self.whole;
        Ok((self.lines + 1, &self.buffer[..self.whole]))
    }

    /// Replaces the lines in the buffer by the next ones.
    fn fill(&mut self) -> io::Result<()> {
        let given = &self.buffer[..self.whole];
        self.lines += memchr_iter(b'\n', given).count() as u64;
        self.buffer.copy_within(self.whole..self.filled, 0);
        self.filled -= self.whole;
        (self.start, self.whole) = (0, 0);
        while self.whole == 0 {
            self.make_room()?;
            let read = match self.from.read(&mut self.buffer[self.filled..]) {
                Ok(0) => return Ok(()),
                Ok(read) => read,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                Err(error) => return Err(error),
            };
            let before = self.filled;
            self.filled += read;
            if let Some(at) = memrchr(b'\n', &self.buffer[before..self.filled]) {
                self.whole = before + at + 1;
            }
        }
        Ok(())
    }

    fn make_room(&mut self) -> io::Result<()> {
        let room = self.buffer.len();
        if self.filled < room {
            return Ok(());
        }
        if room >= self.max_line {
            let (line, max) = (self.lines + 1, self.max_line);
            let why = format!("line {line}: too long: expected at most {max} bytes");
            return Err(io::Error::new(io::ErrorKind::InvalidData, why));
        }
        self.buffer.resize((2 * room).min(self.max_line), 0);
        Ok(())
    }
}

impl<R: Read> Read for WholeLines<R> {
    fn read(&mut self, to: &mut [u8]) -> io::Result<usize> {
        if self.start == self.whole {
            self.fill()?;
        }
        let given = to.len().min(self.whole - self.start);
        to[..given].copy_from_slice(&self.buffer[self.start..self.start + given]);
        self.start += given;
        Ok(given)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Gives out a few bytes at a time.
    struct Drops<'a>(&'a [u8], usize);

    impl Read for Drops<'_> {
        fn read(&mut self, to: &mut [u8]) -> io::Result<usize> {
            let given = to.len().min(self.1);
            (&mut self.0).take(given as u64).read(to)
        }
    }

    proptest! {
        #[test]
        fn blocks_are_all_lines_but_half_a_one_at_the_end(
            text in "[ab\n]{0,60}",
            drop in 1_usize..9,
        ) {
            let end = text.rfind('\n').map_or(0, |at| at + 1);
            let mut lines = WholeLines::new(Drops(text.as_bytes(), drop), 100);
            let mut all = Vec::new();
            loop {
                let (number, block) = lines.next_block().unwrap();
                if block.is_empty() {
                    break;
                }
                prop_assert!(block.ends_with(b"\n"));
                let before = all.iter().filter(|byte| **byte == b'\n').count();
                prop_assert_eq!(number, before as u64 + 1);
                all.extend_from_slice(block);
            }
            prop_assert_eq!(&all, &text.as_bytes()[..end]);
            let mut read = Vec::new();
            let mut lines = WholeLines::new(Drops(text.as_bytes(), drop), 100);
            lines.read_to_end(&mut read).unwrap();
            prop_assert_eq!(&read, &all);
        }
    }

    #[test]
    fn an_endless_line_is_refused_and_not_held_in_memory() {
        let text = [&b"short\n"[..], &[b'x'; 64]].concat();
        let mut lines = WholeLines::new(text.as_slice(), 64);
        assert_eq!(lines.next_block().unwrap(), (1, &b"short\n"[..]));
        let error = lines.next_block().unwrap_err();
        let expected = "line 2: too long: expected at most 64 bytes";
        assert_eq!(error.to_string(), expected);
        let mut endless = WholeLines::new(io::repeat(b'x'), 1 << 20);
        assert!(endless.next_block().is_err());
        assert_eq!(endless.buffer.len(), 1 << 20);
    }
}
