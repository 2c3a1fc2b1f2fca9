//! How sessions end: by QUIT, by a refusal, by a loss, or because the server
//! has closed an idle session.

use std::time::Duration;

use super::{Dialogue, DialogueState, Doing, StepFailure};
use crate::smtp::classify;
use crate::smtp::reply::Reply;
use crate::vocabulary::{Cause, Event, Failure, Instant, Observer, Outcome, Phase};

/// The server may have closed a session that was idle for at least this long,
/// just before the message was given to it; SES does so after 10 s (SES guide,
/// "Issues with the SMTP interface").
const MAY_BE_DEAD_AFTER: Duration = Duration::from_secs(1);

/// How long to wait for the server's reply after it stopped reading content.
const QUIT_TIMEOUT_AFTER_FAILURE: Duration = Duration::from_secs(2);

/// A server that does not answer QUIT costs time, so it is reported.
const NO_ANSWER_TO_QUIT: &str = "no answer to QUIT";

/// The longest time that the reply to QUIT may delay a slot's next session, a
/// message that waits for it, or the end of the run; never longer than
/// `timeouts.quit`. If the reply arrives, the phase `quit` has its duration.
/// Loaded servers answer within milliseconds plus a round trip; the longest
/// round trip on Earth is below half a second. `docs/running.md` documents it.
pub(crate) const QUIT_TIMEOUT: Duration = Duration::from_secs(1);

/// Why a session is ended by QUIT while its message moves to the next session.
#[derive(Debug)]
pub(super) struct Parting {
    /// The refusal of MAIL; none where a limit that the server declared is
    /// reached.
    refusal: Option<(Outcome, Reply)>,
    /// Replies to commands sent before QUIT that are still to be received.
    outstanding: usize,
}

impl Dialogue {
    /// Ends the session by QUIT.
    pub(crate) fn quit(&mut self, now: Instant) {
        self.send(DialogueState::Quit, now);
    }

    /// Ends the session by QUIT, and waits for the reply at most `patience`
    /// (and at most [`QUIT_TIMEOUT`] and QUIT's time-out).
    pub(crate) fn quit_within(&mut self, patience: Duration, now: Instant) {
        self.quit(now);
        self.deadline = self.deadline.min(now + patience);
    }

    /// The current step failed.
    pub(crate) fn failed(&mut self, failure: StepFailure, now: Instant, events: &mut dyn Observer) {
        let failure = match failure.is_plaintext() {
            true => self.concealed(failure),
            false => failure,
        };
        let is_cut = failure.failure == Failure::Cut;
        if self.doing == Doing::Nothing {
            let cause = failure.cause(self.phase_told());
            return self.end_attempt(Outcome::Lost, cause, now, events);
        }
        match (self.stage, self.doing) {
            (DialogueState::Quit, _) => self.on_quit_failed(&failure, now, events),
            _ if is_cut && self.attempt.is_none() => self.give_up(now, events),
            (DialogueState::Content, Doing::Sending) if !is_cut => {
                self.await_final_reply(failure, now, events);
            }
            (DialogueState::ContentRefused, _) => {
                let first = self.content_failure.take();
                // What the server wrote explains more than the socket error
                // does.
                let first = first.filter(|_| !failure.is_plaintext());
                self.fail(&first.unwrap_or(failure), now, events);
            }
            (DialogueState::Mail, _) if failure.is_loss() && self.may_have_been_dead(now) => {
                self.keep_for_next(failure.cause(self.phase_told()), now, events);
            }
            _ => self.fail(&failure, now, events),
        }
    }

    /// A failure whose text repeats what the server wrote, with secrets
    /// redacted.
    pub(super) fn concealed(&self, failure: StepFailure) -> StepFailure {
        let Some(secrets) = self.at_risk(&failure.text) else {
            return failure;
        };
        StepFailure {
            failure: failure.failure,
            detail: failure.detail.map(|detail| secrets.redact(&detail)),
            text: secrets.redact(&failure.text).into(),
        }
    }

