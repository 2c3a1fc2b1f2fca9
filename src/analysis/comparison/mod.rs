//! Decides how two groups of runs differ.
//!
//! A [`Question`] is about one figure: its values in the runs of both groups, what is
//! better, and the floor below which a change does not matter. [`decide`] answers all
//! questions of a comparison together, because their number is part of the certainty.
//! [`Share`]s of messages are held to an absolute margin. [`Answers`] are both, and
//! their conclusion. A new job is compared with the earlier ones of a [`history`]. What keeps a question from being decided is an [`Undecided`], with its
//! text; one of them, the order of the runs, is judged in [`order`]. Which figures are
//! read from a run, and which runs may be compared, is decided by the caller.

mod answer;
mod conclusion;
mod decide;
mod history;
pub(crate) mod order;
mod question;
mod questions;
mod share;
#[cfg(test)]
mod tests;
mod undecided;

pub(crate) use answer::{Answer, Decision, Place, Range};
#[cfg(test)]
pub(crate) use answer::{Estimate, Side, Visibility};
pub(crate) use conclusion::Conclusion;
pub(crate) use decide::{Procedure, decide, decisions};
pub(crate) use question::{Better, Question, Role};
pub(crate) use questions::{Answers, Questions};
pub(crate) use share::{MARGIN, Share, ShareAnswer, decide_share};
pub(crate) use undecided::Undecided;
