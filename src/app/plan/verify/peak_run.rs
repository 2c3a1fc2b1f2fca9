//! One run on sockets: carried out in its folder, judged, and compared with the plan.

use std::io;

use super::super::super::run::{self as one_run, run_watched};
use super::super::super::search::{Asked, Judged, StepWatch, judge};
use super::load_plan::WARM_UP;
use super::{Stop, Verifying};
use crate::analysis::capacity::{LoadTest, PeakRun, RunFigures, RunOutcome};
use crate::analysis::search::{Doubt, StepOutcome};
use crate::run::{self, Finished, Status, run_name};
use crate::scenario::{Plan, Source};
use crate::text::figures::latency;
use crate::text::words::rate;
use crate::vocabulary::{ExitCode, FigureValue, Metric, Outcome, Span};

impl Verifying<'_> {
    /// Carries out run `number`; a part of it from before an interruption is kept beside
    /// it.
    pub(super) fn run(&self, number: usize, test: &LoadTest, plan: &Plan) -> Result<PeakRun, Stop> {
        let free = self.series.set_aside(number);
        free.map_err(|error| Stop::unwritable(&error))?;
        let mut watch = StepWatch::new(test.messages_per_s);
        let finished = self.carried_out(number, plan, &mut watch)?;
        let asked = Asked {
            watch: &watch,
            offered: test.messages_per_s,
            per_message: 1.0,
            warm_up_s: WARM_UP.as_secs_f64(),
        };
        let found = figures(&finished, watch.given_up.is_some());
        let (outcome, reason) = match judge(&finished, asked) {
            Judged::Step { result, reason } => (outcome(result.outcome), reason),
            Judged::Stop(reason) => (RunOutcome::Generator, reason),
        };
        let (outcome, reason) = match outcome {
            RunOutcome::Failed if self.question.is_slower(&found) => {
                (RunOutcome::Generator, self.slower(&found))
            }
            outcome => (outcome, reason),
        };
        let accepted_per_s = finished.record.rate.goodput_per_s;
        let reason = match outcome {
            RunOutcome::Generator => format!("{reason}, {}", possible(test, accepted_per_s)),
            _ => reason,
        };
        Ok(PeakRun {
            subject: test.subject,
            folder: run_name(number),
            messages_per_s: test.messages_per_s,
            accepted_per_s,
            length_s: test.length.as_secs_f64(),
            outcome,
            reason,
            checks: self.question.compare(test, WARM_UP, &found),
        })
    }

    fn carried_out(
        &self,
        number: usize,
        plan: &Plan,
        watch: &mut StepWatch,
    ) -> Result<Finished, Stop> {
        let folder = self.series.run(number);
        let request = one_run::Request {
            plan: plan.clone(),
            source: Source::Flags,
            options: one_run::Options {
                out: Some(folder.clone()),
                quiet: true,
                ..one_run::Options::default()
            },
            secret: None,
        };
        let ended = run_watched(request, self.interrupts, vec![watch], &mut io::sink());
        let code = ended.map_err(|error| Stop {
            code: error.code,
            reason: error.why,
        })?;
        let finished = run::read(&folder).map_err(|error| Stop::unwritable(&error))?;
        if finished.record.status == Status::Interrupted {
            return Err(Stop::interrupted());
        }
        match code {
            // Judged by what its record holds.
            ExitCode::Pass | ExitCode::Missed | ExitCode::Inconclusive => Ok(finished),
            code => Err(Stop {
                code,
                reason: code.meaning().to_owned(),
            }),
        }
    }

    /// Why a run that failed shows nothing of the plan.
    fn slower(&self, found: &RunFigures) -> String {
        format!(
            "a transaction took {} on this machine, planned {}",
            latency(found.transaction_mean_s.unwrap_or(0.0) * 1e6),
            latency(self.question.transaction.mean_s() * 1e6)
        )
    }
}

/// What the machine could do.
fn possible(test: &LoadTest, accepted_per_s: f64) -> String {
    let (accepted, planned) = (rate(accepted_per_s), rate(test.messages_per_s));
    format!("{accepted}/s of {planned}/s accepted")
}

const fn outcome(outcome: StepOutcome) -> RunOutcome {
    match outcome {
        StepOutcome::Held => RunOutcome::Held,
        StepOutcome::Failed => RunOutcome::Failed,
        StepOutcome::Inconclusive(Doubt::Generator) => RunOutcome::Generator,
        StepOutcome::Inconclusive(Doubt::FewSamples) => RunOutcome::FewSamples,
    }
}

fn figures(run: &Finished, is_given_up: bool) -> RunFigures {
    let line = |span| {
        let metric = Metric::Span(span);
        run.summary.iter().find(|line| line.metric == metric)
    };
    let p99_s = |span| match line(span)?.p99 {
        FigureValue::Value(us) => Some(us / 1e6),
        FigureValue::Above(_) | FigureValue::Empty => None,
    };
    let record = &run.record;
    let outcomes = &record.totals.outcomes;
    RunFigures {
        messages: record.totals.scheduled,
        attempts: record.attempts.started,
        accepted: outcomes.of(Outcome::Accepted),
        throttled: outcomes.of(Outcome::Throttled),
        wait_p99_s: p99_s(Span::Wait),
        response_p99_s: p99_s(Span::Response),
        transaction_mean_s: line(Span::Transaction)
            .and_then(|line| line.mean)
            .map(|us| us / 1e6),
        is_given_up,
    }
}
