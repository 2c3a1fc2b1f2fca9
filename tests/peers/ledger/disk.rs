//! A disk that fills up during a run: a small tmpfs in a mount namespace.

use std::fs;

use tempfile::TempDir;

use super::{captured, scenario};
use crate::peer;
use crate::root;

/// The contents of the small disk are lost with the namespace, so they are
/// copied.
const SCRIPT: &str = "
mount -t tmpfs -o size=48k none \"$DISK\" || exit 99
\"$0\" run \"$1\" --quiet --out \"$DISK/out\"
code=$?
cp -r \"$DISK/out\" \"$KEPT\" && chmod -R a+rwX \"$KEPT\"
exit $code
";

#[test]
#[ignore = "needs root or sudo"]
fn written_results_stay_and_one_error_has_the_reason() {
    let folder = TempDir::new().unwrap();
    let [disk, kept] = ["disk", "kept"].map(|name| folder.path().join(name));
    fs::create_dir(&disk).unwrap();
    let script = format!("DISK={disk:?}\nKEPT={kept:?}\n{SCRIPT}");
    let mut command = root::command(peer::program("unshare", "util-linux"));
    command.args(["-rm", "sh", "-c", &script]);
    command.arg(env!("CARGO_BIN_EXE_sesbench"));
    command.arg(scenario(folder.path(), "10min", 0));
    let output = peer::run(&mut command, "");
    assert_eq!(output.code, Some(7), "{output:?}");
    // The page with charts cannot be written either: a warning, before the reason.
    let lines: Vec<&str> = output.stderr.lines().collect();
    let [warning, line] = lines[..] else {
        panic!("expected a warning and an error: {}", output.stderr);
    };
    let warned = "sesbench: warning: no report: ";
    assert!(
        warning.starts_with(warned) && !line.starts_with(warned),
        "{}",
        output.stderr
    );
    for each in [warning, line] {
        assert!(
            each.ends_with(": No space left on device (os error 28)"),
            "{each}"
        );
    }
    let mut rows = csv::Reader::from_path(kept.join("intervals.csv")).unwrap();
    let columns = rows.headers().unwrap().clone();
    let column = |name| columns.iter().position(|each| each == name).unwrap();
    let (t_s, accepted) = (column("t_s"), column("accepted"));
    let mut counted = 0;
    for (second, row) in rows.records().enumerate() {
        let row = row.unwrap();
        assert_eq!(row[t_s], second.to_string());
        counted += row[accepted].parse::<usize>().unwrap();
    }
    let mut delivered = captured(folder.path());
    assert!(counted > 0 && delivered.len() >= counted);
    delivered.sort_unstable();
    assert!(delivered.windows(2).all(|pair| pair[0] != pair[1]));
}
