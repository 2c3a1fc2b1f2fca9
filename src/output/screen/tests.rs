//! Frames, applied to a small terminal.

use super::*;

/// The rows of a terminal, and its cursor. It knows the codes that frames use.
struct Emulated {
    rows: Vec<String>,
    at: (usize, usize),
}

impl Emulated {
    fn new(before: &[&str]) -> Self {
        let rows: Vec<String> = before.iter().map(|row| (*row).to_owned()).collect();
        let at = (rows.len(), 0);
        Self { rows, at }
    }

    fn apply(&mut self, frame: &str) {
        let mut rest = frame.chars().peekable();
        while let Some(c) = rest.next() {
            self.rows
                .resize(self.rows.len().max(self.at.0 + 1), String::new());
            match c {
                '\r' => self.at.1 = 0,
                '\n' => self.at = (self.at.0 + 1, 0),
                '\x1b' => {
                    assert_eq!(rest.next(), Some('['));
                    let mut number = String::new();
                    while let Some(digit) = rest.next_if(char::is_ascii_digit) {
                        number.push(digit);
                    }
                    self.code(&number, rest.next().unwrap());
                }
                c => {
                    let row = &mut self.rows[self.at.0];
                    assert_eq!(row.chars().count(), self.at.1, "written over {row:?}");
                    row.push(c);
                    self.at.1 += 1;
                }
            }
        }
    }

    fn code(&mut self, number: &str, code: char) {
        match (number, code) {
            (up, 'A') => self.at.0 -= up.parse::<usize>().unwrap(),
            ("2", 'K') => self.rows[self.at.0].clear(),
            ("", 'J') => self.rows.truncate(self.at.0),
            (_, 'm') => {}
            other => panic!("a code that no frame needs: {other:?}"),
        }
    }

    fn shown(&self) -> Vec<&str> {
        let rows = self.rows.iter().map(String::as_str);
        let mut rows: Vec<_> = rows.collect();
        while rows.last().is_some_and(|row| row.is_empty()) {
            rows.pop();
        }
        rows
    }
}

const fn terminal(columns: usize, rows: usize) -> Terminal {
    Terminal {
        size: TerminalSize { columns, rows },
        reflows: true,
    }
}

fn lines(lines: &[&str]) -> Vec<String> {
    lines.iter().map(|line| (*line).to_owned()).collect()
}

const EMPTY: Screen = Screen { lines: Vec::new() };

#[test]
fn lines_are_replaced_in_place_and_removed() {
    let (mut screen, mut shown) = (EMPTY, Emulated::new(&["$ sesbench run"]));
    let size = terminal(80, 24);
    shown.apply(&screen.frame(None, lines(&["one", "\x1b[31mtwo\x1b[0m", "three"]), size));
    assert_eq!(shown.shown(), ["$ sesbench run", "one", "two", "three"]);
    assert_eq!(
        shown.at,
        (4, 0),
        "the cursor is below, where a prompt is expected"
    );
    shown.apply("^C");
    shown.apply(&screen.frame(None, lines(&["1", "2"]), size));
    assert_eq!(shown.shown(), ["$ sesbench run", "1", "2"]);
    shown.apply(&screen.frame(None, lines(&["1", "2", "3"]), size));
    assert_eq!(shown.shown(), ["$ sesbench run", "1", "2", "3"]);
    shown.apply(&screen.frame(None, Vec::new(), size));
    assert_eq!(shown.shown(), ["$ sesbench run"]);
    assert_eq!(shown.at, (1, 0));
    assert_eq!(
        screen.frame(None, Vec::new(), size),
        "",
        "nothing to remove"
    );
}

#[test]
fn a_line_that_is_printed_meanwhile_goes_above() {
    let (mut screen, mut shown) = (EMPTY, Emulated::new(&[]));
    let size = terminal(80, 24);
    shown.apply(&screen.frame(None, lines(&["a", "b"]), size));
    let again = screen.lines.clone();
    shown.apply(&screen.frame(Some("sesbench: a warning"), again, size));
    assert_eq!(shown.shown(), ["sesbench: a warning", "a", "b"]);
    shown.apply(&screen.frame(None, lines(&["c", "d"]), size));
    assert_eq!(shown.shown(), ["sesbench: a warning", "c", "d"]);
}

/// The terminal got narrower, and continued each line in further rows.
#[test]
fn lines_that_were_reflowed_are_removed_with_all_their_rows() {
    let (mut screen, mut shown) = (EMPTY, Emulated::new(&["before"]));
    let wide = "x".repeat(70);
    shown.apply(&screen.frame(None, lines(&[&wide, "short", &wide]), terminal(80, 24)));
    let (third, rest) = ("x".repeat(30), "x".repeat(10));
    let mut narrow = Emulated::new(&[
        "before", &third, &third, &rest, "short", &third, &third, &rest,
    ]);
    let frame = screen.frame(None, lines(&["new", "lines"]), terminal(30, 24));
    narrow.apply(&frame);
    assert_eq!(narrow.shown(), ["before", "new", "lines"]);
    // One that cuts them instead.
    let mut cutting = terminal(30, 24);
    cutting.reflows = false;
    assert_eq!(cutting.rows(&wide), 1);
}

#[test]
fn a_low_terminal_gets_the_first_lines() {
    let (mut screen, mut shown) = (EMPTY, Emulated::new(&[]));
    shown.apply(&screen.frame(None, lines(&["a", "b", "c", "d"]), terminal(80, 3)));
    assert_eq!(shown.shown(), ["a", "b"]);
    shown.apply(&screen.frame(None, lines(&["e", "f", "g"]), terminal(80, 1)));
    assert_eq!(shown.shown(), Vec::<&str>::new());
}

#[test]
fn colours_have_no_width() {
    for (line, columns) in [("", 0), ("abc", 3), ("\x1b[1mab\x1b[0m c", 4), ("▁▂", 2)] {
        assert_eq!(width(line), columns, "{line:?}");
    }
}
