//! The volume of a load before it runs, for the ceilings and the preview.

use crate::engine::{Load, Model};
use crate::message::Message;
use crate::schedule::{Length, Level, RateUnit};
use crate::vocabulary::Period;

/// The messages of the schedule: measured, and in the warm-up before; the average
/// where arrivals are random. `None` in the closed model.
pub(crate) fn expected_messages(load: &Load) -> Option<(u64, u64)> {
    // The average does not depend on the seed.
    let schedule = load.schedule(0)?;
    let before = schedule.count_before(load.warm_up);
    let measured = match load.length {
        Length::Messages(messages) => messages,
        Length::Duration(_) => schedule.count_before(schedule.end()) - before,
    };
    Some((measured, before))
}

/// The messages of a part of the schedule; the average where arrivals are random.
/// `None` in the closed model.
pub(crate) fn expected_within(load: &Load, period: Period) -> Option<u64> {
    let schedule = load.schedule(0)?;
    let to = period.to.unwrap_or(schedule.end());
    let before = schedule.count_before(period.from.unwrap_or(load.warm_up));
    Some(schedule.count_before(to).saturating_sub(before))
}

/// Messages known before the run, warm-up included; the average where arrivals
/// are random. In the closed model only the measured ones can be known.
pub(crate) fn known_messages(load: &Load) -> Option<u64> {
    match (expected_messages(load), load.length) {
        (Some((measured, before)), _) => Some(measured.saturating_add(before)),
        (None, Length::Messages(messages)) => Some(messages),
        (None, Length::Duration(_)) => None,
    }
}

/// The highest rate of the schedule, and the recipients of each of its events.
/// `None` in the closed model.
pub(crate) fn peak(load: &Load, message: &Message) -> Option<(Level, u32)> {
    let Model::Open {
        shape, rate_unit, ..
    } = &load.model
    else {
        return None;
    };
    let per_event = match rate_unit {
        RateUnit::Messages => message.recipients.get(),
        RateUnit::Recipients { .. } => 1,
    };
    Some((shape.highest(), per_event))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario::testing::plan;

    #[test]
    fn messages_are_known_where_a_schedule_or_a_number_says() {
        let known = |assignments: &[&str]| known_messages(&plan(assignments).load);
        assert_eq!(known(&[]), Some(500));
        assert_eq!(known(&["load.messages=30"]), Some(130));
        assert_eq!(known(&["load.arrivals=poisson"]), Some(500));
        assert_eq!(known(&["load.model=closed"]), None);
        assert_eq!(known(&["load.model=closed", "load.messages=30"]), Some(30));
    }

    #[test]
    fn a_part_has_its_share_of_the_messages() {
        let plan = plan(&["load.warm_up=2s", "load.duration=8s"]);
        let seconds = |time: u64| Some(std::time::Duration::from_secs(time));
        for (from, to, messages) in [
            (seconds(4), seconds(6), 100),
            (None, seconds(3), 50),
            (seconds(7), None, 150),
        ] {
            let period = Period { from, to };
            assert_eq!(expected_within(&plan.load, period), Some(messages));
        }
    }

    #[test]
    fn the_peak_is_the_highest_rate_there_is() {
        let peak = |assignments: &[&str]| {
            let plan = plan(assignments);
            peak(&plan.load, &plan.message).map(|(level, each)| (level.to_string(), each))
        };
        let stages = "load.stages=[{to='20/s',over='2s'},{burst='90/s',over='1s',every='2s',times=2},{to='5/s',over='1s'}]";
        let many = "message.recipients=3";
        let by_recipient = "load.rate_unit=recipients";
        assert_eq!(peak(&[]), Some(("50/s".to_owned(), 1)));
        assert_eq!(peak(&[stages, many]), Some(("90/s".to_owned(), 3)));
        assert_eq!(peak(&[many, by_recipient]), Some(("50/s".to_owned(), 1)));
        assert_eq!(peak(&["load.model=closed"]), None);
    }
}
