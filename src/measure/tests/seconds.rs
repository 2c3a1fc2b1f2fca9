//! Merging of seconds, and that they add up.

use proptest::prelude::*;

use super::*;

#[test]
fn a_second_is_complete_when_every_source_is_beyond_it() {
    let mut bench = Bench::begun(2, 0);
    bench.recorders[1].tick(ms(START + 4_500));
    let message = story(0, START + 1_200, Outcome::Accepted).ticket();
    // A late event still counts in the intended second.
    bench.on_event(START + 2_700, Event::Scheduled { message });
    bench.recorders[0].tick(ms(START + 3_000));
    let (_, rows) = bench.finish();
    let scheduled: Vec<_> = rows
        .iter()
        .map(|row| row.counts.messages.scheduled)
        .collect();
    assert_eq!(scheduled, [0, 1, 0, 0, 0]);
    assert_eq!(
        rows.iter().map(|row| row.t_s).collect::<Vec<_>>(),
        [0, 1, 2, 3, 4]
    );
}

#[test]
fn seconds_are_delivered_while_the_run_goes_on() {
    let mut bench = Bench::begun(1, 0);
    let collector = std::mem::replace(&mut bench.collector, Bench::new(0, 0, true).collector);
    let (told, seen) = std::sync::mpsc::channel();
    let thread = std::thread::spawn(move || {
        collector
            .run(|second, measured| told.send((second.t_s, measured.counts().messages.scheduled)))
    });
    for second in 0..3 {
        story(second, START + second * 1_000, Outcome::Accepted).play(&mut bench);
        bench.recorders[0].tick(ms(START + (second + 1) * 1_000));
        assert_eq!(
            seen.recv().unwrap(),
            (u32::try_from(second).unwrap(), second + 1)
        );
    }
    drop(bench.recorders);
    let (measured, result) = thread.join().unwrap();
    assert!(result.is_ok());
    let messages = &measured.counts().messages;
    assert_eq!(messages.scheduled, messages.ended.sum());
}

#[test]
fn an_error_of_the_callback_is_kept_and_the_collecting_goes_on() {
    let mut bench = Bench::begun(1, 0);
    for index in 0..5 {
        story(index, START + index * 1_000, Outcome::Accepted).play(&mut bench);
    }
    drop(bench.recorders);
    let mut calls = 0;
    let (measured, result) = bench.collector.run(|_, _| {
        calls += 1;
        Err("disk full")
    });
    assert_eq!((result, calls), (Err("disk full"), 1));
    assert_eq!(measured.counts().messages.ended.sum(), 5);
}

fn any_story() -> impl Strategy<Value = Story> {
    let outcome = proptest::sample::select(Outcome::ALL);
    (0..4_000_u64, 0..500_u64, 0..1_500_u64, outcome).prop_map(
        |(intended, wait, service, outcome)| Story {
            index: 0,
            intended: START + intended,
            started: START + intended + wait,
            ended: START + intended + wait + service,
            outcome,
        },
    )
}

proptest! {
    #[test]
    fn rows_add_up_to_totals_over_any_number_of_threads(
        stories in proptest::collection::vec((any_story(), 0..3_usize), 0..60),
        warm_up in 0..2_500_u64,
    ) {
        let mut bench = Bench::begun(3, warm_up);
        bench.timeline.schedule_ends(ms(START + 4_000));
        for (index, (story, source)) in stories.iter().enumerate() {
            bench.recorders.swap(0, *source);
            Story { index: index as u64, ..*story }.play(&mut bench);
            bench.recorders.swap(0, *source);
        }
        let (measured, rows) = bench.finish();
        let mut sum = Counts::default();
        rows.iter().for_each(|row| sum += &row.counts);
        prop_assert_eq!(&sum, measured.counts());
        let messages = &measured.counts().messages;
        prop_assert_eq!(messages.scheduled, messages.ended.sum());
        prop_assert_eq!(measured.counts().messages.ended.sum(), stories.len() as u64);
        let in_window = |story: &&(Story, usize)| story.0.intended >= START + warm_up;
        prop_assert_eq!(measured.scheduled(), stories.iter().filter(in_window).count() as u64);
        let messages = measured.outcomes().rows().filter(|row| row.scope == OutcomeScope::Message);
        prop_assert_eq!(messages.map(|row| row.count).sum::<u64>(), stories.len() as u64);
        if let Some(last) = rows.last() {
            prop_assert_eq!(last.gauges, Gauges::default());
        }
        let accepted = measured.outcome(Outcome::Accepted);
        prop_assert_eq!(measured.count(Span::Response.into()), accepted);
        let of = |metric: Metric| (measured.count(metric), measured.censored(metric));
        let lacking = measured.counts().window.ended.without_latency();
        prop_assert_eq!(of(Span::Response.into()), (accepted, lacking));
        let never = measured.counts().window.never_started;
        prop_assert_eq!(of(Phase::Mail.into()), (measured.scheduled() - never, never));
        prop_assert_eq!(of(Span::Wait.into()), (measured.scheduled() - never, never));
        // None of these messages reaches the dot.
        prop_assert_eq!(of(Phase::Accept.into()), (0, lacking));
    }
}