    /// The server refused the session, during set-up or by ending it.
    pub(super) fn refuse_session(
        &mut self,
        reply: &Reply,
        now: Instant,
        events: &mut dyn Observer,
    ) {
        let outcome = classify::outcome(self.phase(), reply);
        let cause = self.said(reply);
        self.end_attempt(outcome, cause, now, events);
        self.end_session(Some((outcome, cause)), now, events);
    }

    /// The session can't continue: a protocol error, or a required extension is
    /// missing.
    pub(super) fn lose(&mut self, cause: Cause<'_>, now: Instant, events: &mut dyn Observer) {
        let outcome = match self.awaits_verdict() {
            true => Outcome::Unknown,
            false => Outcome::Lost,
        };
        self.end_attempt(outcome, cause, now, events);
        self.end_session(Some((outcome, cause)), now, events);
    }

    /// The server sent something between messages: it is closing the session,
    /// or it is out of step.
    pub(super) fn on_unasked(&mut self, reply: &Reply, now: Instant, events: &mut dyn Observer) {
        let outcome = match classify::ends_session(reply) {
            true => Outcome::Deferred,
            false => Outcome::Lost,
        };
        self.end_session(Some((outcome, self.said(reply))), now, events);
    }

    /// Whether this refusal of MAIL is about the session, which may have
    /// reached its number of messages: another session will show it.
    pub(super) fn is_spent(&self, reply: &Reply) -> bool {
        self.served > 0 && classify::may_be_of_session(reply)
    }

    /// Whether this reply to MAIL is not about the message: the session had
    /// been idle, or had served messages, and the server was ending it. This
    /// can't repeat for ever, because a message must have been served in
    /// between.
    pub(super) fn was_dead_before(&self, reply: &Reply, now: Instant) -> bool {
        classify::ends_session(reply) && self.may_have_been_dead(now)
    }

    /// The message is unaffected and stays for the next session: the server's
    /// idle time-out costs a reconnect, not an attempt.
    pub(super) fn keep_for_next(
        &mut self,
        cause: Cause<'_>,
        now: Instant,
        events: &mut dyn Observer,
    ) {
        let outcome = match cause.code {
            Some(_) => Outcome::Deferred,
            None => Outcome::Lost,
        };
        self.end_session(Some((outcome, cause)), now, events);
    }

    /// The session accepts no more messages, and the server does not end it: it
    /// is ended by QUIT, and the message moves to the next session. This can't
    /// repeat for ever, because a message must have been served in between.
    pub(super) fn leave_for_next(&mut self, refusal: Option<&Reply>, now: Instant) {
        let outstanding = match refusal.is_some() && self.grouped {
            // Replies to RCPT and DATA, which were sent together with the
            // refused MAIL.
            true => self.outgoing.recipients() + 1,
            false => 0,
        };
        let refusal = refusal.map(|reply| (classify::outcome(Phase::Mail, reply), reply.clone()));
        self.parting = Some(Parting {
            refusal,
            outstanding,
        });
        self.send(DialogueState::Quit, now);
        self.deadline = self.deadline.min(now + QUIT_TIMEOUT);
    }

    pub(super) fn on_quit_reply(&mut self, now: Instant, events: &mut dyn Observer) {
        if let Some(parting) = &mut self.parting
            && parting.outstanding > 0
        {
            parting.outstanding -= 1;
            return;
        }
        self.end_phase(Phase::Quit, now, events);
        self.part(now, events);
    }

