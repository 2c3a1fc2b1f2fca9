//! The figures of one run for services that keep a history: Bencher, and
//! github-action-benchmark. Neither gets bounds: messages of one run are not
//! independent, so that a spread between runs cannot be taken from one.

use std::io::{self, Write};

use serde_json::{Map, Value, json};

use super::Exporter;
use super::stable::{self, Figure};
use crate::run::Finished;

/// Writes the Bencher Metric Format.
#[derive(Clone, Copy, Debug)]
pub(super) struct Bencher;

impl Exporter<Finished> for Bencher {
    fn export(&self, run: &Finished, to: &mut dyn Write) -> io::Result<()> {
        let mut measures = Map::new();
        for figure in stable::figures(run) {
            measures.insert(figure.name.clone(), json!({ "value": figure.value }));
        }
        pretty(&json!({ &run.record.scenario.name: measures }), to)
    }
}

/// Writes `customSmallerIsBetter` of github-action-benchmark: only figures of which
/// less is better.
#[derive(Clone, Copy, Debug)]
pub(super) struct GithubBenchmark;

impl Exporter<Finished> for GithubBenchmark {
    fn export(&self, run: &Finished, to: &mut dyn Write) -> io::Result<()> {
        let scenario = &run.record.scenario.name;
        let figures = stable::figures(run);
        let smaller = figures.iter().filter(|figure| figure.smaller_is_better);
        let entry = |figure: &Figure| {
            json!({
                "name": format!("{scenario} {}", figure.name),
                "unit": figure.unit,
                "value": figure.value,
            })
        };
        pretty(&smaller.map(entry).collect(), to)
    }
}

fn pretty(value: &Value, to: &mut dyn Write) -> io::Result<()> {
    serde_json::to_writer_pretty(&mut *to, value)?;
    writeln!(to)
}
