//! `sesbench ab`: its flags, the plans of the arms, and the confirmation before real
//! mail. Without a scenario and a factor it compares the TLS modes on the mock.

use std::io;
use std::num::NonZeroUsize;
use std::path::PathBuf;
use std::time::Duration;

use clap::Args;

use super::args::{OUTPUT, check_missing};
use super::ses::own_secret;
use super::{PlanArgs, ProgressArgs, ResultArgs, consent, environment};
use crate::analysis::verdict::Figure;
use crate::app::AppError;
use crate::app::ab::{
    Arm, Condition, Options, Place, Question, Request, ab as carry_out, check_question, forecast,
};
use crate::output::AbReport;
use crate::scenario::{self, Factor, Override, Plan, Source, TargetKind};
use crate::sys::interrupts::Interrupts;
use crate::units::{duration, share};
use crate::vocabulary::ExitCode;

const EXAMPLES: &str = "\
Examples:
  sesbench ab
      STARTTLS or TLS wrapper? On the mock, at a round trip of 40 ms and on
      loopback, in a few minutes.
  sesbench ab scenarios/steady.toml --factor load.sessions=10,20
      Do more sessions make this load faster?
  sesbench ab relay.toml --factor target.host=old.example.com,new.example.com
      Is the new relay slower? Exit code 5 if it is.
  sesbench ab relay.toml --factor target.tls=starttls,wrapper --pairs 30 \\
      --metric session_setup.p50 --set load.connect=on_demand

Exit codes:
  0    no regression: the first value is not better
  2    usage or scenario invalid
  3    target unreachable, TLS or credentials refused
  4    not decided: too few pairs, or too noisy a machine
  5    regression: a value is worse than the first one
  7    results could not be written
  130  interrupted; --resume continues the series";

/// Heading of the help.
const COMPARISON: &str = "Comparison";

/// Arguments of `ab`.
#[derive(Args, Debug)]
#[command(after_help = EXAMPLES)]
// These comments are the help: `[default: ...]` and `<...>` are for a terminal, not
// for rustdoc.
#[allow(rustdoc::broken_intra_doc_links, rustdoc::invalid_html_tags)]
pub struct AbArgs {
    /// Key to compare, with two values or more
    ///
    /// The first value is the one that the others are compared with.
    /// [default: with neither a scenario nor a target,
    /// target.tls=starttls,wrapper on the mock; e.g. load.sessions=5,10]
    #[arg(
        long,
        value_name = "KEY=A,B",
        value_parser = Factor::parse,
        help_heading = COMPARISON,
        verbatim_doc_comment
    )]
    pub factor: Option<Factor>,
    /// Also decide about this figure; repeatable
    ///
    /// Any time, rate or CPU figure that a threshold can have.
    /// [default: response.p50, and a regression of response.p99;
    /// e.g. session_setup.p50]
    #[arg(
        long,
        value_name = "FIGURE",
        value_parser = figure,
        help_heading = COMPARISON,
        verbatim_doc_comment
    )]
    pub metric: Vec<Figure>,
    /// Smallest change that matters
    ///
    /// [default: 2% for medians, 20% for p99 and session_setup,
    /// 10% for CPU; e.g. 5%]
    #[arg(
        long,
        value_name = "PERCENT",
        value_parser = at_least,
        help_heading = COMPARISON,
        verbatim_doc_comment
    )]
    pub at_least: Option<f64>,
    /// Pairs of runs at most
    ///
    /// After ten pairs the series ends if it is decided by then.
    /// [default: 20; e.g. 30]
    #[arg(
        long,
        value_name = "N",
        default_value = "20",
        hide_default_value = true,
        value_parser = pairs,
        help_heading = COMPARISON,
        verbatim_doc_comment
    )]
    pub pairs: NonZeroUsize,
    /// Pause between two runs
    ///
    /// [default: 200ms with the mock, which starts for each run, else 1s;
    /// e.g. 10s]
    #[arg(
        long,
        value_name = "TIME",
        value_parser = duration::parse,
        help_heading = COMPARISON,
        verbatim_doc_comment
    )]
    pub cool_down: Option<Duration>,
    /// Continue the interrupted series in this folder
    ///
    /// With the same arguments as before, on the same machine. A pair that
    /// was interrupted runs again.
    /// [e.g. results/ab/20261122T120000Z-steady-1f2e]
    #[arg(
        long,
        value_name = "DIR",
        conflicts_with = "out",
        help_heading = COMPARISON,
        verbatim_doc_comment
    )]
    pub resume: Option<PathBuf>,
    /// The plan.
    #[command(flatten)]
    pub plan: PlanArgs,
    /// Folder for the results; created if missing
    ///
    /// [default: results/ab/<UTC time>-<scenario>-<4 hex>; e.g. /tmp/ab1]
    #[arg(long, value_name = "DIR", help_heading = OUTPUT, verbatim_doc_comment)]
    pub out: Option<PathBuf>,
    /// How the result is shown.
    #[command(flatten)]
    pub(crate) result: ResultArgs<AbReport>,
    /// No report.html in the folder of the results
    #[arg(long, help_heading = OUTPUT)]
    pub no_report: bool,
    /// What is shown while it runs.
    #[command(flatten)]
    pub progress: ProgressArgs,
    /// Answer yes to the confirmation before real mail
    #[arg(long, help_heading = super::args::LIMITS)]
    pub yes: bool,
}

