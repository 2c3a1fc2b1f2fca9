//! Reports of finished runs, from their folders alone: `report.html` in the folder, at
//! the end of a run and later, or another format where it is asked for. Those of several
//! runs side by side are in [`several`](super::several).

use std::io::Write;
use std::ops::Range;
use std::path::{Path, PathBuf};

use super::error::AppError;
use super::files::{self, OtherFiles};
use super::results;
use super::stdout;
use crate::output::paint::Paint;
use crate::output::screen::print_message;
use crate::output::{Export, Exporter, Format, Html, Report};
use crate::run::{self, AB, Finished, MissingLog, REPORT, SEARCH, replace, run_name};
use crate::vocabulary::ExitCode;

/// What to report, and how.
#[derive(Clone, Debug)]
pub(crate) struct Request {
    /// The run folder.
    pub(crate) folder: PathBuf,
    /// The format on standard output, if one is asked for.
    pub(crate) format: Option<Format<Finished>>,
    /// Files to write.
    pub(crate) exports: Vec<Export<Finished>>,
    /// The seconds that charts show; all if none are given.
    pub(crate) part: Option<Range<u32>>,
}

/// Writes the report. Without a format and exports, a page into the folder, whose path
/// is printed.
pub(crate) fn report(request: &Request, to: &mut dyn Write) -> Result<ExitCode, AppError> {
    let folder = &request.folder;
    let others = OtherFiles {
        inputs: &[],
        folder: Some((folder.as_path(), &run::FILES[..])),
        trace: None,
    };
    files::check(&request.exports, others)?;
    if request.format.is_none() && request.exports.is_empty() {
        in_folder(folder, request.part.clone(), to)?;
        return Ok(ExitCode::Pass);
    }
    // A damaged file is an error of the input, not of the output.
    let (run, html) = read(folder, request.part.clone())?;
    if let Some(format) = &request.format {
        let written = match format.name {
            "html" => html.export(&run, to),
            _ => format.write(&run, Paint::for_stdout(), to),
        };
        stdout::written(written.and_then(|()| to.flush()))?;
    }
    Ok(match results::export(&request.exports, &run) {
        true => ExitCode::Pass,
        false => ExitCode::Unwritable,
    })
}

/// Writes the page of a run into its folder, and prints its path.
pub(super) fn in_folder(
    folder: &Path,
    part: Option<Range<u32>>,
    to: &mut dyn Write,
) -> Result<(), AppError> {
    let (run, html) = read(folder, part)?;
    let path = write_page(&run, &html).map_err(AppError::unwritable)?;
    stdout::written(writeln!(to, "{}", path.display()).and_then(|()| to.flush()))
}

fn read(folder: &Path, part: Option<Range<u32>>) -> Result<(Finished, Html), AppError> {
    let run = read_run(folder)?;
    let html = page(&run, part).map_err(|error| AppError::new(ExitCode::Usage, error))?;
    Ok((run, html))
}

/// Reads a run folder. The error for that of a series names the folders that do.
pub(super) fn read_run(folder: &Path) -> Result<Finished, AppError> {
    let series = [AB.record, SEARCH.record];
    let is_series = series.iter().any(|record| folder.join(record).exists());
    let run = run::read(folder).map_err(|error| match is_series {
        true => format!(
            "{}: the folder of a series: expected its run folders, such as {}",
            folder.display(),
            folder.join(run_name(1)).display()
        ),
        false => error.to_string(),
    });
    run.map_err(|why| AppError::new(ExitCode::Usage, why))
}

/// The page at the end of a run; a failure is a warning. Returns its path.
pub(super) fn at_the_end(folder: &Path) -> Option<PathBuf> {
    let written = run::read(folder).and_then(|run| write_page(&run, &page(&run, None)?));
    written
        .inspect_err(|error| print_message(&format!("warning: no report: {error}")))
        .ok()
}

/// Writes the page of a series into its folder, and prints its path unless `quiet`; a
/// failure is a warning.
pub(super) fn of_series<R: Report>(result: &R, folder: &Path, quiet: bool) {
    let html = Format::<R>::from_name("html").expect("a format of every series");
    let path = folder.join(REPORT);
    match replace(&path, |file| html.write_in(result, folder, file)) {
        Ok(()) if quiet => {}
        Ok(()) => print_path(&path),
        Err(error) => print_message(&format!("warning: no report: {error}")),
    }
}

/// Prints the path of a page that was written at the end of a command.
pub(super) fn print_path(path: &Path) {
    print_message(&format!("report: {}", path.display()));
}

fn page(run: &Finished, part: Option<Range<u32>>) -> Result<Html, run::Error> {
    let details = run::read_details(&run.folder, part.as_ref())?;
    if let Some(missing @ MissingLog::Unreadable(_)) = &details.missing_log {
        let folder = run.folder.display();
        print_message(&format!("warning: {folder}: {missing}"));
    }
    Ok(Html::new(details, part))
}

fn write_page(run: &Finished, page: &Html) -> Result<PathBuf, run::Error> {
    let path = run.folder.join(REPORT);
    replace(&path, |file| page.export(run, file))?;
    Ok(path)
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    fn copy(to: &Path) {
        let stored = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden/run");
        for name in run::FILES {
            fs::copy(stored.join(name), to.join(name)).unwrap();
        }
    }

    fn request(folder: &Path) -> Request {
        Request {
            folder: folder.to_owned(),
            format: None,
            exports: Vec::new(),
            part: None,
        }
    }

    #[test]
    fn a_page_is_written_into_the_folder_and_its_path_is_printed() {
        let folder = tempfile::tempdir().unwrap();
        copy(folder.path());
        let mut printed = Vec::new();
        let code = report(&request(folder.path()), &mut printed).unwrap();
        assert_eq!(code, ExitCode::Pass);
        let path = folder.path().join(REPORT);
        assert_eq!(printed, format!("{}\n", path.display()).into_bytes());
        assert!(
            fs::read_to_string(path)
                .unwrap()
                .starts_with("<!DOCTYPE html>")
        );
    }

    #[test]
    fn what_cannot_be_read_is_an_error_of_the_input_and_what_cannot_be_written_is_not() {
        let folder = tempfile::tempdir().unwrap();
        copy(folder.path());
        fs::create_dir(folder.path().join(REPORT)).unwrap();
        let unwritable = report(&request(folder.path()), &mut Vec::new()).unwrap_err();
        assert_eq!(unwritable.code, ExitCode::Unwritable);
        assert!(unwritable.why.contains(REPORT), "{}", unwritable.why);
        assert_eq!(at_the_end(folder.path()), None);
        fs::write(
            folder.path().join("intervals.csv"),
            "t_s,window\nx,measure\n",
        )
        .unwrap();
        let damaged = report(&request(folder.path()), &mut Vec::new()).unwrap_err();
        assert_eq!(damaged.code, ExitCode::Usage);
        assert!(
            damaged.why.contains("intervals.csv: line 2: "),
            "{}",
            damaged.why
        );
    }
}
