//! Reads an IAM secret access key from a file, the environment or a prompt.
//! Never from an argument, and no error shows it.

use std::io::{self, IsTerminal};
use std::path::Path;

use secrecy::SecretString;

use crate::scenario::Environment;

/// A secret, and where it comes from.
#[derive(Debug)]
pub(super) struct Secret {
    pub(super) text: SecretString,
    pub(super) source: Source,
}

/// Where a secret comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Source {
    File,
    /// sesbench's own variable.
    Own,
    /// The variable of the AWS tools.
    Aws,
    Asked,
}

/// Holds the secret access key from which the SMTP password was derived. It is
/// optional; with it, the diagnosis of a 535 is exact.
const OWN: &str = "SESBENCH_SECRET_ACCESS_KEY";

/// The variables, in order of precedence.
const VARIABLES: [(&str, Source); 2] = [(OWN, Source::Own), ("AWS_SECRET_ACCESS_KEY", Source::Aws)];

/// Prompts for a secret.
type Ask<'a> = &'a dyn Fn() -> Result<String, String>;

/// The secret in `file`, else in the environment, else the answer to `ask`.
pub(super) fn find(
    file: Option<&Path>,
    environment: Environment<'_>,
    ask: Ask<'_>,
) -> Result<Secret, String> {
    if let Some(path) = file {
        let text = std::fs::read_to_string(path);
        // No file name in the error: it may be the secret, typed in the wrong place.
        let text = text.map_err(|error| format!("--secret-file: cannot be read: {error}"))?;
        return secret(text, Source::File, "--secret-file");
    }
    for (name, source) in VARIABLES {
        if let Some(text) = variable(name, environment) {
            return secret(text, source, name);
        }
    }
    secret(ask()?, Source::Asked, "the answer")
}

/// The secret access key in sesbench's own variable.
pub(in crate::cli) fn own(environment: Environment<'_>) -> Option<SecretString> {
    variable(OWN, environment).map(SecretString::from)
}

/// The value of a variable, without the line end that it may have from a file.
/// An empty variable counts as not set.
fn variable(name: &str, environment: Environment<'_>) -> Option<String> {
    environment(name)
        .map(without_line_end)
        .filter(|text| !text.is_empty())
}

fn without_line_end(mut text: String) -> String {
    text.truncate(text.trim_end_matches(['\r', '\n']).len());
    text
}

/// Prompts on the terminal without showing the answer.
pub(super) fn ask() -> Result<String, String> {
    if !io::stdin().is_terminal() {
        return Err(
            "no secret: set SESBENCH_SECRET_ACCESS_KEY or AWS_SECRET_ACCESS_KEY, or name a file \
             with --secret-file; there is no terminal for a prompt"
                .to_owned(),
        );
    }
    rpassword::prompt_password("IAM secret access key (not shown): ")
        .map_err(|error| format!("cannot prompt for the secret: {error}"))
}

fn secret(text: String, source: Source, place: &str) -> Result<Secret, String> {
    let text = without_line_end(text);
    if text.is_empty() {
        return Err(format!("{place} is empty"));
    }
    if !text.chars().all(|c| c.is_ascii_graphic()) {
        return Err(format!(
            "{place} contains a blank, a line end or another character that a secret access key \
             never has"
        ));
    }
    let text = SecretString::from(text);
    Ok(Secret { text, source })
}

#[cfg(test)]
mod tests {
    use secrecy::ExposeSecret;

    use super::*;

    #[test]
    fn a_file_outranks_the_environment_and_that_the_question() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("secret");
        std::fs::write(&path, "from+file\r\n").unwrap();
        let both = |name: &str| Some(format!("from+{name}"));
        let aws = |name: &str| (name == "AWS_SECRET_ACCESS_KEY").then(|| "aws".to_owned());
        let asked = || Ok("typed\n".to_owned());
        let found = |file, environment: Environment<'_>| {
            let secret = find(file, environment, &asked).unwrap();
            (secret.text.expose_secret().to_owned(), secret.source)
        };
        let file = Some(path.as_path());
        assert_eq!(found(file, &both), ("from+file".to_owned(), Source::File));
        let own = "from+SESBENCH_SECRET_ACCESS_KEY".to_owned();
        assert_eq!(found(None, &both), (own, Source::Own));
        assert_eq!(found(None, &aws), ("aws".to_owned(), Source::Aws));
        let empty = |name: &str| Some(if name == OWN { "\n" } else { "aws\n" }.to_owned());
        assert_eq!(found(None, &empty), ("aws".to_owned(), Source::Aws));
        let nothing = |_: &str| Some(String::new());
        for environment in [&nothing as Environment<'_>, &|_| None] {
            let expected = ("typed".to_owned(), Source::Asked);
            assert_eq!(found(None, environment), expected);
        }
    }

    #[test]
    fn a_diagnosis_reads_the_variable_as_a_derivation_does() {
        let read = |text: &str| {
            let text = text.to_owned();
            own(&|name| (name == OWN).then(|| text.clone()))
                .map(|secret| secret.expose_secret().to_owned())
        };
        assert_eq!(read("some+secret\r\n").as_deref(), Some("some+secret"));
        assert_eq!(read("\n"), None);
        assert_eq!(read(""), None);
        assert!(own(&|_| None).is_none());
    }

    #[test]
    fn what_is_no_secret_is_refused_without_being_shown() {
        for text in ["", "\n", "hunter2 and more", "hunter2\nhunter3", "hunter2ä"] {
            let asked = || Ok(text.to_owned());
            let why = find(None, &|_| None, &asked).unwrap_err();
            assert!(why.starts_with("the answer "), "{why}");
            assert!(!why.contains("hunter"), "{why}");
        }
        let secret = find(None, &|_| Some("hunter2".to_owned()), &ask).unwrap();
        assert!(!format!("{secret:?}").contains("hunter2"));
    }
}
