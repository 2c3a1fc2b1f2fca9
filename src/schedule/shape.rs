//! From a shape as it was asked for to the pieces of its curve.

use std::time::Duration;

use super::curve::nanos;
use super::piece::Piece;
use crate::scenario::{Length, Level, Shape, Stage};

/// The pieces: the warm-up at the rate the shape begins with, then the shape.
pub(super) fn pieces(shape: &Shape, warm_up: Duration, length: Length) -> Vec<Piece> {
    match (shape, length) {
        (Shape::Rate(rate), Length::Duration(time)) => {
            vec![even(Level::from(*rate), warm_up.saturating_add(time))]
        }
        // It ends by the number of messages.
        (Shape::Rate(rate), Length::Messages(_)) => vec![even(Level::from(*rate), Duration::MAX)],
        (Shape::Stages(stages), _) => {
            let stages = staged(stages);
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

fn staged(stages: &[Stage]) -> Vec<Piece> {
    let mut level = Level::NOTHING;
    let mut pieces = Vec::new();
    for stage in stages {
        match *stage {
            Stage::Ramp { to, over } => {
                pieces.push(Piece {
                    from: level.thousandths_a_day(),
                    to: to.thousandths_a_day(),
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

fn even(level: Level, time: Duration) -> Piece {
    let rate = level.thousandths_a_day();
    Piece {
        from: rate,
        to: rate,
        length: nanos(time),
    }
}
