//! Moves bytes between a dialogue and its connection, for every TLS mode.
//!
//! All awaiting of a session happens here. The driver decides nothing: it asks
//! the dialogue for a step, performs it within the step's deadline, and reports
//! the result. The engine aborts a session by dropping the driver at any point;
//! the dialogue is notified, so that every message still gets an outcome.

use std::future::{Future, poll_fn};
use std::io;
use std::pin::pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use super::connector::Connector;
use super::deadline::Deadline;
use super::failure::{inside_tls, step_failure};
use super::stream::Stream;
use crate::smtp::{Dialogue, Outgoing, Step, StepFailure, redacted};
use crate::sys::clock::Clock;
use crate::vocabulary::{Failure, Observer, Outcome, Sending, Ticket};

/// Why an idle wait ended.
pub(crate) enum IdleEnd<T> {
    /// The future that was waited for is ready.
    Message(T),
    /// The session is over: the server closed it, or sent something unexpected.
    SessionLost,
}

/// A slot's sessions, one after another: dialogue, connection and timer.
pub(crate) struct Driver<O: Observer> {
    dialogue: Dialogue,
    connector: Arc<Connector>,
    clock: Clock,
    events: O,
    stream: Stream,
    deadline: Deadline,
}

impl<O: Observer> Driver<O> {
    /// A driver for `dialogue` that connects by `connector` and reports to
    /// `events`.
    pub(crate) fn new(
        dialogue: Dialogue,
        connector: Arc<Connector>,
        clock: Clock,
        events: O,
    ) -> Self {
        Self {
            dialogue,
            connector,
            clock,
            events,
            stream: Stream::Absent,
            deadline: Deadline::new(clock),
        }
    }

    /// Whether a session is ready for a message.
    pub(crate) fn is_ready(&self) -> bool {
        self.dialogue.next() == Step::Ready
    }

    /// The dialogue.
    pub(crate) fn dialogue(&self) -> &Dialogue {
        &self.dialogue
    }

    /// How the last session failed, if it did.
    pub(crate) fn failure(&self) -> Option<Outcome> {
        self.dialogue.failure()
    }

    /// Whether a message is under way; see [`Dialogue::holds_message`].
    pub(crate) fn holds_message(&self) -> bool {
        self.dialogue.holds_message()
    }

    /// Opens a session and sends the current message, if there is one; returns
    /// when the session is ready for the next message, or over.
    pub(crate) async fn open(&mut self) {
        let now = self.clock.now();
        self.dialogue.open(now, &mut self.events);
        self.advance().await;
    }

    /// Gives a message to the session. It is sent at once if the session is
    /// ready, otherwise with the next [`Driver::open`].
    pub(crate) fn begin(&mut self, ticket: Ticket, fill: impl FnOnce(&mut Outgoing)) {
        fill(self.dialogue.outgoing());
        // The clock is read after the message is written, so that writing it is
        // not part of any phase.
        let now = self.clock.now();
        self.dialogue.begin(ticket, now, &mut self.events);
    }

    /// Performs steps until the session is ready for the next message, or over.
    pub(crate) async fn advance(&mut self) {
        loop {
            match self.dialogue.next() {
                // Boxed: these futures run once a session, and would otherwise
                // take space in every slot all the time.
                Step::Connect => Box::pin(self.connect()).await,
                Step::Secure => Box::pin(self.secure()).await,
                Step::Send { .. } => self.send().await,
                Step::Receive => self.receive().await,
                Step::Ready => return,
                Step::Close => return self.close().await,
            }
        }
    }

    /// Waits for `given` while the session is idle, and watches for what the
    /// server sends.
    pub(crate) async fn idle_until<T>(&mut self, given: impl Future<Output = T>) -> IdleEnd<T> {
        let mut given = pin!(given);
        let idle_end = poll_fn(|cx| {
            if let Poll::Ready(value) = given.as_mut().poll(cx) {
                return Poll::Ready(IdleEnd::Message(value));
            }
            match self.poll_receive(cx) {
                Poll::Ready(()) if !self.is_ready() => Poll::Ready(IdleEnd::SessionLost),
                Poll::Ready(()) => {
                    // Part of a line: the rest decides what it is.
                    cx.waker().wake_by_ref();
                    Poll::Pending
                }
                Poll::Pending => Poll::Pending,
            }
        })
        .await;
        if matches!(idle_end, IdleEnd::SessionLost) {
            self.close().await;
        }
        idle_end
    }

    /// Ends the session by QUIT.
    pub(crate) async fn quit(&mut self) {
        if self.is_ready() {
            self.dialogue.quit(self.clock.now());
            self.advance().await;
        }
    }

