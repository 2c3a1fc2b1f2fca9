//! `--shard`: one part of a plan, named outright or by the engine that started
//! this process.

use std::num::NonZeroU32;
use std::str::FromStr;

use crate::scenario::{Environment, Shard};

/// What `--shard` names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ShardArg {
    /// `2/8`
    Given(Shard),
    /// `auto`, or `auto/8`: which one, and perhaps of how many, stands in the
    /// environment.
    Auto(Option<NonZeroU32>),
}

/// Why a text names no shard.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("write which, from 1, and of how many, such as 2/8; or auto, or auto/8")]
pub struct InvalidShardArg;

/// Why the environment does not say which shard this is.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(super) enum NoShard {
    /// No engine has said.
    #[error(
        "none of SLURM_ARRAY_TASK_ID, SLURM_PROCID, JOB_COMPLETION_INDEX and \
         AWS_BATCH_JOB_ARRAY_INDEX is set; say which, such as --shard 2/8"
    )]
    NotThere,
    /// It has said which, and not of how many.
    #[error("{index} says which, and nothing of how many; write auto/8")]
    OfHowMany {
        /// The variable.
        index: &'static str,
    },
    /// What it says makes no sense.
    #[error("{index} is `{value}`, which is no shard of {of}")]
    Senseless {
        /// The variable.
        index: &'static str,
        /// Its value.
        value: String,
        /// Of how many.
        of: u32,
    },
}

/// An engine's way of telling its processes apart.
struct Engine {
    /// Which this is.
    index: &'static str,
    /// The index of the first.
    first: First,
    /// How many there are; empty: it does not say.
    count: &'static str,
}

/// What an engine counts from.
enum First {
    Zero,
    /// What a variable says.
    Said(&'static str),
}

/// In the order in which they are asked. A job of a Slurm array has a
/// SLURM_PROCID too, always 0 in its batch script: the array goes first.
const ENGINES: [Engine; 4] = [
    // Slurm, sbatch(1), "Output environment variables".
    Engine {
        index: "SLURM_ARRAY_TASK_ID",
        first: First::Said("SLURM_ARRAY_TASK_MIN"),
        count: "SLURM_ARRAY_TASK_COUNT",
    },
    // Slurm, srun(1), "Output environment variables".
    Engine {
        index: "SLURM_PROCID",
        first: First::Zero,
        count: "SLURM_NTASKS",
    },
    // Kubernetes, "Indexed Job": the number of completions is not told.
    Engine {
        index: "JOB_COMPLETION_INDEX",
        first: First::Zero,
        count: "",
    },
    // AWS Batch User Guide, "AWS Batch job environment variables".
    Engine {
        index: "AWS_BATCH_JOB_ARRAY_INDEX",
        first: First::Zero,
        count: "AWS_BATCH_JOB_ARRAY_SIZE",
    },
];

impl ShardArg {
    /// The shard it names.
    pub(super) fn resolve(self, environment: Environment<'_>) -> Result<Shard, NoShard> {
        let asked = match self {
            Self::Given(shard) => return Ok(shard),
            Self::Auto(of) => of,
        };
        let said = ENGINES
            .iter()
            .find_map(|engine| Some((engine, environment(engine.index)?)));
        let (engine, value) = said.ok_or(NoShard::NotThere)?;
        let index = engine.index;
        let of = asked.or_else(|| number(environment(engine.count)?));
        let of = of.ok_or(NoShard::OfHowMany { index })?;
        let first = match engine.first {
            First::Zero => 0,
            First::Said(name) => environment(name)
                .and_then(|text| text.parse().ok())
                .unwrap_or(1),
        };
        let from_one = value
            .parse()
            .ok()
            .and_then(|at: u32| at.checked_sub(first)?.checked_add(1));
        let shard = from_one.and_then(|index| format!("{index}/{of}").parse().ok());
        let of = of.get();
        shard.ok_or(NoShard::Senseless { index, value, of })
    }
}

fn number(text: String) -> Option<NonZeroU32> {
    text.parse().ok()
}

impl FromStr for ShardArg {
    type Err = InvalidShardArg;

    fn from_str(text: &str) -> Result<Self, InvalidShardArg> {
        let Some(rest) = text.strip_prefix("auto") else {
            return text.parse().map(Self::Given).map_err(|_| InvalidShardArg);
        };
        if rest.is_empty() {
            return Ok(Self::Auto(None));
        }
        let of = rest.strip_prefix('/').and_then(|of| of.parse().ok());
        of.map(|of| Self::Auto(Some(of))).ok_or(InvalidShardArg)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn resolve(arg: &str, environment: &[(&str, &str)]) -> Result<String, NoShard> {
        let arg: ShardArg = arg.parse().unwrap();
        let look_up = |name: &str| {
            let found = environment.iter().find(|(known, _)| *known == name);
            found.map(|(_, value)| (*value).to_owned())
        };
        arg.resolve(&look_up).map(|shard| shard.to_string())
    }

    #[test]
    fn a_shard_is_given_or_told_by_the_engine() {
        let slurm_array = [
            ("SLURM_ARRAY_TASK_ID", "13"),
            ("SLURM_ARRAY_TASK_MIN", "10"),
            ("SLURM_ARRAY_TASK_COUNT", "8"),
            ("SLURM_PROCID", "0"),
            ("SLURM_NTASKS", "1"),
        ];
        let srun = [("SLURM_PROCID", "0"), ("SLURM_NTASKS", "4")];
        let kubernetes = [("JOB_COMPLETION_INDEX", "7")];
        let batch = [
            ("AWS_BATCH_JOB_ARRAY_INDEX", "2"),
            ("AWS_BATCH_JOB_ARRAY_SIZE", "3"),
        ];
        for (arg, environment, shard) in [
            ("2/8", &slurm_array[..], "2/8"),
            ("auto", &slurm_array, "4/8"),
            ("auto", &srun, "1/4"),
            ("auto/8", &kubernetes, "8/8"),
            ("auto", &batch, "3/3"),
        ] {
            assert_eq!(resolve(arg, environment), Ok(shard.to_owned()), "{shard}");
        }
    }

    #[test]
    fn what_the_engine_does_not_say_is_asked_for() {
        assert_eq!(resolve("auto", &[]), Err(NoShard::NotThere));
        let index = "JOB_COMPLETION_INDEX";
        let alone = resolve("auto", &[(index, "0")]);
        assert_eq!(alone, Err(NoShard::OfHowMany { index }));
        for value in ["8", "-1", "x"] {
            let beyond = resolve("auto/8", &[(index, value)]);
            assert!(matches!(beyond, Err(NoShard::Senseless { .. })), "{value}");
        }
    }

    #[test]
    fn what_names_no_shard_is_refused() {
        for text in ["", "0/8", "9/8", "auto/0", "auto8", "auto/x"] {
            assert!(text.parse::<ShardArg>().is_err(), "{text}");
        }
    }
}
