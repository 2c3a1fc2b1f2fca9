//! The forms of points, in charts and in their legends.

use super::canvas::Colour;

/// The form of a point, so that colour is not all that tells series apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Mark {
    Circle,
    Triangle,
    Square,
    Diamond,
    Down,
}

impl Mark {
    pub(crate) const ALL: [Self; 5] = [
        Self::Circle,
        Self::Triangle,
        Self::Square,
        Self::Diamond,
        Self::Down,
    ];

    /// Its corners around a place; none of a circle.
    pub(super) fn corners(self, (x, y): (i32, i32), half: i32) -> Vec<(i32, i32)> {
        let offsets: &[(i32, i32)] = match self {
            Self::Circle => &[],
            Self::Triangle => &[(0, -1), (1, 1), (-1, 1)],
            Self::Square => &[(-1, -1), (1, -1), (1, 1), (-1, 1)],
            Self::Diamond => &[(0, -1), (1, 0), (0, 1), (-1, 0)],
            Self::Down => &[(-1, -1), (1, -1), (0, 1)],
        };
        let offsets = offsets.iter();
        offsets
            .map(|(dx, dy)| (x + dx * half, y + dy * half))
            .collect()
    }
}

/// What a legend shows of a colour, and of a point if it is one: the inside of an `svg`
/// of 12 x 12.
pub(super) fn icon(colour: Colour, mark: Option<(Mark, bool)>) -> String {
    let colour = colour.hex();
    let Some((mark, is_hollow)) = mark else {
        return format!("<rect width=\"12\" height=\"12\" fill=\"{colour}\"/>");
    };
    let style = match is_hollow {
        true => format!("fill=\"none\" stroke=\"{colour}\" stroke-width=\"1.5\""),
        false => format!("fill=\"{colour}\""),
    };
    match mark {
        Mark::Circle => format!("<circle cx=\"6\" cy=\"6\" r=\"5\" {style}/>"),
        mark => {
            let corners = mark.corners((6, 6), 5).into_iter();
            let corners: Vec<_> = corners.map(|(x, y)| format!("{x},{y}")).collect();
            format!("<polygon points=\"{}\" {style}/>", corners.join(" "))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::canvas::RED;
    use super::*;

    #[test]
    fn every_point_has_a_form_of_its_own_full_and_hollow() {
        let icons = Mark::ALL
            .iter()
            .flat_map(|mark| [true, false].map(|is_hollow| icon(RED, Some((*mark, is_hollow)))));
        let mut icons: Vec<_> = icons.chain([icon(RED, None)]).collect();
        icons.sort_unstable();
        icons.dedup();
        assert_eq!(icons.len(), 2 * Mark::ALL.len() + 1);
    }
}
