//! What a rate takes of a client's machines: processor, open files, local ports.

use serde::Serialize;

/// What one machine has.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub(crate) struct Machine {
    /// Processor cores.
    pub(crate) cores: u32,
    /// Open files that one process may have.
    pub(crate) files: u32,
}

/// Local ports to one address of a server: Linux's `net.ipv4.ip_local_port_range`,
/// 32768 to 60999 by default.
pub(crate) const LOCAL_PORTS: f64 = 28_232.0;

/// For so long a closed connection keeps its port (TIME-WAIT; Linux).
const TIME_WAIT_S: f64 = 60.0;

/// Files beside the sessions.
const OTHER_FILES: f64 = 64.0;

/// Above this share of the cores, waits for the processor would show in latencies.
const BUSY: f64 = 0.7;

/// What a rate takes, on one machine, and how many machines that is.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub(crate) struct MachineLoad {
    /// Cores kept busy; none if the processor time of a message is unknown.
    pub(crate) cores: Option<f64>,
    /// Open files.
    pub(crate) files: f64,
    /// Local ports, those of closed sessions included.
    pub(crate) ports: f64,
    /// Machines.
    pub(crate) machines: u64,
    /// What decides their number.
    pub(crate) decided_by: &'static str,
}

impl Machine {
    /// The load of `sessions` that send `messages_per_s`.
    pub(super) fn load(
        &self,
        messages_per_s: f64,
        cpu_per_message_s: Option<f64>,
        sessions: u64,
        setups_per_s: f64,
    ) -> MachineLoad {
        let cores = cpu_per_message_s.map(|cpu| cpu * messages_per_s);
        let files = sessions as f64 + OTHER_FILES;
        let ports = sessions as f64 + setups_per_s * TIME_WAIT_S;
        let room = (f64::from(self.files) - OTHER_FILES).max(1.0);
        let needed = [
            ("CPU", cores.unwrap_or(0.0) / (f64::from(self.cores) * BUSY)),
            ("open files", sessions as f64 / room),
            ("local ports", ports / LOCAL_PORTS),
        ];
        let most = needed.into_iter().fold(
            ("CPU", 0.0),
            |most, next| if next.1 > most.1 { next } else { most },
        );
        MachineLoad {
            cores,
            files,
            ports,
            machines: most.1.ceil().max(1.0) as u64,
            decided_by: most.0,
        }
    }
}
