//! `sesbench search`: from flags to exit code. Before real mail through SES the user
//! has to confirm, once for all steps.

use std::io;
use std::num::NonZeroU32;
use std::path::PathBuf;
use std::time::Duration;

use clap::{Args, ValueEnum};

use super::args::{LIMITS, OUTPUT, PlanArgs, check_missing};
use super::ses::own_secret;
use super::{ProgressArgs, ResultArgs, consent, environment};
use crate::analysis::search::Vary;
use crate::app::AppError;
use crate::app::search::{Options, Request, search as carry_out};
use crate::engine::Model;
use crate::run::SearchResult;
use crate::scenario::{Error, Override, Plan};
use crate::schedule::{Length, Rate, RateUnit, Shape};
use crate::sys::interrupts::Interrupts;
use crate::units::{duration, share};
use crate::vocabulary::ExitCode;

const SEARCH: &str = "Search";

const EXAMPLES: &str = "\
Examples:
  sesbench search scenarios/steady.toml --max-rate 100/s
      The highest rate up to 100/s at which the scenario passes.
  sesbench search --target relay.example.com:587 --rate 20/s \\
      --max-rate 1000/s --threshold 'response.p99<500ms'
      What a relay sustains.
  sesbench search scenarios/steady.toml --over sessions
      The fewest sessions with which it passes at its rate.";

/// Arguments of `search`.
#[derive(Args, Debug)]
#[command(
    after_help = EXAMPLES,
    // A search sets them itself.
    mut_arg("duration", |flag| flag.hide(true)),
    mut_arg("messages", |flag| flag.hide(true)),
    mut_arg("shard", |flag| flag.hide(true))
)]
// These comments are the help: `[default: ...]` and `<...>` are for a terminal, not
// for rustdoc.
#[allow(rustdoc::broken_intra_doc_links, rustdoc::invalid_html_tags)]
pub struct SearchArgs {
    /// What is varied: rate or sessions [default: rate]
    ///
    /// rate: the highest one that holds, up to --max-rate, beginning with
    /// the scenario's. sessions: the fewest that hold at its rate.
    #[arg(
        long,
        value_enum,
        default_value_t,
        hide_default_value = true,
        hide_possible_values = true,
        value_name = "WHAT",
        help_heading = SEARCH,
        verbatim_doc_comment
    )]
    over: OverArg,
    /// Width of the bracket in the answer, in percent
    ///
    /// Beside a quota it is always 6 %: 3 % on both sides.
    /// [default: 5%; e.g. 2%]
    #[arg(
        long,
        value_name = "SHARE",
        value_parser = precision,
        default_value = "5%",
        hide_default_value = true,
        help_heading = SEARCH,
        verbatim_doc_comment
    )]
    precision: f64,
    /// Lowest rate to try
    ///
    /// [default: a hundredth of the scenario's rate; e.g. 1/s]
    #[arg(long, value_name = "RATE", help_heading = SEARCH, verbatim_doc_comment)]
    min_rate: Option<Rate>,
    /// Most sessions to try, for --over sessions
    ///
    /// [default and maximum: the rate times the server's idle time-out;
    /// e.g. 50]
    #[arg(long, value_name = "N", help_heading = SEARCH, verbatim_doc_comment)]
    max_sessions: Option<NonZeroU32>,
    /// Measured time of each step
    ///
    /// Steps beside a quota last at least 100 bursts of it.
    /// [default: as long as the thresholds need, at least 5s; e.g. 10s]
    #[arg(
        long,
        value_name = "TIME",
        value_parser = step_duration,
        help_heading = SEARCH,
        verbatim_doc_comment
    )]
    step_duration: Option<Duration>,
    /// Minimum pause between steps
    ///
    /// Longer where a quota's burst needs longer to be available again.
    /// [default: 1s; e.g. 30s]
    #[arg(
        long,
        value_name = "TIME",
        value_parser = time,
        default_value = "1s",
        hide_default_value = true,
        help_heading = SEARCH,
        verbatim_doc_comment
    )]
    cool_down: Duration,
    /// Go on with an interrupted search in this folder
    ///
    /// With the scenario and the flags of its first part, the same program,
    /// and the machine not restarted.
    /// [e.g. results/search/20261122T120000Z-steady-1f2e]
    #[arg(
        long,
        value_name = "DIR",
        conflicts_with = "out",
        help_heading = SEARCH,
        verbatim_doc_comment
    )]
    resume: Option<PathBuf>,
    /// The plan.
    #[command(flatten)]
    plan: PlanArgs,
    /// Folder for the steps; created if missing
    ///
    /// [default: results/search/<UTC time>-<scenario>-<4 hex>;
    /// e.g. /tmp/search1]
    #[arg(long, value_name = "DIR", help_heading = OUTPUT, verbatim_doc_comment)]
    out: Option<PathBuf>,
    /// How the result is shown.
    #[command(flatten)]
    result: ResultArgs<SearchResult>,
    /// What is shown while it runs.
    #[command(flatten)]
    progress: ProgressArgs,
    /// Answer yes to the confirmation before real mail
    #[arg(long, help_heading = LIMITS)]
    yes: bool,
}

