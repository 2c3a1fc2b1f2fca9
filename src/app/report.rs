//! Reports of finished runs, from their folders alone: `report.html` in the folder, at
//! the end of a run and later, or another format where it is asked for.

use std::io::{self, Write};
use std::ops::Range;
use std::path::{Path, PathBuf};

use super::error::{AppError, print_error};
use super::files::{self, OtherFiles};
use super::results;
use super::stdout;
use crate::output::paint::Paint;
use crate::output::{Export, Exporter, Format, Html};
use crate::run::{self, Finished, REPORT, replace};
use crate::vocabulary::ExitCode;

/// What to report, and how.
#[derive(Clone, Debug)]
pub(crate) struct Request {
    /// The run folders.
    pub(crate) folders: Vec<PathBuf>,
    /// The format on standard output, if one is asked for.
    pub(crate) format: Option<Format<Finished>>,
    /// Files to write.
    pub(crate) exports: Vec<Export<Finished>>,
    /// The seconds that charts show; all if none are given.
    pub(crate) part: Option<Range<u32>>,
}

/// Writes the reports. Without a format and exports, a page into each folder, whose
/// path is printed.
pub(crate) fn report(request: &Request, to: &mut dyn Write) -> Result<ExitCode, AppError> {
    let is_page = request.format.is_none() && request.exports.is_empty();
    if !is_page && request.folders.len() > 1 {
        let why = "--format and --export: expected one run folder; \
                   without them each folder gets its report.html";
        return Err(AppError::new(ExitCode::Usage, why));
    }
    let others = OtherFiles {
        inputs: &[],
        folder: request
            .folders
            .first()
            .map(|it| (it.as_path(), &run::FILES[..])),
        trace: None,
    };
    files::check(&request.exports, others)?;
    let mut code = ExitCode::Pass;
    for folder in &request.folders {
        let run = run::read(folder).map_err(|error| AppError::new(ExitCode::Usage, error))?;
        // A damaged file is an error of the input, not of the output.
        run::read_details(folder, request.part.as_ref())
            .map_err(|error| AppError::new(ExitCode::Usage, error))?;
        if is_page {
            let path = write_page(&run, request.part.clone()).map_err(AppError::unwritable)?;
            stdout::written(writeln!(to, "{}", path.display()).and_then(|()| to.flush()))?;
            continue;
        }
        if let Some(format) = &request.format {
            let written = match format.name {
                "html" => html(request.part.clone()).export(&run, to),
                _ => format.write(&run, Paint::for_stdout(), to),
            };
            stdout::written(written.and_then(|()| to.flush()))?;
        }
        if !results::export(&request.exports, &run) {
            code = code.and(ExitCode::Unwritable);
        }
    }
    Ok(code)
}

/// The page at the end of a run; a failure is a warning. Returns its path.
pub(super) fn at_the_end(folder: &Path) -> Option<PathBuf> {
    let run = run::read(folder).ok()?;
    let written = write_page(&run, None);
    written
        .inspect_err(|error| print_error(&format!("warning: no report: {error}")))
        .ok()
}

const fn html(part: Option<Range<u32>>) -> Html {
    Html { part }
}

fn write_page(run: &Finished, part: Option<Range<u32>>) -> Result<PathBuf, run::Error> {
    let path = run.folder.join(REPORT);
    replace(&path, |file| -> io::Result<()> {
        html(part).export(run, file)
    })?;
    Ok(path)
}
