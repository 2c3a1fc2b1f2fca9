//! Reading a reply: five times a message, and once for each EHLO.

use std::hint::black_box;

use criterion::{Criterion, Throughput, criterion_group};
use sesbench::testing::ReplyReader;

criterion_group!(benches, replies);

const ACCEPTED: &[u8] = b"250 Ok 0100019dec617b98-1b2c3d4e-5f60-4718-8293-a4b5c6d7e8f9-000000\r\n";

/// smtp-sink's reply; SES's is shorter.
const CAPABILITIES: &[u8] = b"250-smtp-sink\r\n250-PIPELINING\r\n250-8BITMIME\r\n\
    250-AUTH PLAIN LOGIN\r\n250-XCLIENT NAME HELO\r\n250-XFORWARD NAME ADDR PROTO HELO\r\n\
    250-ENHANCEDSTATUSCODES\r\n250-DSN\r\n250 \r\n";

fn replies(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("reply");
    for (name, bytes) in [("accepted", ACCEPTED), ("capabilities", CAPABILITIES)] {
        group.throughput(Throughput::Bytes(bytes.len() as u64));
        group.bench_function(name, |bencher| {
            let mut reader = ReplyReader::default();
            bencher.iter(|| read(&mut reader, black_box(bytes)));
        });
    }
    group.finish();
}

/// Like the driver: reads into the reader's own space, and recycles the reply's
/// buffers.
fn read(reader: &mut ReplyReader, bytes: &[u8]) -> u16 {
    reader.space()[..bytes.len()].copy_from_slice(bytes);
    reader.filled(bytes.len());
    let reply = reader.next_reply().expect("it is a reply");
    let reply = reply.expect("it is complete");
    let code = reply.code();
    reader.recycle(reply);
    code
}
