//! Converts a shape to the pieces of its curve, and finds the unit in which all
//! its rates are integers.

use std::time::Duration;

use super::curve::nanos;
use super::piece::Piece;
use super::{COARSE_DECIMALS, Length, Level, Rate, Segment, Shape, segments};

/// The decimals with which every rate of the shape is an integer: as few as
/// possible, because random arrivals are rounded to them.
pub(super) fn decimals(shape: &Shape) -> u32 {
    let levels = shape.levels().into_iter();
    let finest = levels.map(Level::decimals).max();
    finest.unwrap_or(COARSE_DECIMALS)
}

/// The pieces: the warm-up at the first rate of the shape, then the shape.
pub(super) fn pieces(shape: &Shape, warm_up: Duration, length: Length) -> Vec<Piece> {
    let decimals = decimals(shape);
    let even = |rate: Rate, time| piece(Segment::constant(rate.into(), time), decimals);
    match (shape, length) {
        (Shape::Rate(rate), Length::Duration(time)) => {
            vec![even(*rate, warm_up.saturating_add(time))]
        }
        // The number of messages ends it.
        (Shape::Rate(rate), Length::Messages(_)) => vec![even(*rate, Duration::MAX)],
        (Shape::Stages(stages), _) => {
            let stages = segments(stages).into_iter();
            let stages: Vec<_> = stages.map(|segment| piece(segment, decimals)).collect();
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

fn piece(segment: Segment, decimals: u32) -> Piece {
    Piece {
        from: segment.from.parts_a_day(decimals),
        to: segment.to.parts_a_day(decimals),
        length: nanos(segment.length),
    }
}
