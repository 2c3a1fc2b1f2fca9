//! The changes of figures between arms: each with its interval, and the floor below
//! which it does not matter.

use crate::analysis::comparison::{Answer, Answers, Decision, MARGIN, Role};
use crate::output::answers::{change, interval, measured, points};
use crate::output::page::axes::{changes, place_of_change};
use crate::output::page::canvas::{
    Axis, BLUE, Colour, GREEN, GREY, ORANGE, RED, SHADE, Shape, draw,
};
use crate::output::page::mark::Mark;
use crate::output::page::section::{Chart, Grid, Key, Section};
use crate::text::figures::share;
use crate::text::printable;

/// The answers about an arm, compared with the first one.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Change<'a> {
    /// Its name; empty if there is no other.
    pub(crate) arm: &'a str,
    pub(crate) answers: &'a Answers,
    /// What so many runs could have seen of a figure.
    pub(crate) visible: fn(&Answer) -> Option<String>,
}

/// Rows of the chart; more are in the table.
const MAX_ROWS: usize = 24;

/// Characters of the name of a row.
const MAX_NAME: usize = 34;

/// The section with the chart and the tables. `what` is compared with what.
pub(crate) fn forest(what: &str, all: &[Change]) -> Section {
    let mut section = Section::new("Changes, with their intervals");
    section = section.text(&format!("{what}."));
    for each in all {
        let why = each.answers.undecided.iter().map(ToString::to_string);
        for why in why {
            section = section.text(&named(each.arm, &format!("not decided: {why}")));
        }
    }
    let rows: Vec<Row> = all.iter().flat_map(rows).take(MAX_ROWS).collect();
    if !rows.is_empty() {
        section = section
            .text(&format!(
                "The line is the {}interval of the change, the point its estimate; the shaded part \
                 is the floor, within which a change does not matter. A full point was to be \
                 decided, a hollow one is only described.",
                confidence(all)
            ))
            .chart(chart(&rows));
    }
    let tables = [figures(all), shares(all)].into_iter();
    let tables = tables.filter(|table| !table.rows.is_empty());
    tables.fold(section, Section::table)
}

/// The answers to the questions in words: `response.p50: 6.22 ms to 6.64 ms, +7.2 %`.
pub(crate) fn in_words(answers: &Answers) -> Vec<String> {
    let questions = answers.figures.iter();
    let questions = questions.filter(|each| matches!(each.role, Role::Primary | Role::Asked));
    let words = questions.filter_map(|answer| {
        let estimate = answer.estimate.as_ref()?;
        Some(format!(
            "{}: {} to {}, {} ({})",
            answer.figure,
            measured(&answer.figure, answer.base.median),
            measured(&answer.figure, answer.new.median),
            change(estimate.shift),
            interval(&estimate.interval)
        ))
    });
    words.collect()
}

/// The confidence of the intervals, which is one for all.
fn confidence(all: &[Change]) -> String {
    let mut answers = all.iter().flat_map(|each| &each.answers.figures);
    let estimate = answers.find_map(|answer| answer.estimate.as_ref());
    estimate.map_or_else(String::new, |estimate| {
        format!("{} ", share(estimate.interval.confidence))
    })
}

struct Row {
    name: String,
    shift: f64,
    range: (f64, f64),
    floor: f64,
    decision: Decision,
    is_decided: bool,
}

fn rows<'a>(each: &'a Change<'a>) -> impl Iterator<Item = Row> + 'a {
    let answers = each.answers.figures.iter();
    answers.filter_map(|answer| {
        let estimate = answer.estimate.as_ref()?;
        let name = printable(&named(each.arm, &answer.figure));
        let cut = name.chars().count().saturating_sub(MAX_NAME);
        Some(Row {
            // The end of it is the figure.
            name: name.chars().skip(cut).collect(),
            shift: estimate.shift,
            range: (estimate.interval.low, estimate.interval.high),
            floor: answer.floor,
            decision: answer.decision,
            is_decided: answer.role.is_decided(),
        })
    })
}

fn named(arm: &str, text: &str) -> String {
    match arm {
        "" => text.to_owned(),
        arm => format!("{arm}: {text}"),
    }
}

