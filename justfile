# The steps of CI as recipes: `just` lists them. CI itself runs `.ci/run`.

_default:
    @just --list --unsorted

# Run everything that CI runs
ci:
    .ci/run

# Format the code
fmt:
    cargo fmt --all

# Formatting and lints, without changing anything
check:
    cargo fmt --all -- --check
    .ci/features
    cargo clippy --locked --workspace --all-targets -- -D warnings
    cargo clippy --locked -p sesbench-mock --no-default-features -- -D warnings

# Unit and integration tests, in both profiles; a filter may follow
test *ARGS:
    cargo test --locked --workspace {{ARGS}}
    cargo test --locked --release --workspace {{ARGS}}

# Install the real peers, and test against them
peers *ARGS:
    .ci/install-peers
    cargo test --locked --release --workspace --test peers -- --ignored {{ARGS}}
    cargo test --locked --release --workspace --lib -- --ignored official

# Fuzz the mock's dialogue, that many seconds for each target; targets may follow
fuzz SECONDS="60" *TARGETS:
    fuzz/run {{SECONDS}} {{TARGETS}}

# Micro benchmarks; a filter may follow
bench *ARGS:
    cargo bench --locked -p sesbench-micro -- {{ARGS}}

# Compare with smtp-source, smtp-sink, a minimal C client and openssl; rows may follow
bench-peers *ARGS:
    benches/peers/all.py {{ARGS}}

# Compare times in a trace with a packet capture of the same run (root, tcpdump)
bench-wire *ARGS:
    benches/wire/run.py {{ARGS}}

# Compare quantiles under periodic stalls with calculated values
bench-stalls *ARGS:
    benches/stalls/run.py {{ARGS}}

# Measure STARTTLS minus wrapper over an emulated wide-area link (root, vde2)
bench-wan *ARGS:
    benches/wan/run.py {{ARGS}}

# Compare pacing with a bare nanosleep loop
bench-pacing *ARGS:
    benches/pacing/run.py {{ARGS}}

# Measure memory over minutes at 1,000/s, and during an outage
soak *ARGS:
    benches/soak.py {{ARGS}}

# Build the API documentation, and regenerate the parts of docs/ and results/
docs:
    RUSTDOCFLAGS="-D warnings" cargo doc --locked --no-deps --workspace
    UPDATE_DOCS=1 cargo test --locked --workspace --lib
