//! A delay line: holds received bytes until the simulated path would have
//! delivered them.
//!
//! Bytes are put in and taken out at given times; [`Socket`](super::socket::Socket)
//! reads and waits. An empty line holds no buffer.

use std::collections::VecDeque;
use std::io;
use std::time::Duration;

use tokio::io::ReadBuf;

use crate::protocol::Instant;
use crate::units::Bandwidth;

/// Maximum bytes in flight on one connection, as with a TCP window: Linux lets
/// it grow to 6 MiB by default (tcp(7), `tcp_rmem`).
const WINDOW: usize = 4 * 1024 * 1024;

/// At a low bandwidth, bytes are delivered this often, so that a slow client
/// does not count as silent. More often would keep a worker busy with a few
/// bytes at a time.
const PIECES_PER_SECOND: u64 = 100;

/// Approximate memory of a chunk in addition to its bytes. It counts towards the
/// window, for clients that send single bytes.
const OVERHEAD: usize = 64;

/// The simulated path between client and server.
#[derive(Clone, Copy, Debug)]
pub(super) struct Path {
    pub(super) rtt: Duration,
    pub(super) bandwidth: Option<Bandwidth>,
}

impl Path {
    /// `None` if nothing is added to the real path.
    pub(super) fn new(rtt: Duration, bandwidth: Option<Bandwidth>) -> Option<Path> {
        let differs = !rtt.is_zero() || bandwidth.is_some();
        differs.then_some(Path { rtt, bandwidth })
    }

    /// Transmission time of `bytes`.
    fn takes(self, bytes: usize) -> Duration {
        let Some(bandwidth) = self.bandwidth else {
            return Duration::ZERO;
        };
        let nanos = bytes as u128 * 1_000_000_000;
        let nanos = nanos.div_ceil(u128::from(bandwidth.bytes_per_second()));
        Duration::from_nanos(u64::try_from(nanos).unwrap_or(u64::MAX))
    }

    /// How many bytes are transmitted within `time`.
    fn brings(self, time: Duration) -> usize {
        let Some(bandwidth) = self.bandwidth else {
            return usize::MAX;
        };
        let bytes = time.as_nanos() * u128::from(bandwidth.bytes_per_second()) / 1_000_000_000;
        usize::try_from(bytes).unwrap_or(usize::MAX)
    }
}

#[derive(Debug)]
pub(super) struct Line {
    path: Path,
    chunks: VecDeque<Chunk>,
    held: usize,
    /// When the transmission of the bytes so far ends.
    clear: Instant,
    end: Option<(Instant, Option<io::Error>)>,
}

/// Bytes of one read.
#[derive(Debug)]
struct Chunk {
    /// When the first byte is delivered.
    due: Instant,
    bytes: Box<[u8]>,
    /// How many can be taken; a reader may take fewer at a time.
    released: usize,
    taken: usize,
}

impl Line {
    pub(super) fn new(path: Path) -> Line {
        Line {
            path,
            chunks: VecDeque::new(),
            held: 0,
            clear: Instant(0),
            end: None,
        }
    }

    /// Whether more can be put in.
    pub(super) fn is_open(&self) -> bool {
        self.held < WINDOW && self.end.is_none()
    }

    /// The client sent `bytes`.
    pub(super) fn put(&mut self, bytes: &[u8], now: Instant) {
        let begins = now.max(self.clear);
        self.clear = begins + self.path.takes(bytes.len());
        self.held += bytes.len() + OVERHEAD;
        self.chunks.push_back(Chunk {
            due: begins + self.path.rtt,
            bytes: bytes.into(),
            released: 0,
            taken: 0,
        });
    }

    /// The client closed the connection, or was lost.
    pub(super) fn end(&mut self, error: Option<io::Error>, now: Instant) {
        self.end = Some((now.max(self.clear) + self.path.rtt, error));
    }

    /// Delivers what is due, and returns whether there was something. At the end
    /// it behaves like a socket: true without bytes, or the error.
    pub(super) fn take(&mut self, buffer: &mut ReadBuf<'_>, now: Instant) -> io::Result<bool> {
        let before = buffer.filled().len();
        while let Some(chunk) = self.chunks.front_mut() {
            chunk.release(self.path, now);
            let count = (chunk.released - chunk.taken).min(buffer.remaining());
            if count == 0 {
                break;
            }
            buffer.put_slice(&chunk.bytes[chunk.taken..chunk.taken + count]);
            chunk.taken += count;
            self.held -= count;
            if chunk.taken == chunk.bytes.len() {
                self.chunks.pop_front();
                self.held -= OVERHEAD;
            }
        }
        if !self.chunks.is_empty() {
            return Ok(buffer.filled().len() > before);
        }
        // An idle session holds no buffer.
        self.chunks = VecDeque::new();
        if buffer.filled().len() > before {
            return Ok(true);
        }
        match &mut self.end {
            Some((due, error)) if now >= *due => error.take().map_or(Ok(true), Err),
            _ => Ok(false),
        }
    }

    /// When there is something to take next; `None` while the line is empty.
    pub(super) fn due(&self) -> Option<Instant> {
        let Some(chunk) = self.chunks.front() else {
            return self.end.as_ref().map(|(due, _)| *due);
        };
        if chunk.taken < chunk.released {
            return Some(chunk.due);
        }
        Some(chunk.due + self.path.takes(chunk.next_piece(self.path)))
    }
}

impl Chunk {
    /// Releases the delivered bytes, once they are a piece.
    fn release(&mut self, path: Path, now: Instant) {
        if self.taken < self.released || now < self.due {
            return;
        }
        let there = path.brings(now.since(self.due)).min(self.bytes.len());
        if there >= self.next_piece(path) {
            self.released = there;
        }
    }

