//! A flag for every key of the settings, generated from their table.
//!
//! `--latency-dot 40ms` sets `latency.dot`. A switch needs no value; one that is
//! on by default is switched off by `--subscribed=false`.

use clap::error::Error;
use clap::{Arg, ArgAction, ArgMatches, Command};
use toml::Value;

use crate::settings::keys::{Key, Kind, by_section};

/// Keys and values, in the order of the table.
#[derive(Clone, Debug, Default)]
pub struct Flags(pub(super) Vec<(&'static str, Value)>);

impl clap::Args for Flags {
    fn augment_args(command: Command) -> Command {
        by_section().filter_map(arg).fold(command, Command::arg)
    }

    fn augment_args_for_update(command: Command) -> Command {
        Self::augment_args(command)
    }
}

impl clap::FromArgMatches for Flags {
    fn from_arg_matches(matches: &ArgMatches) -> Result<Self, Error> {
        let mut flags = Flags::default();
        flags.update_from_arg_matches(matches)?;
        Ok(flags)
    }

    fn update_from_arg_matches(&mut self, matches: &ArgMatches) -> Result<(), Error> {
        for key in by_section().filter(|key| key.kind != Kind::Tables) {
            if let Some(given) = matches.get_many::<String>(key.name) {
                let given: Vec<&str> = given.map(String::as_str).collect();
                self.0.push((key.name, value(key, &given)));
            }
        }
        Ok(())
    }
}

/// 80 columns without the ten by which clap indents help.
const WIDTH: usize = 70;

fn arg(key: &Key) -> Option<Arg> {
    let help = wrapped(&format!("{} [default: {}]", key.meaning, key.default));
    let arg = Arg::new(key.name)
        .long(key.flag()?)
        .help(help)
        .help_heading(key.section);
    Some(match key.kind {
        Kind::Value(name) | Kind::Text(name) => arg.value_name(name),
        Kind::Switch => arg
            .value_name("true|false")
            .value_parser(["true", "false"])
            .hide_possible_values(true)
            .num_args(0..=1)
            .require_equals(true)
            .default_missing_value("true"),
        Kind::List(name) => arg
            .value_name(name)
            .action(ArgAction::Append)
            .value_delimiter(','),
        Kind::Tables => return None,
    })
}

/// The text in lines that fit 80 columns below a flag: clap does not wrap help.
fn wrapped(text: &str) -> String {
    let mut lines = String::new();
    let mut room = WIDTH;
    for word in text.split(' ') {
        let length = word.chars().count();
        if lines.is_empty() {
            room = WIDTH.saturating_sub(length);
        } else if length < room {
            lines.push(' ');
            room -= length + 1;
        } else {
            lines.push('\n');
            room = WIDTH.saturating_sub(length);
        }
        lines.push_str(word);
    }
    lines
}

fn value(key: &Key, given: &[&str]) -> Value {
    let last = *given.last().unwrap_or(&"");
    match key.kind {
        Kind::List(_) => Value::Array(given.iter().map(|text| Value::from(*text)).collect()),
        Kind::Text(_) => Value::from(last),
        _ => super::settings::value(last),
    }
}

#[cfg(test)]
mod tests {
    use clap::{CommandFactory, Parser};

    use crate::cli::Args;

    #[derive(Parser)]
    struct Program {
        #[command(flatten)]
        args: Args,
    }

    #[test]
    fn help_fits_80_columns() {
        let mut command = Program::command();
        for help in [
            command.render_help().to_string(),
            command.render_long_help().to_string(),
        ] {
            for line in help.lines() {
                assert!(line.chars().count() <= 80, "{line}");
            }
        }
    }

    #[test]
    fn every_kind_of_key_has_its_flag() {
        let program = Program::parse_from([
            "mock",
            "--rate=7",
            "--account-id=123456789012",
            "--id-prefix=1234",
            "--paused",
            "--subscribed=false",
            "--verified=a@b.example,c.example",
            "--verified=d.example",
            "--latency-dot=40ms",
        ]);
        let settings = crate::cli::settings(&program.args).unwrap();
        assert_eq!(settings.rate, Some(7.0));
        assert_eq!(settings.account_id, "123456789012");
        assert_eq!(settings.id_prefix.as_deref(), Some("1234"));
        assert!(settings.paused && !settings.subscribed);
        let verified = settings.verified.unwrap();
        assert_eq!(verified, ["a@b.example", "c.example", "d.example"]);
        assert_eq!(
            settings.latency.dot,
            std::time::Duration::from_millis(40).into()
        );
    }
}
