# What CI does, in pieces: `just` lists them. CI itself is `.ci/run`.

_default:
    @just --list --unsorted

# Everything CI does
ci:
    .ci/run

# Format the code
fmt:
    cargo fmt --all

# Formatting and lints, without changing anything
check:
    cargo fmt --all -- --check
    cargo clippy --locked --workspace --all-targets -- -D warnings
    cargo clippy --locked -p sesbench-mock --no-default-features -- -D warnings

# Unit and integration tests, in both profiles; a filter may follow
test *ARGS:
    cargo test --locked --workspace {{ARGS}}
    cargo test --locked --release --workspace {{ARGS}}

# Install the real peers, and test against them
peers *ARGS:
    .ci/install-peers
    cargo test --locked --release --test peers -- --ignored {{ARGS}}
    cargo test --locked --release --lib -- --ignored java

# Fuzz the mock's dialogue for so many seconds a target; targets may follow
fuzz SECONDS="60" *TARGETS:
    fuzz/run {{SECONDS}} {{TARGETS}}

# Micro benchmarks; a filter may follow
bench *ARGS:
    cargo bench --locked -p sesbench-micro -- {{ARGS}}

# Side by side with smtp-source, smtp-sink, a C floor and openssl; rows may follow
bench-peers *ARGS:
    benches/peers/all.py {{ARGS}}

# Times in a trace against a packet capture of the same run (root, tcpdump)
bench-wire *ARGS:
    benches/wire/run.py {{ARGS}}

# Quantiles under periodic stalls against paper
bench-stalls *ARGS:
    benches/stalls/run.py {{ARGS}}

# STARTTLS minus wrapper over an emulated wide-area link (root, vde2)
bench-wan *ARGS:
    benches/wan/run.py {{ARGS}}

# Pacing beside a bare nanosleep loop
bench-pacing *ARGS:
    benches/pacing/run.py {{ARGS}}

# Memory over minutes at 1,000/s, and through an outage
soak *ARGS:
    benches/soak.py {{ARGS}}

# API documentation, and the parts of docs/ and results/ that are made from the code
docs:
    RUSTDOCFLAGS="-D warnings" cargo doc --locked --no-deps --workspace
    UPDATE_DOCS=1 cargo test --locked --lib
