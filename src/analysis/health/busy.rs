//! How busy the processor was, second by second.

/// The busiest second of the measured window, and how many messages fell into
/// seconds that left nothing over: what a mean over a ramp hides.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Busy {
    /// Above this share of its time (0 to 1) a second has nothing left over.
    limit: f64,
    busiest: Option<f64>,
    messages: u64,
    in_full_seconds: u64,
}

impl Default for Busy {
    /// No second is ever full.
    fn default() -> Self {
        Self::new(f64::INFINITY)
    }
}

impl Busy {
    /// Nothing known yet; a second is full above `limit`.
    pub(super) const fn new(limit: f64) -> Self {
        Self {
            limit,
            busiest: None,
            messages: 0,
            in_full_seconds: 0,
        }
    }

    /// Takes note of a second of the window: what share of its time was used,
    /// and how many messages were intended in it.
    pub fn second(&mut self, share: f64, messages: u64) {
        let busiest = self.busiest.unwrap_or_default().max(share);
        self.busiest = Some(busiest);
        self.messages += messages;
        if share > self.limit {
            self.in_full_seconds += messages;
        }
    }

    /// The share of the busiest second's time that was used; none if nothing is known.
    pub(super) const fn busiest(&self) -> Option<f64> {
        self.busiest
    }

    /// The share of the messages that were intended in full seconds, 0 to 1.
    pub(super) fn share_of_messages(&self) -> f64 {
        self.in_full_seconds as f64 / self.messages.max(1) as f64
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_busiest_second_is_kept_and_messages_weigh_it() {
        let mut busy = Busy::new(0.95);
        assert_eq!((busy.busiest(), busy.share_of_messages()), (None, 0.0));
        busy.second(0.2, 10);
        busy.second(0.99, 30);
        busy.second(0.95, 20);
        assert_eq!(
            (busy.busiest(), busy.share_of_messages()),
            (Some(0.99), 0.5)
        );
    }
}
