//! Converts a shape to the pieces of its curve, and finds the unit in which all
//! its rates are integers.

use std::time::Duration;

use super::curve::nanos;
use super::piece::Piece;
use super::{COARSE_DECIMALS, Length, Level, Shape, Stage};

/// The decimals with which every rate of the shape is an integer: as few as
/// possible, because random arrivals are rounded to them.
pub(super) fn decimals(shape: &Shape) -> u32 {
    let finest = match shape {
        Shape::Rate(rate) => Some(rate.decimals()),
        Shape::Stages(stages) => {
            let levels = stages.iter().filter_map(Stage::level);
            levels.map(Level::decimals).max()
        }
    };
    finest.unwrap_or(COARSE_DECIMALS)
}

/// The pieces: the warm-up at the first rate of the shape, then the shape.
pub(super) fn pieces(shape: &Shape, warm_up: Duration, length: Length) -> Vec<Piece> {
    let decimals = decimals(shape);
    let even = |level, time| even(level, time, decimals);
    match (shape, length) {
        (Shape::Rate(rate), Length::Duration(time)) => {
            vec![even(Level::from(*rate), warm_up.saturating_add(time))]
        }
        // The number of messages ends it.
        (Shape::Rate(rate), Length::Messages(_)) => vec![even(Level::from(*rate), Duration::MAX)],
        (Shape::Stages(stages), _) => {
            let stages = staged(stages, decimals);
            let first = stages.iter().find(|piece| piece.length > 0);
            let before = first.map(|first| Piece {
                from: first.from,
                to: first.from,
                length: nanos(warm_up),
            });
            before.into_iter().chain(stages).collect()
        }
    }
}

fn staged(stages: &[Stage], decimals: u32) -> Vec<Piece> {
    let even = |level, time| even(level, time, decimals);
    let mut level = Level::NOTHING;
    let mut pieces = Vec::new();
    for stage in stages {
        match *stage {
            Stage::Ramp { to, over } => {
                pieces.push(Piece {
                    from: level.parts_a_day(decimals),
                    to: to.parts_a_day(decimals),
                    length: nanos(over),
                });
                level = to;
            }
            Stage::Hold { hold } => pieces.push(even(level, hold)),
            Stage::Burst {
                burst,
                over,
                every,
                times,
            } => {
                let rest = every.saturating_sub(over);
                let one = [even(burst, over), even(level, rest)];
                pieces.extend((0..times).flat_map(|_| one));
            }
        }
    }
    pieces
}

fn even(level: Level, time: Duration, decimals: u32) -> Piece {
    let rate = level.parts_a_day(decimals);
    Piece {
        from: rate,
        to: rate,
        length: nanos(time),
    }
}
