//! The addresses of a `From` field: a list of mailboxes (RFC 5322 section 3.4).
//!
//! It parses as much as is needed to find every address: quoted names, comments,
//! and commas between mailboxes. Anything else is ignored.

/// Every address in the value of a field.
pub(super) fn addresses(value: &str) -> Vec<String> {
    let mut list = List::default();
    let mut characters = value.chars();
    while let Some(character) = characters.next() {
        list.take(character, &mut characters);
    }
    list.end_mailbox();
    list.found
}

#[derive(Default)]
struct List {
    found: Vec<String>,
    /// The text outside brackets, quotes and comments.
    bare: String,
    /// The text within angle brackets.
    angle: Option<String>,
    within_angle: bool,
}

impl List {
    fn take(&mut self, character: char, rest: &mut std::str::Chars<'_>) {
        match character {
            '"' => self.quoted(rest),
            '(' if !self.within_angle => comment(rest),
            '<' => {
                self.within_angle = true;
                self.angle = Some(String::new());
            }
            '>' => self.within_angle = false,
            ',' | ';' if !self.within_angle => self.end_mailbox(),
            // A group's name.
            ':' if !self.within_angle => self.bare.clear(),
            _ => self.text().push(character),
        }
    }

    /// A quoted string is part of an address, within brackets or not.
    fn quoted(&mut self, rest: &mut std::str::Chars<'_>) {
        self.text().push('"');
        while let Some(character) = rest.next() {
            self.text().push(character);
            match character {
                '\\' => {
                    let escaped = rest.next();
                    self.text().extend(escaped);
                }
                '"' => return,
                _ => {}
            }
        }
    }

    fn text(&mut self) -> &mut String {
        match &mut self.angle {
            Some(angle) if self.within_angle => angle,
            _ => &mut self.bare,
        }
    }

    fn end_mailbox(&mut self) {
        let bare = std::mem::take(&mut self.bare);
        let text = self.angle.take().unwrap_or(bare);
        self.within_angle = false;
        let address = text.trim();
        if address.contains('@') {
            self.found.push(address.to_owned());
        }
    }
}

/// Skips a comment; comments can be nested.
fn comment(rest: &mut std::str::Chars<'_>) {
    let mut depth = 1;
    while let Some(character) = rest.next() {
        match character {
            '\\' => {
                rest.next();
            }
            '(' => depth += 1,
            ')' => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            return;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_every_address_and_nothing_else() {
        for (value, wanted) in [
            ("a@b.example", &["a@b.example"][..]),
            ("A <a@b.example>", &["a@b.example"]),
            ("\"B, A\" <a@b.example>", &["a@b.example"]),
            ("a@b.example (A, (B) <x@y>)", &["a@b.example"]),
            ("(c) A <a@b.example> (d)", &["a@b.example"]),
            (
                "B <b@c.example>, a@b.example",
                &["b@c.example", "a@b.example"],
            ),
            (
                "Us: a@b.example, <b@c.example>;",
                &["a@b.example", "b@c.example"],
            ),
            ("\"a,b\"@c.example", &["\"a,b\"@c.example"]),
            ("<\"a>b\"@c.example>", &["\"a>b\"@c.example"]),
            ("nobody", &[]),
            ("", &[]),
            ("<a@b.example", &["a@b.example"]),
            ("\"unended <a@b.example>", &["\"unended <a@b.example>"]),
        ] {
            assert_eq!(addresses(value), wanted, "{value}");
        }
    }
}
