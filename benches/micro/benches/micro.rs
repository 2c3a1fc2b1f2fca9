//! Runs all of them, or those that a filter names.

use sesbench_micro::{dispatcher, recorder, reply, template};

criterion::criterion_main!(
    reply::benches,
    recorder::benches,
    dispatcher::benches,
    template::benches
);
