//! The drawing of a chart: axes, steps, areas, bars. Only the drawing; what it shows is
//! decided by the sections.
//!
//! Colours are attributes of the SVG, so that they survive where styles are removed,
//! and have enough contrast on a white and on a dark page. Coordinates are twice the
//! size of the page, because plotters rounds them to whole numbers.

use plotters::prelude::*;
use plotters::style::text_anchor::{HPos, Pos, VPos};

use super::mark::Mark;

/// A colour of a series.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Colour(u8, u8, u8);

pub(crate) const BLUE: Colour = Colour(0x3b, 0x82, 0xc4);
pub(crate) const GREEN: Colour = Colour(0x3a, 0x9d, 0x5d);
pub(crate) const ORANGE: Colour = Colour(0xd9, 0x77, 0x06);
pub(crate) const RED: Colour = Colour(0xd1, 0x49, 0x5b);
pub(crate) const PURPLE: Colour = Colour(0x8b, 0x6f, 0xc0);
pub(crate) const BROWN: Colour = Colour(0xa0, 0x71, 0x4a);
pub(crate) const PINK: Colour = Colour(0xc8, 0x64, 0x9a);
pub(crate) const YELLOW: Colour = Colour(0xb8, 0xa0, 0x00);
pub(crate) const TEAL: Colour = Colour(0x2a, 0x9d, 0x9f);
/// Of the legend: what [`Shape::Shade`] looks like.
pub(crate) const SHADE: Colour = Colour(0xc4, 0xc4, 0xc4);
pub(crate) const GREY: Colour = Colour(0x8a, 0x8a, 0x8a);

impl Colour {
    /// As an attribute of SVG.
    pub(crate) fn hex(&self) -> String {
        format!("#{:02x}{:02x}{:02x}", self.0, self.1, self.2)
    }

    const fn rgb(self) -> RGBColor {
        RGBColor(self.0, self.1, self.2)
    }
}

const WIDTH: i32 = 1_440;
/// At least; more where the marks of the y axis have longer names.
const LEFT: i32 = 150;
/// Half of the name of the last mark of the x axis is beyond it.
const RIGHT: i32 = WIDTH - 46;
const TOP: i32 = 20;
/// Below the drawing: the marks of the axis and its name.
const BELOW: i32 = 90;
const FONT: i32 = 26;
/// The mean width of a character of that size.
const CHARACTER: i32 = 14;
/// Half the size of a point.
const POINT: i32 = 11;

/// A finished drawing: the elements inside of an `svg`.
#[derive(Debug)]
pub(crate) struct Drawing {
    pub(crate) body: String,
    pub(crate) width: u32,
    pub(crate) height: u32,
}

/// An axis: from where to where, and its marks. A logarithmic one maps by its
/// logarithm.
#[derive(Clone, Debug)]
pub(crate) struct Axis {
    pub(crate) name: &'static str,
    pub(crate) from: f64,
    pub(crate) to: f64,
    pub(crate) is_log: bool,
    pub(crate) marks: Vec<(f64, String)>,
}

impl Axis {
    /// The share of the axis at which a value lies.
    fn share(&self, value: f64) -> f64 {
        let place = |value: f64| match self.is_log {
            true => value.max(f64::MIN_POSITIVE).log10(),
            false => value,
        };
        let length = place(self.to) - place(self.from);
        ((place(value) - place(self.from)) / length).clamp(0.0, 1.0)
    }
}

/// What is drawn, from the back to the front.
#[derive(Clone, Debug)]
pub(crate) enum Shape {
    /// The background between two places of the x axis.
    Shade(f64, f64),
    /// A line of a width through points; a point without a value ends it.
    Line(Colour, u32, Vec<(f64, Option<f64>)>),
    /// The area between a lower and an upper line.
    Area(Colour, Vec<(f64, f64, f64)>),
    /// A horizontal bar: from, to, and its row from the top.
    Bar(Colour, f64, f64, usize, f64),
    /// The background of a rectangle: its places of the x axis and of the y axis.
    Patch((f64, f64), (f64, f64)),
    /// A rectangle of a strength.
    Block(Colour, (f64, f64), (f64, f64), f64),
    /// A line that shows through, for one of many.
    Thin(Colour, Vec<(f64, Option<f64>)>),
    /// A point, which may be hollow.
    Point(Colour, Mark, bool, (f64, f64)),
}

/// Draws the shapes between two axes, `height` high.
pub(crate) fn draw(x: &Axis, y: &Axis, height: u32, shapes: &[Shape]) -> Drawing {
    let mut text = String::new();
    let drawn = paint(&mut text, x, y, height, shapes);
    drawn.expect("an SVG in memory has no errors");
    Drawing {
        body: inner(&text),
        width: WIDTH as u32,
        height,
    }
}

/// The elements inside of the outer `svg`, on one line each.
fn inner(svg: &str) -> String {
    let body = svg.split_once("<svg").map_or("", |(_, rest)| rest);
    let body = body.split_once('>').map_or("", |(_, rest)| rest);
    let body = body.trim_end().trim_end_matches("</svg>");
    let lines: Vec<_> = body.lines().filter(|line| !line.is_empty()).collect();
    lines.join("\n")
}

