//! A piece of the curve: the rate is constant or changes linearly.
//!
//! All arithmetic is in integers. A rate is a whole number of parts of a message
//! per day: thousandths, or as many decimals as the rates of the shape have. So
//! its integral, in [`Amount`], collects no rounding error over a long run.

/// A number of messages, in parts so small that the integral of every rate over
/// every nanosecond is whole, and the triangle under a ramp is too.
pub(super) type Amount = u128;

/// One message as an amount, for rates with that many decimals: 2 for the
/// triangle, times the parts of a message, times the nanoseconds of a day.
pub(super) const fn message(decimals: u32) -> Amount {
    2 * (10 as Amount).pow(decimals) * 86_400 * 1_000_000_000
}

/// The rate changes linearly from `from` to `to`.
#[derive(Clone, Copy, Debug)]
pub(super) struct Piece {
    /// Parts of a message per day, at the start.
    pub(super) from: u128,
    /// The same, at the end.
    pub(super) to: u128,
    /// Nanoseconds; `u64::MAX` if it is endless.
    pub(super) length: u64,
}

impl Piece {
    /// The integral of the rate until `at` nanoseconds after the start, rounded up
    /// to the next part.
    pub(super) fn amount(&self, at: u64) -> Amount {
        let at = u128::from(at.min(self.length));
        let even = (2 * self.from).saturating_mul(at);
        if self.is_even() {
            return even;
        }
        // change * at^2 / length, in two steps that both fit.
        let length = u128::from(self.length);
        let (whole, rest) = (at * at / length, at * at % length);
        let change = self.from.abs_diff(self.to);
        if self.to > self.from {
            even + change * whole + (change * rest).div_ceil(length)
        } else {
            even - change * whole - change * rest / length
        }
    }

    /// The integral over the whole piece.
    pub(super) fn total(&self) -> Amount {
        self.amount(self.length)
    }

    /// When `amount` is reached, in nanoseconds after the start, rounded down: the
    /// last nanosecond at which the integral is at most `amount`.
    pub(super) fn when(&self, amount: Amount) -> u64 {
        if self.is_even() {
            let at = amount.checked_div(2 * self.from);
            return at.map_or(self.length, |at| at.min(u128::from(self.length)) as u64);
        }
        self.settle(self.estimate(amount), amount)
    }

    /// The rate at a time after the start, in parts of a message per day.
    pub(super) fn rate_at(&self, at: u64) -> f64 {
        let share = at as f64 / self.length as f64;
        self.from as f64 + (self.to as f64 - self.from as f64) * share
    }

    pub(super) fn is_even(&self) -> bool {
        self.from == self.to
    }

    /// The root of the quadratic in floating point. Over hours it is wrong by a few
    /// nanoseconds at most.
    fn estimate(&self, amount: Amount) -> u64 {
        let (from, amount) = (self.from as f64, amount as f64);
        let bend = (self.to as f64 - from) / self.length as f64;
        let root = (from * from + bend * amount).max(0.0).sqrt();
        (amount / (from + root)) as u64
    }

    /// The exact time, from `guess`: steps that double until they bracket it, then
    /// bisection.
    fn settle(&self, guess: u64, amount: Amount) -> u64 {
        let has_come = |at| self.amount(at) <= amount;
        let guess = guess.min(self.length);
        let (mut low, mut high, mut step) = (guess, guess, 1);
        while low > 0 && !has_come(low) {
            high = low;
            low = low.saturating_sub(step);
            step *= 2;
        }
        while high <= self.length && has_come(high) {
            low = high;
            high = (high + step).min(self.length + 1);
            step *= 2;
        }
        while high - low > 1 {
            let middle = low + (high - low) / 2;
            if has_come(middle) {
                low = middle;
            } else {
                high = middle;
            }
        }
        low
    }
}
