//! The first line of a session: the banner, or that there are too many.

use rand_pcg::Pcg64Mcg;
use rand_pcg::rand_core::Rng;

use super::{Dialogue, State, put};
use crate::dialogue::reply::Reply;
use crate::dialogue::stage::Stage;
use crate::nanos::Nanos;

impl Dialogue {
    /// The banner, or that there are too many connections. `from` is when the
    /// server turns to this client.
    pub(super) fn greet(&mut self, from: Nanos, now: Nanos) {
        self.entered = self.account.enter();
        let due = from + self.config.latency(Stage::Banner, self.secure);
        if !self.entered {
            self.state = State::Closing { linger: true };
            self.told(Reply::TooManyConnections, Stage::Banner, now);
            let text = Reply::TooManyConnections.text();
            return self
                .outbox
                .add(due, now, |out| put(out, format_args!("{text}\r\n")));
        }
        self.state = State::Command;
        self.told(Reply::Banner, Stage::Banner, now);
        let random = &mut self.random;
        self.outbox.add(due, now, |out| {
            out.extend_from_slice(b"220 email-smtp.amazonaws.com ESMTP SimpleEmailService-d-");
            put_random(out, random, 9, b"ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789");
            out.push(b' ');
            put_random(
                out,
                random,
                20,
                b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789",
            );
            out.extend_from_slice(b"\r\n");
        });
    }
}

fn put_random(out: &mut Vec<u8>, random: &mut Pcg64Mcg, length: usize, alphabet: &[u8]) {
    for _ in 0..length {
        let pick = random.next_u32() as usize % alphabet.len();
        out.push(alphabet[pick]);
    }
}
