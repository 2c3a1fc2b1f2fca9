//! CPU time of this process, of another process, and of the machine.

use std::time::Duration;

use nix::sys::resource::{UsageWho, getrusage};
use nix::unistd::{SysconfVar, sysconf};

/// CPU time used since some start, user and system together.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct CpuTimes {
    /// This process, all threads.
    pub generator: Duration,
    /// The part used by threads that serve no message; none where the kernel
    /// does not report it.
    pub background: Option<Duration>,
    /// The embedded mock, with the resolution of the kernel's tick (usually 10
    /// ms).
    pub mock: Option<Duration>,
    /// All processes of the machine, all cores.
    pub machine: Duration,
}

impl CpuTimes {
    /// Reads all of them now. `mock` is the process id of the embedded mock;
    /// `serves` decides by a thread's name whether it serves messages.
    pub fn read(mock: Option<u32>, serves: impl Fn(&str) -> bool) -> Self {
        Self {
            generator: own(),
            background: other_threads(serves),
            mock: mock.and_then(of_process),
            machine: machine().unwrap_or_default(),
        }
    }

    /// What was used between `earlier` and this reading.
    pub fn since(&self, earlier: &Self) -> Self {
        let between =
            |now: Option<Duration>, then: Option<Duration>| Some(now?.saturating_sub(then?));
        Self {
            generator: self.generator.saturating_sub(earlier.generator),
            background: between(self.background, earlier.background),
            mock: between(self.mock, earlier.mock),
            machine: self.machine.saturating_sub(earlier.machine),
        }
    }
}

/// CPU time of this process so far.
pub(crate) fn own() -> Duration {
    getrusage(UsageWho::RUSAGE_SELF).map_or(Duration::ZERO, |usage| {
        time(usage.user_time()) + time(usage.system_time())
    })
}

fn time(value: nix::sys::time::TimeVal) -> Duration {
    Duration::from_micros(value.tv_sec() as u64 * 1_000_000 + value.tv_usec() as u64)
}

fn of_process(id: u32) -> Option<Duration> {
    let stat = std::fs::read_to_string(format!("/proc/{id}/stat")).ok()?;
    process_ticks(&stat).map(ticks)
}

/// `utime` and `stime` of proc_pid_stat(5): fields 14 and 15, counted after the
/// command's name, which may contain spaces and parentheses.
fn process_ticks(stat: &str) -> Option<u64> {
    let after_name = stat.rsplit_once(')')?.1;
    let mut fields = after_name.split_ascii_whitespace().skip(11);
    let user: u64 = fields.next()?.parse().ok()?;
    let system: u64 = fields.next()?.parse().ok()?;
    Some(user + system)
}

/// CPU time of this process's threads, except those that `serves` selects.
fn other_threads(serves: impl Fn(&str) -> bool) -> Option<Duration> {
    let mut sum = Duration::ZERO;
    for thread in std::fs::read_dir("/proc/self/task").ok()? {
        let thread = thread.ok()?.path();
        let read = |file| std::fs::read_to_string(thread.join(file));
        // A thread that has ended meanwhile has no files any more.
        let (Ok(name), Ok(stat)) = (read("comm"), read("schedstat")) else {
            continue;
        };
        if !serves(name.trim_end()) {
            sum += scheduled(&stat)?;
        }
    }
    Some(sum)
}

/// The first number of a thread's `schedstat`: nanoseconds on a processor
/// (Linux, Documentation/scheduler/sched-stats.rst).
fn scheduled(stat: &str) -> Option<Duration> {
    let nanos = stat.split_ascii_whitespace().next()?.parse().ok()?;
    Some(Duration::from_nanos(nanos))
}

/// CPU time of all processes of the machine so far; none where the kernel does
/// not report it.
pub(crate) fn machine() -> Option<Duration> {
    let stat = std::fs::read_to_string("/proc/stat").ok()?;
    machine_ticks(&stat).map(ticks)
}

/// The `cpu` line of proc_stat(5), without idle and iowait, and without guest
/// time, which is included in user time.
fn machine_ticks(stat: &str) -> Option<u64> {
    let line = stat.lines().next()?.strip_prefix("cpu ")?;
    let fields: Option<Vec<u64>> = line
        .split_ascii_whitespace()
        .map(|field| field.parse().ok())
        .collect();
    let fields = fields?;
    let busy = |at: usize| fields.get(at).copied().unwrap_or(0);
    Some([0, 1, 2, 5, 6, 7].into_iter().map(busy).sum())
}

fn ticks(count: u64) -> Duration {
    let per_second = sysconf(SysconfVar::CLK_TCK).ok().flatten().unwrap_or(100);
    Duration::from_secs_f64(count as f64 / per_second as f64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_process_name_with_spaces_and_parentheses_is_parsed() {
        let stat = "42 (a) S 1) R 1 2 3 4 5 6 7 8 9 10 150 50 0 0 20";
        assert_eq!(process_ticks(stat), Some(200));
    }

    #[test]
    fn a_thread_that_serves_messages_does_not_count_as_background() {
        let spin = |thread: std::thread::Builder| {
            let (done, wait) = std::sync::mpsc::channel();
            let (end, ended) = std::sync::mpsc::channel::<()>();
            let handle = thread.spawn(move || {
                let mut sum = 0_u64;
                while own_thread() < Duration::from_millis(20) {
                    sum = std::hint::black_box(sum + 1);
                }
                done.send(sum).unwrap();
                let _ = ended.recv();
            });
            wait.recv().unwrap();
            (handle.unwrap(), end)
        };
        // The CPU time of the other threads in this process, among them those
        // of other tests, is not known: they are left out.
        let (busy, end) = spin(std::thread::Builder::new().name("busy".to_owned()));
        let of = |serves: &dyn Fn(&str) -> bool| other_threads(serves).unwrap();
        let background = of(&|name| name != "busy");
        assert!(background >= Duration::from_millis(19), "{background:?}");
        assert_eq!(of(&|_| true), Duration::ZERO);
        drop(end);
        busy.join().unwrap();
    }

    fn own_thread() -> Duration {
        let usage = getrusage(UsageWho::RUSAGE_THREAD).unwrap();
        time(usage.user_time()) + time(usage.system_time())
    }

    #[test]
    fn the_time_of_a_thread_is_read_in_nanoseconds() {
        assert_eq!(scheduled("1500 7 3\n"), Some(Duration::from_nanos(1_500)));
        assert_eq!(scheduled(""), None);
    }

    #[test]
    fn idle_time_does_not_count_as_busy() {
        let stat = "cpu  10 1 5 900 40 2 3 4 7 0\ncpu0 1 1 1 1\n";
        assert_eq!(machine_ticks(stat), Some(10 + 1 + 5 + 2 + 3 + 4));
    }
}
