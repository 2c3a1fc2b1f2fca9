//! The same rate for a time.

use std::fmt;
use std::time::Duration;

use super::{Fields, FormRow, Segment, Stage, StageForm};
use crate::schedule::Level;

pub(super) const ROW: FormRow = FormRow {
    name: "hold",
    keys: &["hold"],
    example: r#"{ hold = "30s" }"#,
    meaning: "The rate stays as it is for this time.",
    read: |fields| Hold::read(fields).map(Stage::new),
};

#[derive(Debug)]
struct Hold(Duration);

impl Hold {
    fn read(fields: &Fields) -> Result<Self, String> {
        fields.duration_above_zero("hold").map(Self)
    }
}

impl StageForm for Hold {
    fn segments(&self, before: Level) -> Vec<Segment> {
        vec![Segment::constant(before, self.0)]
    }
}

impl fmt::Display for Hold {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "hold {}", humantime::format_duration(self.0))
    }
}
