//! The connection of a session: in plaintext or within TLS, what is next on it,
//! and what ended it.
//!
//! It knows the client's last sign of life, from which the idle time-out counts,
//! and holds the session's place among the account's open ones. It decides neither
//! replies nor faults.
//!
//! In order: [`connected`](Link::connected) and [`admit`](Link::admit); for TLS
//! [`expect_handshake`](Link::expect_handshake), and then
//! [`secured`](Link::secured) or [`refuse_handshake`](Link::refuse_handshake); at
//! the end [`close`](Link::close) or [`hung_up`](Link::hung_up), and perhaps
//! [`spoke_late`](Link::spoke_late). Everything else is a question.

mod closed_by;

use std::mem;

pub(super) use self::closed_by::{Abort, ClosedBy};
use crate::account::ConnectionPermit;
use crate::faults::InjectedFault;
use crate::protocol::Instant;

#[derive(Debug)]
pub(super) struct Link {
    /// TLS from the first byte.
    wrapper: bool,
    /// Port of SES, without the offset, if known.
    port: Option<u16>,
    /// In the order of connecting, from 0.
    number: u64,
    /// Its place among the account's open sessions, unless that is refused or was
    /// given back.
    permit: Option<ConnectionPermit>,
    state: LinkState,
    last_sign: Instant,
}

#[derive(Debug)]
pub(super) enum LinkState {
    /// Not connected.
    New,
    Plain,
    /// TLS is next.
    Handshaking(Handshaking),
    Secure,
    Closed {
        by: ClosedBy,
    },
}

/// What comes before the handshake, or in its place.
#[derive(Debug)]
pub(super) enum Handshaking {
    /// The reply to STARTTLS. Then its latency begins.
    Reply,
    /// The time until then.
    Latency(Instant),
    /// A fault will reply to the client's first flight.
    Fault(Box<InjectedFault>),
}

impl Link {
    /// A connection to a port with (`wrapper`) or without TLS from the first byte.
    pub(super) fn new(wrapper: bool) -> Link {
        Link {
            wrapper,
            port: None,
            number: 0,
            permit: None,
            state: LinkState::New,
            last_sign: Instant(0),
        }
    }

    /// Sets the port, without the offset.
    pub(super) fn set_port(&mut self, number: u16) {
        self.port = Some(number);
    }

    /// The client has connected, as session `number`.
    pub(super) fn connected(&mut self, number: u64, now: Instant) {
        self.number = number;
        self.state = LinkState::Plain;
        self.last_sign = now;
    }

    /// The account permits the session, or not.
    pub(super) fn admit(&mut self, permit: Option<ConnectionPermit>) {
        self.permit = permit;
    }

    /// The client has sent or received something.
    pub(super) fn heard(&mut self, now: Instant) {
        self.last_sign = now;
    }

    /// TLS is next.
    pub(super) fn expect_handshake(&mut self, handshaking: Handshaking) {
        self.state = LinkState::Handshaking(handshaking);
    }

    /// The client has begun a handshake that a fault replaces: returns that fault.
    /// The connection stays in plaintext.
    pub(super) fn refuse_handshake(&mut self) -> Option<Box<InjectedFault>> {
        match mem::replace(&mut self.state, LinkState::Plain) {
            LinkState::Handshaking(Handshaking::Fault(fault)) => Some(fault),
            other => {
                self.state = other;
                None
            }
        }
    }

    /// The handshake is done.
    pub(super) fn secured(&mut self, now: Instant) {
        self.state = LinkState::Secure;
        self.last_sign = now;
    }

    /// Ends the session. Only a fault can still take the place of another end, and
    /// nothing that of a fault.
    pub(super) fn close(&mut self, by: ClosedBy) {
        if by == ClosedBy::IdleTimeout {
            // The session no longer counts as open, even if the client has not
            // noticed yet.
            self.permit = None;
        }
        let aborted = matches!(
            self.state,
            LinkState::Closed {
                by: ClosedBy::Fault(..)
            }
        );
        if !aborted || matches!(by, ClosedBy::Fault(..)) {
            self.state = LinkState::Closed { by };
        }
    }

    /// The client has disconnected: that ends the session, unless something else
    /// has.
    pub(super) fn hung_up(&mut self) {
        if !matches!(self.state, LinkState::New | LinkState::Closed { .. }) {
            let by = ClosedBy::Client;
            self.state = LinkState::Closed { by };
        }
    }

