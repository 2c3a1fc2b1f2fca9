//! The flags of `run` and `check` that set a key of the scenario, made from the
//! table of keys: name, help and the form of the value.

use clap::error::Error;
use clap::{Arg, ArgAction, ArgMatches, Command};
use toml::Value;

use crate::scenario::{self, Flag, FlagValue, Override};

/// The overrides of the flags that were given, in the order of the help.
#[derive(Clone, Debug, Default)]
pub struct KeyFlags(Vec<Override>);

impl KeyFlags {
    /// The overrides.
    pub(super) fn overrides(&self) -> &[Override] {
        &self.0
    }
}

impl clap::Args for KeyFlags {
    fn augment_args(command: Command) -> Command {
        let flags = scenario::flags().into_iter();
        flags
            .map(|(_, value, flag)| arg(value, flag))
            .fold(command, Command::arg)
    }

    fn augment_args_for_update(command: Command) -> Command {
        Self::augment_args(command)
    }
}

impl clap::FromArgMatches for KeyFlags {
    fn from_arg_matches(matches: &ArgMatches) -> Result<Self, Error> {
        let mut flags = Self::default();
        flags.update_from_arg_matches(matches)?;
        Ok(flags)
    }

    fn update_from_arg_matches(&mut self, matches: &ArgMatches) -> Result<(), Error> {
        for (path, kind, flag) in scenario::flags() {
            if let Some(value) = value(kind, flag.name, matches) {
                let path: Vec<&str> = path.split('.').collect();
                self.0
                    .push(Override::new(&format!("--{}", flag.name), &path, value));
            }
        }
        Ok(())
    }
}

fn arg(value: FlagValue, flag: &'static Flag) -> Arg {
    let mut arg = Arg::new(flag.name)
        .long(flag.name)
        .help(flag.help)
        .help_heading(flag.heading.title());
    if !flag.more.is_empty() {
        arg = arg.long_help(format!("{}\n\n{}", flag.help, flag.more));
    }
    if let Some(other) = flag.conflicts {
        arg = arg.conflicts_with(other);
    }
    match value {
        FlagValue::Switch => arg.action(ArgAction::SetTrue),
        FlagValue::Text => arg.value_name(flag.value_name),
        FlagValue::List => arg.value_name(flag.value_name).action(ArgAction::Append),
        // The help of the flag names the words.
        FlagValue::OneOf(words) => arg
            .value_name(flag.value_name)
            .value_parser(words.to_vec())
            .hide_possible_values(true),
        // TOML integers have the range of `i64`.
        FlagValue::Integer => arg
            .value_name(flag.value_name)
            .value_parser(clap::value_parser!(i64).range(0..)),
    }
}

/// The value that was given, as TOML.
fn value(kind: FlagValue, name: &str, matches: &ArgMatches) -> Option<Value> {
    match kind {
        FlagValue::Switch => matches.get_flag(name).then_some(Value::Boolean(true)),
        FlagValue::Integer => matches.get_one::<i64>(name).copied().map(Value::from),
        FlagValue::Text | FlagValue::OneOf(_) => {
            let text = matches.get_one::<String>(name)?;
            Some(Value::from(text.as_str()))
        }
        FlagValue::List => {
            let texts = matches.get_many::<String>(name)?;
            Some(Value::Array(
                texts.map(|text| Value::from(text.as_str())).collect(),
            ))
        }
    }
}
