//! Names that were replaced by the field's own, and stay replaced.

use super::sources::{code, files};

/// Identifiers that no code of ours has any more, with what says it today.
const REPLACED: [(&str, &str); 63] = [
    ("Act", "Lifecycle"),
    ("AddressBook", "RecipientSource"),
    ("Aftermath", "AttemptHandler"),
    ("Audience", "LifecycleReceiver"),
    ("Audit", "Recorders"),
    ("Book", "MessageTracker"),
    ("Came", "ProbeResult"),
    ("Census", "RunCounts"),
    ("Chain", "PeerCertificates"),
    ("Conduct", "ClientReport"),
    ("Conductor", "RunController"),
    ("Curtain", "LifecycleSender"),
    ("Deed", "CommandAction"),
    ("Doom", "Abort"),
    ("Doorman", "LimiterThread"),
    ("Fate", "Disposition"),
    ("FaultStage", "Stage"),
    ("Figures", "FigureSource"),
    ("Freed", "Dispatch"),
    ("GLANCE", "POLL_INTERVAL"),
    ("GOODBYE", "QUIT_GRACE"),
    ("Gate", "Limiter"),
    ("Governor", "SessionLimiter"),
    ("Gravity", "Severity"),
    ("Handover", "Dispatcher"),
    ("Harm", "Error"),
    ("Ingredients", "EngineConfig"),
    ("Instead", "Applied"),
    ("Keeping", "RecordingVerifier"),
    ("LAST_WORDS", "QUIT_TIMEOUT_AFTER_FAILURE"),
    ("LEAD", "START_LEAD"),
    ("Last", "CauseBuf"),
    ("Letter", "VariantTemplate"),
    ("Measured", "Measurements, FigureValue"),
    ("Misfit", "ValueError"),
    ("NOTHING_DUE", "RETRY_POLL_INTERVAL"),
    ("Nanos", "Instant"),
    ("Notes", "Aggregates"),
    ("Observe", "Observer"),
    ("PATIENCE", "NO_SESSION_TIMEOUT, INTERACTIVE_TIMEOUT"),
    ("People", "RecipientList"),
    ("Rested", "IdleEnd"),
    ("Seat", "SessionTracker"),
    ("Site", "ResolvedTarget"),
    ("Situation", "FailureCase"),
    ("Stranger", "DisallowedRecipient"),
    ("Stroke", "InjectedFault"),
    ("Unheard", "ReplyUndelivered"),
    ("Waste", "Warning"),
    ("Witness", "PreflightObserver"),
    ("attentive_connector", "recording_connector"),
    ("cautions", "warnings"),
    ("conceal", "redact"),
    ("conduct", "run"),
    ("extent", "volume"),
    ("has_begun", "has_reached"),
    ("impatient_config", "interactive_timeouts"),
    ("keep_appointment", "wait_for_start_at"),
    ("mishap", "abort"),
    ("own_up", "report_undelivered_replies"),
    ("say_otherwise", "replace_reply"),
    ("strike", "match_fault"),
    ("suffer", "apply_fault"),
];

#[test]
fn no_replaced_name_comes_back() {
    let folders = ["src", "mock-server/src", "benches/micro", "fuzz"];
    let files = folders.iter().flat_map(|folder| files(folder));
    for file in files.filter(|file| !file.components().any(|part| part.as_os_str() == "target")) {
        let found = replaced(&code(&file));
        assert_eq!(found, Vec::<String>::new(), "{}", file.display());
    }
}

#[test]
fn a_replaced_name_is_found_as_a_whole_word_outside_strings() {
    let code = "let curtain = Curtain::new(\"the Audience\"); // Act\nuse Actor;\n";
    assert_eq!(replaced(code), ["Curtain: LifecycleSender"]);
}

/// The replaced names that a piece of code has, with what to write.
fn replaced(code: &str) -> Vec<String> {
    let lines = code.lines().map(without_strings);
    let code: String = lines.flat_map(|line| [line, "\n".to_owned()]).collect();
    let mut words: Vec<_> = code
        .split(|c: char| !c.is_alphanumeric() && c != '_')
        .collect();
    words.sort_unstable();
    words.dedup();
    let known = |word| REPLACED.iter().find(|(old, _)| *old == word);
    words
        .into_iter()
        .filter_map(known)
        .map(|(old, new)| format!("{old}: {new}"))
        .collect()
}

/// A line without its string literals and without a comment at its end.
fn without_strings(line: &str) -> String {
    let line = line.replace("\\\"", "");
    let outside = line.split('"').step_by(2).collect::<Vec<_>>().join("\"\"");
    let code = outside.split("//").next().unwrap_or_default();
    code.to_owned()
}
