//! `--account`: reads the account from a file or from standard input, at most
//! [`MAX_BYTES`] of it.
//!
//! What the text means is decided in [`ses`](crate::ses).

use std::fs::File;
use std::io::{self, IsTerminal, Read};
use std::path::Path;
use std::time::SystemTime;

use crate::ses::{Account, AccountSnapshot};
use crate::text::{encoding, printable};

/// What an account takes is below 4 KiB.
const MAX_BYTES: u64 = 1 << 20;

/// Reads the account in `file`, `-` for standard input. The error is one line with
/// the name of the file.
pub(crate) fn read(file: &Path) -> Result<AccountSnapshot, String> {
    if file == Path::new("-") {
        let account = from_stdin().map_err(|why| format!("standard input: {why}"))?;
        return Ok(AccountSnapshot {
            account,
            file: None,
            age: None,
        });
    }
    let (account, written) = from_file(file).map_err(|why| {
        let name = file.display().to_string();
        format!("{}: {why}", printable(&name))
    })?;
    Ok(AccountSnapshot {
        account,
        file: Some(file.to_owned()),
        age: written.and_then(|written| SystemTime::now().duration_since(written).ok()),
    })
}

fn from_stdin() -> Result<Account, String> {
    let stdin = io::stdin();
    if stdin.is_terminal() {
        return Err(
            "it is a terminal: expected the output of `aws sesv2 get-account` through a pipe"
                .to_owned(),
        );
    }
    parse(stdin.lock())
}

/// The account, and when its file was written; a pipe (`<(aws ...)`) has no such
/// time.
fn from_file(path: &Path) -> Result<(Account, Option<SystemTime>), String> {
    let file = File::open(path).map_err(|error| error.to_string())?;
    let about = file.metadata().map_err(|error| error.to_string())?;
    let written = about.modified().ok().filter(|_| about.is_file());
    Ok((parse(file)?, written))
}

fn parse(source: impl Read) -> Result<Account, String> {
    let mut bytes = Vec::new();
    let read = source.take(MAX_BYTES + 1).read_to_end(&mut bytes);
    read.map_err(|error| error.to_string())?;
    if bytes.len() as u64 > MAX_BYTES {
        return Err(
            "more than 1 MiB: expected the JSON of `aws sesv2 get-account`, which is smaller"
                .to_owned(),
        );
    }
    encoding::check(&bytes)?;
    Account::parse(encoding::utf8(&bytes)?)
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::time::Duration;

    use super::*;

    const QUOTA: &str = r#"{"Max24HourSend": 200, "MaxSendRate": 1, "SentLast24Hours": 1}"#;

    fn error_of(content: &[u8]) -> String {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a\u{7}.json");
        fs::write(&path, content).unwrap();
        let error = read(&path).unwrap_err();
        let (name, why) = error.split_once(": ").unwrap();
        assert!(name.ends_with("/a\\u{7}.json"), "{error}");
        why.to_owned()
    }

    #[test]
    fn a_file_has_an_account_and_an_age() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("account.json");
        fs::write(&path, QUOTA).unwrap();
        let hour = Duration::from_secs(3_600);
        let file = File::options().write(true).open(&path).unwrap();
        file.set_modified(SystemTime::now() - hour).unwrap();
        let snapshot = read(&path).unwrap();
        assert_eq!(snapshot.account.per_day, Some(200));
        assert_eq!(snapshot.file.as_deref(), Some(path.as_path()));
        assert!(snapshot.age.is_some_and(|age| age >= hour));
        // The clock of a file server can be ahead.
        file.set_modified(SystemTime::now() + hour).unwrap();
        assert_eq!(read(&path).unwrap().age, None);
    }

    #[test]
    fn a_file_that_holds_no_account_is_refused() {
        for (content, start) in [
            (&b""[..], "empty: expected the JSON of `aws "),
            (b"{", "line 1: incomplete JSON"),
            (b"\xff\xfe{\0}\0", "UTF-16 by its byte order mark"),
            (
                b"{\"a\": \"\xe4\"}",
                "invalid UTF-8 at byte 7: expected text",
            ),
            (b"{}", "`SendQuota` is missing: expected the JSON of `aws "),
        ] {
            let why = error_of(content);
            assert!(why.starts_with(start), "{why}");
        }
        let padded = |length: usize| format!("{QUOTA}{}", " ".repeat(length - QUOTA.len()));
        assert!(error_of(padded((1 << 20) + 1).as_bytes()).starts_with("more than 1 MiB: "));
        let fits = parse(padded(1 << 20).as_bytes());
        assert_eq!(fits.map(|account| account.per_day), Ok(Some(200)));
    }

    #[test]
    fn a_file_that_cannot_be_read_is_named() {
        let folder = tempfile::tempdir().unwrap();
        for path in [folder.path().join("absent.json"), folder.path().to_owned()] {
            let error = read(&path).unwrap_err();
            let start = format!("{}: ", path.display());
            assert!(error.starts_with(&start), "{error}");
        }
        // Endless.
        assert!(read(Path::new("/dev/zero")).is_err());
    }
}