    /// The client has sent something after the end. Returns whether it is the first
    /// time after the idle time-out.
    pub(super) fn spoke_late(&mut self) -> bool {
        let is_first = self.is_timed_out();
        if is_first {
            let by = ClosedBy::LastReply;
            self.state = LinkState::Closed { by };
        }
        is_first
    }

    pub(super) fn state(&self) -> &LinkState {
        &self.state
    }

    /// Whether the idle time-out has ended it, and the client has sent nothing
    /// since.
    pub(super) fn is_timed_out(&self) -> bool {
        let by = ClosedBy::IdleTimeout;
        matches!(self.state, LinkState::Closed { by: end } if end == by)
    }

    pub(super) fn is_closed_by_client(&self) -> bool {
        let by = ClosedBy::Client;
        matches!(self.state, LinkState::Closed { by: end } if end == by)
    }

    /// Whether a client has ever connected.
    pub(super) fn has_connected(&self) -> bool {
        !matches!(self.state, LinkState::New)
    }

    /// Whether input is read, sooner or later.
    pub(super) fn is_open(&self) -> bool {
        matches!(
            self.state,
            LinkState::Plain | LinkState::Secure | LinkState::Handshaking(Handshaking::Fault(_))
        )
    }

    pub(super) fn is_secure(&self) -> bool {
        matches!(self.state, LinkState::Secure)
    }

    /// Whether it counts as one of the account's open sessions.
    pub(super) fn is_admitted(&self) -> bool {
        self.permit.is_some()
    }

    /// Whether TLS begins with the first byte.
    pub(super) fn is_wrapper(&self) -> bool {
        self.wrapper
    }

    pub(super) fn port(&self) -> Option<u16> {
        self.port
    }

    pub(super) fn number(&self) -> u64 {
        self.number
    }

    /// When the client was last heard of.
    pub(super) fn last_sign(&self) -> Instant {
        self.last_sign
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dialogue::step::Step;

    fn connected() -> Link {
        let mut link = Link::new(false);
        link.connected(7, Instant(1));
        link
    }

    fn step(link: &Link, now: u64) -> Option<Step<'static>> {
        match link.state() {
            LinkState::Closed { by } => Some(by.step(Instant(now))),
            _ => None,
        }
    }

    #[test]
    fn nothing_ends_before_a_client_has_connected() {
        let mut link = Link::new(false);
        link.hung_up();
        assert!(!link.has_connected() && !link.is_closed_by_client() && !link.is_open());
    }

    #[test]
    fn it_is_secure_from_the_handshake_to_the_end() {
        let mut link = connected();
        assert!(link.is_open() && !link.is_secure());
        link.expect_handshake(Handshaking::Reply);
        assert!(!link.is_open() && !link.is_secure());
        assert!(link.refuse_handshake().is_none(), "no fault replaces it");
        link.secured(Instant(2));
        assert!(link.is_open() && link.is_secure());
        link.close(ClosedBy::Quit);
        assert!(!link.is_open() && !link.is_secure());
    }

    #[test]
    fn only_a_fault_takes_the_place_of_another_end() {
        let fault = ClosedBy::Fault(Abort::Reset, Instant(9));
        let mut link = connected();
        link.close(ClosedBy::LastReply);
        assert_eq!(step(&link, 0), Some(Step::Close { linger: true }));
        link.close(ClosedBy::Quit);
        assert_eq!(step(&link, 0), Some(Step::Close { linger: false }));
        link.close(fault);
        link.close(ClosedBy::Quit);
        link.hung_up();
        assert_eq!(step(&link, 8), Some(Step::Wait(Instant(9))));
        assert_eq!(step(&link, 9), Some(Step::Reset));
        assert!(!link.is_closed_by_client());
    }

    #[test]
    fn a_client_that_speaks_after_the_idle_time_out_is_noticed_once() {
        let mut link = connected();
        assert!(!link.spoke_late());
        link.close(ClosedBy::IdleTimeout);
        link.hung_up();
        assert!(link.is_timed_out() && !link.is_closed_by_client());
        assert!(link.spoke_late());
        assert!(!link.is_timed_out() && !link.spoke_late());
        assert_eq!(step(&link, 0), Some(Step::Close { linger: true }));
    }
}
