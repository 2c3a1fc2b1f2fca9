//! `sesbench ses endpoints`: prints the built-in table of regions.

use std::fmt::Write;

use clap::{Args, ValueEnum};
use serde::Serialize;

use super::{region, remark};
use crate::app::{AppError, stdout};
use crate::output::screen::print_message;
use crate::ses::{self, Known, Mode, PORTS, REGIONS};

/// Arguments of `ses endpoints`.
#[derive(Args, Debug)]
pub struct EndpointsArgs {
    /// Only this region, known or not
    ///
    /// [default: all known regions; e.g. eu-west-1]
    #[arg(long, value_name = "REGION", value_parser = region, verbatim_doc_comment)]
    pub region: Option<String>,
    /// A table (human) or a JSON array (json) [default: human]
    #[arg(
        long,
        value_enum,
        default_value_t,
        hide_default_value = true,
        hide_possible_values = true,
        value_name = "FORMAT"
    )]
    pub format: EndpointsFormat,
}

/// The format of the table.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum EndpointsFormat {
    /// Text for people
    #[default]
    Human,
    /// JSON for programs
    Json,
}

/// A line of the table.
#[derive(Serialize)]
struct Endpoint {
    region: String,
    host: String,
    fips_host: Option<String>,
    starttls_ports: Vec<u16>,
    wrapper_ports: Vec<u16>,
    /// How many sources list it: `several`, `one` or `none`.
    sources: &'static str,
}

impl Endpoint {
    fn of(name: &str) -> Self {
        let known = ses::region(name);
        let fips = known.is_some_and(|region| region.fips);
        Self {
            region: name.to_owned(),
            host: ses::smtp_host(name),
            fips_host: fips.then(|| ses::fips_host(name)),
            starttls_ports: ports(Mode::StartTls),
            wrapper_ports: ports(Mode::Wrapper),
            sources: match known.map(|region| region.known) {
                Some(Known::Twice) => "several",
                Some(Known::Once) => "one",
                None => "none",
            },
        }
    }
}

pub(super) fn print(args: &EndpointsArgs) -> Result<(), AppError> {
    let endpoints: Vec<_> = match &args.region {
        Some(name) => vec![Endpoint::of(name)],
        None => REGIONS.iter().map(|each| Endpoint::of(each.name)).collect(),
    };
    let text = match args.format {
        EndpointsFormat::Human => Ok(table(&endpoints)),
        EndpointsFormat::Json => serde_json::to_string_pretty(&endpoints).map(|json| json + "\n"),
    };
    stdout::print(&text.map_err(AppError::unwritable)?)?;
    if let Some(remark) = args.region.as_deref().and_then(remark) {
        print_message(&remark);
    }
    Ok(())
}

fn table(endpoints: &[Endpoint]) -> String {
    let mut text = String::new();
    let mut line = |cells: [&str; 5]| {
        let [region, sources, starttls, wrapper, hosts] = cells;
        let _ = writeln!(
            text,
            "{region:<15} {sources:<8} {starttls:<14} {wrapper:<10} {hosts}"
        );
    };
    line(["region", "sources", "STARTTLS", "wrapper", "host"]);
    for each in endpoints {
        let fips = each.fips_host.as_ref();
        let fips = fips.map(|host| format!(", {host}")).unwrap_or_default();
        line([
            &each.region,
            each.sources,
            &list(&each.starttls_ports),
            &list(&each.wrapper_ports),
            &format!("{}{fips}", each.host),
        ]);
    }
    text
}

fn ports(mode: Mode) -> Vec<u16> {
    let ports = PORTS.iter().filter(|port| port.mode == mode);
    ports.map(|port| port.number).collect()
}

fn list(ports: &[u16]) -> String {
    let ports: Vec<_> = ports.iter().map(u16::to_string).collect();
    ports.join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_region_is_a_line_with_all_there_is_to_know() {
        let endpoints = ["us-east-1", "eu-south-1", "xx-new-1"].map(Endpoint::of);
        assert_eq!(
            table(&endpoints),
            "region          sources  STARTTLS       wrapper    host
us-east-1       several  25, 587, 2587  465, 2465  email-smtp.us-east-1.amazonaws.com, email-smtp-fips.us-east-1.amazonaws.com
eu-south-1      one      25, 587, 2587  465, 2465  email-smtp.eu-south-1.amazonaws.com
xx-new-1        none     25, 587, 2587  465, 2465  email-smtp.xx-new-1.amazonaws.com
"
        );
    }
}
