//! Processor utilisation, second by second.

/// The busiest second of the measured window, and the number of messages in full
/// seconds, those without processor time left. The mean over a ramp hides both.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Busy {
    /// A second is full above this utilisation (0 to 1).
    limit: f64,
    busiest: Option<f64>,
    seconds: u32,
    sum: f64,
    messages: u64,
    in_full_seconds: u64,
}

impl Default for Busy {
    /// Without a limit: no second is full.
    fn default() -> Self {
        Self::new(f64::INFINITY)
    }
}

impl Busy {
    /// No seconds yet; a second is full above `limit`.
    pub(super) const fn new(limit: f64) -> Self {
        Self {
            limit,
            busiest: None,
            seconds: 0,
            sum: 0.0,
            messages: 0,
            in_full_seconds: 0,
        }
    }

    /// Records a second of the window: its utilisation, and the number of messages
    /// intended in it.
    pub(crate) fn second(&mut self, share: f64, messages: u64) {
        let busiest = self.busiest.unwrap_or_default().max(share);
        self.busiest = Some(busiest);
        self.seconds += 1;
        self.sum += share;
        self.messages += messages;
        if share > self.limit {
            self.in_full_seconds += messages;
        }
    }

    /// Utilisation of the busiest second; none if no second was recorded.
    pub(super) const fn busiest(&self) -> Option<f64> {
        self.busiest
    }

    /// The mean of the utilisations; none if no second was recorded.
    pub(crate) fn mean(&self) -> Option<f64> {
        (self.seconds > 0).then(|| self.sum / f64::from(self.seconds))
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
        assert_eq!(busy.mean(), None);
        busy.second(0.2, 10);
        busy.second(0.99, 30);
        busy.second(0.95, 20);
        assert_eq!(
            (busy.busiest(), busy.share_of_messages()),
            (Some(0.99), 0.5)
        );
        let mean = busy.mean().unwrap();
        assert!((mean - 2.14 / 3.0).abs() < 1e-9, "{mean}");
    }
}
