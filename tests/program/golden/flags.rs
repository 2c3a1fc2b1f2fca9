//! The flags of every subcommand, without their help texts.

use std::collections::BTreeSet;
use std::fmt::Write;

use clap::builder::NonEmptyStringValueParser;
use clap::error::{ContextKind, ContextValue, ErrorKind};
use clap::{Arg, Args, Command, CommandFactory};

use super::assert_golden;

#[test]
fn flags_of_sesbench() {
    assert_golden("flags.txt", &flags_of(sesbench::testing::Cli::command()));
}

/// The binary of the mock's own package has these flags and no others.
#[test]
fn flags_of_sesbench_mock() {
    let command = sesbench_mock::cli::Args::augment_args(Command::new("sesbench-mock"));
    assert_golden("flags-sesbench-mock.txt", &flags_of(command.version("0")));
}

/// A paragraph for the command and each subcommand, a line for each argument.
fn flags_of(mut command: Command) -> String {
    command.build();
    let mut text = String::new();
    describe(&command, command.get_name(), &mut text);
    text
}

fn describe(command: &Command, path: &str, text: &mut String) {
    let aliases: Vec<_> = command.get_all_aliases().collect();
    writeln!(text, "{path}{}", listed(" aliases", &aliases)).unwrap();
    for arg in command.get_arguments() {
        writeln!(text, "  {}", line(command, arg)).unwrap();
    }
    let nested = command.get_subcommands();
    for each in nested.filter(|each| each.get_name() != "help") {
        text.push('\n');
        describe(each, &format!("{path} {}", each.get_name()), text);
    }
}

fn line(command: &Command, arg: &Arg) -> String {
    let mut line = match (arg.get_long(), arg.get_short()) {
        (Some(long), Some(short)) => format!("--{long} -{short}"),
        (Some(long), None) => format!("--{long}"),
        (None, Some(short)) => format!("-{short}"),
        (None, None) => "positional".to_owned(),
    };
    let values = arg.get_value_names().unwrap_or_default();
    if arg.get_action().takes_values() {
        write!(line, "{}", listed(" value", values)).unwrap();
        let count = arg.get_num_args().map(|range| range.to_string());
        let count = count.filter(|count| count != "1");
        line += &listed(" values_per_use", &Vec::from_iter(count));
        let possible = arg.get_possible_values();
        let possible: Vec<_> = possible.iter().map(|each| each.get_name()).collect();
        line += &listed(" one_of", &possible);
    }
    write!(line, " action={:?}", arg.get_action()).unwrap();
    let delimiter = arg.get_value_delimiter().map(String::from);
    line += &listed(" delimiter", &Vec::from_iter(delimiter));
    let defaults = arg.get_default_values().iter();
    let defaults: Vec<_> = defaults.map(|each| each.to_string_lossy()).collect();
    line += &listed(" default", &defaults);
    let env = arg.get_env().map(|name| name.to_string_lossy());
    line += &listed(" env", &Vec::from_iter(env));
    let aliases = arg.get_all_aliases().unwrap_or_default();
    line += &listed(" aliases", &aliases);
    line += &listed(" conflicts", &conflicts(command, arg));
    line += &listed(" requires", &requires(command, arg));
    for (holds, word) in [
        (arg.is_required_set(), " required"),
        (arg.is_require_equals_set(), " equals_sign"),
        (arg.is_global_set(), " global"),
        (arg.is_hide_set(), " hidden"),
    ] {
        if holds {
            line += word;
        }
    }
    line
}

/// Empty if there is nothing to list.
fn listed(name: &str, values: &[impl AsRef<str>]) -> String {
    if values.is_empty() {
        return String::new();
    }
    let values: Vec<_> = values.iter().map(AsRef::as_ref).collect();
    format!("{name}={}", values.join(","))
}

fn name(arg: &Arg) -> String {
    match arg.get_long() {
        Some(long) => format!("--{long}"),
        None => arg.get_id().to_string(),
    }
}

/// The arguments it conflicts with, whichever of the two declares it.
fn conflicts(command: &Command, arg: &Arg) -> Vec<String> {
    let declared = |arg| command.get_arg_conflicts_with(arg);
    let others = command.get_arguments();
    let names = others
        .filter(|other| other.get_id() != arg.get_id())
        .filter(|other| {
            declared(arg).iter().any(|a| a.get_id() == other.get_id())
                || declared(other).iter().any(|a| a.get_id() == arg.get_id())
        })
        .map(name);
    names.collect::<BTreeSet<_>>().into_iter().collect()
}

/// The arguments it requires. Clap has no query for that, so the argument alone
/// is parsed by a copy of the command that accepts any value.
fn requires(command: &Command, arg: &Arg) -> Vec<String> {
    use clap::ArgAction::{Help, HelpLong, HelpShort, Version};
    if matches!(arg.get_action(), Help | HelpLong | HelpShort | Version) {
        return Vec::new();
    }
    let any = |arg: Arg| match arg.get_action().takes_values() {
        true => arg.value_parser(NonEmptyStringValueParser::new()),
        false => arg,
    };
    let copy = Command::new("copy").version("0");
    let copy = copy.disable_help_flag(true).disable_version_flag(true);
    let copy = copy.args(command.get_arguments().cloned().map(any));
    let given = command
        .get_arguments()
        .filter(|each| each.get_id() == arg.get_id() || each.is_required_set());
    let words = given.map(
        |each| match (each.get_long(), each.get_action().takes_values()) {
            (None, _) => "x".to_owned(),
            (Some(long), true) => format!("--{long}=x"),
            (Some(long), false) => format!("--{long}"),
        },
    );
    let words = std::iter::once("copy".to_owned()).chain(words);
    let Err(error) = copy.try_get_matches_from(words) else {
        return Vec::new();
    };
    assert_eq!(error.kind(), ErrorKind::MissingRequiredArgument, "{error}");
    match error.get(ContextKind::InvalidArg) {
        Some(ContextValue::Strings(missing)) => missing.clone(),
        other => panic!("{other:?}"),
    }
}
