//! What sesbench itself spends on a message, piece by piece, without sockets.
//!
//! Each of these runs once or a few times for every message, on the path that is
//! being measured: what they cost is what the instrument costs. Whole processes,
//! next to other tools, are compared by the scripts in `benches/peers/`.

pub mod dispatcher;
pub mod recorder;
pub mod reply;
pub mod template;
