//! A running aiosmtpd, on a free port.

use std::fs::{self, File};
use std::io::{BufRead, BufReader};
use std::process::{Command, Stdio};

use tempfile::TempDir;

use crate::certificate::Certificate;
use crate::mock::Mode;
use crate::peer::{self, Running};

pub(crate) const USERNAME: &str = "sender";
pub(crate) const PASSWORD: &str = "correct horse battery staple";

/// Not the first python3 in PATH: Debian's packages are installed for Debian's.
const PYTHON: &str = "/usr/bin/python3";

/// A server that accepts and lists every message.
pub(crate) struct Aiosmtpd {
    port: u16,
    mode: Mode,
    certificate: Certificate,
    folder: TempDir,
    /// Terminated when dropped.
    _program: Running,
}

/// A message that the server accepted.
#[derive(Debug)]
pub(crate) struct Taken {
    pub(crate) message_id: String,
    pub(crate) recipients: usize,
    pub(crate) secured: bool,
}

impl Aiosmtpd {
    /// Starts one, and waits until it listens.
    pub(crate) fn start(mode: Mode) -> Self {
        peer::file(
            "/usr/lib/python3/dist-packages/aiosmtpd",
            "python3-aiosmtpd",
        );
        let folder = TempDir::new().unwrap();
        let certificate = Certificate::make_in(folder.path());
        let mut command = Command::new(peer::file(PYTHON, "python3"));
        command
            .arg(peer::beside("aiosmtpd/serve.py"))
            .arg(word(mode))
            .args([&certificate.file, &certificate.key_file])
            .arg(folder.path().join("messages"))
            .env("SMTP_USERNAME", USERNAME)
            .env("SMTP_PASSWORD", PASSWORD)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            // aiosmtpd warns about a setting that the wrapper needs.
            .stderr(File::create(folder.path().join("stderr")).unwrap());
        let mut program = Running(command.spawn().unwrap());
        let mut port = String::new();
        let stdout = program.0.stdout.take().unwrap();
        BufReader::new(stdout).read_line(&mut port).unwrap();
        let said = || fs::read_to_string(folder.path().join("stderr")).unwrap();
        let port = port.trim().parse();
        Self {
            port: port.unwrap_or_else(|_| panic!("aiosmtpd did not start: {}", said())),
            mode,
            certificate,
            folder,
            _program: program,
        }
    }

    /// The arguments with which a run reaches it.
    pub(crate) fn arguments(&self) -> [String; 6] {
        let target = format!("127.0.0.1:{}", self.port);
        let ca_file = self.certificate.ca_file.to_str().unwrap();
        let words = [
            "--target",
            &target,
            "--tls",
            word(self.mode),
            "--ca-file",
            ca_file,
        ];
        words.map(str::to_owned)
    }

    /// Every message that it accepted. It lists a message before it replies.
    pub(crate) fn taken(&self) -> Vec<Taken> {
        let text = fs::read_to_string(self.folder.path().join("messages")).unwrap();
        let lines = text.lines().map(|line| {
            let words: Vec<_> = line.split(' ').collect();
            let [message_id, recipients, secured] = words[..] else {
                panic!("{line}");
            };
            Taken {
                message_id: message_id.to_owned(),
                recipients: recipients.parse().unwrap(),
                secured: secured == "True",
            }
        });
        lines.collect()
    }
}

fn word(mode: Mode) -> &'static str {
    match mode {
        Mode::StartTls => "starttls",
        Mode::Wrapper => "wrapper",
    }
}
