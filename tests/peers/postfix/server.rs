//! A running Postfix: its master and daemons, in a folder of their own.
//!
//! The system's instance, its configuration and its ports are not touched.

use std::fs::{self, File, Permissions};
use std::num::NonZeroU32;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::Stdio;
use std::thread;
use std::time::{Duration, Instant, SystemTime};

use tempfile::TempDir;

use super::config::{self, Ports, REALM};
use super::log::Log;
use crate::certificate::Certificate;
use crate::mock::Mode;
use crate::peer::{self, Running};
use crate::root;

/// The user that may log in. In the database it belongs to a realm: the
/// server's own, unless the name has another.
pub(crate) const USERNAME: &str = "sender";
pub(crate) const PASSWORD: &str = "correct horse battery staple";

const MASTER: &str = "/usr/lib/postfix/sbin/master";

/// Long enough for a busy machine, short enough for a test that will fail.
const PATIENCE: Duration = Duration::from_secs(60);

/// Master ends by itself after this many seconds, in case a test is killed.
const LIFETIME: &str = "300";

pub(crate) struct Postfix {
    pub(crate) ports: Ports,
    certificate: Certificate,
    master: Running,
    folder: TempDir,
}

impl Postfix {
    /// Starts one with more settings in its main.cf, and waits until it listens
    /// on its ports.
    pub(crate) fn start(more: &[(&str, &str)]) -> Self {
        // Another process may take a free port before this one does.
        (0..5)
            .find_map(|_| Self::try_start(more))
            .expect("Postfix starts")
    }

    /// The arguments for `--target` and `--tls`.
    pub(crate) fn target(&self, mode: Mode) -> [String; 4] {
        match mode {
            Mode::StartTls => super::target(self.ports.submission, "starttls"),
            Mode::Wrapper => super::target(self.ports.smtps, "wrapper"),
        }
    }

    /// The CA file for its certificate.
    pub(crate) fn ca_file(&self) -> &str {
        self.certificate.ca_file.to_str().unwrap()
    }

    /// Its log, once it has that many deliveries: it replies first, and
    /// delivers later.
    pub(crate) fn log(&self, deliveries: usize) -> Log {
        self.log_once(|log| log.deliveries() >= deliveries)
    }

    /// Its log, once `there` holds.
    pub(crate) fn log_once(&self, there: impl Fn(&Log) -> bool) -> Log {
        let start = Instant::now();
        loop {
            let log = Log::read(&self.folder.path().join("mail.log"));
            if there(&log) || start.elapsed() > PATIENCE {
                return log;
            }
            thread::sleep(Duration::from_millis(20));
        }
    }

    /// Its queue: a line of JSON for each message (postqueue(1)).
    pub(crate) fn queue(&self) -> String {
        let mut postqueue = root::command(peer::program("postqueue", "postfix"));
        let config = self.folder.path().join("config");
        let output = peer::run(postqueue.arg("-c").arg(config).arg("-j"), "");
        assert!(output.success, "{output:?}");
        output.stdout
    }

    fn try_start(more: &[(&str, &str)]) -> Option<Self> {
        let folder = TempDir::new().unwrap();
        let ports = Ports {
            plain: peer::free_port(),
            submission: peer::free_port(),
            smtps: peer::free_port(),
        };
        let certificate = Certificate::make_in(folder.path());
        configure(folder.path(), ports, &certificate, more);
        let mut command = root::command(peer::file(MASTER, "postfix"));
        command
            .args(["-s", "-e", LIFETIME, "-c"])
            .arg(folder.path().join("config"))
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(File::create(folder.path().join("stderr")).unwrap());
        let master = Running(command.spawn().unwrap());
        let mut postfix = Self {
            ports,
            certificate,
            master,
            folder,
        };
        postfix.listens().then_some(postfix)
    }

    /// Whether it listens; false if it has ended because a port was taken.
    fn listens(&mut self) -> bool {
        let start = Instant::now();
        while start.elapsed() < PATIENCE {
            // It opens its ports, and then logs this.
            if self.log(0).text.contains("daemon started") {
                return true;
            }
            if self.master.0.try_wait().unwrap().is_some() {
                break;
            }
            thread::sleep(Duration::from_millis(10));
        }
        let said = fs::read_to_string(self.folder.path().join("stderr")).unwrap();
        eprintln!("Postfix did not start: {said}{}", self.log(0).text);
        false
    }

