//! Parses a command line.
//!
//! Only its syntax is checked here; the session decides whether the command is
//! allowed.

mod path;

pub(super) use self::path::address;

/// A command, without the parameters that SES ignores.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Command<'a> {
    /// EHLO with its name, which may be empty.
    Ehlo(&'a [u8]),
    /// HELO with its name, which may be empty.
    Helo(&'a [u8]),
    /// STARTTLS with its arguments.
    StartTls(&'a [u8]),
    /// AUTH with its arguments.
    Auth(&'a [u8]),
    /// MAIL with the text after `FROM:`, if present.
    Mail(Option<&'a [u8]>),
    /// RCPT with the text after `TO:`, if present.
    Rcpt(Option<&'a [u8]>),
    Data,
    Rset,
    Noop,
    Vrfy,
    Quit,
    /// A verb that SES does not know.
    Unknown,
    /// Fewer than four characters.
    TooShort,
}

impl Command<'_> {
    /// Whether SES accepts it before TLS, without a 530.
    pub(super) fn is_allowed_in_plaintext(&self) -> bool {
        !matches!(
            self,
            Command::Helo(_)
                | Command::Auth(_)
                | Command::Mail(_)
                | Command::Rcpt(_)
                | Command::Data
                | Command::Rset
                | Command::Vrfy
        )
    }
}

/// Parses a line, without its CRLF.
pub(super) fn parse(line: &[u8]) -> Command<'_> {
    let line = line.trim_ascii();
    if line.len() < 4 {
        return Command::TooShort;
    }
    let (verb, rest) = word(line);
    let commands: [(&str, Command<'_>); 11] = [
        ("MAIL", Command::Mail(after(rest, b"FROM:"))),
        ("RCPT", Command::Rcpt(after(rest, b"TO:"))),
        ("DATA", Command::Data),
        ("EHLO", Command::Ehlo(rest)),
        ("STARTTLS", Command::StartTls(rest)),
        ("AUTH", Command::Auth(rest)),
        ("RSET", Command::Rset),
        ("QUIT", Command::Quit),
        ("NOOP", Command::Noop),
        ("HELO", Command::Helo(rest)),
        ("VRFY", Command::Vrfy),
    ];
    commands
        .into_iter()
        .find(|(name, _)| verb.eq_ignore_ascii_case(name.as_bytes()))
        .map_or(Command::Unknown, |(_, command)| command)
}

/// The first word of `text`, and the rest.
pub(super) fn word(text: &[u8]) -> (&[u8], &[u8]) {
    let end = text.iter().position(|byte| *byte == b' ');
    let (word, rest) = text.split_at(end.unwrap_or(text.len()));
    (word, rest.trim_ascii())
}

fn after<'a>(text: &'a [u8], prefix: &[u8]) -> Option<&'a [u8]> {
    let (start, rest) = text.split_at_checked(prefix.len())?;
    start.eq_ignore_ascii_case(prefix).then_some(rest)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn knows_verbs_in_any_case() {
        assert_eq!(parse(b"ehlo client"), Command::Ehlo(b"client"));
        assert_eq!(parse(b"EHLO"), Command::Ehlo(b""));
        assert_eq!(parse(b"Mail from:<a@b>"), Command::Mail(Some(b"<a@b>")));
        assert_eq!(parse(b"MAIL FROM: a@b"), Command::Mail(Some(b" a@b")));
        assert_eq!(parse(b"MAIL a@b"), Command::Mail(None));
        assert_eq!(parse(b"RCPT TO:<a@b> "), Command::Rcpt(Some(b"<a@b>")));
        assert_eq!(parse(b"STARTTLS now"), Command::StartTls(b"now"));
        assert_eq!(parse(b"QUIT "), Command::Quit);
    }

    #[test]
    fn distinguishes_unknown_from_too_short() {
        assert_eq!(parse(b"HELP"), Command::Unknown);
        assert_eq!(parse(b"MAILX FROM:<a@b>"), Command::Unknown);
        assert_eq!(parse(b"\xff\xfe\xfd\xfc"), Command::Unknown);
        assert_eq!(parse(b"EHL"), Command::TooShort);
        assert_eq!(parse(b""), Command::TooShort);
    }
}
