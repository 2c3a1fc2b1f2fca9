//! What happens to the result of a command: printed on standard output, and written
//! to the files of `--export`. Each of them is attempted, also where another failed.

use std::io::Write;

use super::error::AppError;
use super::stdout;
use crate::output::paint::Paint;
use crate::output::screen::print_message;
use crate::output::{Export, Format, Report};
use crate::vocabulary::ExitCode;

/// How the result is shown.
#[derive(Clone, Debug)]
pub(crate) struct ResultOptions<R: Report> {
    /// The format on standard output.
    pub(crate) format: Format<R>,
    /// Files to write in addition.
    pub(crate) exports: Vec<Export<R>>,
}

impl<R: Report> Default for ResultOptions<R> {
    fn default() -> Self {
        Self {
            format: R::TEXT,
            exports: Vec::new(),
        }
    }
}

/// Prints the result and writes its exports; each failure is a line on standard
/// error. Returns `code`, or the exit code of a failed write where that takes
/// precedence.
pub(crate) fn deliver<R: Report>(
    result: &R,
    options: &ResultOptions<R>,
    code: ExitCode,
    to: &mut dyn Write,
) -> ExitCode {
    let printed = options.format.write(result, Paint::for_stdout(), to);
    let printed = stdout::written(printed.and_then(|()| to.flush()));
    let printed = printed.map_err(AppError::report).is_ok();
    let exported = export(&options.exports, result);
    match printed && exported {
        true => code,
        false => code.and(ExitCode::Unwritable),
    }
}

/// Writes every export; each failure is a line on standard error. Returns whether
/// all were written.
pub(super) fn export<R: Report>(exports: &[Export<R>], result: &R) -> bool {
    let failed = exports
        .iter()
        .filter_map(|export| export.write(result).err());
    let reported = failed.map(|error| print_message(&format!("--export: {error}")));
    reported.count() == 0
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::io;
    use std::path::Path;

    use super::*;
    use crate::run::{self, Finished};

    fn finished() -> Finished {
        run::read(&Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden/run")).unwrap()
    }

    fn options(folder: &Path, names: &[&str]) -> ResultOptions<Finished> {
        let parse = |name: &&str| Export::parse(&format!("csv={}", folder.join(name).display()));
        ResultOptions {
            exports: names.iter().map(|name| parse(name).unwrap()).collect(),
            ..ResultOptions::default()
        }
    }

    struct Failing(io::ErrorKind);

    impl Write for Failing {
        fn write(&mut self, _: &[u8]) -> io::Result<usize> {
            Err(self.0.into())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    #[test]
    fn the_other_files_are_written_where_one_fails() {
        let folder = tempfile::tempdir().unwrap();
        let options = options(folder.path(), &["absent/a", "b"]);
        let mut printed = Vec::new();
        let code = deliver(&finished(), &options, ExitCode::Missed, &mut printed);
        assert_eq!(code, ExitCode::Unwritable);
        let written = fs::read(folder.path().join("b")).unwrap();
        let text = String::from_utf8(written).unwrap();
        assert!(text.starts_with("metric,count,"), "{text}");
        assert!(text.ends_with('\n'), "{text}");
        assert!(!printed.is_empty());
    }

    #[test]
    fn a_full_standard_output_does_not_stop_the_exports_and_a_closed_one_is_no_failure() {
        let folder = tempfile::tempdir().unwrap();
        let options = options(folder.path(), &["a"]);
        let deliver_to = |kind, code| deliver(&finished(), &options, code, &mut Failing(kind));
        let full = deliver_to(io::ErrorKind::StorageFull, ExitCode::Pass);
        assert_eq!(full, ExitCode::Unwritable);
        assert!(folder.path().join("a").exists());
        let closed = deliver_to(io::ErrorKind::BrokenPipe, ExitCode::Missed);
        assert_eq!(closed, ExitCode::Missed);
        let interrupted = deliver_to(io::ErrorKind::StorageFull, ExitCode::Interrupted);
        assert_eq!(interrupted, ExitCode::Interrupted);
    }
}
