//! The result as a page: the decision, the runs that it rests on, and their charts.

use std::io::{self, Write};
use std::path::Path;

use super::phrases::{headline, runs, visible};
use super::{CompareReport, Exporter};
use crate::analysis::comparison::Role;
use crate::analysis::verdict::Figure;
use crate::output::page::Page;
use crate::output::page::canvas::GREY;
use crate::output::page::section::{Section, shown};
use crate::output::several::{
    Arm, Change, RunSet, Source, class, forest, in_words, overlaid, table,
};

/// Writes the page.
#[derive(Clone, Copy, Debug)]
pub(super) struct Html;

impl Exporter<CompareReport> for Html {
    fn export(&self, report: &CompareReport, to: &mut dyn Write) -> io::Result<()> {
        self.export_in(report, Path::new("."), to)
    }

    fn export_in(
        &self,
        report: &CompareReport,
        folder: &Path,
        to: &mut dyn Write,
    ) -> io::Result<()> {
        page(report, folder).write(to)
    }
}

fn page(report: &CompareReport, folder: &Path) -> Page {
    let set = set(report, folder);
    let conclusion = report.answers.conclusion();
    let headline = headline(report);
    let (word, sentence) = headline.split_once(": ").unwrap_or((&headline, ""));
    let change = Change {
        arm: "",
        answers: &report.answers,
        visible,
    };
    let what = match report.history {
        Some(_) => "The new job against the earlier jobs",
        None => "The new runs against the base",
    };
    let mut notes = in_words(&report.answers);
    notes.push(format!("{}.", runs(report)));
    let mut sections = vec![table(&set), differences(report), forest(what, &[change])];
    if let Some(figure) = question(report) {
        sections.extend(overlaid(&set, figure));
    }
    Page {
        title: shown(&format!("{}: comparison of sesbench", report.scenario)),
        class: class(conclusion),
        word: shown(&word.to_uppercase()),
        sentence: shown(&match sentence {
            "" => ".".to_owned(),
            sentence => format!(": {}.", sentence.trim_end_matches('.')),
        }),
        notes: notes.iter().map(|note| shown(note)).collect(),
        sections,
    }
}

/// The runs in the order in which they were made.
fn set(report: &CompareReport, folder: &Path) -> RunSet {
    let mut arms = Arm::named(match report.history {
        Some(_) => ["earlier jobs", "new job"],
        None => ["base", "new"],
    });
    let excluded = arms.len();
    if !report.excluded.is_empty() {
        arms.extend(Arm::named(["left out"]).into_iter().map(|arm| Arm {
            colour: GREY,
            ..arm
        }));
    }
    let source = |folder: &String, arm, left_out| Source {
        path: folder.into(),
        arm,
        left_out,
    };
    let base = report.base.iter().map(|each| source(each, 0, None));
    let new = report.new.iter().map(|each| source(each, 1, None));
    let left_out = report.excluded.iter();
    let left_out = left_out.map(|each| source(&each.folder, excluded, Some(each.reason.clone())));
    let sources: Vec<Source> = base.chain(new).chain(left_out).collect();
    RunSet::read(arms, &sources, None, folder).by_start()
}

fn differences(report: &CompareReport) -> Section {
    let section = Section::new("What differs");
    if report.differences.is_empty() {
        return section.text("Nothing in the plans, the machine and the program.");
    }
    let differences = report.differences.iter();
    differences.fold(section, |section, each| section.text(each))
}

/// The figure of the question.
fn question(report: &CompareReport) -> Option<Figure> {
    let figures = &report.answers.figures;
    let primary = figures.iter().find(|each| each.role == Role::Primary);
    Figure::from_name(&primary?.figure)
}
