//! The flags of `run` and `check`, and what they set.

use std::path::PathBuf;

use clap::{Args, ValueEnum};
use toml::Value;

use super::{ShardArg, TargetArg};
use crate::analysis::verdict::Threshold;
use crate::app::{StartAt, calibrate, run};
use crate::output::Format;
use crate::scenario;
use crate::scenario::{Environment, Override, Plan, Source};
use crate::schedule::Length;

/// What `run` is given.
#[derive(Args, Debug)]
#[command(after_help = super::EXAMPLES)]
pub struct RunArgs {
    /// What to run.
    #[command(flatten)]
    pub plan: PlanArgs,
    /// How to run it.
    #[command(flatten)]
    pub options: RunOptions,
}

/// What `check` is given.
#[derive(Args, Debug)]
pub struct CheckArgs {
    /// What to check.
    #[command(flatten)]
    pub plan: PlanArgs,
}

impl RunArgs {
    /// What was asked for: the plan, and how to run it.
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

/// What does not change what is measured.
#[derive(Args, Clone, Debug, Default)]
pub struct RunOptions {
    /// Folder for the results, made if it is not there [default:
    /// results/runs/<UTC time>-<scenario>-<4 hex>; e.g. /tmp/run1]
    // The text is for a terminal.
    #[allow(rustdoc::invalid_html_tags)]
    #[arg(long, value_name = "DIR")]
    pub out: Option<PathBuf>,
    /// How the result is printed on stdout: a table, or run.json
    #[arg(long, value_enum, default_value_t, value_name = "FORMAT")]
    pub format: FormatArg,
    /// No progress on stderr
    #[arg(long)]
    pub quiet: bool,
    /// Write every event of the run to this file, secrets masked [default: none;
    /// e.g. trace.txt]
    #[arg(long, value_name = "FILE")]
    pub trace: Option<PathBuf>,
    /// When the clock starts, the same for all shards; exit code 6 if this one is
    /// not ready by then [default: as soon as sessions are open; e.g. 2026-11-22T12:00:00Z, @1795348800]
    // The text is for a terminal.
    #[allow(rustdoc::broken_intra_doc_links)]
    #[arg(long, value_name = "TIME")]
    pub start_at: Option<StartAt>,
    /// Answer yes to every question asked before a run
    #[arg(long)]
    pub yes: bool,
}

impl RunOptions {
    /// For the run itself.
    pub(super) fn options(&self) -> run::Options {
        run::Options {
            out: self.out.clone(),
            format: self.format.into(),
            quiet: self.quiet,
            trace: self.trace.clone(),
            start_at: self.start_at,
        }
    }
}

/// How a result is printed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum FormatArg {
    /// To be read by people
    #[default]
    Human,
    /// To be read by programs
    Json,
}

impl From<FormatArg> for Format {
    fn from(arg: FormatArg) -> Self {
        match arg {
            FormatArg::Human => Self::Human,
            FormatArg::Json => Self::Json,
        }
    }
}