    fn on_quit_failed(&mut self, failure: &StepFailure, now: Instant, events: &mut dyn Observer) {
        if failure.failure == Failure::Cut {
            // There will be no next session for the message.
            let parting = self.parting.as_ref();
            let refusal = parting.and_then(|parting| parting.refusal.clone());
            let (outcome, cause) = match &refusal {
                Some((outcome, reply)) => (*outcome, refusal_of_mail(reply)),
                None => (Outcome::Lost, self.local(failure.failure)),
            };
            self.end_attempt(outcome, cause, now, events);
        }
        if failure.failure == Failure::TimedOut && self.parting.is_none() {
            let cause = Cause {
                text: NO_ANSWER_TO_QUIT,
                ..self.local(Failure::TimedOut)
            };
            return self.end_session(Some((Outcome::Timeout, cause)), now, events);
        }
        self.part(now, events);
    }

    /// QUIT is answered, or will not be.
    fn part(&mut self, now: Instant, events: &mut dyn Observer) {
        let refusal = self.parting.take().and_then(|parting| parting.refusal);
        let failure = refusal.as_ref();
        let failure = failure.map(|(outcome, reply)| (*outcome, refusal_of_mail(reply)));
        self.end_session(failure, now, events);
    }

    pub(super) fn end_session(
        &mut self,
        failure: Option<(Outcome, Cause<'_>)>,
        now: Instant,
        events: &mut dyn Observer,
    ) {
        self.doing = Doing::Nothing;
        self.deadline = Instant::NEVER;
        self.failed = failure.map(|(outcome, _)| outcome);
        let event = Event::SessionEnded {
            slot: self.slot,
            ready: self.was_ready(),
            failure,
        };
        events.on_event(now, &event);
    }

    /// The run is over and does not need this session, whatever its state.
    fn give_up(&mut self, now: Instant, events: &mut dyn Observer) {
        let cause = self.local(Failure::Cut);
        self.end_session(Some((Outcome::Unsent, cause)), now, events);
    }

    fn fail(&mut self, failure: &StepFailure, now: Instant, events: &mut dyn Observer) {
        let outcome = match failure.failure {
            _ if self.awaits_verdict() => Outcome::Unknown,
            Failure::TimedOut => Outcome::Timeout,
            _ => Outcome::Lost,
        };
        let cause = failure.cause(self.phase_told());
        self.end_attempt(outcome, cause, now, events);
        self.end_session(Some((outcome, cause)), now, events);
    }

    /// Even if the socket accepts no more data, the server's reply may be
    /// waiting to be read, unless it was read already.
    fn await_final_reply(&mut self, failure: StepFailure, now: Instant, events: &mut dyn Observer) {
        // Out of time: only what has already arrived is read.
        let patience = match failure.failure {
            Failure::TimedOut => Duration::ZERO,
            _ => QUIT_TIMEOUT_AFTER_FAILURE.min(self.config.timeouts.of(Phase::Accept)),
        };
        self.content_failure = Some(failure);
        self.stage = DialogueState::ContentRefused;
        self.doing = Doing::Receiving;
        self.deadline = now + patience;
        self.take_replies(now, events);
    }

    /// Whether the socket has taken the final dot and no reply was read: the
    /// message may have been delivered.
    fn awaits_verdict(&self) -> bool {
        self.stage == DialogueState::Content && self.doing == Doing::Receiving
    }

    /// Whether the server may have ended the session before MAIL reached it:
    /// after a message, or after idling.
    fn may_have_been_dead(&self, now: Instant) -> bool {
        self.served > 0 || self.rested_long(now)
    }

    fn rested_long(&self, now: Instant) -> bool {
        let began = self
            .attempt
            .as_ref()
            .and_then(|attempt| attempt.transaction);
        let rested = self.ready_since.zip(began);
        rested.is_some_and(|(since, began)| began.min(now).since(since) >= MAY_BE_DEAD_AFTER)
    }
}

/// The refusal of MAIL, as a cause.
fn refusal_of_mail(reply: &Reply) -> Cause<'_> {
    let told = reply.told();
    Cause {
        phase: Some(Phase::Mail),
        code: Some(told.code()),
        enhanced: told.enhanced(),
        failure: None,
        detail: None,
        text: told.text(),
    }
}
