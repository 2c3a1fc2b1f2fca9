//! Chooses the recipients of each message.

use std::sync::Arc;

use super::Message;
use super::weighted::Weighted;
use crate::random::{self, Draw, bits};

/// The envelope recipients of every message. Cheap to clone.
///
/// They are taken from the plan's addresses in turn: message 0 gets the first
/// ones, message 1 the following ones, and so on. With weights, each recipient is
/// drawn independently.
#[derive(Clone, Debug)]
pub struct Recipients {
    addresses: Arc<[Box<str>]>,
    per_message: usize,
    seed: u64,
    weights: Option<Weighted>,
}

impl Recipients {
    /// The recipients of a plan.
    pub fn new(message: &Message, seed: u64) -> Self {
        let weights = message.to.weights();
        Self {
            addresses: message.to.shared().clone(),
            per_message: message.recipients.get() as usize,
            seed,
            weights: weights.map(|weights| Weighted::new(weights.iter().copied())),
        }
    }

    /// The number of recipients of each message.
    pub const fn per_message(&self) -> usize {
        self.per_message
    }

    /// The recipients of message `index`, without angle brackets.
    pub fn of(&self, index: u64) -> impl ExactSizeIterator<Item = &str> + Clone {
        self.rows(index).map(|row| &*self.addresses[row])
    }

    /// The row of the first recipient of message `index`.
    pub(super) fn first_row(&self, index: u64) -> usize {
        self.rows(index).next().unwrap_or_default()
    }

    fn rows(&self, index: u64) -> impl ExactSizeIterator<Item = usize> + Clone {
        let count = self.addresses.len();
        let (first, drawn) = match &self.weights {
            Some(weights) => (0, Some((weights, bits(self.seed, Draw::Recipient, index)))),
            None => (self.in_turn(index), None),
        };
        (0..self.per_message).map(move |offset| match drawn {
            Some((weights, seed)) => weights.pick(random::nth(seed, offset as u64)),
            None => (first + offset) % count,
        })
    }

    /// The first address of message `index`.
    fn in_turn(&self, index: u64) -> usize {
        let count = self.addresses.len() as u64;
        let step = self.per_message as u64 % count;
        // Both factors are below the number of addresses, which fits 32 bits
        // on any machine that holds them.
        (index % count * step % count) as usize
    }

    /// The minimum and maximum sum of `weight` over the recipients of any message.
    pub(super) fn extremes(&self, weight: impl Fn(&str) -> usize) -> (usize, usize) {
        let weights: Vec<usize> = self.addresses.iter().map(|each| weight(each)).collect();
        let count = weights.len();
        if self.weights.is_some() {
            let of_all = |one: Option<&usize>| one.copied().unwrap_or_default() * self.per_message;
            return (of_all(weights.iter().min()), of_all(weights.iter().max()));
        }
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
    use crate::message::template::tests::{message, recipient_list};
    use crate::message::weighted::tests::chi_square;

    #[test]
    fn recipients_are_taken_in_turn() {
        let recipients = Recipients::new(&message(&["a@x", "bb@x", "ccc@x"], 2, 1_024), 1);
        let of = |index| recipients.of(index).collect::<Vec<_>>();
        assert_eq!(of(0), ["a@x", "bb@x"]);
        assert_eq!(of(1), ["ccc@x", "a@x"]);
        assert_eq!(of(2), ["bb@x", "ccc@x"]);
        assert_eq!(of(3), of(0));
        assert_eq!(of(u64::MAX).len(), 2);
        assert_eq!(recipients.first_row(1), 2);
    }

    #[test]
    fn extremes_are_those_of_any_window() {
        let recipients = Recipients::new(&message(&["a@x", "bb@x", "ccc@x"], 2, 1_024), 1);
        assert_eq!(recipients.extremes(str::len), (7, 9));
        let recipients = Recipients::new(&message(&["a@x", "bb@x"], 5, 1_024), 1);
        assert_eq!(recipients.extremes(str::len), (17, 18));
        let recipients = Recipients::new(&message(&["a@x"], 3, 1_024), 1);
        assert_eq!(recipients.extremes(str::len), (9, 9));
    }

    #[test]
    fn recipients_with_weights_are_drawn_by_them() {
        let csv = "email,weight\na@x,70\nbb@x,25\nccc@x,5\n";
        let message = recipient_list(csv, 2, "");
        let (recipients, again) = (Recipients::new(&message, 3), Recipients::new(&message, 3));
        let mut counts = [0; 3];
        for index in 0..5_000 {
            let drawn: Vec<_> = recipients.of(index).collect();
            assert!(again.of(index).eq(drawn.iter().copied()));
            assert_eq!(drawn.len(), 2);
            for each in drawn {
                counts[["a@x", "bb@x", "ccc@x"]
                    .iter()
                    .position(|known| *known == each)
                    .unwrap()] += 1;
            }
        }
        // One sample in 100,000 is above this, with 2 degrees of freedom.
        assert!(chi_square(&counts, &[70.0, 25.0, 5.0]) < 23.0, "{counts:?}");
        assert_eq!(recipients.extremes(str::len), (6, 10));
        let other = Recipients::new(&message, 4);
        assert!((0..100).any(|index| !other.of(index).eq(recipients.of(index))));
    }

    #[test]
    fn recipients_of_a_seed_stay_the_same() {
        let csv = "email,weight\na@x,70\nbb@x,25\nccc@x,5\n";
        let recipients = Recipients::new(&recipient_list(csv, 2, ""), 42);
        let drawn: Vec<Vec<usize>> = (0..20)
            .map(|index| recipients.rows(index).collect())
            .collect();
        #[rustfmt::skip]
        let expected = [
            [0, 1], [1, 0], [0, 0], [0, 0], [1, 0], [1, 0], [0, 0], [1, 1], [0, 0], [0, 1],
            [0, 0], [0, 0], [0, 0], [1, 1], [0, 0], [0, 0], [0, 0], [1, 0], [0, 0], [1, 0],
        ];
        assert_eq!(drawn, expected);
    }
}
