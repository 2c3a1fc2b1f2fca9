//! A running smtp-sink, on a free port.

use std::fs::{self, File, Permissions};
use std::net::TcpStream;
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use tempfile::TempDir;

use crate::peer::{self, Running};

/// Long enough for a busy machine, short enough for a test that will fail.
const PATIENCE: Duration = Duration::from_secs(10);

/// A server that accepts every message, counts them, and writes each to a file.
pub(crate) struct Sink {
    port: u16,
    dir: TempDir,
    program: Running,
}

impl Sink {
    /// Starts one, and waits until it accepts connections.
    pub(crate) fn start() -> Self {
        // Another process may take a free port before this one does.
        (0..20)
            .find_map(|_| Self::try_start(peer::free_port()))
            .expect("smtp-sink finds a port")
    }

    /// Stops it with all its connections, and starts it again after `away`, on
    /// the same port and with an empty folder.
    pub(crate) fn restart(&mut self, away: Duration) {
        let _ = self.program.0.kill();
        let _ = self.program.0.wait();
        thread::sleep(away);
        *self = Self::try_start(self.port).expect("smtp-sink takes its old port");
    }

    fn try_start(port: u16) -> Option<Self> {
        let dir = TempDir::new().unwrap();
        // Started by root, it switches to another user, who must be able to
        // write here.
        let owner = fs::metadata(dir.path()).unwrap().uid();
        fs::set_permissions(dir.path(), Permissions::from_mode(0o777)).unwrap();
        let counters = File::create(dir.path().join("counters")).unwrap();
        let mut command = Command::new(peer::program("smtp-sink", "postfix"));
        if owner == 0 {
            command.args(["-u", "nobody"]);
        }
        command
            .args(["-c", "-m", "1000", "-d"])
            .arg(dir.path().join("message."))
            .arg(format!("127.0.0.1:{port}"))
            .arg("1000")
            .stdin(Stdio::null())
            .stdout(counters)
            .stderr(Stdio::null());
        let program = Running(command.spawn().unwrap());
        let mut sink = Self { port, dir, program };
        sink.answers().then_some(sink)
    }

    /// Whether it accepts connections; false if it has ended because the port
    /// was taken.
    fn answers(&mut self) -> bool {
        let start = Instant::now();
        while start.elapsed() < PATIENCE {
            let connected = TcpStream::connect(("127.0.0.1", self.port)).is_ok();
            if self.program.0.try_wait().unwrap().is_some() {
                return false;
            }
            if connected {
                return true;
            }
            thread::sleep(Duration::from_millis(10));
        }
        false
    }

    /// The argument for `--target`.
    pub(crate) fn target(&self) -> String {
        format!("127.0.0.1:{}", self.port)
    }

    /// The number of messages it counted, once that is `least` or more; it
    /// counts a message after its reply.
    pub(crate) fn messages(&self, least: u64) -> u64 {
        let start = Instant::now();
        loop {
            let counted = self.counted();
            if counted >= least || start.elapsed() > PATIENCE {
                return counted;
            }
            thread::sleep(Duration::from_millis(10));
        }
    }

    /// The last `sess=S quit=Q mesg=M`; each overwrites the one before.
    fn counted(&self) -> u64 {
        let text = fs::read_to_string(self.dir.path().join("counters")).unwrap();
        let complete = text.rsplit_once('\r').map_or("", |(lines, _)| lines);
        let last = complete.rsplit("mesg=").next().unwrap_or_default();
        last.parse().unwrap_or(0)
    }

    /// The files it wrote, one for each message.
    pub(crate) fn dumps(&self) -> Vec<PathBuf> {
        let entries = fs::read_dir(self.dir.path()).unwrap();
        entries
            .map(|entry| entry.unwrap().path())
            .filter(|path| path.file_name().is_some_and(|name| name != "counters"))
            .collect()
    }
}