fn chart(rows: &[Row]) -> Chart {
    let ends = |row: &Row| [row.range.0, row.range.1, row.shift, row.floor, -row.floor];
    let x = changes(rows.iter().flat_map(ends).filter(|each| each.is_finite()));
    let number = rows.len() as f64;
    let middle = |at: usize| number - at as f64 - 0.5;
    let places = rows.iter().enumerate();
    let y = Axis {
        name: "",
        from: 0.0,
        to: number,
        is_log: false,
        marks: places
            .map(|(at, row)| (middle(at), row.name.clone()))
            .collect(),
    };
    let zero = Shape::Line(GREY, 3, vec![(0.0, Some(0.0)), (0.0, Some(number))]);
    let mut shapes = vec![zero];
    for (at, row) in rows.iter().enumerate() {
        let (y, colour) = (middle(at), colour(row.decision));
        let floor = (place_of_change(-row.floor), place_of_change(row.floor));
        shapes.push(Shape::Patch(floor, (y - 0.4, y + 0.4)));
        let range = [row.range.0, row.range.1].map(|end| (place_of_change(end), Some(y)));
        shapes.push(Shape::Line(colour, 6, range.to_vec()));
        let point = (place_of_change(row.shift), y);
        let mark = mark(row.decision);
        shapes.push(Shape::Point(colour, mark, !row.is_decided, point));
    }
    let decisions = [
        Decision::Regressed,
        Decision::Improved,
        Decision::Unchanged,
        Decision::Unclear,
        Decision::Described,
    ];
    let used = decisions.into_iter();
    let used = used.filter(|each| rows.iter().any(|row| row.decision == *each));
    let keys = used.map(|each| Key::point(colour(each), mark(each), false, each.name()));
    let floor = Key::from((SHADE, "shaded: the floor"));
    let height = 110 + 64 * u32::try_from(rows.len()).unwrap_or(1);
    let drawing = draw(&x, &y, height, &shapes);
    Chart::new(
        "Changes of the figures with their intervals and floors",
        keys.chain([floor]),
        drawing,
    )
}

const fn colour(decision: Decision) -> Colour {
    match decision {
        Decision::Improved => GREEN,
        Decision::Regressed => RED,
        Decision::Unchanged => BLUE,
        Decision::Unclear => ORANGE,
        Decision::Described => GREY,
    }
}

const fn mark(decision: Decision) -> Mark {
    match decision {
        Decision::Improved => Mark::Circle,
        Decision::Regressed => Mark::Triangle,
        Decision::Unchanged => Mark::Square,
        Decision::Unclear => Mark::Diamond,
        Decision::Described => Mark::Down,
    }
}

/// The numbers behind the chart.
fn figures(all: &[Change]) -> Grid {
    let head = [
        "figure", "base", "new", "change", "interval", "floor", "decision", "note",
    ];
    let mut grid = Grid::new(&head, &[0, 6, 7]);
    for each in all {
        for answer in &each.answers.figures {
            let estimate = answer.estimate.as_ref();
            let why = answer.undecided.iter().map(ToString::to_string);
            let why = why.filter(|_| answer.role.is_decided());
            let note: Vec<String> = why.chain((each.visible)(answer)).collect();
            grid.row([
                named(each.arm, &answer.figure),
                measured(&answer.figure, answer.base.median),
                measured(&answer.figure, answer.new.median),
                estimate.map_or_else(String::new, |estimate| change(estimate.shift)),
                estimate.map_or_else(String::new, |estimate| interval(&estimate.interval)),
                share(answer.floor),
                answer.decision.to_string(),
                note.join("; "),
            ]);
        }
    }
    grid
}

/// The shares of messages by outcome.
fn shares(all: &[Change]) -> Grid {
    let head = [
        "messages by outcome",
        "base",
        "new",
        "change",
        "margin",
        "decision",
    ];
    let mut grid = Grid::new(&head, &[0, 5]);
    for each in all {
        for answer in &each.answers.shares {
            grid.row([
                named(each.arm, &answer.figure),
                share(answer.base),
                share(answer.new),
                points(answer),
                format!("{} points", MARGIN * 100.0),
                answer.decision.to_string(),
            ]);
        }
    }
    grid
}