    fn stop(&mut self) {
        let group = self.group();
        let config = self.folder.path().join("config");
        let mut abort = root::command(peer::program("postfix", "postfix"));
        // This fails if the master has ended already.
        let _ = peer::run(abort.arg("-c").arg(config).arg("abort"), "");
        let left = group.map_or_else(Vec::new, end);
        // Only root can remove files that root has created.
        let mut remove = root::command("rm");
        root::run(remove.arg("-rf").args(self.made_by_root()));
        if !thread::panicking() {
            assert!(left.is_empty(), "daemons outlived Postfix: {left:?}");
        }
    }

    /// The process group of its master and all daemons; none if it was never
    /// created.
    fn group(&self) -> Option<NonZeroU32> {
        let file = self.folder.path().join("queue/pid/master.pid");
        let output = peer::run(root::command("cat").arg(file), "");
        output.stdout.trim().parse().ok()
    }

    fn made_by_root(&self) -> [std::path::PathBuf; 2] {
        ["queue", "data"].map(|name| self.folder.path().join(name))
    }
}

impl Drop for Postfix {
    fn drop(&mut self) {
        self.stop();
    }
}

/// Writes its configuration, passwords and folders.
fn configure(folder: &Path, ports: Ports, certificate: &Certificate, more: &[(&str, &str)]) {
    // Its daemons run as another user, who needs access to this folder.
    fs::set_permissions(folder, Permissions::from_mode(0o755)).unwrap();
    let config = folder.join("config");
    let sasl = config.join("sasl");
    fs::create_dir_all(&sasl).unwrap();
    let database = sasl.join("sasldb2");
    fs::write(sasl.join("smtpd.conf"), config::smtpd_conf(&database)).unwrap();
    let main_cf = config::main_cf(folder, certificate, more);
    write_cold(&config.join("main.cf"), &main_cf);
    write_cold(&config.join("master.cf"), &config::master_cf(ports));
    // If its logger created the file, only root could read it.
    File::create(folder.join("mail.log")).unwrap();
    make_user(&database);
    root::run(root::command("mkdir").arg(folder.join("queue")));
    // Creates the rest, and checks the configuration.
    let mut check = root::command(peer::program("postfix", "postfix"));
    root::run(check.arg("-c").arg(config).arg("check"));
}

/// Every Postfix program reads a file again and again until it is two seconds
/// old, in case it is still being written.
fn write_cold(path: &Path, text: &str) {
    fs::write(path, text).unwrap();
    let file = File::options().write(true).open(path).unwrap();
    let before = SystemTime::now() - Duration::from_secs(60);
    file.set_modified(before).unwrap();
}

fn make_user(database: &Path) {
    let mut saslpasswd = root::command(peer::program("saslpasswd2", "sasl2-bin"));
    saslpasswd
        .args(["-c", "-p", "-u", REALM, "-f"])
        .arg(database)
        .arg(USERNAME);
    let output = peer::run(&mut saslpasswd, PASSWORD);
    assert!(output.success, "{output:?}");
    // smtpd reads it, as another user.
    root::run(root::command("chmod").arg("644").arg(database));
}

/// Waits for a group's processes to end, and lists those that had to be killed.
fn end(group: NonZeroU32) -> Vec<String> {
    let start = Instant::now();
    while !alive(group).is_empty() && start.elapsed() < PATIENCE {
        thread::sleep(Duration::from_millis(5));
    }
    let left = alive(group);
    if !left.is_empty() {
        let group = format!("-{group}");
        root::run(root::command("kill").args(["-KILL", "--", &group]));
    }
    left
}

/// The processes of a group, from /proc. Zombies do not count: where process 1
/// is not an init, daemons stay zombies for ever.
fn alive(group: NonZeroU32) -> Vec<String> {
    let processes = fs::read_dir("/proc").unwrap().flatten();
    let stats = processes.filter_map(|entry| fs::read_to_string(entry.path().join("stat")).ok());
    stats
        .filter(|stat| {
            // proc(5): pid (name) state parent group ...; the name may contain
            // any character.
            let after = stat.rsplit_once(") ").map_or("", |(_, after)| after);
            let fields: Vec<_> = after.split(' ').collect();
            matches!(fields[..], [state, _, of, ..] if state != "Z" && of == group.to_string())
        })
        .collect()
}