/// A scenario, and the flags that stand for its keys.
#[derive(Args, Debug, Default)]
pub struct PlanArgs {
    /// Scenario, a TOML file [default: the built-in smoke scenario, or with another
    /// target than the mock 50/s for 8s, as the flags say; e.g. scenarios/steady.toml]
    #[arg(value_name = "SCENARIO")]
    pub scenario: Option<PathBuf>,
    /// One part of several: which, from 1, and of how many; each has its share of
    /// messages and sessions. auto: as Slurm, Kubernetes or AWS Batch tell this
    /// process [default: all of it; e.g. 2/8, auto, auto/8]
    #[arg(long, value_name = "I/N")]
    pub shard: Option<ShardArg>,
    /// Whom to send to: mock, ses:REGION, or HOST:PORT [default: the scenario's; e.g.
    /// ses:us-east-1, ses:us-east-1:2465, 127.0.0.1:2525]
    #[arg(long, value_name = "TARGET")]
    pub target: Option<TargetArg>,
    /// The most recipients per s, min, h or d, retries included; more is refused, and
    /// never sent [default: the scenario's; e.g. 14/s]
    #[arg(long, value_name = "RATE")]
    pub max_rate: Option<String>,
    /// The most recipients in all, warm-up and retries included; more is refused, and
    /// never sent [default: the scenario's; e.g. 1000]
    #[arg(long, value_name = "N", value_parser = whole())]
    pub max_recipients: Option<i64>,
    /// How TLS is reached [default: the scenario's, or the port's own mode, or starttls]
    #[arg(long, value_name = "MODE", value_parser = ["starttls", "wrapper", "none"])]
    pub tls: Option<String>,
    /// Messages per s, min, h or d, for the open model [default: the scenario's; e.g. 500/s]
    #[arg(long, value_name = "RATE")]
    pub rate: Option<String>,
    /// What rates count [default: the scenario's, or messages]
    #[arg(long, value_name = "UNIT", value_parser = ["messages", "recipients"])]
    pub rate_unit: Option<String>,
    /// Whether messages come evenly spaced or at random [default: the scenario's, or constant]
    #[arg(long, value_name = "HOW", value_parser = ["constant", "poisson"])]
    pub arrivals: Option<String>,
    /// How long to send, warm-up excluded, in ms, s, min or h [default: the scenario's; e.g. 30s]
    #[arg(long, value_name = "TIME", conflicts_with = "messages")]
    pub duration: Option<String>,
    /// How many messages to send, those of the warm-up excluded, in place of a
    /// duration [default: the scenario's; e.g. 10000]
    #[arg(long, value_name = "N", value_parser = whole())]
    pub messages: Option<i64>,
    /// Time at the start that is sent but not measured, in ms, s or min [default:
    /// the scenario's, or 1s; none in the closed model with --messages; e.g. 5s]
    #[arg(long, value_name = "TIME")]
    pub warm_up: Option<String>,
    /// Sessions held at once, 1 to 100000 [default: the scenario's, or 10; e.g. 50]
    #[arg(long, value_name = "N", value_parser = whole())]
    pub sessions: Option<i64>,
    /// Messages on one session before it is reopened, 0 for no limit [default: the
    /// scenario's, or 0; e.g. 100]
    #[arg(long, value_name = "N", value_parser = whole())]
    pub messages_per_session: Option<i64>,
    /// Bytes of a message, headers included; KiB, MiB, kB, MB [default: the
    /// scenario's, or 1 KiB; e.g. 40MiB]
    #[arg(long, value_name = "SIZE")]
    pub size: Option<String>,
    /// Envelope sender and From: [default: the scenario's, or sender@example.com;
    /// e.g. you@your.domain]
    // The text is for a terminal.
    #[allow(rustdoc::broken_intra_doc_links)]
    #[arg(long, value_name = "ADDRESS")]
    pub from: Option<String>,
    /// Recipient, in place of the scenario's; repeatable, then in turn [default: the
    /// scenario's, or success@simulator.amazonses.com; e.g. sink@example.com]
    // The text is for a terminal.
    #[allow(rustdoc::broken_intra_doc_links)]
    #[arg(long, value_name = "ADDRESS", conflicts_with = "recipients")]
    pub to: Vec<String>,
    /// CSV file of recipients, in place of the scenario's, see docs/messages.md
    /// [default: the scenario's; e.g. people.csv]
    #[arg(long, value_name = "FILE")]
    pub recipients: Option<String>,
    /// Whether the schedule or the server sets the pace [default: the scenario's, or open]
    #[arg(long, value_name = "MODEL", value_parser = ["open", "closed"])]
    pub model: Option<String>,
    /// What must hold for the run to pass: a figure, < <= > or >=, and a limit in us,
    /// ms, s, % or /s; in place of the scenario's on the same figure; repeatable
    /// [default: the scenario's, or 'outcome.accepted>=99%'; e.g. 'response.p99<250ms']
    #[arg(long, value_name = "THRESHOLD")]
    pub threshold: Vec<Threshold>,
    /// Let the embedded mock answer as slowly as the target of this run did, reply by
    /// reply: a run folder, or a file by `mock --write-settings` [default: the
    /// scenario's delays; e.g. results/runs/20261122T120000Z-steady-1f2e]
    #[arg(long, value_name = "RUN")]
    pub calibrate: Option<PathBuf>,
    /// Set any key of the scenario, see docs/scenario.md; repeatable [e.g. load.connect=on_demand]
    #[arg(long, value_name = "KEY=VALUE", value_parser = Override::assignment)]
    pub set: Vec<Override>,
    /// Seeds every random choice [default: the scenario's, or 1; e.g. 42]
    #[arg(long, value_name = "N", value_parser = whole())]
    pub seed: Option<i64>,
    /// PEM file of the only certificates to trust: issuers, or the server's own [default:
    /// the platform's; e.g. relay-ca.pem]
    #[arg(long, value_name = "FILE")]
    pub ca_file: Option<String>,
    /// Accept any certificate; every report says so
    #[arg(long)]
    pub insecure: bool,
}

