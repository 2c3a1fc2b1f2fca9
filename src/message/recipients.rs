//! Who gets which message.

use std::sync::Arc;

use crate::scenario::Message;

/// The envelope recipients of every message: taken from the plan's addresses
/// in turn, so that message 0 gets the first ones, and message 1 goes on where
/// that ended. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Recipients {
    addresses: Arc<[Box<str>]>,
    per_message: usize,
}

impl Recipients {
    /// Those of a plan.
    pub fn new(message: &Message) -> Self {
        let addresses = message.to.iter().map(|each| each.as_str().into());
        Self {
            addresses: addresses.collect(),
            per_message: message.recipients.get() as usize,
        }
    }

    /// How many each message has.
    pub const fn per_message(&self) -> usize {
        self.per_message
    }

    /// The recipients of message `index`, without angle brackets.
    pub fn of(&self, index: u64) -> impl ExactSizeIterator<Item = &str> + Clone {
        let count = self.addresses.len();
        let first = self.first(index);
        (0..self.per_message).map(move |offset| &*self.addresses[(first + offset) % count])
    }

    /// Which address message `index` begins with.
    fn first(&self, index: u64) -> usize {
        let count = self.addresses.len() as u64;
        let step = self.per_message as u64 % count;
        // Both factors are below the number of addresses, which fits 32 bits
        // on any machine that holds them.
        (index % count * step % count) as usize
    }

    /// The least and the greatest sum of `weight` over the recipients of one
    /// message, whichever address it begins with.
    pub(super) fn extremes(&self, weight: impl Fn(&str) -> usize) -> (usize, usize) {
        let weights: Vec<usize> = self.addresses.iter().map(|each| weight(each)).collect();
        let count = weights.len();
        let rounds = self.per_message / count * weights.iter().sum::<usize>();
        let width = self.per_message % count;
        let mut window: usize = weights[..width].iter().sum();
        let (mut least, mut greatest) = (window, window);
        for first in 1..count {
            window = window + weights[(first - 1 + width) % count] - weights[first - 1];
            least = least.min(window);
            greatest = greatest.max(window);
        }
        (rounds + least, rounds + greatest)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::message::template::tests::message;

    #[test]
    fn recipients_are_taken_in_turn() {
        let recipients = Recipients::new(&message(&["a@x", "bb@x", "ccc@x"], 2, 1_024));
        let of = |index| recipients.of(index).collect::<Vec<_>>();
        assert_eq!(of(0), ["a@x", "bb@x"]);
        assert_eq!(of(1), ["ccc@x", "a@x"]);
        assert_eq!(of(2), ["bb@x", "ccc@x"]);
        assert_eq!(of(3), of(0));
        assert_eq!(of(u64::MAX).len(), 2);
    }

    #[test]
    fn extremes_are_those_of_any_window() {
        let recipients = Recipients::new(&message(&["a@x", "bb@x", "ccc@x"], 2, 1_024));
        assert_eq!(recipients.extremes(str::len), (7, 9));
        let recipients = Recipients::new(&message(&["a@x", "bb@x"], 5, 1_024));
        assert_eq!(recipients.extremes(str::len), (17, 18));
        let recipients = Recipients::new(&message(&["a@x"], 3, 1_024));
        assert_eq!(recipients.extremes(str::len), (9, 9));
    }
}
