//! Processor time per message and per session.

use super::*;
use crate::sys::cpu::CpuTimes;

fn used(generator_ms: u64, background_ms: Option<u64>) -> Cpu {
    let times = CpuTimes {
        generator: Duration::from_millis(generator_ms),
        background: background_ms.map(Duration::from_millis),
        mock: Some(Duration::from_millis(270)),
        machine: Duration::from_secs(2),
    };
    Cpu::new(&times, &written().measured)
}

#[test]
fn the_cost_of_a_message_is_without_what_runs_without_any() {
    // 54 messages are accepted within the window.
    let generator = used(1_080, Some(540)).generator.unwrap();
    assert_eq!(generator.per_message_us, Some(20_000.0));
    assert_eq!(generator.background_s, Some(0.54));
    assert_eq!(generator.message_us, Some(10_000.0));
    assert_eq!(used(1_080, None).generator.unwrap().message_us, None);
    let mock = used(1_080, Some(540)).mock.unwrap();
    assert_eq!(
        (mock.per_message_us, mock.message_us),
        (Some(5_000.0), None)
    );
}

#[test]
fn too_little_work_measures_no_message() {
    let generator = used(300, Some(240)).generator.unwrap();
    assert_eq!(generator.message_us, None);
    assert!(generator.per_message_us.is_some());
}

#[test]
fn a_record_from_before_there_was_a_background_is_read() {
    let old = r#"{"seconds":1.5,"per_message_us":300.0,"per_session_us":null}"#;
    let read: CpuUse = serde_json::from_str(old).unwrap();
    assert_eq!((read.background_s, read.message_us), (None, None));
}
