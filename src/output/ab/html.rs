//! The result as a page: the decision of each series, its runs, and their charts.

use std::io::{self, Write};
use std::path::Path;

use super::phrases::{decision, pairs, title, visible};
use super::sessions::{closing, overhead, phases};
use super::{AbArm, AbEnd, AbReport, AbSeries};
use crate::analysis::ab::SessionCost;
use crate::analysis::comparison::{Conclusion, Role};
use crate::analysis::verdict::Figure;
use crate::output::Exporter;
use crate::output::page::Page;
use crate::output::page::axes::{log_millis, log_numbers};
use crate::output::page::canvas::{Shape, draw};
use crate::output::page::section::{Chart, Grid, Key, Section, shown};
use crate::output::several::{
    Arm, Change, Difference, RunSet, Source, class, differences, forest, in_words, overlaid, table,
};
use crate::run::{AB, AbRecord, AbRunRecord, Series, run_name};

const HEIGHT: u32 = 480;

/// Writes the page.
#[derive(Clone, Copy, Debug)]
pub(super) struct Html;

impl Exporter<AbReport> for Html {
    fn export(&self, report: &AbReport, to: &mut dyn Write) -> io::Result<()> {
        self.export_in(report, Path::new("."), to)
    }

    fn export_in(&self, report: &AbReport, folder: &Path, to: &mut dyn Write) -> io::Result<()> {
        page(report, folder).write(to)
    }
}

fn page(report: &AbReport, folder: &Path) -> Page {
    let first = report.series.first();
    let arm = first.and_then(essential);
    let conclusion = arm.map_or(Conclusion::Described, |arm| arm.answers.conclusion());
    let sentence = match (first, arm) {
        (Some(series), Some(arm)) => sentence(report, series, arm),
        _ => "no series has begun".to_owned(),
    };
    let mut notes = arm.map_or_else(Vec::new, |arm| in_words(&arm.answers));
    for series in &report.series {
        if let AbEnd::Stopped { why } = &series.end {
            notes.push(format!("Stopped: {why}"));
        }
        let others = series.arms.iter();
        let others = others.filter(|each| arm.is_none_or(|arm| !std::ptr::eq(*each, arm)));
        notes.extend(others.map(|each| sentence_of(report, series, each)));
    }
    let sections = report.series.iter();
    let sections = sections.flat_map(|series| {
        let mut sections = sections_of(series, folder);
        if let Some(name) = series
            .condition
            .as_deref()
            .filter(|_| report.series.len() > 1)
        {
            for section in &mut sections {
                section.title = shown(&format!("{name}: {}", section.title));
            }
        }
        sections
    });
    Page {
        title: shown(&match report.series.as_slice() {
            [] => "Series of sesbench".to_owned(),
            [only] => format!("{}: series of sesbench", title(only)),
            [first, ..] => format!("{}: {}: series of sesbench", first.scenario, first.factor),
        }),
        class: class(conclusion),
        word: shown(&conclusion.name().to_uppercase()),
        sentence: shown(&format!(": {sentence}")),
        notes: notes.iter().map(|note| shown(note)).collect(),
        sections: sections.collect(),
    }
}

/// The arm that decides about the first series, as its exit code does.
fn essential(series: &AbSeries) -> Option<&AbArm> {
    let rank = |arm: &&AbArm| match arm.answers.conclusion() {
        Conclusion::Regressed => 0,
        Conclusion::Unclear | Conclusion::Described => 1,
        Conclusion::Improved => 2,
        Conclusion::Unchanged => 3,
    };
    series.arms.iter().min_by_key(rank)
}

fn sentence(report: &AbReport, series: &AbSeries, arm: &AbArm) -> String {
    let name = series.condition.iter().filter(|_| report.series.len() > 1);
    let name: String = name.map(|name| format!("{name}: ")).collect();
    format!("{name}{}; {}.", decision(series, arm), pairs(series))
}

/// The same with its own word.
fn sentence_of(report: &AbReport, series: &AbSeries, arm: &AbArm) -> String {
    let word = arm.answers.conclusion().name().to_uppercase();
    let values = in_words(&arm.answers).join("; ");
    format!("{word}: {} {values}", sentence(report, series, arm))
}