    /// Ends the session by QUIT and waits at most `patience` for the reply.
    /// Returns false if none was read: then the connection is closed without
    /// it.
    pub(crate) async fn quit_within(&mut self, patience: Duration) -> bool {
        if !self.is_ready() {
            return true;
        }
        self.dialogue.quit_within(patience, self.clock.now());
        self.advance().await;
        self.failure() != Some(Outcome::Timeout)
    }

    async fn connect(&mut self) {
        let connector = self.connector.clone();
        let connecting = connector.connect(self.clock, self.dialogue.deadline());
        match self.within_deadline(connecting).await {
            Ok(stream) => {
                self.stream = Stream::Plain(stream);
                let now = self.clock.now();
                self.dialogue.connected(now, &mut self.events);
            }
            Err(failure) => self.fail(failure),
        }
    }

    async fn secure(&mut self) {
        let connector = self.connector.clone();
        let Stream::Plain(stream) = std::mem::replace(&mut self.stream, Stream::Absent) else {
            return self.fail(Failure::Closed);
        };
        match self.within_deadline(connector.secure(stream)).await {
            Ok(stream) => {
                self.stream = Stream::Tls(stream);
                let now = self.clock.now();
                self.dialogue.secured(now, &mut self.events);
            }
            Err(failure) => self.fail(failure),
        }
    }

    async fn send(&mut self) {
        let mut at = self.dialogue.deadline();
        let Step::Send {
            head,
            body,
            sensitive,
        } = self.dialogue.next()
        else {
            return;
        };
        self.events.sending(Sending {
            head: if sensitive { redacted(head) } else { head },
            body: if sensitive { &[] } else { body },
            secret: sensitive && redacted(head) != head,
        });
        let clock = self.clock;
        let patience = at.since(clock.now());
        let (stream, deadline) = (&mut self.stream, &mut self.deadline);
        let (mut done, mut before) = (0, 0);
        let sent: Result<(), StepFailure> =
            poll_fn(|cx| match stream.poll_send(cx, (head, body), &mut done) {
                Poll::Pending => {
                    // The time-out of RFC 5321 section 4.5.3.2.5 bounds each
                    // block that the socket takes, not the whole message: a
                    // slow path is not a dead one.
                    if done > before {
                        before = done;
                        at = clock.now() + patience;
                    }
                    deadline
                        .poll(cx, at)
                        .map(|()| Err(Failure::TimedOut.into()))
                }
                Poll::Ready(sent) => Poll::Ready(sent.map_err(|error| step_failure(&error))),
            })
            .await;
        match sent {
            Ok(()) => self.dialogue.sent(self.clock.now(), &mut self.events),
            Err(failure) => {
                // Received bytes are not read here: they may include replies
                // under TLS.
                let spoken = self.stream.plaintext();
                self.fail(spoken.map_or(failure, inside_tls));
            }
        }
    }

    async fn receive(&mut self) {
        poll_fn(|cx| match self.poll_receive(cx) {
            Poll::Ready(()) => Poll::Ready(()),
            Poll::Pending => {
                let late = self.deadline.poll(cx, self.dialogue.deadline());
                late.map(|()| self.fail(Failure::TimedOut))
            }
        })
        .await;
    }

    /// Reads once; ready when the dialogue has been given something.
    fn poll_receive(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        match self.stream.poll_read(cx, self.dialogue.space()) {
            Poll::Pending => return Poll::Pending,
            Poll::Ready(Ok(count)) if count > 0 => self.filled(count),
            Poll::Ready(ended) => match (self.stream.read_plaintext(cx), ended) {
                (Some(text), _) => self.fail(inside_tls(text)),
                (None, Ok(count)) => self.filled(count),
                (None, Err(error)) => self.fail(step_failure(&error)),
            },
        }
        Poll::Ready(())
    }

    fn filled(&mut self, count: usize) {
        let now = self.clock.now();
        self.dialogue.filled(count, now, &mut self.events);
    }

    async fn within_deadline<T>(
        &mut self,
        work: impl Future<Output = io::Result<T>>,
    ) -> Result<T, StepFailure> {
        let at = self.dialogue.deadline();
        let mut work = pin!(work);
        poll_fn(|cx| match work.as_mut().poll(cx) {
            Poll::Pending => self
                .deadline
                .poll(cx, at)
                .map(|()| Err(Failure::TimedOut.into())),
            Poll::Ready(done) => Poll::Ready(done.map_err(|error| step_failure(&error))),
        })
        .await
    }

    fn fail(&mut self, failure: impl Into<StepFailure>) {
        let now = self.clock.now();
        self.dialogue.failed(failure.into(), now, &mut self.events);
    }

    async fn close(&mut self) {
        poll_fn(|cx| {
            self.stream.poll_farewell(cx);
            Poll::Ready(())
        })
        .await;
        self.stream = Stream::Absent;
    }
}

impl<O: Observer> Drop for Driver<O> {
    /// Aborted: what was in progress still gets its outcome.
    fn drop(&mut self) {
        self.fail(Failure::Cut);
    }
}