/// The value of `--over`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
enum OverArg {
    /// The highest rate
    #[default]
    Rate,
    /// The fewest sessions
    Sessions,
}

/// The narrowest and the widest answer.
const PRECISIONS: std::ops::RangeInclusive<f64> = 0.005..=0.5;

fn precision(text: &str) -> Result<f64, String> {
    let precision = share::parse(text).map_err(|error| error.to_string())?;
    match PRECISIONS.contains(&precision) {
        true => Ok(precision),
        false => Err("expected 0.5% to 50%".to_owned()),
    }
}

fn time(text: &str) -> Result<Duration, String> {
    duration::parse(text).map_err(|error| error.to_string())
}

/// A shorter step is over before its connections are warm.
const SHORTEST_STEP: Duration = Duration::from_secs(1);

fn step_duration(text: &str) -> Result<Duration, String> {
    let step = time(text)?;
    match step >= SHORTEST_STEP {
        true => Ok(step),
        false => Err("expected at least 1s".to_owned()),
    }
}

/// Runs the command; returns its exit code. An error is one line on stderr.
pub(super) fn search(args: &SearchArgs) -> ExitCode {
    request(args)
        .and_then(|request| {
            let interrupts = Interrupts::listen().map_err(|error| {
                let why = format!("cannot install signal handlers: {error}");
                AppError::new(ExitCode::Inconclusive, why)
            })?;
            carry_out(request, &interrupts, &mut io::stdout())
        })
        .unwrap_or_else(AppError::report)
}

fn request(args: &SearchArgs) -> Result<Request, AppError> {
    let usage = |error: Error| AppError::new(ExitCode::Usage, error);
    refuse_length(args)?;
    // The steps have their own lengths: a ceiling that is too low for the scenario's may
    // be enough for them.
    let any_length = Override::new("search", &["load", "messages"], 1);
    let plan = args.plan.resolve(&environment);
    let plan = plan.or_else(|_| {
        args.plan
            .resolve_with(&args.plan.source(), &[], &[any_length], &environment)
    });
    let plan = plan.map_err(usage)?;
    check_missing(&plan, &args.plan.source()).map_err(usage)?;
    let request = Request {
        plan,
        source: args.plan.source(),
        options: options(args),
        secret: own_secret(&environment),
    };
    // A plan that cannot be searched is refused before the question.
    crate::app::search::check(&request)?;
    let consent = consent::ask(&worst_case(&request.plan), args.yes);
    consent.map_err(|none| AppError::new(none.code(), none))?;
    Ok(request)
}

/// The length of the scenario's run has no effect; a flag that sets it was meant for
/// the steps.
fn refuse_length(args: &SearchArgs) -> Result<(), AppError> {
    let keys = args.plan.keys.overrides();
    for (flag, path) in [
        ("duration", ["load", "duration"]),
        ("messages", ["load", "messages"]),
    ] {
        if keys.iter().any(|key| key.value(&path).is_some()) {
            let why = format!("--{flag}: a search sets it: use --step-duration for its steps");
            return Err(AppError::new(ExitCode::Usage, why));
        }
    }
    Ok(())
}

/// The plan with as many recipients as the ceiling allows all steps together, at the
/// highest rate that it allows, for the confirmation.
fn worst_case(plan: &Plan) -> Plan {
    let mut plan = plan.clone();
    if let (Some(most), Model::Open { arrivals, .. }) =
        (plan.target.ceilings.max_rate, &plan.load.model)
    {
        plan.load.model = Model::Open {
            shape: Shape::Rate(most),
            arrivals: *arrivals,
            rate_unit: RateUnit::Recipients {
                per_message: plan.message.recipients,
            },
        };
    }
    if let Some(most) = plan.target.ceilings.max_recipients {
        let messages = most / u64::from(plan.message.recipients.get());
        plan.load.warm_up = Duration::ZERO;
        plan.load.length = Length::Messages(messages.max(1));
    }
    plan
}

fn options(args: &SearchArgs) -> Options {
    Options {
        over: match args.over {
            OverArg::Rate => Vary::Rate,
            OverArg::Sessions => Vary::Sessions,
        },
        min_rate: args.min_rate,
        max_sessions: args.max_sessions.map(NonZeroU32::get),
        precision: args.precision,
        step_duration: args.step_duration,
        cool_down: args.cool_down,
        out: args.out.clone(),
        resume: args.resume.clone(),
        progress: args.progress.mode(),
        result: args.result.options(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario::testing::plan;
    use crate::scenario::volume::known_messages;

    #[test]
    fn the_confirmation_is_of_all_recipients_that_the_search_may_use() {
        let each = ["target.max_recipients=1000", "message.recipients=3"];
        let worst = worst_case(&plan(&["load.messages=10", each[0], each[1]]));
        assert_eq!(known_messages(&worst.load), Some(333));
        let fastest = worst_case(&plan(&["load.rate=9/s", "target.max_rate=90/s", each[1]]));
        assert_eq!(fastest.load.peak_per_s(), Some(30.0));
    }

    #[test]
    fn a_precision_has_bounds() {
        assert_eq!(precision("5%"), Ok(0.05));
        for text in ["0%", "90%", "5"] {
            assert!(precision(text).is_err(), "{text}");
        }
    }
}
