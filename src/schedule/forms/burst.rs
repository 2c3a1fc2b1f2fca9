//! One or more bursts of another rate.

use std::fmt;
use std::time::Duration;

use super::{Fields, FormRow, Segment, Stage, StageForm};
use crate::schedule::Level;

pub(super) const ROW: FormRow = FormRow {
    name: "burst",
    keys: &["burst", "over", "every", "times"],
    example: r#"{ burst = "500/s", over = "2s", every = "10s", times = 6 }"#,
    meaning: "Another rate for the time `over`, then back to the rate from before. With `every` \
              and `times`, that many bursts, `every` from the start of one to the next; the rest \
              of that time, also after the last one, has the rate from before.",
    read: |fields| Burst::read(fields).map(Stage::new),
};

/// More bursts than this are better written as a rate.
const MAX_BURSTS: u32 = 10_000;

#[derive(Debug)]
struct Burst {
    burst: Level,
    over: Duration,
    /// From the start of one burst to the next, and from the last one to the end of
    /// the stage.
    every: Duration,
    times: u32,
}

impl Burst {
    fn read(fields: &Fields) -> Result<Self, String> {
        let over = fields.duration_above_zero("over")?;
        let (every, times) = match (fields.has("every"), fields.has("times")) {
            (false, false) => (over, 1),
            (true, true) => (
                fields.duration("every")?,
                fields.number("times", 1..=MAX_BURSTS)?,
            ),
            (true, false) => return Err("`times` is missing: the number of bursts".to_owned()),
            (false, true) => return Err("`every` is missing: the time between bursts".to_owned()),
        };
        if every < over {
            return Err(
                "`every` must be at least `over`: it is the time from the start of one burst to \
                 the next"
                    .to_owned(),
            );
        }
        Ok(Self {
            burst: fields.rate("burst")?,
            over,
            every,
            times,
        })
    }
}

impl StageForm for Burst {
    fn segments(&self, before: Level) -> Vec<Segment> {
        let one = [
            Segment::constant(self.burst, self.over),
            Segment::constant(before, self.every.saturating_sub(self.over)),
        ];
        (0..self.times).flat_map(|_| one).collect()
    }
}

impl fmt::Display for Burst {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let time = humantime::format_duration;
        write!(f, "burst {} over {}", self.burst, time(self.over))?;
        if self.times > 1 {
            write!(f, " every {} times {}", time(self.every), self.times)?;
        }
        Ok(())
    }
}
