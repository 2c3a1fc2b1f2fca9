//! SES's replies, byte for byte: `tests/golden/*.txt`.
//!
//! Each file is the transcript of a conversation. It is played against the
//! dialogue in simulated time, and recorded again; both must be equal, except for
//! ids. [`script`] documents the format.

mod player;
mod script;

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use sesbench_mock::testing::Reply;

use player::Player;
use script::Script;

fn files() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden");
    let mut files: Vec<_> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    files.sort();
    assert!(files.len() > 40, "{} transcripts", files.len());
    files
}

/// Plays a file, and returns its replies as they are counted.
fn play(file: &Path) -> Result<Vec<String>, String> {
    let text = fs::read_to_string(file).unwrap();
    let script = Script::read(&text)?;
    let mut player = Player::new(&script.settings);
    let written = player.play(&script.lines);
    let differs = |(n, (wanted, got)): (usize, (&String, &String))| {
        (wanted != got).then(|| format!("line {}:\n  wanted {wanted}\n  got    {got}", n + 1))
    };
    let pairs = script.lines.iter().zip(&written).enumerate();
    if let Some(difference) = pairs.filter_map(differs).next() {
        return Err(difference);
    }
    if script.lines.len() != written.len() {
        let (wanted, got) = (script.lines.len(), written.len());
        let more = written.get(wanted..).unwrap_or_default();
        return Err(format!("wanted {wanted} lines, got {got}: {more:?}"));
    }
    Ok(player.replies())
}

#[test]
fn every_transcript_reads_as_ses_speaks() {
    let failed: Vec<String> = files()
        .iter()
        .filter_map(|file| {
            let name = file.file_name().unwrap().to_string_lossy();
            play(file).err().map(|why| format!("{name}: {why}"))
        })
        .collect();
    assert!(failed.is_empty(), "\n{}", failed.join("\n"));
}

#[test]
fn every_reply_stands_in_a_transcript() {
    let seen: BTreeSet<String> = files()
        .iter()
        .flat_map(|file| play(file).unwrap())
        .collect();
    let missing: Vec<&str> = Reply::ALL
        .iter()
        .map(|reply| reply.text())
        .filter(|text| !seen.contains(*text))
        .collect();
    assert!(missing.is_empty(), "no transcript has {missing:?}");
}

#[test]
fn a_transcript_that_is_not_what_is_said_fails() {
    let text = "-- TLS wrapper\nS: 220 hello\n";
    let script = Script::read(text).unwrap();
    let written = Player::new(&script.settings).play(&script.lines);
    assert_ne!(written, script.lines);
    assert!(written[1].starts_with("S: 220 email-smtp.amazonaws.com ESMTP "));
}