/// Runs the command; returns its exit code. An error is one line on stderr.
pub(super) fn ab(args: &AbArgs) -> ExitCode {
    request(args)
        .and_then(|request| {
            // After the confirmation, which Ctrl-C has to end.
            let interrupts = Interrupts::listen().map_err(|error| {
                let why = format!("cannot install signal handlers: {error}");
                AppError::new(ExitCode::Inconclusive, why)
            })?;
            carry_out(&request, &interrupts, &mut io::stdout())
        })
        .unwrap_or_else(AppError::report)
}

fn request(args: &AbArgs) -> Result<Request, AppError> {
    if args.plan.shard.is_some() {
        let why = "--shard: a series is of whole runs: expected no shard";
        return Err(AppError::new(ExitCode::Usage, why));
    }
    let usage = |error: scenario::Error| AppError::new(ExitCode::Usage, error);
    let is_alone =
        args.factor.is_none() && args.plan.scenario.is_none() && args.plan.target.is_none();
    let (source, conditions) = match (&args.factor, is_alone) {
        (Some(factor), _) => {
            check_factor(&args.plan, factor, "one of the two")?;
            let source = args.plan.source();
            let only = condition(args, &source, factor, &[], (None, true)).map_err(usage)?;
            (source, vec![only])
        }
        (None, true) => {
            check_factor(&args.plan, &tls_factor(), OWN_FACTOR)?;
            check_factor(&args.plan, &rtt_factor(), OWN_FACTOR)?;
            (Source::Flags, tls_modes(args).map_err(usage)?)
        }
        (None, false) => {
            let why = "--factor: missing: expected the key to compare with its values, such as \
                       --factor target.tls=starttls,wrapper";
            return Err(AppError::new(ExitCode::Usage, why));
        }
    };
    let question = Question {
        metrics: match (is_alone, args.metric.is_empty()) {
            (true, true) => Figure::from_name(SET_UP).into_iter().collect(),
            _ => args.metric.clone(),
        },
        at_least: args.at_least,
        pairs: args.pairs.get(),
    };
    let cool_down = args
        .cool_down
        .unwrap_or_else(|| usual_cool_down(&conditions));
    check_question(&question, &conditions)?;
    let forecast = forecast(&conditions, question.pairs, cool_down);
    forecast.check(&conditions)?;
    let arms = conditions.iter().flat_map(|condition| &condition.arms);
    let plans: Vec<&Plan> = arms.map(|arm| &arm.plan).collect();
    let consent = consent::ask_for_series(&plans, forecast.runs, args.yes);
    consent.map_err(|none| AppError::new(none.code(), none))?;
    Ok(Request {
        conditions,
        source,
        question,
        options: Options {
            place: match &args.resume {
                Some(folder) => Place::Resume(folder.clone()),
                None => Place::New(args.out.clone()),
            },
            no_report: args.no_report,
            cool_down,
            progress: args.progress.mode(),
            result: args.result.options(),
        },
        secret: own_secret(&environment),
    })
}

/// Fails if a flag sets the key of the factor too: it would have no effect. `--target`
/// may, because it names the whole target, of which the factor changes a part. `instead`
/// is what would do.
fn check_factor(plan: &PlanArgs, factor: &Factor, instead: &str) -> Result<(), AppError> {
    let flags = plan.keys.overrides().iter().chain(&plan.set);
    match factor.overrules(flags) {
        None => Ok(()),
        Some(flag) => {
            let key = factor.key();
            let why = format!("--factor {key}: {flag} sets it too: expected {instead}");
            Err(AppError::new(ExitCode::Usage, why))
        }
    }
}

