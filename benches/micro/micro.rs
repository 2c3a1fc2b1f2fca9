//! The cost of a message in sesbench itself, step by step, without sockets.
//!
//! Each step runs once or a few times for every message, on the measured path:
//! its cost is the instrument's own overhead. The scripts in `benches/peers/`
//! compare whole processes with other tools.

mod dispatcher;
mod recorder;
mod reply;
mod template;

criterion::criterion_main!(
    reply::benches,
    recorder::benches,
    dispatcher::benches,
    template::benches
);
