#!/usr/bin/env python3
"""Compares runs on loopback with tcpdump captures, phase by phase.

    benches/wire/run.py [--seconds 10] [--rate 500/s] [--mode none|starttls|wrapper]...

For each mode a run with --trace is captured, and each phase's time in the trace
is compared with its packets (compare.py lists which). In plaintext sessions are
kept; with TLS (1.3) each message has a session of its own, at a tenth of the
rate, for the handshakes. Before and after it a bare client (bare.c) exchanges
bytes under a capture of its own: the excess of its times over its packets' is this
machine's wake-up latency, which affects every client. The target is p50 within 20 us
and p99 within 100 us beyond that.

A trace costs time itself, so that in plaintext a second run has none: there the
quantiles of summary.csv are compared with those of the packets.

Needs root (tcpdump) and a C compiler. Nothing leaves loopback.
"""

import argparse
import signal
import subprocess
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
import compare
import support
from support import FOLDER, Mock, Run, quantile, table


class Capture:
    """tcpdump on loopback, of one port."""

    def __init__(self, port):
        self.file = FOLDER / f"{port}-{time.monotonic_ns()}.pcap"
        self.port = port
        tcpdump = support.program("tcpdump", "tcpdump")
        command = [tcpdump, "-i", "lo", "-w", self.file, "-s", "256", "-B", "32768"]
        command += ["--time-stamp-precision=nano", f"tcp port {port}"]
        self.child = support.start(command, stderr=subprocess.PIPE, text=True)
        for line in self.child.stderr:
            if "listening on" in line:
                return
            print(line, end="", file=sys.stderr)
        support.fail("tcpdump does not capture here: run this as root")

    def end(self):
        # The last packets are on their way through its buffer.
        time.sleep(1)
        self.child.send_signal(signal.SIGINT)
        output = self.child.stderr.read()
        self.child.wait()
        if "\n0 packets dropped by kernel" not in "\n" + output:
            support.fail(f"the capture is not whole: {output}")
        return self.file


def wake_up(rounds):
    """By how much a bare client's times exceed its packets', in us: after a pause,
    and back to back."""
    bare, port = support.compiled("wire/bare.c"), support.free_port()
    capture = Capture(port)
    output = subprocess.run([bare, str(port), str(rounds), "2000"], capture_output=True, text=True)
    file = capture.end()
    if output.returncode:
        support.fail(f"bare: {output.stderr}")
    (connection,) = compare.connections(file, port)
    took = [int(line) for line in output.stdout.split()]
    if len(took) != len(connection.turns):
        support.fail(f"bare: {len(took)} exchanges, {len(connection.turns)} captured")
    exceeds = [
        (of_client - (turn.server_last - turn.client_first)) / 1e3
        for of_client, turn in zip(took, connection.turns)
    ]
    # Of four exchanges the first comes after a pause: its caches are cold.
    return exceeds[::4], [value for at, value in enumerate(exceeds) if at % 4]


def captured(binary, mode, seconds, rate, trace):
    """A run under a capture: the run, the capture, the port."""
    mock = Mock(binary, plain=mode == "none")
    port = mock.port(465 if mode == "wrapper" else 587)
    arguments = ["--target", f"localhost:{port}", "--tls", mode, "--ca-file", mock.ca_file]
    arguments += ["--duration", f"{seconds}s", "--warm-up", "0s", "--sessions", "10"]
    arguments += ["--size", "1KiB", "--set", "load.drain=10s"]
    if mode == "none":
        arguments = [word for word in arguments if word not in ("--ca-file", mock.ca_file)]
        arguments += ["--rate", rate]
    else:
        number, unit = rate.split("/")
        arguments += ["--rate", f"{float(number) / 10:g}/{unit}", "--messages-per-session", "1"]
        arguments += ["--set", 'target.tls_versions=["1.3"]']
    if trace:
        arguments += ["--trace", trace]
    capture = Capture(port)
    run = Run(binary, arguments, env=mock.login() if mode != "none" else None).all_accepted()
    file = capture.end()
    mock.stop()
    return run, file, port


def with_trace(binary, mode, seconds, rate):
    before = wake_up(seconds * 250)
    trace = FOLDER / "trace.jsonl"
    _, file, port = captured(binary, mode, seconds, rate, trace)
    try:
        differences, wire, traced = compare.compare(file, port, trace)
    except compare.Mismatch as mismatch:
        support.fail(f"{mode}: trace and capture differ: {mismatch}")
    cold, hot = (one + other for one, other in zip(before, wake_up(seconds * 250)))
    print(f"\n### {mode}, with a trace: time in the trace minus time between packets, us\n")
    rows = [
        [f"(bare client, {name})", len(values), "", *columns(values), "", ""]
        for name, values in (("after a pause", cold), ("back to back", hot))
    ]
    for phase, values in differences.items():
        bare = cold if phase in AFTER_A_PAUSE else hot
        beyond = [quantile(values, q) - quantile(bare, q) for q in (0.5, 0.99)]
        rows.append(
            [phase, len(values), f"{quantile(wire[phase], 0.5):.0f}", *columns(values)]
            + [verdict(beyond[0], 20), verdict(beyond[1], 100)]
        )
    header = ["phase", "count", "wire p50", "p1", "p50", "p90", "p99", "max"]
    table([*header, "p50 beyond bare", "p99 beyond bare"], rows)


# Phases that begin when a session has had nothing to do.
AFTER_A_PAUSE = ("connect", "mail", "quit")


def columns(values):
    return [f"{quantile(values, q):.0f}" for q in (0.01, 0.5, 0.9, 0.99)] + [f"{max(values):.0f}"]


def verdict(beyond, limit):
    return f"{beyond:+.0f} ({'within' if abs(beyond) <= limit else 'over'} {limit})"


def without_trace(binary, seconds, rate):
    run, file, port = captured(binary, "none", seconds, rate, None)
    wire = {}
    for connection in compare.connections(file, port):
        turns = iter(connection.turns)
        for turn in turns:
            phase = compare.VERBS.get(turn.command[:4])
            if phase in ("mail", "rcpt", "data"):
                wire.setdefault(phase, []).append((turn.server_last - turn.client_first) / 1e3)
            if phase == "data":
                content = next(turns)
                whole = content.server_last - turn.server_last
                wire.setdefault("body+accept", []).append(whole / 1e3)
    print("\n### none, without a trace: quantiles of the run's files and of the packets, us\n")
    rows = []
    for phase, values in wire.items():
        row = [phase, len(values)]
        for q in (0.5, 0.99):
            between = quantile(values, q)
            # Quantiles don't add: of the sum only an upper bound is in the files.
            of_run = sum(run.quantile(part, q) for part in phase.split("+"))
            row += [f"{between:.0f}", f"{of_run:.0f}", f"{of_run - between:+.0f}"]
        rows.append(row)
    header = ["phase", "count", "wire p50", "run p50", "difference"]
    table([*header, "wire p99", "run p99", "difference"], rows)


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--seconds", type=int, default=10)
    parser.add_argument("--rate", default="500/s")
    parser.add_argument("--mode", action="append", choices=["none", "starttls", "wrapper"])
    asked = parser.parse_args()
    binary = support.sesbench()
    print(f"{support.conditions()}; {asked.rate}, {asked.seconds} s")
    modes = asked.mode or ["none", "starttls", "wrapper"]
    for mode in modes:
        with_trace(binary, mode, asked.seconds, asked.rate)
        if mode == "none":
            without_trace(binary, asked.seconds, asked.rate)


if __name__ == "__main__":
    main()
