//! What has to stay the same while a series of runs goes on: the machine since its
//! last boot, and the program.

use std::fs::{self, File};
use std::hash::{DefaultHasher, Hasher};
use std::io::{self, Read};

use serde::{Deserialize, Serialize};

use super::environment::Environment;

/// The machine and the program of a series of runs.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(crate) struct Machine {
    /// Identifies the boot of the kernel.
    pub boot_id: Option<String>,
    /// Version of the program.
    pub version: String,
    /// Hash of the program's file, as 16 hex digits.
    pub program: Option<String>,
    /// The machine.
    pub environment: Environment,
}

impl Machine {
    /// This machine and this program.
    pub(crate) fn gather() -> Self {
        let boot_id = fs::read_to_string("/proc/sys/kernel/random/boot_id").ok();
        Self {
            boot_id: boot_id.map(|id| id.trim().to_owned()),
            version: env!("CARGO_PKG_VERSION").to_owned(),
            program: program_hash().ok(),
            environment: Environment::gather(),
        }
    }

    /// What differs between this, the earlier one, and `now`: a phrase for an error;
    /// none if runs of both can belong to one series.
    pub(crate) fn difference(&self, now: &Self) -> Option<String> {
        if self.version != now.version {
            let (old, new) = (&self.version, &now.version);
            return Some(format!("sesbench {old}, this is {new}"));
        }
        if self.program != now.program {
            return Some("another build of sesbench".to_owned());
        }
        if self.environment.cpu_model != now.environment.cpu_model
            || self.environment.cores != now.environment.cores
        {
            return Some("another machine".to_owned());
        }
        let is_rebooted = self.boot_id != now.boot_id;
        is_rebooted.then(|| "another boot of the machine".to_owned())
    }
}

/// A hash of this program's file. The same build of the program makes the hash again,
/// so that the standard library's hash is stable enough.
fn program_hash() -> io::Result<String> {
    // Opened through /proc, so that a file that was replaced meanwhile is not read.
    let mut file = File::open("/proc/self/exe")?;
    let mut hash = DefaultHasher::new();
    let mut block = vec![0; 1 << 16];
    loop {
        match file.read(&mut block)? {
            0 => break,
            read => hash.write(&block[..read]),
        }
    }
    Ok(format!("{:016x}", hash.finish()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_program_and_a_machine_are_the_same_until_one_of_them_changes() {
        let machine = Machine::gather();
        assert_eq!(machine.difference(&Machine::gather()), None);
        let version = Machine {
            version: "0.0.1".to_owned(),
            ..machine.clone()
        };
        let why = version.difference(&machine).unwrap();
        assert!(why.starts_with("sesbench 0.0.1, this is "), "{why}");
        let boot = Machine {
            boot_id: None,
            ..machine.clone()
        };
        let why = boot.difference(&machine);
        assert_eq!(why.as_deref(), Some("another boot of the machine"));
        let program = Machine {
            program: Some("0".repeat(16)),
            ..machine.clone()
        };
        let why = program.difference(&machine);
        assert_eq!(why.as_deref(), Some("another build of sesbench"));
    }
}
