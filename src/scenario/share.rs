//! Reduces a plan to the part of one shard.

use std::num::NonZeroU32;

use super::Plan;
use crate::engine::Model;
use crate::schedule::Length;

impl Plan {
    /// Reduces the sessions, the session rate, the number of messages of the closed
    /// model and the maximum recipients to the shard's share. `Plan::schedule`
    /// divides the schedule itself.
    pub fn take_share(&mut self) {
        let Some(shard) = self.shard else {
            return;
        };
        let load = &mut self.load;
        let sessions = shard.share(load.sessions.get().into());
        let sessions = u32::try_from(sessions).ok().and_then(NonZeroU32::new);
        load.sessions = sessions.unwrap_or(NonZeroU32::MIN);
        load.session_rate = load.session_rate.map(|rate| rate.share(shard.of()));
        if let (Model::Closed, Length::Messages(messages)) = (&load.model, load.length) {
            load.length = Length::Messages(shard.share(messages));
        }
        let ceilings = &mut self.target.ceilings;
        // Shards get whole messages, so each share is a multiple of one.
        let per_message = u64::from(self.message.recipients.get());
        let messages = |recipients: u64| shard.share(recipients / per_message);
        ceilings.max_recipients = ceilings
            .max_recipients
            .map(|recipients| messages(recipients) * per_message);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario::testing::plan;

    #[test]
    fn the_shares_of_a_ceiling_stay_below_it_and_hold_whole_messages() {
        let set = [
            "load.sessions=8",
            "load.messages=3",
            "load.warm_up=0s",
            "message.recipients=7",
            "target.max_recipients=27",
        ];
        let plan = plan(&set);
        let shares = (1..=8).map(|index| {
            let mut part = plan.clone();
            part.shard = format!("{index}/8").parse().ok();
            part.take_share();
            part.target.ceilings.max_recipients
        });
        let recipients: Vec<_> = shares.flatten().collect();
        assert_eq!(recipients, [7, 7, 7, 0, 0, 0, 0, 0]);
    }

    #[test]
    fn a_plans_sessions_and_messages_are_shared_out() {
        let set = [
            "load.model=closed",
            "load.messages=100",
            "load.session_rate=9/s",
        ];
        let mut plan = plan(&set);
        plan.shard = Some("3/3".parse().unwrap());
        plan.take_share();
        assert_eq!(plan.load.sessions.get(), 3);
        assert_eq!(plan.load.length, Length::Messages(33));
        assert_eq!(plan.load.session_rate, "3/s".parse().ok());
    }
}
