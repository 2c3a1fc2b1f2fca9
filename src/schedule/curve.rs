//! The integral of the rate over time, in messages, and its inverse: when a number
//! of messages is reached.
//!
//! All arrivals are based on it. Evenly spaced ones are due when the integral
//! reaches 0, 1, 2, ...; Poisson ones when it reaches the sums of random gaps,
//! which turns a Poisson process of rate 1 into one of any rate (time rescaling:
//! Brown and others, Neural Computation 14, 2002).

use std::sync::Arc;
use std::time::Duration;

use super::piece::{Amount, Piece, message};

/// A rate over time, piece by piece; cheap to clone.
#[derive(Clone, Debug)]
pub(super) struct Curve {
    placed: Arc<[Placed]>,
    /// Decimals of the rates of its pieces.
    decimals: u32,
    /// The amount of one arrival: one message, or one message times its recipients
    /// if rates count recipients.
    arrival: Amount,
}

/// A piece, with its start and the amount before it.
#[derive(Clone, Copy, Debug)]
struct Placed {
    piece: Piece,
    start: u64,
    before: Amount,
}

impl Placed {
    fn ends(&self) -> u64 {
        self.start.saturating_add(self.piece.length)
    }

    fn total(&self) -> Amount {
        self.before.saturating_add(self.piece.total())
    }
}

impl Curve {
    /// A curve of consecutive pieces. Their rates have `decimals`, in units of which
    /// an arrival takes `per_arrival`. Only the last piece may be endless. Pieces
    /// without length are skipped.
    pub(super) fn new(
        pieces: impl IntoIterator<Item = Piece>,
        decimals: u32,
        per_arrival: u32,
    ) -> Self {
        let mut placed: Vec<Placed> = Vec::new();
        for piece in pieces.into_iter().filter(|piece| piece.length > 0) {
            let (start, before) = placed
                .last()
                .map_or((0, 0), |last| (last.ends(), last.total()));
            placed.push(Placed {
                piece,
                start,
                before,
            });
        }
        Self {
            placed: placed.into(),
            decimals,
            arrival: message(decimals) * u128::from(per_arrival),
        }
    }

    /// The amount of one arrival.
    pub(super) fn arrival(&self) -> Amount {
        self.arrival
    }

    /// The amount until `at`.
    pub(super) fn amount(&self, at: Duration) -> Amount {
        let at = nanos(at);
        let place = self.placed.partition_point(|placed| placed.start <= at);
        let Some(placed) = self.placed[..place].last() else {
            return 0;
        };
        let since = placed.piece.amount(at - placed.start);
        placed.before.saturating_add(since)
    }

    /// When `amount` is reached, rounded down to the nanosecond. If the rate is
    /// zero then, when it rises again; `None` if it never does.
    pub(super) fn when(&self, amount: Amount) -> Option<Duration> {
        let place = self
            .placed
            .partition_point(|placed| placed.before <= amount);
        let placed = self.placed[..place].last()?;
        let is_last = place == self.placed.len();
        if is_last && (amount >= placed.total()) {
            return None;
        }
        let since = placed.piece.when(amount - placed.before);
        Some(Duration::from_nanos(placed.start.saturating_add(since)))
    }

    /// The number of arrivals before `at`, the first at 0.
    pub(super) fn count_before(&self, at: Duration) -> u64 {
        u64::try_from(self.amount(at).div_ceil(self.arrival)).unwrap_or(u64::MAX)
    }

    /// Arrivals from `from` to `to`, fractions included.
    pub(super) fn expected(&self, from: Duration, to: Duration) -> f64 {
        let amount = self.amount(to).saturating_sub(self.amount(from));
        amount as f64 / self.arrival as f64
    }

    /// Arrivals per second at `at`; zero after the end.
    pub(super) fn rate_at(&self, at: Duration) -> f64 {
        let at = nanos(at);
        let placed = self.placed.iter().rfind(|placed| placed.start <= at);
        let rate = placed
            .filter(|placed| at < placed.ends())
            .map(|placed| placed.piece.rate_at(at - placed.start));
        self.hertz(rate.unwrap_or(0.0))
    }

    /// Mean arrivals per second from `from` to `to`.
    pub(super) fn mean_rate(&self, from: Duration, to: Duration) -> f64 {
        let (first, last) = (nanos(from), nanos(to));
        let within = |placed: &&Placed| placed.start <= first && last <= placed.ends();
        let even = self.placed.iter().find(within);
        match even.filter(|placed| placed.piece.is_even()) {
            // The rate as written, without the rounding of a division.
            Some(placed) => self.hertz(placed.piece.from as f64),
            None => self.expected(from, to) / to.saturating_sub(from).as_secs_f64(),
        }
    }

    /// The highest number of arrivals per second.
    pub(super) fn peak(&self) -> f64 {
        let ends = self.placed.iter().map(|placed| placed.piece);
        let most = ends.map(|piece| piece.from.max(piece.to)).max();
        self.hertz(most.unwrap_or(0) as f64)
    }

    /// The end of the last piece; the maximum if it is endless.
    pub(super) fn end(&self) -> Duration {
        Duration::from_nanos(self.placed.last().map_or(0, Placed::ends))
    }

    /// Converts from parts per day.
    fn hertz(&self, rate: f64) -> f64 {
        let per_arrival = (self.arrival / message(self.decimals)) as f64;
        let parts_a_day = (10_u128.pow(self.decimals) * 86_400) as f64;
        rate / parts_a_day / per_arrival
    }
}

/// `u64` holds 584 years of nanoseconds.
pub(super) fn nanos(time: Duration) -> u64 {
    u64::try_from(time.as_nanos()).unwrap_or(u64::MAX)
}
