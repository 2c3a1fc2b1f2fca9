//! Measures the delays of the mock and this machine themselves, by a short run of
//! this program against the mock.

use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};

use crate::analysis::calibration::PACE;
use crate::measure::Distributions;
use crate::run::{TargetFacts, read_distributions};
use crate::vocabulary::Phase;

/// The stages of the mock that get a delay: all that end with a reply.
const STAGES: [&str; 11] = [
    "banner", "ehlo", "starttls", "tls", "auth", "mail", "rcpt", "data", "dot", "rset", "quit",
];

/// Runs it with the TLS mode of `target`.
pub(super) fn measure(target: &TargetFacts) -> Result<Distributions, String> {
    let failed =
        |why: &dyn std::fmt::Display| format!("cannot measure the mock's own delay: {why}");
    let folder = tempfile::tempdir().map_err(|error| failed(&error))?;
    let written = folder.path().join("floor.toml");
    fs::write(&written, scenario(target)).map_err(|error| failed(&error))?;
    let out = folder.path().join("run");
    let program = std::env::current_exe().map_err(|error| failed(&error))?;
    let ended = Command::new(program)
        .arg("run")
        .arg(&written)
        .arg("--out")
        .arg(&out)
        .arg("--quiet")
        .stdin(Stdio::null())
        .output()
        .map_err(|error| failed(&error))?;
    // On a busy machine the run is inconclusive, but its figures are usable.
    match measured(&out) {
        Some(floor) => Ok(floor),
        None => Err(failed(&String::from_utf8_lossy(&ended.stderr).trim())),
    }
}

fn measured(out: &Path) -> Option<Distributions> {
    let floor = read_distributions(out).ok()?;
    floor.median(Phase::Accept).map(|_| floor)
}

fn scenario(target: &TargetFacts) -> String {
    let versions = match &target.tls {
        Some(tls) => format!("tls_versions = [\"{}\"]\n", tls.version),
        None => String::new(),
    };
    let mut text = format!(
        "name = \"floor\"\n\
         [target]\ntls = \"{mode}\"\n{versions}\
         [load]\nrate = \"120/s\"\nduration = \"1500ms\"\nwarm_up = \"200ms\"\n\
         sessions = 16\nmessages_per_session = 1\n\
         [mock]\nprofile = \"unlimited\"\nrequire_tls = {tls}\nrequire_auth = {tls}\n\
         [mock.latency]\n",
        mode = target.mode,
        tls = target.mode != "none",
    );
    for stage in STAGES {
        text += &format!("{stage} = \"{}ms\"\n", PACE.as_millis());
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::run::TlsRecord;
    use crate::scenario::{Override, Source, TargetKind, read};

    #[test]
    fn the_scenario_is_valid_and_slows_every_reply_down() {
        for mode in ["starttls", "wrapper", "none"] {
            let version = "1.2".to_owned();
            let tls = TlsRecord {
                version,
                ..TlsRecord::default()
            };
            let target = TargetFacts {
                mode: mode.to_owned(),
                tls: (mode != "none").then_some(tls),
                ..TargetFacts::default()
            };
            let folder = tempfile::tempdir().unwrap();
            let path = folder.path().join("floor.toml");
            fs::write(&path, scenario(&target)).unwrap();
            let none: &[Override] = &[];
            let plan = read(&Source::File(path), none, &|_| None).unwrap();
            assert_eq!(plan.target.tls.name(), mode);
            let TargetKind::Mock { settings } = plan.target.kind else {
                panic!("it is for the mock");
            };
            let latency = serde_json::to_value(&settings.latency).unwrap();
            let delays = latency.as_object().unwrap().iter();
            let slowed = delays.filter(|(_, delay)| **delay == "3ms");
            assert_eq!(slowed.count(), 11);
        }
    }
}
