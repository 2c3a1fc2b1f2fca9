//! Measures a run: counts and times, from its stream of events.
//!
//! The events are the only input: this module has no clock and no socket, and no
//! other module measures. It decides what belongs to the measured window, which
//! second an event belongs to, what a quantile is if some messages have no reply,
//! and which replies are equal. Storage (`run`), evaluation (`analysis`) and
//! display (`output`) are left to others.
//!
//! Each thread that emits events has its own [`Recorder`]. Recording an event takes
//! no lock and, after warm-up, allocates nothing. A recorder sends one second at a
//! time to the thread of the [`Collector`], which returns the cleared buffer.

mod collector;
mod counts;
mod distributions;
mod figure_source;
mod histograms;
mod interval;
mod measurements;
mod merger;
mod normal;
mod outcomes;
mod pending_phases;
mod recorder;
mod second;
mod stalls;
#[cfg(test)]
mod tests;
mod timeline;
mod trace;

pub(crate) use collector::Collector;
pub use collector::channel;
pub(crate) use collector::channel_with_periods;
#[cfg(test)]
pub(crate) use counts::Stalls;
pub(crate) use counts::{Counts, Gauges, Messages, Sessions, Tally};
pub(crate) use distributions::Distributions;
pub(crate) use figure_source::FigureSource;
pub(crate) use histograms::Histogram;
pub(crate) use measurements::{Measurements, ProcessorTime};
pub(crate) use outcomes::{OutcomeRow, OutcomeScope};
pub use recorder::Recorder;
pub(crate) use second::Second;
pub use timeline::Timing;
pub(crate) use timeline::{Timeline, Window};
pub(crate) use trace::Trace;
