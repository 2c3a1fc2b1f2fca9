//! `sesbench`, run in an empty directory of its own.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use serde_json::Value;
use tempfile::TempDir;

use super::{PATIENCE, RunFolder};

/// The root of the repository.
pub(crate) fn repository() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// One of the scenarios that come with the program.
pub(crate) fn scenario(name: &str) -> String {
    let path = repository().join(format!("scenarios/{name}.toml"));
    path.to_str().unwrap().to_owned()
}

/// A run of the program that is not started yet.
pub(crate) struct Sesbench {
    words: Vec<String>,
    environment: Vec<(String, String)>,
    /// Arguments for `ulimit`.
    limit: Option<String>,
    directory: TempDir,
}

/// A run of the program that has ended.
pub(crate) struct Done {
    /// None if it had to be killed, or died of a signal.
    pub(crate) code: Option<i32>,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
    directory: TempDir,
}

impl Sesbench {
    /// Words are separated by spaces; use [`Sesbench::arg`] for words that
    /// contain one.
    pub(crate) fn new(words: &str) -> Self {
        Self {
            words: words.split_whitespace().map(str::to_owned).collect(),
            environment: Vec::new(),
            limit: None,
            directory: tempfile::tempdir().unwrap(),
        }
    }

    /// `sesbench run`, with the results in [`Sesbench::out`].
    pub(crate) fn run(words: &str) -> Self {
        let program = Self::new(&format!("run {words}"));
        let out = program.out().to_str().unwrap().to_owned();
        program.arg("--out").arg(out)
    }

    /// `sesbench run` with a scenario of that text.
    pub(crate) fn run_text(scenario: &str, words: &str) -> Self {
        let program = Self::run(words);
        let path = program.file("scenario.toml", scenario);
        program.arg(path)
    }

    pub(crate) fn arg(mut self, word: impl Into<String>) -> Self {
        self.words.push(word.into());
        self
    }

    /// More words, separated by spaces.
    pub(crate) fn args(mut self, words: &str) -> Self {
        self.words
            .extend(words.split_whitespace().map(str::to_owned));
        self
    }

    pub(crate) fn env(mut self, name: &str, value: &str) -> Self {
        self.environment.push((name.to_owned(), value.to_owned()));
        self
    }

    /// With a process limit, such as `-n 64`, in the form of POSIX `ulimit`.
    pub(crate) fn limited(mut self, limit: &str) -> Self {
        self.limit = Some(limit.to_owned());
        self
    }

    /// Writes a file that arguments can refer to.
    pub(crate) fn file(&self, name: &str, text: &str) -> String {
        let path = self.directory.path().join(name);
        std::fs::write(&path, text).unwrap();
        path.to_str().unwrap().to_owned()
    }

    /// Its results folder.
    pub(crate) fn out(&self) -> PathBuf {
        self.directory.path().join("out")
    }

    /// A command with pipes, for tests that interact with it while it runs.
    pub(crate) fn command(&self) -> Command {
        let binary = env!("CARGO_BIN_EXE_sesbench");
        let mut command = match &self.limit {
            None => Command::new(binary),
            Some(limit) => {
                let script = format!("ulimit {limit} && exec \"$0\" \"$@\"");
                let mut shell = Command::new("sh");
                shell.args(["-c", &script, binary]);
                shell
            }
        };
        command
            .args(&self.words)
            .current_dir(self.directory.path())
            .env_remove("SESBENCH_USERNAME")
            .env_remove("SESBENCH_PASSWORD")
            .env_remove("SESBENCH_SECRET_ACCESS_KEY")
            .env_remove("AWS_SECRET_ACCESS_KEY")
            .env_remove("AWS_SESSION_TOKEN")
            // Settings for colour of the environment; CI systems set `CI`.
            .env_remove("CI")
            .env_remove("CLICOLOR")
            .env_remove("CLICOLOR_FORCE")
            .env_remove("NO_COLOR")
            .envs(self.environment.iter().cloned())
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        command
    }

    /// Runs it until it ends.
    pub(crate) fn done(self) -> Done {
        let mut command = assert_cmd::Command::from_std(self.command());
        let output = command.timeout(PATIENCE).output().unwrap();
        self.ended(output)
    }

    /// Collects the result of [`Sesbench::command`].
    pub(crate) fn ended(self, output: std::process::Output) -> Done {
        let text = |bytes| String::from_utf8(bytes).unwrap();
        let done = Done {
            code: output.status.code(),
            stdout: text(output.stdout),
            stderr: text(output.stderr),
            directory: self.directory,
        };
        for of_a_crash in ["panicked", "RUST_BACKTRACE"] {
            assert!(!done.stderr.contains(of_a_crash), "{}", done.stderr);
        }
        done
    }
}

impl Done {
    /// Asserts that exit code.
    #[track_caller]
    pub(crate) fn with(self, code: i32) -> Self {
        assert_eq!(self.code, Some(code), "\n{}\n{}", self.stdout, self.stderr);
        self
    }

    /// Asserts that a threshold was missed, or that this machine stalled the
    /// generator while a message waited for its reply, which puts that in doubt.
    #[track_caller]
    pub(crate) fn missed(self) -> Self {
        let health = self.folder().json()["health"].clone();
        let stalled =
            health.as_array().unwrap().iter().any(|finding| {
                finding["code"] == "stalled" && finding["severity"] == "inconclusive"
            });
        self.with(if stalled { 4 } else { 1 })
    }

    /// Asserts that it passed, or that it reports this machine as too busy to
    /// decide.
    #[track_caller]
    pub(crate) fn passed(self) -> Self {
        let busy = ["machine_busy", "generator_busy", "late"];
        let too_busy = || {
            let health = self.folder().json()["health"].clone();
            let findings = health.as_array().unwrap().iter();
            findings
                .filter_map(|finding| finding["code"].as_str())
                .any(|code| busy.contains(&code))
        };
        let inconclusive = self.code == Some(4) && too_busy();
        let shown = || format!("{:?}\n{}\n{}", self.code, self.stdout, self.stderr);
        assert!(self.code == Some(0) || inconclusive, "{}", shown());
        self
    }

    /// The results.
    pub(crate) fn folder(&self) -> RunFolder {
        RunFolder::at(self.directory.path().join("out"))
    }

    /// Where it ran.
    pub(crate) fn directory(&self) -> &Path {
        self.directory.path()
    }

    /// The lines of the trace in that file.
    pub(crate) fn trace(&self, name: &str) -> Vec<Value> {
        let text = std::fs::read_to_string(self.directory.path().join(name)).unwrap();
        let lines = text.lines();
        lines
            .map(|line| serde_json::from_str(line).unwrap())
            .collect()
    }
}
