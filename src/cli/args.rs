//! The arguments of `run` and `check`, and the plan that they make.
//!
//! What a key means, and which values are valid, is decided in `scenario`.

use std::path::PathBuf;

use clap::Args;
use toml::Value;

use super::{KeyFlags, MetricsArgs, ResultArgs, ShardArg, TargetArg};
use crate::analysis::verdict::Threshold;
use crate::app::{StartAt, calibrate, run};
use crate::run::Finished;
use crate::scenario;
use crate::scenario::{Environment, Heading, Override, Plan, Source};
use crate::schedule::Length;

/// Headings of the help, in their order there. The first sentence of a flag is
/// the text of `-h`, which stands beside the flag; `--help` adds the rest, in
/// lines of at most 70 characters (`verbatim_doc_comment`). Clap does not wrap
/// them, and a test holds both to 80 columns.
const TARGET: &str = Heading::Target.title();
const LIMITS: &str = Heading::Limits.title();
const THRESHOLDS: &str = "Thresholds";
const SCENARIO: &str = Heading::Scenario.title();
const SHARDS: &str = "Shards";
pub(super) const OUTPUT: &str = "Output";

/// Arguments of `run`.
#[derive(Args, Debug)]
#[command(after_help = super::EXAMPLES)]
pub struct RunArgs {
    /// The plan.
    #[command(flatten)]
    pub plan: PlanArgs,
    /// The other options.
    #[command(flatten)]
    pub options: RunOptions,
}

/// Arguments of `check`.
#[derive(Args, Debug)]
pub struct CheckArgs {
    /// The plan.
    #[command(flatten)]
    pub plan: PlanArgs,
}

impl RunArgs {
    /// The plan and the options.
    pub fn resolve(
        &self,
        environment: Environment<'_>,
    ) -> Result<(Plan, RunOptions), scenario::Error> {
        let plan = self.plan.resolve(environment)?;
        if let Some(missing) = scenario::missing(&plan).into_iter().next() {
            return Err(scenario::Error::Invalid {
                origin: self.plan.source().origin(),
                key: missing.key.to_owned(),
                why: missing.why,
            });
        }
        Ok((plan, self.options.clone()))
    }
}

/// Options of a run that do not change what is measured.
#[derive(Args, Clone, Debug, Default)]
// These comments are the help: `[default: ...]` and `<...>` are for a terminal, not
// for rustdoc.
#[allow(rustdoc::broken_intra_doc_links, rustdoc::invalid_html_tags)]
pub struct RunOptions {
    /// Folder for the results; created if missing
    ///
    /// [default: results/runs/<UTC time>-<scenario>-<4 hex>; e.g. /tmp/run1]
    #[arg(long, value_name = "DIR", help_heading = OUTPUT, verbatim_doc_comment)]
    pub out: Option<PathBuf>,
    /// How the result is shown.
    #[command(flatten)]
    pub(crate) result: ResultArgs<Finished>,
    /// No progress on stderr
    #[arg(long, help_heading = OUTPUT)]
    pub quiet: bool,
    /// Write every event to this file, secrets masked
    ///
    /// [e.g. trace.txt]
    #[arg(long, value_name = "FILE", help_heading = OUTPUT, verbatim_doc_comment)]
    pub trace: Option<PathBuf>,
    /// Where the metrics are served.
    #[command(flatten)]
    pub metrics: MetricsArgs,
    /// Common start time of all shards, in UTC or as Unix time
    ///
    /// A process that is not ready by then ends with exit code 6.
    /// [default: as soon as the sessions are open;
    /// e.g. 2026-11-22T12:00:00Z, @1795348800]
    #[arg(
        long,
        value_name = "TIME",
        help_heading = SHARDS,
        verbatim_doc_comment
    )]
    pub start_at: Option<StartAt>,
    /// Answer yes to the confirmation before real mail
    #[arg(long, help_heading = LIMITS)]
    pub yes: bool,
}

impl RunOptions {
    /// The options of the run itself.
    pub(super) fn options(&self) -> run::Options {
        run::Options {
            out: self.out.clone(),
            result: self.result.options(),
            quiet: self.quiet,
            trace: self.trace.clone(),
            start_at: self.start_at,
            metrics: self.metrics.options(),
        }
    }
}

