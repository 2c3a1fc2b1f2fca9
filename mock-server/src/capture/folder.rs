//! A folder of `.eml` files, and the thread that writes them.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, TrySendError, sync_channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;

use super::Message;
use crate::atomic_write;

/// Maximum number and bytes of messages that wait for the disk.
const WAITING: usize = 4096;
const WAITING_BYTES: u64 = 256 * 1024 * 1024;

#[derive(Debug)]
pub(super) struct Folder {
    path: PathBuf,
    jobs: SyncSender<Job>,
    state: Arc<State>,
}

#[derive(Debug)]
enum Job {
    Write(Arc<Message>),
    /// Signals that all jobs before it are done.
    Settle(SyncSender<()>),
}

#[derive(Debug, Default)]
struct State {
    waiting_bytes: AtomicU64,
    /// Messages that were left out because the disk was too slow.
    missed: AtomicU64,
    /// Messages whose file could not be written.
    failed: AtomicU64,
    /// The first error.
    problem: Mutex<Option<String>>,
}

impl Folder {
    /// Creates the folder if necessary, and starts the thread, which ends when
    /// this value is dropped.
    pub(super) fn open(path: &Path) -> io::Result<Folder> {
        fs::create_dir_all(path)?;
        let (jobs, queue) = sync_channel(WAITING);
        let state = Arc::new(State::default());
        let (folder, shared) = (path.to_owned(), Arc::clone(&state));
        thread::Builder::new()
            .name("capture".to_owned())
            .spawn(move || work(&folder, &queue, &shared))?;
        Ok(Folder {
            path: path.to_owned(),
            jobs,
            state,
        })
    }

    /// Passes a message to the thread, unless too many wait.
    pub(super) fn write(&self, message: Arc<Message>) {
        let size = message.data.len() as u64;
        let waiting = &self.state.waiting_bytes;
        if waiting.fetch_add(size, Ordering::Relaxed) > WAITING_BYTES
            || self.jobs.try_send(Job::Write(message)).is_err()
        {
            waiting.fetch_sub(size, Ordering::Relaxed);
            self.state.missed.fetch_add(1, Ordering::Relaxed);
        }
    }

    /// Waits until all messages are written, and returns the errors so far.
    pub(super) fn settle(&self) -> Option<String> {
        let (done, wait) = sync_channel(1);
        let mut job = Job::Settle(done);
        while let Err(TrySendError::Full(again)) = self.jobs.try_send(job) {
            job = again;
            thread::sleep(std::time::Duration::from_millis(1));
        }
        // If the thread has ended there is nothing to wait for.
        let _ = wait.recv();
        self.problem()
    }

    /// How many messages are missing, and why.
    fn problem(&self) -> Option<String> {
        let first = &self.state.problem;
        let first = first.lock().unwrap_or_else(PoisonError::into_inner);
        let failed = self.state.failed.load(Ordering::Relaxed);
        let missed = self.state.missed.load(Ordering::Relaxed);
        let mut causes = Vec::new();
        if let Some(first) = first.as_ref() {
            causes.push(format!(
                "{failed} could not be written (first error: {first})"
            ));
        }
        if missed > 0 {
            causes.push(format!("{missed} left out because the disk was too slow"));
        }
        let folder = self.path.display();
        let text = || {
            format!(
                "accepted messages missing in {folder}: {}",
                causes.join("; ")
            )
        };
        (!causes.is_empty()).then(text)
    }
}

impl State {
    fn fail(&self, id: &str, error: &io::Error) {
        let mut problem = self.problem.lock().unwrap_or_else(PoisonError::into_inner);
        self.failed.fetch_add(1, Ordering::Relaxed);
        problem.get_or_insert_with(|| format!("{id}.eml: {error}"));
    }
}

fn work(folder: &Path, queue: &Receiver<Job>, state: &State) {
    for job in queue {
        match job {
            Job::Write(message) => {
                if let Err(error) = write(folder, &message) {
                    state.fail(&message.id, &error);
                }
                let size = message.data.len() as u64;
                state.waiting_bytes.fetch_sub(size, Ordering::Relaxed);
            }
            Job::Settle(done) => {
                let _ = done.send(());
            }
        }
    }
}

/// Atomically: a program that watches the folder never sees half a message.
fn write(folder: &Path, message: &Message) -> io::Result<()> {
    let path = folder.join(format!("{}.eml", message.id));
    atomic_write::write(&path, |out| message.write_eml(out))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn message(id: &str) -> Arc<Message> {
        Arc::new(Message {
            id: id.to_owned(),
            sender: "a@example.com".to_owned(),
            recipients: vec!["b@example.com".to_owned()],
            data: b"Subject: s\r\n\r\nx\r\n".to_vec(),
            accepted_unix_ms: 0,
        })
    }

    #[test]
    fn writes_whole_files_and_leaves_nothing_else() {
        let parent = tempfile::tempdir().unwrap();
        let path = parent.path().join("mail");
        let folder = Folder::open(&path).unwrap();
        for n in 0..100 {
            folder.write(message(&format!("id-{n}")));
        }
        assert_eq!(folder.settle(), None);
        assert_eq!(fs::read_dir(&path).unwrap().count(), 100);
        let eml = fs::read_to_string(path.join("id-99.eml")).unwrap();
        assert!(eml.ends_with("\r\nSubject: s\r\n\r\nx\r\n"), "{eml}");
    }

    #[test]
    fn reports_what_could_not_be_written() {
        let parent = tempfile::tempdir().unwrap();
        let path = parent.path().join("mail");
        let folder = Folder::open(&path).unwrap();
        fs::remove_dir(&path).unwrap();
        folder.write(message("lost"));
        folder.write(message("too"));
        folder.state.missed.fetch_add(3, Ordering::Relaxed);
        let problem = folder.settle().unwrap();
        let begin = format!(
            "accepted messages missing in {}: 2 could not be written (first error: lost.eml: ",
            path.display()
        );
        assert!(problem.starts_with(&begin), "{problem}");
        let end = "; 3 left out because the disk was too slow";
        assert!(problem.ends_with(end), "{problem}");
    }
}
