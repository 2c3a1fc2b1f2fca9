//! Moves bytes between a dialogue and its connection, for every TLS mode.
//!
//! All awaiting of a session happens here. The driver decides nothing: it asks
//! the dialogue for a step, performs it within the step's deadline, and reports
//! the result. The dialogue belongs to the caller: a slot of the engine, or a
//! single [`super::Session`].

use std::future::{Future, poll_fn};
use std::io;
use std::pin::pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use super::connector::Connector;
use super::deadline::Deadline;
use super::failure::{inside_tls, step_failure};
use super::stream::Stream;
use crate::smtp::{Dialogue, Step, StepFailure, redacted};
use crate::sys::clock::Clock;
use crate::vocabulary::{Failure, Instant, Observer, Sending};

/// Why an idle wait ended.
pub(crate) enum IdleEnd<T> {
    /// The future that was waited for is ready.
    Message(T),
    /// The session is over: the server closed it, or sent something unexpected.
    SessionLost,
}

/// The connections of a dialogue's sessions, one after another, and their timer.
pub(crate) struct Driver {
    connector: Arc<Connector>,
    clock: Clock,
    stream: Stream,
    deadline: Deadline,
}

impl Driver {
    /// A driver that connects by `connector`.
    pub(crate) fn new(connector: Arc<Connector>, clock: Clock) -> Self {
        Self {
            connector,
            clock,
            stream: Stream::Absent,
            deadline: Deadline::new(clock),
        }
    }

    /// Performs steps until the session is ready for the next message, or over.
    pub(crate) async fn advance<O: Observer>(&mut self, dialogue: &mut Dialogue, events: &mut O) {
        loop {
            match dialogue.next() {
                // Boxed: these futures run once a session, and would otherwise
                // take space in every slot all the time.
                Step::Connect => Box::pin(self.connect(dialogue, events)).await,
                Step::Secure => Box::pin(self.secure(dialogue, events)).await,
                Step::Send { .. } => self.send(dialogue, events).await,
                Step::Receive => self.receive(dialogue, events).await,
                Step::Ready => return,
                Step::Close => return self.close().await,
            }
        }
    }

    /// Waits for `given` while the session is idle, and watches for what the
    /// server sends, if there is a session.
    pub(crate) async fn idle_until<T, O: Observer>(
        &mut self,
        dialogue: &mut Dialogue,
        events: &mut O,
        given: impl Future<Output = T>,
    ) -> IdleEnd<T> {
        let mut given = pin!(given);
        let idle_end = poll_fn(|cx| {
            if let Poll::Ready(value) = given.as_mut().poll(cx) {
                return Poll::Ready(IdleEnd::Message(value));
            }
            if !dialogue.is_ready() {
                return Poll::Pending;
            }
            match self.poll_receive(dialogue, events, cx) {
                Poll::Ready(()) if !dialogue.is_ready() => Poll::Ready(IdleEnd::SessionLost),
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

    async fn connect<O: Observer>(&mut self, dialogue: &mut Dialogue, events: &mut O) {
        let connector = self.connector.clone();
        let at = dialogue.deadline();
        let connecting = connector.connect(self.clock, at);
        match self.within_deadline(at, connecting).await {
            Ok(stream) => {
                self.stream = Stream::Plain(stream);
                let now = self.clock.now();
                dialogue.connected(now, events);
            }
            Err(failure) => self.fail(dialogue, events, failure),
        }
    }

    async fn secure<O: Observer>(&mut self, dialogue: &mut Dialogue, events: &mut O) {
        let connector = self.connector.clone();
        let Stream::Plain(stream) = std::mem::replace(&mut self.stream, Stream::Absent) else {
            return self.fail(dialogue, events, Failure::Closed);
        };
        let securing = connector.secure(stream);
        match self.within_deadline(dialogue.deadline(), securing).await {
            Ok(stream) => {
                self.stream = Stream::Tls(stream);
                let now = self.clock.now();
                dialogue.secured(now, events);
            }
            Err(failure) => self.fail(dialogue, events, failure),
        }
    }

    async fn send<O: Observer>(&mut self, dialogue: &mut Dialogue, events: &mut O) {
        let mut at = dialogue.deadline();
        let Step::Send {
            head,
            body,
            sensitive,
        } = dialogue.next()
        else {
            return;
        };
        events.sending(Sending {
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
            Ok(()) => dialogue.sent(self.clock.now(), events),
            Err(failure) => {
                // Received bytes are not read here: they may include replies
                // under TLS.
                let spoken = self.stream.plaintext();
                self.fail(dialogue, events, spoken.map_or(failure, inside_tls));
            }
        }
    }

    async fn receive<O: Observer>(&mut self, dialogue: &mut Dialogue, events: &mut O) {
        poll_fn(|cx| match self.poll_receive(dialogue, events, cx) {
            Poll::Ready(()) => Poll::Ready(()),
            Poll::Pending => {
                let late = self.deadline.poll(cx, dialogue.deadline());
                late.map(|()| self.fail(dialogue, events, Failure::TimedOut))
            }
        })
        .await;
    }

    /// Reads once; ready when the dialogue has been given something.
    fn poll_receive<O: Observer>(
        &mut self,
        dialogue: &mut Dialogue,
        events: &mut O,
        cx: &mut Context<'_>,
    ) -> Poll<()> {
        match self.stream.poll_read(cx, dialogue.space()) {
            Poll::Pending => return Poll::Pending,
            Poll::Ready(Ok(count)) if count > 0 => self.filled(dialogue, events, count),
            Poll::Ready(ended) => match (self.stream.read_plaintext(cx), ended) {
                (Some(text), _) => self.fail(dialogue, events, inside_tls(text)),
                (None, Ok(count)) => self.filled(dialogue, events, count),
                (None, Err(error)) => self.fail(dialogue, events, step_failure(&error)),
            },
        }
        Poll::Ready(())
    }

    fn filled<O: Observer>(&self, dialogue: &mut Dialogue, events: &mut O, count: usize) {
        let now = self.clock.now();
        dialogue.filled(count, now, events);
    }

    async fn within_deadline<T>(
        &mut self,
        at: Instant,
        work: impl Future<Output = io::Result<T>>,
    ) -> Result<T, StepFailure> {
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

    fn fail<O: Observer>(
        &self,
        dialogue: &mut Dialogue,
        events: &mut O,
        failure: impl Into<StepFailure>,
    ) {
        let now = self.clock.now();
        dialogue.failed(failure.into(), now, events);
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
