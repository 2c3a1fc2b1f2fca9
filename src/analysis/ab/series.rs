//! The state machine of a series: which run is next, and when it ends.
//!
//! The caller asks for the [`Next`] step, carries it out, and reports it by
//! [`Series::on_run`]. The state is a function of the seed and the reported runs, so
//! that a series is continued by reporting its earlier runs again. What a run is, and
//! whether its figures decide the question, is the caller's.

use super::look::{Look, looks};
use super::order::Order;
use crate::random;

/// A series of runs of several arms, in pairs; `R` is what is kept of a run.
#[derive(Clone, Debug)]
pub(crate) struct Series<R> {
    arms: usize,
    seed: u64,
    order: Order,
    looks: Vec<Look>,
    /// Whole pairs, in the order in which they ran. The first one is discarded.
    pairs: Vec<Pair<R>>,
    /// The runs of the pair that is under way, with the number of their arm.
    under_way: Vec<(usize, Observed<R>)>,
}

/// A pair: one run of each arm.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Pair<R> {
    /// What is kept of the runs, in the order of the arms.
    pub(crate) runs: Vec<R>,
    /// Why it is dropped: a reason for each run that is in doubt.
    pub(crate) doubts: Vec<Doubt>,
}

/// Why a run cannot be compared.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Doubt {
    /// Its arm.
    pub(crate) arm: usize,
    /// The reason, for people.
    pub(crate) why: String,
}

/// A run that has ended.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Observed<R> {
    /// What is kept of it.
    pub(crate) run: R,
    /// Why it cannot be compared, if it cannot.
    pub(crate) doubt: Option<String>,
}

/// What to do next.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Next {
    /// This run.
    Run(Turn),
    /// Nothing: the series is over.
    Stop(Stop),
}

/// A run that is due.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Turn {
    /// The number of its pair; 0 is the discarded one.
    pub(crate) pair: usize,
    /// The number of its arm.
    pub(crate) arm: usize,
    /// The seed of the run, the same for all runs of the pair: they send the same
    /// messages at the same times, and those of another pair differ.
    pub(crate) seed: u64,
}

/// Why a series is over.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Stop {
    /// The question was decided at this look.
    Decided(Look),
    /// All pairs have run; this was the last look.
    Complete(Look),
    /// More than a quarter of the pairs is dropped: the others are a selection.
    Dropped(Look),
}

/// Pairs of which more than one in so many are left out decide nothing.
const ONE_IN: usize = 4;

/// Whether so many of the pairs are left out that the others are a selection.
pub(crate) const fn is_selection(left_out: usize, of: usize) -> bool {
    left_out * ONE_IN > of
}

impl<R> Series<R> {
    /// A series of at most `most` pairs of runs of `arms` arms.
    pub(crate) fn new(arms: usize, most: usize, seed: u64) -> Self {
        let looks = looks(most);
        let mut blocks = vec![1];
        let mut before = 0;
        for look in &looks {
            blocks.push(look.pairs - before);
            before = look.pairs;
        }
        Self {
            arms,
            seed,
            order: Order::new(arms, seed, &blocks),
            looks,
            pairs: Vec::new(),
            under_way: Vec::new(),
        }
    }

    /// The next step. `is_decided` is asked at a look, with the pairs that count.
    pub(crate) fn next(&self, is_decided: impl FnOnce(&[&Pair<R>], Look) -> bool) -> Next {
        if let Some(stop) = self.stop(is_decided) {
            return Next::Stop(stop);
        }
        let pair = self.pairs.len();
        let order = self.order.pair(pair).unwrap_or_default();
        let arm = order.get(self.under_way.len());
        Next::Run(Turn {
            pair,
            arm: *arm.expect("the last look is at the last pair"),
            seed: random::of_pair(self.seed, pair as u64),
        })
    }

    /// Takes the run that was due.
    pub(crate) fn on_run(&mut self, arm: usize, observed: Observed<R>) {
        self.under_way.push((arm, observed));
        if self.under_way.len() < self.arms {
            return;
        }
        let mut runs = std::mem::take(&mut self.under_way);
        runs.sort_by_key(|(arm, _)| *arm);
        let mut pair = Pair {
            runs: Vec::new(),
            doubts: Vec::new(),
        };
        for (arm, Observed { run, doubt }) in runs {
            pair.runs.push(run);
            pair.doubts.extend(doubt.map(|why| Doubt { arm, why }));
        }
        self.pairs.push(pair);
    }

    /// Forgets the runs of a pair that is not whole: all of it runs again.
    pub(crate) fn forget_incomplete(&mut self) {
        self.under_way.clear();
    }

    /// The pairs that count: whole ones, without the first one and those in doubt.
    pub(crate) fn usable(&self) -> Vec<&Pair<R>> {
        let pairs = self.counted().iter();
        pairs.filter(|pair| pair.doubts.is_empty()).collect()
    }

    /// Whole pairs, dropped ones included, without the first one.
    pub(crate) fn counted(&self) -> &[Pair<R>] {
        self.pairs.get(1..).unwrap_or_default()
    }

    /// The number of runs that were reported.
    pub(crate) fn runs(&self) -> usize {
        self.pairs.len() * self.arms + self.under_way.len()
    }

    /// The number of runs until a look can end the series: the next one, and the last.
    pub(crate) fn runs_left(&self) -> (usize, usize) {
        let until = |look: &Look| ((look.pairs + 1) * self.arms).saturating_sub(self.runs());
        let next = self.looks.iter().map(until).find(|runs| *runs > 0);
        (next.unwrap_or(0), until(self.last_look()))
    }

    /// The look that a result is reported at: the one that is due, or the next one.
    pub(crate) fn look(&self) -> Look {
        let pairs = self.counted().len();
        let due = self.looks.iter().find(|look| look.pairs >= pairs);
        *due.unwrap_or(self.last_look())
    }

    fn stop(&self, is_decided: impl FnOnce(&[&Pair<R>], Look) -> bool) -> Option<Stop> {
        let (last, counted) = (*self.last_look(), self.counted().len());
        let usable = self.usable();
        let dropped = counted - usable.len();
        if is_selection(dropped, last.pairs) {
            return Some(Stop::Dropped(self.look()));
        }
        let is_between = !self.under_way.is_empty() || self.pairs.is_empty();
        let look = self.looks.iter().find(|look| look.pairs == counted);
        let look = *look.filter(|_| !is_between)?;
        // The second look may still find fewer than a quarter dropped.
        if !is_selection(dropped, look.pairs) && is_decided(&usable, look) {
            return Some(Stop::Decided(look));
        }
        (look == last).then_some(Stop::Complete(last))
    }

    fn last_look(&self) -> &Look {
        self.looks.last().expect("a series has a look")
    }
}
