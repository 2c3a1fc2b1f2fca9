//! What happened in a run, counted and timed.
//!
//! Everything here consumes the one stream of events; nothing here has a clock
//! or a socket, and nobody measures anything on the side. It decides what counts
//! towards the measured window, which second an event belongs to, what a
//! quantile is when some messages never got an answer, and which replies are
//! alike. It leaves to others how any of that is written down (`run`), judged
//! (`verdict`) or shown (`report`, `ui`).
//!
//! Each thread that tells events has a [`Recorder`] of its own: on the path of
//! an event no lock is taken and, once warm, nothing is allocated. A recorder
//! hands over a whole second at a time to the thread that runs the
//! [`Collector`], and gets it back cleared for reuse.

mod collector;
mod counts;
mod distributions;
mod figure_source;
mod histograms;
mod interval;
mod ledger;
mod measurements;
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

pub use collector::{Collector, channel};
pub use counts::{Attempts, Censored, Counts, Gauges, Messages, Sessions, Stalls, Tally};
pub use distributions::Distributions;
pub use figure_source::FigureSource;
pub use histograms::{Histogram, Histograms, microseconds};
pub use ledger::{Imbalance, Ledger};
pub use measurements::Measurements;
pub use outcomes::{OutcomeRow, OutcomeScope, OutcomeTable};
pub use recorder::Recorder;
pub use second::Second;
pub use timeline::{Timeline, Timing, Window};
pub use trace::Trace;
