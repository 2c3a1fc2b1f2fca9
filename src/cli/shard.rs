//! `--shard`: which part of the plan this process runs. The flag names it, or
//! the environment variables of the batch system that started the process.

use std::num::NonZeroU32;
use std::str::FromStr;

use crate::scenario::Environment;
use crate::schedule::Shard;

/// The value of `--shard`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ShardArg {
    /// `2/8`
    Given(Shard),
    /// `auto`, or `auto/8`: the environment holds the index, and the number of
    /// shards unless the flag gives it.
    Auto(Option<NonZeroU32>),
}

/// The text is not a valid `--shard`. clap puts the flag and the value before it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("expected I/N with I from 1 to N, such as 2/8; or auto, or auto/8")]
pub struct InvalidShardArg;

/// Why the environment does not identify the shard.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(super) enum NoShard {
    /// No known variable is set.
    #[error(
        "none of SLURM_ARRAY_TASK_ID, SLURM_PROCID, JOB_COMPLETION_INDEX and \
         AWS_BATCH_JOB_ARRAY_INDEX is set; give the shard, such as --shard 2/8"
    )]
    NotThere,
    /// The index is set, the number of shards is not.
    #[error("{index} gives the index, but not the number of shards; write auto/8")]
    OfHowMany {
        /// The variable.
        index: &'static str,
    },
    /// The job is divided twice: by the array and by its tasks.
    #[error(
        "SLURM_ARRAY_TASK_ID and SLURM_NTASKS both divide the job; give each process its shard, \
         such as --shard 2/8"
    )]
    Twice,
    /// Only part of the array runs, or its task ids have gaps.
    #[error(
        "the job array has {count} tasks with ids from {first} to {last}; expected ids 0 to N-1 \
         or 1 to N without gaps, or an explicit shard, such as --shard 2/8"
    )]
    PartOfArray {
        /// SLURM_ARRAY_TASK_MIN
        first: u32,
        /// SLURM_ARRAY_TASK_MAX
        last: u32,
        /// SLURM_ARRAY_TASK_COUNT
        count: u32,
    },
    /// The batch system runs another number of processes.
    #[error("--shard auto/{asked} contradicts the environment: {count} is {of}")]
    OtherNumber {
        /// The number in the flag.
        asked: u32,
        /// The variable.
        count: &'static str,
        /// Its value.
        of: u32,
    },
    /// The index is not a number, or out of range.
    #[error("invalid shard index {value:?} in {index}: expected one of {of} shards")]
    Senseless {
        /// The variable.
        index: &'static str,
        /// Its value.
        value: String,
        /// The number of shards.
        of: u32,
    },
}

/// The environment variables by which a batch system numbers its processes.
struct Engine {
    /// Holds the index of this process.
    index: &'static str,
    /// Holds the number of processes; empty: there is no such variable.
    count: &'static str,
}

/// In order of precedence. A job of a Slurm array has SLURM_PROCID too, always
/// 0 in its batch script, so the array comes first.
const ENGINES: [Engine; 4] = [
    SLURM_ARRAY,
    // Slurm, srun(1), "Output environment variables".
    Engine {
        index: "SLURM_PROCID",
        count: "SLURM_NTASKS",
    },
    // Kubernetes, "Indexed Job": no variable holds the number of completions.
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
/// here the user chooses the first id.
const SLURM_ARRAY: Engine = Engine {
    index: "SLURM_ARRAY_TASK_ID",
    count: "SLURM_ARRAY_TASK_COUNT",
};

impl ShardArg {
    /// The shard, from the flag or the environment.
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
    /// The number of processes. A number in the flag must agree with the
    /// environment.
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

/// The first task id of a Slurm array. A task that is rerun alone gets an array
/// of one, which is why only complete arrays are accepted.
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

    /// Otherwise one part would be sent twice and another never.
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
