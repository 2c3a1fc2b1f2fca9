//! The files that a command writes at the user's request, those of `--export` and
//! `--trace`: checked before anything is sent. Each is a file of its own, none is one
//! that the command reads, and each can be written now.

use std::fs;
use std::path::{Path, PathBuf, absolute};

use super::error::AppError;
use crate::output::{Export, Report};
use crate::scenario::{Plan, Source};
use crate::vocabulary::ExitCode;

/// The other files of a command.
#[derive(Clone, Copy, Debug)]
pub(super) struct OtherFiles<'a> {
    /// The files that it reads, and what they are, such as "is the scenario".
    pub(super) inputs: &'a [(&'a Path, &'static str)],
    /// The folder of its results, if it is given, and the names of the files that it
    /// writes there. The folder may not exist yet.
    pub(super) folder: Option<(&'a Path, &'a [&'a str])>,
    /// The file of `--trace`.
    pub(super) trace: Option<&'a Path>,
}

/// The files that a plan was read from and reads, and what each is.
pub(super) fn inputs<'a>(source: &'a Source, plan: &'a Plan) -> Vec<(&'a Path, &'static str)> {
    let scenario = match source {
        Source::File(path) => Some((path.as_path(), "is the scenario")),
        Source::BuiltIn | Source::Flags => None,
    };
    let ca_file = plan.target.tls_settings.ca_file.as_deref();
    let account = plan.account.as_ref();
    let account = account.and_then(|account| account.file.as_deref());
    let messages = plan.message.files();
    scenario
        .into_iter()
        .chain(ca_file.map(|path| (path, "is the CA file")))
        .chain(account.map(|path| (path, "is the account")))
        .chain(messages.map(|file| (Path::new(file), "is a file of the messages")))
        .collect()
}

/// Fails if a file has another use, too, or if it could not be written now.
pub(super) fn check<R: Report>(
    exports: &[Export<R>],
    others: OtherFiles<'_>,
) -> Result<(), AppError> {
    let mut used: Vec<(PathBuf, &str)> = Vec::new();
    let folder = others.folder.map(|(folder, _)| identity(folder));
    if let (Some(folder), Some((_, names))) = (&folder, others.folder) {
        let files = names.iter().map(|name| folder.join(name));
        used.extend(files.map(|file| (file, "is a file of the run folder")));
    }
    let inputs = others.inputs.iter();
    used.extend(inputs.map(|(file, what)| (identity(file), *what)));
    let trace = others
        .trace
        .map(|file| ("--trace", file, "is the file of --trace"));
    let exported = exports
        .iter()
        .map(|export| ("--export", export.file(), "is given twice"));
    for (flag, path, use_of_it) in trace.into_iter().chain(exported) {
        let file = identity(path);
        if let Some((_, why)) = used.iter().find(|(other, _)| *other == file) {
            let path = path.display();
            let why = format!("{flag}: {path} {why}: expected a file of its own");
            return Err(AppError::new(ExitCode::Usage, why));
        }
        used.push((file, use_of_it));
    }
    for export in exports {
        // The run creates its folder, or fails.
        let file = identity(export.file());
        let is_inside = folder.is_some() && file.parent() == folder.as_deref();
        if !is_inside {
            export
                .check()
                .map_err(|error| AppError::unwritable(format!("--export: {error}")))?;
        }
    }
    Ok(())
}

/// The same for two paths of the same file, whether it exists or not.
fn identity(path: &Path) -> PathBuf {
    let path = absolute(path).unwrap_or_else(|_| path.to_owned());
    if let Ok(existing) = fs::canonicalize(&path) {
        return existing;
    }
    match (path.parent(), path.file_name()) {
        (Some(parent), Some(name)) => identity(parent).join(name),
        _ => path,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::run::{self, Finished};

    const NO_OTHERS: OtherFiles<'_> = OtherFiles {
        inputs: &[],
        folder: None,
        trace: None,
    };

    fn exports(texts: &[String]) -> Vec<Export<Finished>> {
        let parsed = texts.iter().map(|text| Export::parse(text).unwrap());
        parsed.collect()
    }

    fn refused(texts: &[String], others: OtherFiles<'_>) -> (ExitCode, String) {
        let error = check(&exports(texts), others).unwrap_err();
        (error.code, error.why)
    }

    #[test]
    fn a_file_has_one_use() {
        let folder = tempfile::tempdir().unwrap();
        let at = |name: &str| folder.path().join(name).display().to_string();
        fs::create_dir(at("sub")).unwrap();
        let link = at("link");
        std::os::unix::fs::symlink(folder.path(), &link).unwrap();
        for other in [at("a"), at("./a"), at("sub/../a"), format!("{link}/a")] {
            let texts = [format!("json={}", at("a")), format!("text={other}")];
            let (code, why) = refused(&texts, NO_OTHERS);
            let expected = format!("--export: {other} is given twice: expected a file of its own");
            assert_eq!((code, why), (ExitCode::Usage, expected));
        }
        let trace = PathBuf::from(at("trace"));
        let others = OtherFiles {
            trace: Some(&trace),
            ..NO_OTHERS
        };
        let (code, why) = refused(&[format!("json={}", at("trace"))], others);
        assert!(why.contains("trace is the file of --trace: "), "{why}");
        assert_eq!(code, ExitCode::Usage);
        check(&exports(&[format!("json={}", at("new"))]), others).unwrap();
    }

    #[test]
    fn a_file_that_the_run_reads_is_not_overwritten() {
        let folder = tempfile::tempdir().unwrap();
        let scenario = folder.path().join("s.toml");
        let others = OtherFiles {
            inputs: &[(&scenario, "is the scenario")],
            ..NO_OTHERS
        };
        let path = scenario.display();
        let (code, why) = refused(&[format!("text={path}")], others);
        let expected = format!("--export: {path} is the scenario: expected a file of its own");
        assert_eq!((code, why), (ExitCode::Usage, expected));
        let traced = OtherFiles {
            trace: Some(&scenario),
            ..others
        };
        let (_, why) = refused(&[], traced);
        assert!(why.starts_with("--trace: "), "{why}");
    }

    /// Also before the folder exists.
    #[test]
    fn an_export_can_be_in_the_run_folder_but_replaces_nothing_there() {
        let folder = tempfile::tempdir().unwrap();
        let out = folder.path().join("absent/out");
        let others = OtherFiles {
            folder: Some((&out, &run::FILES)),
            ..NO_OTHERS
        };
        let text = |name: &str| format!("text={}", out.join(name).display());
        check(&exports(&[text("report.txt")]), others).unwrap();
        for name in run::FILES {
            let (code, why) = refused(&[text(name)], others);
            assert_eq!(code, ExitCode::Usage, "{name}");
            assert!(why.contains("is a file of the run folder"), "{why}");
        }
        let (code, _) = refused(&[text("absent/report.txt")], others);
        assert_eq!(code, ExitCode::Unwritable);
    }

    #[test]
    fn what_cannot_be_written_is_found_before_the_run() {
        let folder = tempfile::tempdir().unwrap();
        let absent = folder.path().join("absent/result.json");
        let (code, why) = refused(&[format!("json={}", absent.display())], NO_OTHERS);
        assert_eq!(code, ExitCode::Unwritable);
        assert!(why.starts_with(&format!("--export: {}: ", absent.display())));
        let (code, _) = refused(&["json=/dev/null".to_owned()], NO_OTHERS);
        assert_eq!(code, ExitCode::Unwritable);
    }
}
