#!/usr/bin/env python3
"""Round trips: what STARTTLS costs over the wrapper on a wide-area link.

    benches/wan/run.py [--rtt-ms 40] [--seconds 5] [--rounds 2] [--only link|mock]

Over an emulated link (netns.sh: two network namespaces, the mock in one and
`sesbench run` in the other) with TCP round trip D every message opens a session
of its own. The difference of the medians of `session_setup`, STARTTLS minus
wrapper, in round trips:

    TLS 1.3            2    EHLO and STARTTLS
    TLS 1.2, resumed   2    the same: the client's Finished is the last
    TLS 1.2, full      3    the server's Finished is the last, and the wrapper's
                            banner comes along with it

Then the same on loopback with the mock's own `rtt`, which must agree. D is
measured: the median of `connect` on the link. The target is within 5 %. Both
modes take turns; the range is of the rounds. On a busy machine every message of
the dialogue waits for a processor, and medians differ by more; the difference of
the shortest set-ups, in the last column, is hardly affected. Needs root, vde2 and
iproute2 for the link; the namespaces and their processes are removed at the end.
"""

import argparse
import atexit
import statistics
import subprocess
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
import support
from support import FOLDER, Mock, Run, spread, table

NETNS = Path(__file__).with_name("netns.sh")
SES = "10.78.0.2"
KINDS = [
    ("TLS 1.3", "1.3", False, 2),
    ("TLS 1.2, resumed", "1.2", True, 2),
    ("TLS 1.2, full", "1.2", False, 3),
]


def inside(side):
    return ["nsenter", f"--net=/run/netns/sbwan-{side}"]


def link_up(rtt_ms):
    link = FOLDER / "link"
    # Removed in any case.
    atexit.register(subprocess.run, [NETNS, "down", link])
    subprocess.run([NETNS, "up", link, str(rtt_ms // 2)], check=True)
    # The first packet waits for ARP: a datagram resolves it for both sides.
    for side, other in (("load", SES), ("ses", "10.78.0.1")):
        ask = f"import socket; socket.socket(2, 2).sendto(b'-', ('{other}', 9))"
        subprocess.run([*inside(side), sys.executable, "-c", ask], check=True)
    time.sleep(0.5)


def run(binary, mock, mode, version, resumed, seconds, before):
    port = 587 if mode == "starttls" else 465
    arguments = ["--target", mock.target(port), "--tls", mode, "--ca-file", mock.ca_file]
    arguments += ["--set", f'target.tls_versions=["{version}"]']
    arguments += ["--set", f"target.resumption={str(resumed).lower()}"]
    arguments += ["--set", "load.connect=on_demand", "--messages-per-session", "1"]
    # Above the time of a session by far, so that no message waits for a slot.
    arguments += ["--sessions", "20", "--rate", "10/s"]
    arguments += ["--warm-up", "2s", "--duration", f"{seconds}s"]
    done = Run(binary, arguments, env=mock.login(), before=before).all_accepted()
    rows = done.summary()
    check(f"{mode}, TLS {version}", resumed, done.record["target"]["tls"])
    setup, connect = rows["session_setup"], rows["connect"]
    return [float(of) / 1e3 for of in (setup["p50_us"], setup["min_us"], connect["p50_us"])]


def measure(binary, rtt_ms, seconds, rounds, over_link):
    if over_link:
        link_up(rtt_ms)
        load, flags = inside("load"), ["--bind", SES, "--host-names", SES]
        mock = Mock(binary, *flags, before=inside("ses"))
    else:
        load = []
        mock = Mock(binary, "--rtt", f"{rtt_ms}ms")
    rows, good = [], True
    for name, version, resumed, trips in KINDS:
        setups, connects = {"starttls": [], "wrapper": []}, []
        shortest = {"starttls": [], "wrapper": []}
        for number in range(rounds):
            order = ["starttls", "wrapper"]
            for mode in order if number % 2 == 0 else reversed(order):
                setup, least, connect = run(
                    binary, mock, mode, version, resumed, seconds, load
                )
                setups[mode].append(setup)
                shortest[mode].append(least)
                connects.append(connect)
        trip = statistics.median(connects) if over_link else rtt_ms
        differences = [a - b for a, b in zip(setups["starttls"], setups["wrapper"])]
        share = statistics.median(differences) / (trips * trip) - 1
        good &= abs(share) <= 0.05
        rows.append(
            [name, spread(setups["starttls"], 1), spread(setups["wrapper"], 1)]
            + [spread(differences, 1), f"{trips} x {trip:.1f} = {trips * trip:.1f}"]
            + [f"{share:+.1%}", "yes" if abs(share) <= 0.05 else "NO"]
            + [f"{min(shortest['starttls']) - min(shortest['wrapper']):.1f}"]
        )
    where = "emulated link" if over_link else "loopback, the mock's rtt"
    print(f"\n### {where}, D = {rtt_ms} ms; medians of session_setup in ms, with the range of rounds\n")
    table(["", "STARTTLS", "wrapper", "difference", "on paper", "error", "within 5 %", "of minima"], rows)
    mock.stop()
    return good


def check(name, resumed, tls):
    """Checks that nearly all handshakes were of the intended kind."""
    full, others = tls["full_handshakes"], tls["resumed_handshakes"]
    meant = others if resumed else full
    if meant < 0.9 * (full + others):
        support.fail(f"{name}: {full} full and {others} resumed handshakes")


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--rtt-ms", type=int, default=40, help="even")
    parser.add_argument("--seconds", type=int, default=5)
    parser.add_argument("--rounds", type=int, default=2)
    parser.add_argument("--only", choices=["link", "mock"])
    asked = parser.parse_args()
    binary = support.sesbench()
    print(support.conditions())
    good = True
    for over_link in (True, False):
        if asked.only in (None, "link" if over_link else "mock"):
            good &= measure(binary, asked.rtt_ms, asked.seconds, asked.rounds, over_link)
    sys.exit(0 if good else 1)


if __name__ == "__main__":
    main()
