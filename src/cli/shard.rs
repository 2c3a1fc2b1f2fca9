//! `--shard`: one part of a plan, named outright or by the engine that started
//! this process.

use std::num::NonZeroU32;
use std::str::FromStr;

use crate::scenario::Environment;
use crate::schedule::Shard;

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
    /// The job is divided in two ways.
    #[error(
        "SLURM_ARRAY_TASK_ID and SLURM_NTASKS both divide the job; say which shard each process \
         is, such as --shard 2/8"
    )]
    Twice,
    /// Not all of the array is running, or its numbers have gaps.
    #[error(
        "the array's tasks are {first} to {last}, {count} of them, which are not all the shards \
         of a plan; number them 0 to N-1 or 1 to N, or say which this is, such as --shard 2/8"
    )]
    PartOfArray {
        /// SLURM_ARRAY_TASK_MIN
        first: u32,
        /// SLURM_ARRAY_TASK_MAX
        last: u32,
        /// SLURM_ARRAY_TASK_COUNT
        count: u32,
    },
    /// The engine runs another number of processes.
    #[error("--shard auto/{asked} is not what runs: {count} is {of}")]
    OtherNumber {
        /// What was asked for.
        asked: u32,
        /// The variable.
        count: &'static str,
        /// Its value.
        of: u32,
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
    /// How many there are; empty: it does not say.
    count: &'static str,
}

/// In the order in which they are asked. A job of a Slurm array has a
/// SLURM_PROCID too, always 0 in its batch script: the array goes first.
const ENGINES: [Engine; 4] = [
    SLURM_ARRAY,
    // Slurm, srun(1), "Output environment variables".
    Engine {
        index: "SLURM_PROCID",
        count: "SLURM_NTASKS",
    },
    // Kubernetes, "Indexed Job": the number of completions is not told.
    Engine {
        index: "JOB_COMPLETION_INDEX",
        count: "",
    },
    // AWS Batch User Guide, "AWS Batch job environment variables".
    Engine {
        index: "AWS_BATCH_JOB_ARRAY_INDEX",
        count: "AWS_BATCH_JOB_ARRAY_SIZE",
    },
];

/// Slurm, sbatch(1), "Output environment variables". The others count from 0;
/// here the user says from what.
const SLURM_ARRAY: Engine = Engine {
    index: "SLURM_ARRAY_TASK_ID",
    count: "SLURM_ARRAY_TASK_COUNT",
};

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
        let first = match engine.index {
            index if index == SLURM_ARRAY.index => first_of_array(environment)?,
            _ => 0,
        };
        let (index, of) = (engine.index, engine.of(asked, environment)?);
        let number: Option<u32> = value.parse().ok();
        let from_one = number.and_then(|at| at.checked_sub(first)?.checked_add(1));
        let shard = from_one.and_then(|index| format!("{index}/{of}").parse().ok());
        let of = of.get();
        shard.ok_or(NoShard::Senseless { index, value, of })
    }
}

impl Engine {
    /// How many processes there are; what was asked for must be that.
    fn of(
        &self,
        asked: Option<NonZeroU32>,
        environment: Environment<'_>,
    ) -> Result<NonZeroU32, NoShard> {
        let (index, count) = (self.index, self.count);
        match (asked, environment(count).and_then(number)) {
            (Some(asked), Some(of)) if asked != of => {
                let (asked, of) = (asked.get(), of.get());
                Err(NoShard::OtherNumber { asked, count, of })
            }
            (asked, of) => asked.or(of).ok_or(NoShard::OfHowMany { index }),
        }
    }
}

/// From what the tasks of a Slurm array count. A task that is run again by
/// itself is told an array of one, so that only whole arrays are taken.
fn first_of_array(environment: Environment<'_>) -> Result<u32, NoShard> {
    let value = |name| environment(name).and_then(|text| text.parse::<u32>().ok());
    if value("SLURM_NTASKS").is_some_and(|tasks| tasks > 1) {
        return Err(NoShard::Twice);
    }
    let first = value("SLURM_ARRAY_TASK_MIN").unwrap_or(0);
    let count = value(SLURM_ARRAY.count).unwrap_or(0);
    let last = value("SLURM_ARRAY_TASK_MAX").unwrap_or(0);
    let whole = first <= 1 && u64::from(last) + 1 == u64::from(first) + u64::from(count);
    match whole {
        true => Ok(first),
        false => Err(NoShard::PartOfArray { first, last, count }),
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
            ("SLURM_ARRAY_TASK_ID", "4"),
            ("SLURM_ARRAY_TASK_MIN", "1"),
            ("SLURM_ARRAY_TASK_MAX", "8"),
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

    /// Or a part would be sent twice and another never.
    #[test]
    fn an_array_that_is_not_all_of_the_plan_is_refused() {
        let array = |id, min, max, count, tasks| {
            let environment = [
                ("SLURM_ARRAY_TASK_ID", id),
                ("SLURM_ARRAY_TASK_MIN", min),
                ("SLURM_ARRAY_TASK_MAX", max),
                ("SLURM_ARRAY_TASK_COUNT", count),
                ("SLURM_NTASKS", tasks),
            ];
            ["auto", "auto/8"].map(|arg| resolve(arg, &environment))
        };
        let whole = array("0", "0", "7", "8", "1");
        assert!(whole.iter().all(|shard| shard.as_deref() == Ok("1/8")));
        for one_again in array("3", "3", "3", "1", "1") {
            assert!(matches!(one_again, Err(NoShard::PartOfArray { .. })));
        }
        for stepped in array("20", "10", "30", "3", "1") {
            assert!(matches!(stepped, Err(NoShard::PartOfArray { .. })));
        }
        let of_four = array("2", "0", "3", "4", "1");
        assert_eq!(of_four[0].as_deref(), Ok("3/4"));
        assert!(matches!(of_four[1], Err(NoShard::OtherNumber { .. })));
        assert_eq!(array("1", "0", "7", "8", "2")[0], Err(NoShard::Twice));
    }

    #[test]
    fn what_names_no_shard_is_refused() {
        for text in ["", "0/8", "9/8", "auto/0", "auto8", "auto/x"] {
            assert!(text.parse::<ShardArg>().is_err(), "{text}");
        }
    }
}