/// A scenario, and the flags that override its keys.
#[derive(Args, Debug, Default)]
// These comments are the help: `[default: ...]` and `<...>` are for a terminal, not
// for rustdoc.
#[allow(rustdoc::broken_intra_doc_links, rustdoc::invalid_html_tags)]
pub struct PlanArgs {
    /// Scenario file in TOML, see docs/scenario.md
    ///
    /// [default: the built-in smoke scenario; with a --target other than
    /// mock, 50/s for 8s and the flags; e.g. scenarios/steady.toml]
    #[arg(value_name = "SCENARIO", verbatim_doc_comment)]
    pub scenario: Option<PathBuf>,
    /// Server to test: mock, ses:REGION, or HOST:PORT
    ///
    /// [default: the scenario's; e.g. ses:us-east-1, ses:us-east-1:2465,
    /// 127.0.0.1:2525]
    #[arg(long, value_name = "TARGET", help_heading = TARGET, verbatim_doc_comment)]
    pub target: Option<TargetArg>,
    /// The flags that set a key.
    #[command(flatten)]
    pub keys: KeyFlags,
    /// Condition to pass, as FIGURE<LIMIT; repeatable
    ///
    /// Operators: < <= > >=. Limits: a duration, a percentage, or a rate.
    /// Replaces the scenario's thresholds on that figure.
    /// [default: the scenario's, or 'outcome.accepted>=99%';
    /// e.g. 'response.p99<250ms']
    #[arg(
        long,
        value_name = "THRESHOLD",
        help_heading = THRESHOLDS,
        verbatim_doc_comment
    )]
    pub threshold: Vec<Threshold>,
    /// Give the embedded mock the delays of this run's target
    ///
    /// A run folder, or a file by `sesbench mock --write-settings`.
    /// [default: the scenario's delays;
    /// e.g. results/runs/20261122T120000Z-steady-1f2e]
    #[arg(long, value_name = "RUN", help_heading = TARGET, verbatim_doc_comment)]
    pub calibrate: Option<PathBuf>,
    /// Set any key of the scenario; repeatable
    ///
    /// All keys: docs/scenario.md.
    /// [e.g. load.connect=on_demand]
    #[arg(
        long,
        value_name = "KEY=VALUE",
        value_parser = Override::assignment,
        help_heading = SCENARIO,
        verbatim_doc_comment
    )]
    pub set: Vec<Override>,
    /// Run one part of the plan: shard I of N
    ///
    /// auto takes I and N from Slurm, Kubernetes or AWS Batch. Each shard has
    /// its share of the messages and sessions.
    /// [default: the whole plan; e.g. 2/8, auto, auto/8]
    #[arg(long, value_name = "I/N", help_heading = SHARDS, verbatim_doc_comment)]
    pub shard: Option<ShardArg>,
}

impl PlanArgs {
    /// The plan of the scenario and the flags.
    pub fn resolve(&self, environment: Environment<'_>) -> Result<Plan, scenario::Error> {
        let mut overrides = calibrate::overrides(self.calibrate.as_deref())?;
        overrides.extend(self.overrides());
        let mut plan = scenario::read(&self.source(), &overrides, environment)?;
        let shard = self.shard.map(|shard| shard.resolve(environment));
        plan.shard = shard
            .transpose()
            .map_err(|error| scenario::Error::Invalid {
                origin: "--shard".to_owned(),
                key: "auto".to_owned(),
                why: error.to_string(),
            })?;
        check_shard(&plan)?;
        Ok(plan)
    }

    /// The scenario file, or the built-in scenario; [`Source::Flags`] if flags name
    /// another target than the mock.
    pub fn source(&self) -> Source {
        if let Some(file) = &self.scenario {
            return Source::File(file.clone());
        }
        let overrides = self.overrides();
        let mut kinds = overrides
            .iter()
            .filter_map(|each| each.value(&["target", "kind"])?.as_str());
        match kinds.next_back() {
            None | Some("mock") => Source::BuiltIn,
            Some(_) => Source::Flags,
        }
    }

    /// The overrides of the flags; `--set` comes last and wins.
    fn overrides(&self) -> Vec<Override> {
        let mut all = self
            .target
            .as_ref()
            .map(TargetArg::overrides)
            .unwrap_or_default();
        all.extend_from_slice(self.keys.overrides());
        all.extend(self.thresholds());
        all.extend(self.set.iter().cloned());
        all
    }

    /// One override per figure, with all its limits.
    fn thresholds(&self) -> Vec<Override> {
        let mut by_subject: Vec<(String, Vec<Value>)> = Vec::new();
        for threshold in &self.threshold {
            let figure = threshold.figure().to_string();
            let limit = threshold.to_string().replacen(&figure, "", 1);
            let limit = Value::from(limit.trim());
            match by_subject.iter_mut().find(|(each, _)| *each == figure) {
                Some((_, limits)) => limits.push(limit),
                None => by_subject.push((figure, vec![limit])),
            }
        }
        let set = |(figure, limits): (String, Vec<Value>)| {
            Override::new("--threshold", &["thresholds", &figure], limits)
        };
        by_subject.into_iter().map(set).collect()
    }
}

/// Refuses a shard without a session, which could not send its messages, and one
/// without a measured message, which would have nothing to report.
fn check_shard(plan: &Plan) -> Result<(), scenario::Error> {
    let Some(shard) = plan.shard else {
        return Ok(());
    };
    let invalid = |key: &str, why: String| scenario::Error::Invalid {
        origin: "--shard".to_owned(),
        key: key.to_owned(),
        why,
    };
    let (sessions, shards) = (plan.load.sessions.get(), shard.of());
    if sessions < shards {
        let why = format!("{sessions} sessions are too few for {shards} shards: each needs one");
        return Err(invalid("load.sessions", why));
    }
    let has_messages = match (plan.schedule(), plan.load.length) {
        (Some(schedule), _) => schedule.has_any_after(plan.load.warm_up),
        (None, Length::Messages(messages)) => shard.share(messages) > 0,
        (None, Length::Duration(_)) => true,
    };
    if !has_messages {
        let why = format!(
            "shard {shard} has no message to measure: there are fewer messages than shards; \
             use more messages or fewer shards"
        );
        return Err(invalid("load", why));
    }
    Ok(())
}

#[cfg(test)]
mod tests;
