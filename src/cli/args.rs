//! The arguments of `run` and `check`, and the plan that they make.
//!
//! What a key means, and which values are valid, is decided in `scenario`.

use std::cell::OnceCell;
use std::path::PathBuf;
use std::time::Duration;

use clap::Args;
use toml::Value;

use super::{KeyFlags, MetricsArgs, ProgressArgs, ResultArgs, ShardArg, TargetArg};
use crate::analysis::verdict::Threshold;
use crate::app::{StartAt, account, calibrate, run};
use crate::run::Finished;
use crate::scenario;
use crate::scenario::{Environment, Heading, Override, Plan, Source};
use crate::schedule::Length;
use crate::ses::AccountSnapshot;
use crate::units::duration;

/// Headings of the help, in their order there. The first sentence of a flag is
/// the text of `-h`, which stands beside the flag; `--help` adds the rest, in
/// lines of at most 70 characters (`verbatim_doc_comment`). Clap does not wrap
/// them, and a test holds both to 80 columns.
const TARGET: &str = Heading::Target.title();
pub(super) const LIMITS: &str = Heading::Limits.title();
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
        check_missing(&plan, &self.plan.source())?;
        Ok((plan, self.options.clone()))
    }
}

/// Refuses a plan that lacks what a run needs, such as credentials.
pub(super) fn check_missing(plan: &Plan, source: &Source) -> Result<(), scenario::Error> {
    match scenario::missing(plan).into_iter().next() {
        Some(missing) => Err(scenario::Error::Invalid {
            origin: missing
                .origin
                .map_or_else(|| source.origin(), str::to_owned),
            key: missing.key.to_owned(),
            why: missing.why,
        }),
        None => Ok(()),
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
    /// No report.html in the folder of the results
    #[arg(long, help_heading = OUTPUT)]
    pub no_report: bool,
    /// What is shown while it runs.
    #[command(flatten)]
    pub progress: ProgressArgs,
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
            no_report: self.no_report,
            quiet: self.progress.quiet,
            progress: self.progress.mode(),
            trace: self.trace.clone(),
            start_at: self.start_at,
            metrics: self.metrics.options(),
            ..run::Options::default()
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
    /// Condition to pass: FIGURE<LIMIT; repeatable
    ///
    /// Operators: < <= > >=. Limits: a duration, a percentage, or a rate.
    /// Replaces the scenario's thresholds on that figure. Of a window of
    /// the run: 'response.p99[30s..60s]<250ms'.
    /// [default: the scenario's, or 'outcome.accepted>=99%';
    /// e.g. 'response.p99<250ms']
    #[arg(
        long,
        value_name = "THRESHOLD",
        help_heading = THRESHOLDS,
        verbatim_doc_comment
    )]
    pub threshold: Vec<Threshold>,
    /// The same, and end a run sure to miss it
    ///
    /// The run ends early, with exit code 1. To give it 10 s first:
    /// 'response.p99<250ms after 10s'.
    /// [e.g. 'outcome.accepted>=99%']
    #[arg(
        long,
        value_name = "THRESHOLD",
        help_heading = THRESHOLDS,
        value_parser = aborting,
        verbatim_doc_comment
    )]
    pub abort_on_fail: Vec<Threshold>,
    /// Give the embedded mock the delays of this run's target
    ///
    /// A run folder, or a file by `sesbench mock --write-settings`.
    /// [default: the scenario's delays;
    /// e.g. results/runs/20261122T120000Z-steady-1f2e]
    #[arg(long, value_name = "RUN", help_heading = TARGET, verbatim_doc_comment)]
    pub calibrate: Option<PathBuf>,
    /// Quotas of the SES account: a JSON file; - for stdin
    ///
    /// The output of `aws sesv2 get-account` or `aws ses get-send-quota`.
    /// Sets what --max-rate and target.daily_quota leave open, and refuses
    /// a run of more recipients than are left of the day.
    /// [default: not known; e.g. account.json, -]
    #[arg(long, value_name = "FILE", help_heading = LIMITS, verbatim_doc_comment)]
    pub account: Option<PathBuf>,
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
    /// The account, once it was read.
    #[arg(skip)]
    known_account: OnceCell<Result<AccountSnapshot, String>>,
}

impl PlanArgs {
    /// The plan of the scenario and the flags.
    pub fn resolve(&self, environment: Environment<'_>) -> Result<Plan, scenario::Error> {
        self.resolve_with(&self.source(), &[], &[], environment)
    }

    /// The plan of that source, with overrides before and after those of the flags.
    pub(super) fn resolve_with(
        &self,
        source: &Source,
        before: &[Override],
        after: &[Override],
        environment: Environment<'_>,
    ) -> Result<Plan, scenario::Error> {
        let mut overrides = before.to_vec();
        overrides.extend(calibrate::overrides(self.calibrate.as_deref())?);
        overrides.extend(self.overrides());
        overrides.extend_from_slice(after);
        let account = self.account().map_err(scenario::Error::Account)?;
        let mut plan = scenario::read_for_account(source, &overrides, account, environment)?;
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

    /// The account. It is read once, however many plans are made: standard input has
    /// it no second time.
    fn account(&self) -> Result<Option<AccountSnapshot>, String> {
        let Some(file) = self.account.as_deref() else {
            return Ok(None);
        };
        let known = self.known_account.get_or_init(|| account::read(file));
        known.clone().map(Some)
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
        let mut by_subject: Vec<(&str, String, Vec<Value>)> = Vec::new();
        let plain = self.threshold.iter().map(|each| ("--threshold", each));
        let aborting = self.abort_on_fail.iter();
        for (flag, threshold) in plain.chain(aborting.map(|each| ("--abort-on-fail", each))) {
            let subject = threshold.subject().to_string();
            let limit = limit(threshold, &subject);
            match by_subject.iter_mut().find(|(_, each, _)| *each == subject) {
                Some((_, _, limits)) => limits.push(limit),
                None => by_subject.push((flag, subject, vec![limit])),
            }
        }
        let set = |(flag, subject, limits): (&str, String, Vec<Value>)| {
            Override::new(flag, &["thresholds", &subject], limits)
        };
        by_subject.into_iter().map(set).collect()
    }
}

/// The limit as a scenario has it.
fn limit(threshold: &Threshold, subject: &str) -> Value {
    let condition = threshold.to_string().replacen(subject, "", 1);
    let condition = Value::from(condition.trim());
    let Some(delay) = threshold.abort_after() else {
        return condition;
    };
    let delay = Value::from(duration::format(delay));
    let pairs = [
        ("limit", condition),
        ("abort_on_fail", Value::from(true)),
        ("delay", delay),
    ];
    Value::Table(
        pairs
            .map(|(key, value)| (key.to_owned(), value))
            .into_iter()
            .collect(),
    )
}

/// Parses `response.p99<250ms after 10s`; without `after`, from the start.
fn aborting(text: &str) -> Result<Threshold, String> {
    let (condition, delay) = match text.rsplit_once(" after ") {
        Some((condition, delay)) => {
            let delay = duration::parse(delay).map_err(|error| error.to_string())?;
            (condition, delay)
        }
        None => (text, Duration::ZERO),
    };
    let threshold = condition.parse::<Threshold>();
    let threshold = threshold.and_then(|threshold| threshold.aborting_after(delay));
    threshold.map_err(|error| error.to_string())
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