/// What would do where a flag sets a key that `sesbench ab` alone compares.
const OWN_FACTOR: &str = "a --factor of your own (without one, target.tls=starttls,wrapper is \
                          compared at mock.rtt=40ms and 0s)";

/// The question of `sesbench ab` alone.
const SET_UP: &str = "session_setup.p50";

/// The plan of `sesbench ab` alone: each message opens a session, and a run has 120 of
/// them. The flags of the command come after these.
const TLS_MODES: [&str; 11] = [
    "name='starttls-or-wrapper'",
    "target.kind='mock'",
    "load.rate='60/s'",
    "load.warm_up='500ms'",
    "load.duration='2s'",
    "load.sessions=64",
    "load.messages_per_session=1",
    "load.connect='on_demand'",
    "message.size='4 KiB'",
    "mock.profile='unlimited'",
    "target.tls='starttls'",
];

fn tls_factor() -> Factor {
    Factor::parse("target.tls=starttls,wrapper").expect("a valid factor")
}

/// What the two series of `sesbench ab` alone differ by.
fn rtt_factor() -> Factor {
    Factor::parse("mock.rtt=40ms,0s").expect("a valid factor")
}

/// Both TLS modes, over a path and on loopback.
fn tls_modes(args: &AbArgs) -> Result<Vec<Condition>, scenario::Error> {
    let factor = tls_factor();
    let series = |name, rtt: &str, is_question| {
        let path = format!("mock.rtt='{rtt}'");
        let settings = TLS_MODES.into_iter().chain([path.as_str()]);
        let settings: Vec<Override> = settings
            .map(|text| Override::assignment(text).expect("a valid assignment"))
            .collect();
        condition(
            args,
            &Source::Flags,
            &factor,
            &settings,
            (Some(name), is_question),
        )
    };
    Ok(vec![
        series("rtt-40ms", "40ms", true)?,
        series("loopback", "0s", false)?,
    ])
}

/// The plans of a series: the scenario with `settings`, the flags, and each value of the
/// factor.
fn condition(
    args: &AbArgs,
    source: &Source,
    factor: &Factor,
    settings: &[Override],
    (name, is_question): (Option<&'static str>, bool),
) -> Result<Condition, scenario::Error> {
    let arms = factor.values().iter().map(|value| {
        let set = std::slice::from_ref(&value.set);
        let plan = args
            .plan
            .resolve_with(source, settings, set, &environment)?;
        check_missing(&plan, source)?;
        Ok(Arm {
            value: value.label.clone(),
            plan,
        })
    });
    Ok(Condition {
        name,
        factor: factor.key().to_owned(),
        arms: arms.collect::<Result<_, scenario::Error>>()?,
        is_question,
    })
}

/// The mock starts for each run, so that it remembers nothing of the one before.
fn usual_cool_down(conditions: &[Condition]) -> Duration {
    let mut arms = conditions.iter().flat_map(|condition| &condition.arms);
    let is_mock = |arm: &Arm| matches!(arm.plan.target.kind, TargetKind::Mock { .. });
    match arms.all(is_mock) {
        true => Duration::from_millis(200),
        false => Duration::from_secs(1),
    }
}

fn figure(text: &str) -> Result<Figure, String> {
    match Figure::from_name(text) {
        Some(Figure::Outcome(_)) => {
            Err("shares of messages are always compared: expected another figure".to_owned())
        }
        Some(Figure::Count(metric)) => Err(format!(
            "more of them is neither better nor worse: expected another figure, such as {}.p50",
            metric.name()
        )),
        Some(figure) => Ok(figure),
        None => {
            let names: Vec<String> = Figure::names().collect();
            let similar = crate::text::most_similar(text, names.iter().map(String::as_str));
            let hint = similar.map(|name| format!("; did you mean {name}?"));
            let hint = hint.unwrap_or_else(|| ", such as session_setup.p50".to_owned());
            Err(format!("unknown figure{hint}"))
        }
    }
}

fn at_least(text: &str) -> Result<f64, String> {
    let part = share::parse(text).map_err(|error| error.to_string())?;
    match part > 0.0 {
        true => Ok(part),
        false => Err("expected more than 0%".to_owned()),
    }
}

/// A number of pairs. No series of more is worth its time.
fn pairs(text: &str) -> Result<NonZeroUsize, String> {
    let pairs = text
        .parse()
        .ok()
        .filter(|pairs: &NonZeroUsize| pairs.get() <= 1_000);
    pairs.ok_or_else(|| "expected a whole number of pairs from 1 to 1000".to_owned())
}
