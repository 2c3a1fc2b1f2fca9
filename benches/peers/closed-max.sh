#!/usr/bin/env bash
# What does a message cost the client? sesbench next to Postfix's smtp-source,
# each sending as fast as the same smtp-sink answers, on kept connections, in
# plaintext:
#
#   benches/peers/closed-max.sh [--rounds 5] [--messages 100000] [--sessions 100]
#
# The two take turns, and each round starts with the other one: on a shared
# machine only neighbours can be compared. User and system time are the whole
# process's, measured by the shell for both alike; sesbench's include its start,
# its recording of every phase, and the six files it writes. smtp-source
# measures nothing.
# Messages per second are by the clock on the wall, from start to exit; sesbench
# takes half a second of it to open its sessions, spaced out.
# Both send 1,024 bytes; smtp-source adds its headers to that, sesbench has them
# within.
set -euo pipefail
cd "$(dirname "$0")/../.."

rounds=5 messages=100000 sessions=100
while [ $# -gt 0 ]; do
    case $1 in
        --rounds) rounds=$2 ;;
        --messages) messages=$2 ;;
        --sessions) sessions=$2 ;;
        *) sed -n '2,6s/^# \{0,1\}//p' "$0" >&2; exit 2 ;;
    esac
    shift 2
done

PATH=$PATH:/usr/sbin
for program in smtp-sink smtp-source; do
    command -v "$program" >/dev/null || {
        echo "$program is missing: install Debian's package postfix, or run .ci/install-peers" >&2
        exit 1
    }
done
cargo build --locked --release --quiet
sesbench=${CARGO_TARGET_DIR:-target}/release/sesbench

dir=$(mktemp -d)
sink=
trap 'stop_sink; rm -rf "$dir"' EXIT

stop_sink() {
    [ -n "$sink" ] || return 0
    kill "$sink" 2>/dev/null || true
    wait "$sink" 2>/dev/null || true
    sink=
}

start_sink() {
    local user=()
    # Root has to become somebody else.
    [ "$(id -u)" -ne 0 ] || user=(-u nobody)
    # Below the ports that the system gives to clients.
    for port in $(seq $((20000 + RANDOM % 10000)) 32000); do
        smtp-sink "${user[@]}" -m $((sessions + 50)) "127.0.0.1:$port" 1000 2>"$dir/sink.err" &
        sink=$!
        for _ in $(seq 50); do
            sleep 0.05
            kill -0 "$sink" 2>/dev/null || break
            (: <"/dev/tcp/127.0.0.1/$port") 2>/dev/null && return
        done
        stop_sink
    done
    cat "$dir/sink.err" >&2
    exit 1
}

# Runs a command; appends its real, user and system seconds to a file.
timed() {
    local file=$1 TIMEFORMAT='%3R %3U %3S'
    shift
    { time "$@" >"$dir/out" 2>"$dir/err" || echo failed; } 2>>"$file" >"$dir/failed"
    if [ -s "$dir/failed" ]; then
        echo "failed: $*" >&2
        cat "$dir/out" "$dir/err" >&2
        exit 1
    fi
}

run_sesbench() {
    rm -rf "$dir/run"
    timed "$dir/sesbench" "$sesbench" run scenarios/closed-max.toml --target "127.0.0.1:$port" \
        --tls none --messages "$messages" --warm-up 0s --sessions "$sessions" --quiet --out "$dir/run"
}

run_source() {
    timed "$dir/smtp-source" smtp-source -d -s "$sessions" -l 1024 -m "$messages" \
        -M localhost -f sender@example.com -t recipient@example.com "127.0.0.1:$port"
}

start_sink
for round in $(seq "$rounds"); do
    if [ $((round % 2)) -eq 1 ]; then
        run_sesbench; run_source
    else
        run_source; run_sesbench
    fi
done

echo "$messages messages over $sessions sessions, plaintext, 1 KiB, $(nproc) cores"
paste "$dir/sesbench" "$dir/smtp-source" | awk -v messages="$messages" '
    function median(values, n,    i, j, swap) {
        for (i = 2; i <= n; i++)
            for (j = i; j > 1 && values[j - 1] > values[j]; j--) {
                swap = values[j]; values[j] = values[j - 1]; values[j - 1] = swap
            }
        return n % 2 ? values[(n + 1) / 2] : (values[n / 2] + values[n / 2 + 1]) / 2
    }
    BEGIN {
        print "         messages/s               CPU per message, us      sesbench / smtp-source"
        print "round    sesbench  smtp-source    sesbench  smtp-source    rate   CPU"
    }
    {
        rate_a[NR] = messages / $1; cpu_a[NR] = ($2 + $3) / messages * 1e6
        rate_b[NR] = messages / $4; cpu_b[NR] = ($5 + $6) / messages * 1e6
        rate[NR] = rate_a[NR] / rate_b[NR]; cpu[NR] = cpu_a[NR] / cpu_b[NR]
        show(NR, rate_a[NR], rate_b[NR], cpu_a[NR], cpu_b[NR], rate[NR], cpu[NR])
    }
    function show(name, a, b, c, d, e, f) {
        printf "%-6s %10.0f %12.0f %11.1f %12.1f %7.2f %5.2f\n", name, a, b, c, d, e, f
    }
    END {
        show("median", median(rate_a, NR), median(rate_b, NR), median(cpu_a, NR),
             median(cpu_b, NR), median(rate, NR), median(cpu, NR))
    }'
