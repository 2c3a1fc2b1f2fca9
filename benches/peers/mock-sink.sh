#!/usr/bin/env bash
# What does a message cost the server? The mock of SES next to Postfix's
# smtp-sink, each under the same client on 100 kept connections, in plaintext:
#
#   benches/peers/mock-sink.sh [--rounds 5] [--messages 100000] [--sessions 100]
#                              [--client sesbench|smtp-source]
#
# The two take turns, and each round starts with the other one: on a shared
# machine only neighbours can be compared. CPU is the server process's user and
# system time from /proc, read before and after, for both alike. The mock runs
# with one worker, since smtp-sink is one thread; its dialogue, header scan and
# counts are whole, TLS and AUTH are not asked for.
set -euo pipefail
cd "$(dirname "$0")/../.."

rounds=5 messages=100000 sessions=100 client=sesbench
while [ $# -gt 0 ]; do
    case $1 in
        --rounds) rounds=$2 ;;
        --messages) messages=$2 ;;
        --sessions) sessions=$2 ;;
        --client) client=$2 ;;
        *) sed -n '2,7s/^# \{0,1\}//p' "$0" >&2; exit 2 ;;
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
[ -n "${SESBENCH:-}" ] || cargo build --locked --release --quiet --workspace
sesbench=${SESBENCH:-${CARGO_TARGET_DIR:-target}/release/sesbench}

dir=$(mktemp -d)
sink='' mock=''
trap 'stop "$sink"; stop "$mock"; rm -rf "$dir"' EXIT

stop() {
    [ -n "$1" ] || return 0
    kill "$1" 2>/dev/null || true
    wait "$1" 2>/dev/null || true
}

start_sink() {
    local user=()
    # Root has to become somebody else.
    [ "$(id -u)" -ne 0 ] || user=(-u nobody)
    # Below the ports that the system gives to clients.
    for sink_port in $(seq $((20000 + RANDOM % 10000)) 32000); do
        smtp-sink "${user[@]}" -m $((sessions + 50)) "127.0.0.1:$sink_port" 1000 2>"$dir/sink.err" &
        sink=$!
        for _ in $(seq 50); do
            sleep 0.05
            kill -0 "$sink" 2>/dev/null || break
            (: <"/dev/tcp/127.0.0.1/$sink_port") 2>/dev/null && return
        done
        stop "$sink"
        sink=
    done
    cat "$dir/sink.err" >&2
    exit 1
}

start_mock() {
    "$sesbench" mock --ephemeral --profile unlimited --set require_tls=false \
        --set require_auth=false --set workers=1 ${MOCK_FLAGS:-} >"$dir/ready" 2>"$dir/mock.err" &
    mock=$!
    for _ in $(seq 100); do
        mock_port=$(sed -n 's/.*"587":\([0-9]*\).*/\1/p' "$dir/ready")
        [ -z "$mock_port" ] || return 0
        sleep 0.05
    done
    cat "$dir/mock.err" >&2
    exit 1
}

# User and system ticks of a process.
ticks() { awk '{ sub(/.*\) /, ""); print $12 + $13 }' "/proc/$1/stat"; }

send() {
    if [ "$client" = smtp-source ]; then
        smtp-source -d -s "$sessions" -l 1024 -m "$messages" \
            -M localhost -f sender@example.com -t recipient@example.com "127.0.0.1:$1"
    else
        rm -rf "$dir/run"
        "$sesbench" run scenarios/closed-max.toml --target "127.0.0.1:$1" --tls none \
            --messages "$messages" --warm-up 0s --sessions "$sessions" --quiet --out "$dir/run" \
            >"$dir/out" 2>&1 || { cat "$dir/out" >&2; exit 1; }
    fi
}

# Microseconds a message of the server with that process id and port.
measure() {
    local before after
    before=$(ticks "$2")
    send "$3"
    after=$(ticks "$2")
    awk -v t=$((after - before)) -v hz="$(getconf CLK_TCK)" -v n="$messages" \
        'BEGIN { printf "%.2f\n", t / hz * 1e6 / n }' >>"$dir/$1"
}

start_sink
start_mock
for round in $(seq "$rounds"); do
    if [ $((round % 2)) -eq 1 ]; then
        measure mock "$mock" "$mock_port"; measure sink "$sink" "$sink_port"
    else
        measure sink "$sink" "$sink_port"; measure mock "$mock" "$mock_port"
    fi
done

echo "$messages messages over $sessions sessions by $client, plaintext, 1 KiB, $(nproc) cores"
paste "$dir/mock" "$dir/sink" | awk '
    function median(values, n,    i, j, swap) {
        for (i = 2; i <= n; i++)
            for (j = i; j > 1 && values[j - 1] > values[j]; j--) {
                swap = values[j]; values[j] = values[j - 1]; values[j - 1] = swap
            }
        return n % 2 ? values[(n + 1) / 2] : (values[n / 2] + values[n / 2 + 1]) / 2
    }
    BEGIN { print "server CPU per message, us\nround      mock  smtp-sink  mock / smtp-sink" }
    {
        a[NR] = $1; b[NR] = $2; ratio[NR] = $1 / $2
        printf "%-6s %8.1f %10.1f %17.2f\n", NR, $1, $2, $1 / $2
    }
    END { printf "%-6s %8.1f %10.1f %17.2f\n", "median", median(a, NR), median(b, NR), median(ratio, NR) }'
