//! Runs all micro benchmarks, or those that a filter selects.

use sesbench_micro::{dispatcher, recorder, reply, template};

criterion::criterion_main!(
    reply::benches,
    recorder::benches,
    dispatcher::benches,
    template::benches
);
