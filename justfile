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
    cargo bench --locked --bench micro -- {{ARGS}}

# Side by side with Postfix's smtp-source
bench-peers *ARGS:
    benches/peers/closed-max.sh {{ARGS}}

# The mock side by side with Postfix's smtp-sink
bench-mock *ARGS:
    benches/peers/mock-sink.sh {{ARGS}}

# API documentation, and the parts of docs/ and results/ that are made from the code
docs:
    RUSTDOCFLAGS="-D warnings" cargo doc --locked --no-deps --workspace
    UPDATE_DOCS=1 cargo test --locked --lib
