//! Replies to the lines of AUTH.

use super::Dialogue;
use crate::account::UserId;
use crate::dialogue::auth::Progress;
use crate::protocol::{Event, Instant, LoginFailure, Reply, Stage};

impl Dialogue {
    /// A line of AUTH, or its arguments, led to this.
    pub(super) fn authenticate(&mut self, progress: Progress, now: Instant) {
        match progress {
            // Challenges are sent immediately: only the final reply is delayed.
            Progress::Challenge(challenge, exchange) => {
                self.auth.expect_response(exchange);
                self.reply(challenge, self.turn(None, now));
            }
            Progress::Refused(reply) => self.reply(reply, self.turn(Stage::Auth, now)),
            Progress::Attempt(_) if self.spoils_at(Stage::Auth, None, now, now) => {}
            Progress::Attempt(result) => {
                let reply = self.log_in(result, now);
                self.reply(reply, self.turn(Stage::Auth, now));
            }
        }
    }

    fn log_in(&mut self, result: Result<UserId, LoginFailure>, now: Instant) -> Reply {
        let failure = match result {
            Ok(user) => {
                self.auth.log_in(user);
                let user = self.context.account.user(user).name();
                self.emit(now, &Event::LoggedIn { user });
                return Reply::Authenticated;
            }
            Err(failure) => failure,
        };
        self.emit(now, &Event::LoginFailed(failure));
        match failure {
            LoginFailure::NotSubscribed => Reply::NotSubscribed,
            _ => Reply::BadCredentials,
        }
    }
}
