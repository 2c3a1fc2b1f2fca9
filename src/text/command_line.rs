//! A command line, to be kept and shown: without secrets, and as a shell reads it.
//!
//! The program takes no secret as an argument. This is for those that were given by
//! mistake, or in a header: what has a name that is usual for secrets is concealed, and
//! so is the user of a URL.

/// Stands for a secret.
const CONCEALED: &str = "<secret>";

/// Parts of the names of flags, keys, headers and parameters whose values are secret.
const SECRET_NAMES: [&str; 13] = [
    "password",
    "passwd",
    "passphrase",
    "secret",
    "token",
    "authorization",
    "api-key",
    "apikey",
    "access-key",
    "accesskey",
    "private-key",
    "signature",
    "cookie",
];

/// Ends of names whose values tell where a secret is, or how it is used.
const NOT_SECRET: [&str; 2] = ["-env", "-file"];

/// The arguments without what may be a secret.
pub(crate) fn without_secrets(arguments: impl IntoIterator<Item = String>) -> Vec<String> {
    let mut is_value = false;
    let arguments = arguments.into_iter().map(|argument| {
        let flag = argument.strip_prefix("--");
        let is_secret = std::mem::take(&mut is_value) && flag.is_none();
        is_value = flag.is_some_and(|name| !name.contains('=') && is_secret_name(name));
        match is_secret {
            true => CONCEALED.to_owned(),
            false => without_secret(&argument),
        }
    });
    arguments.collect()
}

/// The arguments in one line that a shell reads as these arguments.
pub(crate) fn shell_line(arguments: &[String]) -> String {
    let quoted: Vec<_> = arguments.iter().map(|each| quoted(each)).collect();
    quoted.join(" ")
}

/// `name=value` and `name: value`, also as a part of a value, and `scheme://user@host`.
fn without_secret(argument: &str) -> String {
    let argument = without_user(argument);
    let separators = argument.match_indices(['=', ':']);
    for (at, separator) in separators {
        // A colon is a separator in a header, which has a space behind it.
        let is_header = separator == ":" && argument[at + 1..].starts_with(' ');
        let name = name_before(&argument[..at]);
        if (separator == "=" || is_header) && is_secret_name(name) {
            let end = at + separator.len();
            let space = if is_header { " " } else { "" };
            return format!("{}{space}{CONCEALED}", &argument[..end]);
        }
    }
    argument
}

/// The word at the end of the text.
fn name_before(text: &str) -> &str {
    let text = text.trim_end_matches([' ', '"', '\'']);
    let is_part = |c: char| c.is_alphanumeric() || matches!(c, '-' | '_' | '.');
    let start = text.rfind(|c| !is_part(c));
    let start = start.map_or(0, |at| {
        at + text[at..].chars().next().map_or(0, char::len_utf8)
    });
    &text[start..]
}

fn is_secret_name(name: &str) -> bool {
    let name = name.to_lowercase().replace('_', "-");
    let is_exempt = NOT_SECRET.iter().any(|end| name.ends_with(end));
    !is_exempt && SECRET_NAMES.iter().any(|part| name.contains(part))
}

fn without_user(argument: &str) -> String {
    let (mut shown, mut rest) = (String::new(), argument);
    while let Some(at) = rest.find("://") {
        let (scheme, behind) = rest.split_at(at + 3);
        let end = behind.find(['/', '?', '#', ' ', '"', ',']);
        let (authority, tail) = behind.split_at(end.unwrap_or(behind.len()));
        shown.push_str(scheme);
        match authority.rfind('@') {
            Some(user) => shown.extend([CONCEALED, &authority[user..]]),
            None => shown.push_str(authority),
        }
        rest = tail;
    }
    shown + rest
}

fn quoted(argument: &str) -> String {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "-_./:=,@%+".contains(c);
    match !argument.is_empty() && argument.chars().all(is_plain) {
        true => argument.to_owned(),
        false => format!("'{}'", argument.replace('\'', "'\\''")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(line: &[&str]) -> String {
        let arguments = line.iter().map(|each| (*each).to_owned());
        without_secrets(arguments).join(" ")
    }

    #[test]
    fn what_may_be_a_secret_is_concealed() {
        for (line, expected) in [
            (&["--password", "hunter2", "x"][..], "--password <secret> x"),
            (&["--password=hunter2"], "--password=<secret>"),
            (&["--smtp-Password", "--quiet"], "--smtp-Password --quiet"),
            (
                &["--set", "auth.password=a=b"],
                "--set auth.password=<secret>",
            ),
            (&["--set=auth.password=a"], "--set=auth.password=<secret>"),
            (
                &["message.headers={X=\"y\", X-Auth-Token = \"z\"}"],
                "message.headers={X=\"y\", X-Auth-Token =<secret>",
            ),
            (
                &["--header", "Authorization: Bearer z"],
                "--header Authorization: <secret>",
            ),
            (
                &["--proxy=http://me:pw@proxy.example:80/x@y"],
                "--proxy=http://<secret>@proxy.example:80/x@y",
            ),
            (
                &["https://a.example/?n=1&token=z&m=2"],
                "https://a.example/?n=1&token=<secret>",
            ),
            (&["a://b:c@d,e://f:g@h"], "a://<secret>@d,e://<secret>@h"),
            (
                &["AWS_SECRET_ACCESS_KEY=z"],
                "AWS_SECRET_ACCESS_KEY=<secret>",
            ),
            (&["\u{202e}pässword=z"], "\u{202e}pässword=z"),
            (&["ü password=z"], "ü password=<secret>"),
        ] {
            assert_eq!(shown(line), expected);
        }
    }

    #[test]
    fn everything_else_is_as_it_was_given() {
        for line in [
            &[][..],
            &["run", "scenarios/steady.toml", "--rate", "200/s"],
            &["--target", "relay.example.com:587", "--to", "a@b.example"],
            &["--threshold", "response.p99[30s..60s]<250ms", ""],
            &[
                "--set",
                "auth.password_env=MY_PASSWORD",
                "--set",
                "auth.password_file=/run/secrets/x",
            ],
            &[
                "--set",
                "auth.wrong_credentials=true",
                "--export",
                "html=a: b",
            ],
        ] {
            assert_eq!(shown(line), line.join(" "));
        }
    }

    #[test]
    fn a_shell_reads_the_line_as_the_arguments() {
        for (argument, expected) in [
            ("--rate=200/s", "--rate=200/s"),
            ("", "''"),
            ("response.p99<250ms", "'response.p99<250ms'"),
            ("it's", "'it'\\''s'"),
            ("<secret>", "'<secret>'"),
            ("a b\n$(x)", "'a b\n$(x)'"),
        ] {
            assert_eq!(quoted(argument), expected);
        }
        let line = ["sesbench", "run", "a b"].map(str::to_owned);
        assert_eq!(shell_line(&line), "sesbench run 'a b'");
    }
}