/// TOML's whole numbers end where those of `i64` do.
fn whole() -> clap::builder::RangedI64ValueParser {
    clap::value_parser!(i64).range(0..)
}

impl PlanArgs {
    /// The plan that was asked for.
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

    /// The scenario named, or the built-in one; none if flags name another
    /// target than the mock.
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

    /// What the flags set, `--set` last.
    fn overrides(&self) -> Vec<Override> {
        let mut all = self
            .target
            .as_ref()
            .map(TargetArg::overrides)
            .unwrap_or_default();
        let texts = [
            ("--tls", ["target", "tls"], &self.tls),
            ("--ca-file", ["target", "ca_file"], &self.ca_file),
            ("--max-rate", ["target", "max_rate"], &self.max_rate),
            ("--model", ["load", "model"], &self.model),
            ("--rate", ["load", "rate"], &self.rate),
            ("--rate-unit", ["load", "rate_unit"], &self.rate_unit),
            ("--arrivals", ["load", "arrivals"], &self.arrivals),
            ("--duration", ["load", "duration"], &self.duration),
            ("--warm-up", ["load", "warm_up"], &self.warm_up),
            ("--size", ["message", "size"], &self.size),
            ("--from", ["message", "from"], &self.from),
            (
                "--recipients",
                ["message", "recipients_csv"],
                &self.recipients,
            ),
        ];
        for (flag, path, value) in texts {
            all.extend(
                value
                    .as_deref()
                    .map(|text| Override::new(flag, &path, text)),
            );
        }
        let numbers = [
            ("--messages", ["load", "messages"], self.messages),
            ("--sessions", ["load", "sessions"], self.sessions),
            (
                "--messages-per-session",
                ["load", "messages_per_session"],
                self.messages_per_session,
            ),
            (
                "--max-recipients",
                ["target", "max_recipients"],
                self.max_recipients,
            ),
        ];
        for (flag, path, value) in numbers {
            all.extend(value.map(|number| Override::new(flag, &path, number)));
        }
        if !self.to.is_empty() {
            all.push(Override::new("--to", &["message", "to"], self.to.clone()));
        }
        all.extend(
            self.seed
                .map(|seed| Override::new("--seed", &["seed"], seed)),
        );
        if self.insecure {
            all.push(Override::new("--insecure", &["target", "insecure"], true));
        }
        all.extend(self.thresholds());
        all.extend(self.set.iter().cloned());
        all
    }

    /// One override a figure, with all that is asked of it.
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

/// A shard without a session could not send its messages, and one without a
/// message in the measured time would have nothing to report.
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
        let why = format!("{sessions} are too few for {shards} shards: each needs one");
        return Err(invalid("load.sessions", why));
    }
    let has_messages = match (plan.schedule(), plan.load.length) {
        (Some(schedule), _) => schedule.has_any_after(plan.load.warm_up),
        (None, Length::Messages(messages)) => shard.share(messages) > 0,
        (None, Length::Duration(_)) => true,
    };
    if !has_messages {
        let why = format!(
            "shard {shard} has no message to measure: there are fewer of them than shards; \
             ask for more messages, or use fewer shards"
        );
        return Err(invalid("load", why));
    }
    Ok(())
}

#[cfg(test)]
mod tests;
