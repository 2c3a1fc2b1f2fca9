//! A ramp to another rate, or a step.

use std::fmt;
use std::time::Duration;

use super::{Fields, FormRow, Segment, Stage, StageForm};
use crate::schedule::Level;

pub(super) const ROW: FormRow = FormRow {
    name: "ramp",
    keys: &["to", "over"],
    example: r#"{ to = "200/s", over = "60s" }"#,
    meaning: "The rate changes evenly to `to` in the time `over`; without `over`, at once.",
    read: |fields| Ramp::read(fields).map(Stage::new),
};

#[derive(Debug)]
struct Ramp {
    to: Level,
    /// Zero for a step.
    over: Duration,
}

impl Ramp {
    fn read(fields: &Fields) -> Result<Self, String> {
        Ok(Self {
            to: fields.rate("to")?,
            over: match fields.has("over") {
                true => fields.duration("over")?,
                false => Duration::ZERO,
            },
        })
    }
}

impl StageForm for Ramp {
    fn segments(&self, before: Level) -> Vec<Segment> {
        vec![Segment {
            from: before,
            to: self.to,
            length: self.over,
        }]
    }
}

impl fmt::Display for Ramp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { to, over } = self;
        match over.is_zero() {
            true => write!(f, "at once to {to}"),
            false => write!(f, "to {to} over {}", humantime::format_duration(*over)),
        }
    }
}
