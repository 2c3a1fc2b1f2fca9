//! Writing the head of a message: the whole message, if it is a single piece.

use std::num::NonZeroU32;

use criterion::{BenchmarkId, Criterion, Throughput, criterion_group};
use sesbench::testing::{
    Content, Form, Identity, Message, MessageTemplates, Mix, RecipientSource, Sizes,
};

criterion_group!(benches, heads);

/// In seconds since the Unix epoch.
const DATE: i64 = 1_795_296_081;

fn heads(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("template/write");
    for size in [1_024, 16_384, 40 * 1_024 * 1_024] {
        let template = template(size);
        let mut head = Vec::new();
        template.write(0, DATE, &mut head);
        group.throughput(Throughput::Bytes(head.len() as u64));
        group.bench_function(BenchmarkId::from_parameter(size), |bencher| {
            let mut index = 0;
            bencher.iter(|| {
                index += 1;
                head.clear();
                template.write(index, DATE + index as i64, &mut head);
                head.len()
            });
        });
    }
    group.finish();
}

fn template(size: u64) -> MessageTemplates {
    let message = Message {
        from: "sender@example.com".to_owned(),
        to: RecipientSource::listed(["success@simulator.amazonses.com"]),
        recipients: NonZeroU32::MIN,
        mix: Mix::one(Content {
            headers: Vec::new(),
            form: Form::Made {
                size: Sizes::Fixed(size),
                attachments: Vec::new(),
            },
        }),
    };
    let identity = Identity {
        run_id: "20261121T212121Z-bench-1a2b".to_owned(),
    };
    MessageTemplates::new(&message, 1, &identity).expect("there is room for the headers")
}
