//! Runs all of them, or those that a filter names.

use sesbench_micro::{handover, recorder, reply, template};

criterion::criterion_main!(
    reply::benches,
    recorder::benches,
    handover::benches,
    template::benches
);