fn sections_of(series: &AbSeries, folder: &Path) -> Vec<Section> {
    let changes: Vec<Change> = series.arms.iter().map(|arm| change(series, arm)).collect();
    let values = series.arms.iter().map(|arm| arm.value.as_str());
    let values: Vec<&str> = values.collect();
    let what = format!("{} against {}, in pairs", values.join(", "), series.base);
    let record = Series::read::<AbRecord>(AB, &series.folder);
    let mut sections = match &record {
        Ok(record) => {
            let set = set(series, record, folder);
            let mut sections = vec![
                table(&set),
                what_differs(series, &set),
                forest(&what, &changes),
            ];
            if let Some(figure) = question(series) {
                sections.extend(overlaid(&set, figure));
            }
            sections
        }
        Err(error) => vec![
            Section::new("Runs").text(&format!("Not known: {error}.")),
            forest(&what, &changes),
        ],
    };
    sections.extend(series.sessions.as_ref().map(|cost| sessions(series, cost)));
    sections
}

fn change<'a>(series: &'a AbSeries, arm: &'a AbArm) -> Change<'a> {
    Change {
        arm: match series.arms.len() {
            1 => "",
            _ => &arm.value,
        },
        answers: &arm.answers,
        visible,
    }
}

/// The base and the values that are compared with it.
fn arms(series: &AbSeries) -> Vec<Arm> {
    let values = series.arms.iter().map(|arm| &arm.value);
    Arm::named(std::iter::once(&series.base).chain(values))
}

fn set(series: &AbSeries, record: &AbRecord, folder: &Path) -> RunSet {
    let sources = record.runs.iter().map(|run| Source {
        path: series.folder.join(run_name(run.number)),
        arm: run.arm,
        left_out: left_out(record, run),
    });
    let sources: Vec<Source> = sources.collect();
    RunSet::read(arms(series), &sources, None, folder)
}

/// Why a run is not compared: a run in doubt drops its whole pair.
fn left_out(record: &AbRecord, run: &AbRunRecord) -> Option<String> {
    if run.pair == 0 {
        return Some("the first pair is discarded".to_owned());
    }
    let mut pair = record.runs.iter().filter(|other| other.pair == run.pair);
    let other = pair.find(|other| other.doubt.is_some());
    let dropped = other.map(|other| format!("dropped with run {}", run_name(other.number)));
    run.doubt.clone().or(dropped)
}

/// The factor alone: the plans are made with its values.
fn what_differs(series: &AbSeries, set: &RunSet) -> Section {
    let values = series.arms.iter().map(|arm| arm.value.clone());
    let factor = Difference {
        key: series.factor.clone(),
        values: std::iter::once(series.base.clone()).chain(values).collect(),
    };
    differences(set, &[factor])
}

/// The figure of the question.
fn question(series: &AbSeries) -> Option<Figure> {
    let mut figures = series.arms.first()?.answers.figures.iter();
    let primary = figures.find(|each| each.role == Role::Primary);
    Figure::from_name(&primary?.figure)
}

/// What a session costs in two TLS modes, and what is left of it per message.
fn sessions(series: &AbSeries, cost: &SessionCost) -> Section {
    let arms = arms(series);
    let line = |mode: usize| {
        let points = cost.overhead.iter();
        let points = points.map(|each| (each.messages as f64, Some(each.set_up_us[mode])));
        points.collect::<Vec<_>>()
    };
    let pair = arms.iter().zip(cost.modes);
    let mut shapes = Vec::new();
    for (mode, (arm, _)) in pair.clone().enumerate() {
        shapes.push(Shape::Line(arm.colour, 5, line(mode)));
        let points = line(mode).into_iter().filter_map(|(x, y)| Some((x, y?)));
        shapes.extend(points.map(|place| Shape::Point(arm.colour, arm.mark, false, place)));
    }
    let keys = pair.map(|(arm, mode)| Key::point(arm.colour, arm.mark, false, mode));
    let x = log_numbers(
        "messages per session",
        cost.overhead.iter().map(|each| each.messages),
    );
    let all = cost.overhead.iter().flat_map(|each| each.set_up_us);
    let drawing = draw(&x, &log_millis(all), HEIGHT, &shapes);
    let mut section = Section::new("A session, and what it adds to a message");
    for sentence in closing(series) {
        section = section.text(&sentence);
    }
    section
        .text(
            "The chart is the set-up per message: it is paid once a session. The first table has \
             medians in ms; in the second one, the difference is a share of a transaction.",
        )
        .chart(Chart::new(
            "Set-up per message by messages per session",
            keys,
            drawing,
        ))
        .table(Grid::of_table(&phases(cost), &[0]))
        .table(Grid::of_table(&overhead(cost), &[]))
}