    /// End of the next piece.
    fn next_piece(&self, path: Path) -> usize {
        let piece = path.bandwidth.map_or(usize::MAX, |bandwidth| {
            let piece = usize::try_from(bandwidth.bytes_per_second() / PIECES_PER_SECOND);
            piece.unwrap_or(usize::MAX).max(1)
        });
        self.released.saturating_add(piece).min(self.bytes.len())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MS: u64 = 1_000_000;

    fn line(rtt_ms: u64, bytes_per_second: u64) -> Line {
        let rtt = Duration::from_millis(rtt_ms);
        let bandwidth = Bandwidth::new(bytes_per_second);
        Line::new(Path::new(rtt, bandwidth).unwrap())
    }

    /// What can be taken at `ms`, if anything.
    fn taken(line: &mut Line, ms: u64) -> Option<Vec<u8>> {
        let mut space = [0; 1000];
        let mut buffer = ReadBuf::new(&mut space);
        let taken = line.take(&mut buffer, Instant(ms * MS)).unwrap();
        taken.then(|| buffer.filled().to_vec())
    }

    #[test]
    fn each_chunk_comes_one_round_trip_late_and_in_order() {
        let mut line = line(40, 0);
        assert_eq!(line.due(), None);
        line.put(b"one", Instant(MS));
        line.put(b"two", Instant(3 * MS));
        assert_eq!(line.due(), Some(Instant(41 * MS)));
        assert_eq!(taken(&mut line, 40), None);
        assert_eq!(taken(&mut line, 42).unwrap(), b"one");
        assert_eq!(line.due(), Some(Instant(43 * MS)));
        line.put(b"three", Instant(42 * MS));
        assert_eq!(taken(&mut line, 90).unwrap(), b"twothree");
        assert_eq!((line.due(), taken(&mut line, 91)), (None, None));
        assert_eq!((line.chunks.capacity(), line.held), (0, 0));
    }

    #[test]
    fn a_large_message_takes_its_length_by_the_bandwidth_and_one_round_trip() {
        let mut line = line(40, 100_000);
        for _ in 0..10 {
            line.put(&[7; 1000], Instant(0));
        }
        let (mut now, mut count) = (0, 0);
        while count < 10_000 {
            now = line.due().unwrap().0 / MS;
            count += taken(&mut line, now).unwrap().len();
        }
        assert_eq!(now, 40 + 100);
        // Bytes that arrive on a free path do not wait.
        line.put(&[7; 100], Instant(500 * MS));
        assert_eq!(line.due(), Some(Instant(541 * MS)));
    }

    #[test]
    fn a_slow_path_brings_bytes_one_after_the_other() {
        let mut line = line(0, 1000);
        line.put(&[7; 1000], Instant(0));
        assert_eq!(line.due(), Some(Instant(10 * MS)));
        assert_eq!(taken(&mut line, 10).unwrap().len(), 10);
        assert_eq!(taken(&mut line, 500).unwrap().len(), 490);
        assert_eq!(line.due(), Some(Instant(510 * MS)));
        assert_eq!(taken(&mut line, 5000).unwrap().len(), 500);
    }

    #[test]
    fn the_end_comes_late_too_and_after_all_bytes() {
        let mut line = line(40, 0);
        line.put(b"QUIT", Instant(0));
        line.end(Some(io::ErrorKind::ConnectionReset.into()), Instant(MS));
        assert!(!line.is_open());
        assert_eq!(taken(&mut line, 50).unwrap(), b"QUIT");
        assert_eq!(line.due(), Some(Instant(41 * MS)));
        let error = line.take(&mut ReadBuf::new(&mut [0]), Instant(50 * MS));
        assert_eq!(error.unwrap_err().kind(), io::ErrorKind::ConnectionReset);
        let mut line = super::tests::line(40, 0);
        line.end(None, Instant(0));
        assert_eq!(taken(&mut line, 39), None);
        assert_eq!(taken(&mut line, 40).unwrap(), b"");
    }

    #[test]
    fn holds_no_more_than_a_window() {
        let mut line = line(40, 0);
        for _ in 0..WINDOW / 65_536 {
            assert!(line.is_open());
            line.put(&[7; 65_536], Instant(0));
        }
        assert!(!line.is_open());
        for _ in 0..70 {
            assert_eq!(taken(&mut line, 40).unwrap().len(), 1000);
        }
        assert!(line.is_open());
    }

    #[test]
    fn a_client_that_sends_single_bytes_holds_no_more_memory() {
        let mut line = line(40, 0);
        let mut count = 0;
        while line.is_open() {
            line.put(b"x", Instant(0));
            count += 1;
        }
        assert!(count <= WINDOW / OVERHEAD, "{count}");
        let mut rest = count;
        while rest > 0 {
            rest -= taken(&mut line, 40).unwrap().len();
        }
        assert_eq!(line.held, 0);
    }

    /// Otherwise a reader of small amounts would find a little more each time.
    #[test]
    fn bytes_are_handed_over_by_the_piece_however_little_is_read() {
        let mut line = line(0, 1_000_000);
        line.put(&[7; 60_000], Instant(0));
        let mut space = [0; 100];
        let mut reads = Vec::new();
        for ms in 0..=60 {
            let mut read = 0;
            while line
                .take(&mut ReadBuf::new(&mut space), Instant(ms * MS))
                .unwrap()
            {
                read += 1;
            }
            if read > 0 {
                reads.push((ms, read));
            }
        }
        assert_eq!(reads, [10, 20, 30, 40, 50, 60].map(|ms| (ms, 100)));
    }
}