type Failed = Box<dyn std::error::Error>;

fn paint(to: &mut String, x: &Axis, y: &Axis, height: u32, shapes: &[Shape]) -> Result<(), Failed> {
    let area = SVGBackend::with_string(to, (WIDTH as u32, height)).into_drawing_area();
    let bottom = i32::try_from(height)? - BELOW;
    let longest = y.marks.iter().map(|(_, name)| name.chars().count()).max();
    let longest = i32::try_from(longest.unwrap_or(0))?;
    let left = LEFT
        .max(longest.saturating_mul(CHARACTER) + 24)
        .min(WIDTH / 2);
    let at_x = |value: f64| left + (x.share(value) * f64::from(RIGHT - left)).round() as i32;
    let at_y = |value: f64| bottom - (y.share(value) * f64::from(bottom - TOP)).round() as i32;
    for shape in shapes {
        let corners = match shape {
            Shape::Shade(from, to) => [(at_x(*from), TOP), (at_x(*to), bottom)],
            Shape::Patch(x, y) => [(at_x(x.0), at_y(y.1)), (at_x(x.1), at_y(y.0))],
            _ => continue,
        };
        area.draw(&Rectangle::new(corners, GREY.rgb().mix(0.2).filled()))?;
    }
    let label = |text: &str, at: (i32, i32), h: HPos, v: VPos| {
        let style = ("sans-serif", FONT).into_font().color(&GREY.rgb());
        Text::new(text.to_owned(), at, style.pos(Pos::new(h, v)))
    };
    let thin = GREY.rgb().mix(0.35).stroke_width(1);
    for (value, text) in &y.marks {
        let at = at_y(*value);
        area.draw(&PathElement::new([(left, at), (RIGHT, at)], thin))?;
        area.draw(&label(text, (left - 12, at), HPos::Right, VPos::Center))?;
    }
    for (value, text) in &x.marks {
        let at = at_x(*value);
        area.draw(&PathElement::new([(at, TOP), (at, bottom)], thin))?;
        area.draw(&label(text, (at, bottom + 10), HPos::Center, VPos::Top))?;
    }
    let middle = (left + RIGHT) / 2;
    area.draw(&label(
        x.name,
        (middle, bottom + 48),
        HPos::Center,
        VPos::Top,
    ))?;
    for shape in shapes {
        match shape {
            Shape::Shade(..) | Shape::Patch(..) => {}
            Shape::Line(_, _, points) | Shape::Thin(_, points) => {
                let style = match shape {
                    Shape::Line(colour, width, _) => colour.rgb().stroke_width(*width),
                    Shape::Thin(colour, _) => colour.rgb().mix(0.5).stroke_width(2),
                    _ => continue,
                };
                for part in points.split(|(_, value)| value.is_none()) {
                    let part = part
                        .iter()
                        .filter_map(|(x, y)| Some((at_x(*x), at_y((*y)?))));
                    let mut part: Vec<_> = part.collect();
                    part.dedup();
                    if !part.is_empty() {
                        area.draw(&PathElement::new(part, style))?;
                    }
                }
            }
            Shape::Area(colour, points) => {
                let upper = points.iter().map(|(x, _, high)| (at_x(*x), at_y(*high)));
                let lower = points
                    .iter()
                    .rev()
                    .map(|(x, low, _)| (at_x(*x), at_y(*low)));
                let outline: Vec<_> = upper.chain(lower).collect();
                area.draw(&Polygon::new(outline, colour.rgb().filled()))?;
            }
            Shape::Bar(colour, from, to, row, strength) => {
                let rows = y.marks.len().max(1);
                let each = (bottom - TOP) / i32::try_from(rows)?;
                let middle = TOP + each * i32::try_from(*row)? + each / 2;
                let half = (each / 4).max(4);
                let right = at_x(*to).max(at_x(*from) + 2);
                let corners = [(at_x(*from), middle - half), (right, middle + half)];
                area.draw(&Rectangle::new(
                    corners,
                    colour.rgb().mix(*strength).filled(),
                ))?;
            }
            Shape::Block(colour, x, y, strength) => {
                let right = at_x(x.1).max(at_x(x.0) + 2);
                let corners = [(at_x(x.0), at_y(y.1)), (right, at_y(y.0))];
                let style = colour.rgb().mix(*strength).filled();
                area.draw(&Rectangle::new(corners, style))?;
            }
            Shape::Point(colour, mark, is_hollow, (x, y)) => {
                let place = (at_x(*x), at_y(*y));
                let style = match is_hollow {
                    true => colour.rgb().stroke_width(3),
                    false => colour.rgb().filled(),
                };
                let mut corners = mark.corners(place, POINT);
                match (mark, is_hollow) {
                    (Mark::Circle, _) => area.draw(&Circle::new(place, POINT, style))?,
                    (_, false) => area.draw(&Polygon::new(corners, style))?,
                    (_, true) => {
                        corners.push(corners[0]);
                        area.draw(&PathElement::new(corners, style))?;
                    }
                }
            }
        }
    }
    area.present()?;
    Ok(())
}
