#!/usr/bin/env bash
# A wide-area link on one machine, without netem (which many kernels lack): two
# network namespaces, each with a TAP device, joined by two switches and a wire
# of Debian's vde2 that delays every packet.
#
#   benches/wan/netns.sh up DIR DELAY_MS    # each way, whole milliseconds
#   benches/wan/netns.sh down DIR
#
# `sbwan-load` is 10.78.0.1, `sbwan-ses` is 10.78.0.2. Run things in them by
#   nsenter --net=/run/netns/sbwan-load COMMAND
# (`ip netns exec` remounts /sys). Needs root and /dev/net/tun.
set -euo pipefail

[ $# -ge 2 ] || { sed -n '2,11s/^# \{0,1\}//p' "$0" >&2; exit 2; }
dir=$2
PATH=$PATH:/usr/sbin:/sbin

for program in ip vde_switch wirefilter; do
    command -v "$program" >/dev/null || {
        echo "error: $program is missing: install Debian's packages iproute2 and vde2" >&2
        exit 1
    }
done

# Waits until a command succeeds.
until_it() {
    for _ in $(seq 100); do
        "$@" >/dev/null 2>&1 && return
        sleep 0.05
    done
    echo "error: waited 5 s in vain for: $*" >&2
    return 1
}

up() {
    mkdir -p "$dir"
    local side address=1
    for side in load ses; do
        ip netns add "sbwan-$side"
        ip -n "sbwan-$side" link set lo up
        vde_switch -s "$dir/$side.switch" -tap "sbwan-$side" -daemon -p "$dir/$side.pid"
        until_it ip link show "sbwan-$side"
        ip link set "sbwan-$side" netns "sbwan-$side"
        ip -n "sbwan-$side" addr add "10.78.0.$address/24" dev "sbwan-$side"
        ip -n "sbwan-$side" link set "sbwan-$side" up
        address=2
    done
    wirefilter -v "$dir/load.switch:$dir/ses.switch" -d "$1" --daemon --pidfile "$dir/wire.pid"
    until_it test -s "$dir/wire.pid"
}

down() {
    local name
    for name in wire load ses; do
        [ ! -s "$dir/$name.pid" ] || kill "$(cat "$dir/$name.pid")" 2>/dev/null || true
    done
    for name in load ses; do
        ip netns del "sbwan-$name" 2>/dev/null || true
        # A half-made link leaves it outside.
        ip link del "sbwan-$name" 2>/dev/null || true
    done
}

case $1 in
    up) up "${3:?delay in milliseconds}" ;;
    down) down ;;
    *) echo "error: $1: expected up or down" >&2; exit 2 ;;
esac
