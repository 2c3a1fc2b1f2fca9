//! The first line of a session: the banner, or the 421 above the connection
//! limit.

use rand_pcg::Pcg64Mcg;
use rand_pcg::rand_core::Rng;

use super::Dialogue;
use super::reply::put;
use crate::dialogue::link::ClosedBy;
use crate::protocol::{Instant, Reply, Stage};

impl Dialogue {
    /// Sends the banner or the 421. Its latency counts from `from`.
    pub(super) fn greet(&mut self, from: Instant, now: Instant) {
        if self.link.is_admitted() && self.spoils_at(Stage::Banner, None, from, now) {
            return;
        }
        let turn = self.turn_from(from, Stage::Banner, now);
        if !self.link.is_admitted() {
            self.close(ClosedBy::LastReply);
            let text = Reply::TooManyConnections.text();
            return self.say(Reply::TooManyConnections, turn, |out| {
                put(out, format_args!("{text}\r\n"));
            });
        }
        let mut random = self.random.clone();
        self.say(Reply::Banner, turn, |out| {
            let random = &mut random;
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
        self.random = random;
    }
}

fn put_random(out: &mut Vec<u8>, random: &mut Pcg64Mcg, length: usize, alphabet: &[u8]) {
    for _ in 0..length {
        let pick = random.next_u32() as usize % alphabet.len();
        out.push(alphabet[pick]);
    }
}
