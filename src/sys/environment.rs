//! The machine of a run, as far as it affects the figures.
//!
//! Nothing here can fail a run: what the system does not report is `None`.

use std::fs;

use nix::sys::resource::{Resource, getrlimit};
use nix::sys::utsname::uname;
use serde::{Deserialize, Serialize};

/// The machine of a run.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Environment {
    /// The distribution's own name, or the kernel's name.
    pub os: Option<String>,
    /// Release of the kernel.
    pub kernel: Option<String>,
    /// Architecture, such as `x86_64`.
    pub architecture: Option<String>,
    /// Model of the CPU.
    pub cpu_model: Option<String>,
    /// Cores this process may use.
    pub cores: Option<usize>,
    /// Memory of the machine, in bytes.
    pub memory_bytes: Option<u64>,
    /// TCP congestion control of new connections.
    pub congestion_control: Option<String>,
    /// Files this process may have open.
    pub file_limit: Option<u64>,
}

impl Environment {
    /// Reads the facts from the system.
    pub fn gather() -> Self {
        let names = uname().ok();
        let name = |text: &std::ffi::OsStr| text.to_string_lossy().into_owned();
        let system = names.as_ref().map(|names| name(names.sysname()));
        Self {
            os: field("/etc/os-release", "PRETTY_NAME", '=').or(system),
            kernel: names.as_ref().map(|names| name(names.release())),
            architecture: names.as_ref().map(|names| name(names.machine())),
            cpu_model: field("/proc/cpuinfo", "model name", ':'),
            cores: std::thread::available_parallelism().ok().map(Into::into),
            memory_bytes: memory(),
            congestion_control: line("/proc/sys/net/ipv4/tcp_congestion_control"),
            file_limit: getrlimit(Resource::RLIMIT_NOFILE)
                .ok()
                .map(|(soft, _)| soft),
        }
    }
}

/// The value of `name` in a file with lines of that form.
fn field(path: &str, name: &str, separator: char) -> Option<String> {
    value(&fs::read_to_string(path).ok()?, name, separator)
}

fn value(text: &str, name: &str, separator: char) -> Option<String> {
    let mut pairs = text.lines().filter_map(|line| line.split_once(separator));
    let (_, value) = pairs.find(|(key, _)| key.trim() == name)?;
    Some(value.trim().trim_matches('"').to_owned())
}

fn line(path: &str) -> Option<String> {
    Some(fs::read_to_string(path).ok()?.trim().to_owned())
}

fn memory() -> Option<u64> {
    let total = field("/proc/meminfo", "MemTotal", ':')?;
    let kib: u64 = total.strip_suffix("kB")?.trim().parse().ok()?;
    Some(kib * 1024)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_is_found_by_its_name() {
        let text = "NAME=\"Debian\"\nPRETTY_NAME=\"Debian 12\"\nmodel name\t: A: B\n";
        assert_eq!(
            value(text, "PRETTY_NAME", '='),
            Some("Debian 12".to_owned())
        );
        assert_eq!(value(text, "model name", ':'), Some("A: B".to_owned()));
        assert_eq!(value(text, "nothing", '='), None);
    }

    #[test]
    #[cfg(target_os = "linux")]
    fn facts_of_this_machine_are_found() {
        let here = Environment::gather();
        assert!(here.kernel.is_some() && here.memory_bytes.is_some());
        assert!(here.cores > Some(0) && here.file_limit > Some(0));
    }
}
