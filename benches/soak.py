#!/usr/bin/env python3
"""Soak: does the generator's memory stay constant?

    benches/soak.py [--minutes 10] [--outage-minutes 60] [--rate 1000] [--skip soak|outage]

First a run for that time at that rate against the mock. Then an outage: the
open model goes on at the rate while the mock, after ten seconds of service, is
down. Every ten seconds the generator's resident memory (VmRSS in /proc) is
printed. The conclusion of the soak is by how much memory later than a minute
after the start exceeds that of the first minute (target: 1 %); of the outage,
how much it grew for each message that fell due. Nothing leaves loopback.
"""

import argparse
import json
import subprocess
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))
import support
from support import FOLDER, Mock, resident_kib


def generator(binary, mock, rate, seconds, name):
    command = [binary, "run", "--target", mock.target(587), "--tls", "none", "--quiet"]
    command += ["--rate", f"{rate}/s", "--duration", f"{seconds}s", "--warm-up", "0s"]
    command += ["--sessions", "50", "--size", "1KiB", "--set", "load.drain=1s"]
    command += ["--out", FOLDER / name]
    return support.start(command, stdout=subprocess.DEVNULL, stderr=subprocess.STDOUT)


def watch(child, at, every=10):
    """Memory by second, until the generator ends; `at` is called with the time."""
    samples, start = [], time.monotonic()
    while child.poll() is None:
        seconds = time.monotonic() - start
        kib = resident_kib(child)
        # A process that is ending reports none.
        if kib:
            samples.append((seconds, kib))
            print(f"{seconds:7.0f} s {kib:9} KiB", flush=True)
        at(seconds)
        try:
            child.wait(every)
        except subprocess.TimeoutExpired:
            pass
    return samples


def totals(name):
    return json.loads((FOLDER / name / "run.json").read_text())["totals"]


def soak(binary, rate, minutes):
    print(f"\nsoak: {minutes:g} min at {rate}/s")
    mock = Mock(binary, plain=True)
    child = generator(binary, mock, rate, minutes * 60, "soak")
    samples = watch(child, lambda _: None)
    mock.stop()
    # The first minute includes one-time growth: pools, histograms, tables.
    settle = min(60, samples[-1][0] / 2)
    first = max(kib for seconds, kib in samples if seconds <= settle)
    later = max(kib for seconds, kib in samples if seconds >= settle)
    growth = max(0, later - first) / first
    counts = totals("soak")
    print(f"{counts['accepted']} of {counts['scheduled']} accepted")
    print(f"flat to {growth:.1%} after {settle:.0f} s ({first} KiB, at most {later} KiB later)")
    return growth <= 0.01


def outage(binary, rate, minutes):
    print(f"\noutage: {minutes:g} min at {rate}/s, the target gone after 10 s")
    mock = Mock(binary, plain=True)
    child = generator(binary, mock, rate, minutes * 60, "outage")
    samples = watch(child, lambda seconds: mock.stop() if seconds >= 10 else None)
    first = next(kib for seconds, kib in samples if seconds >= 10)
    last = samples[-1]
    counts = totals("outage")
    due = rate * (last[0] - 10)
    grown = (last[1] - first) * 1024
    print(f"{counts['scheduled']} scheduled, {counts['accepted']} accepted, {counts['unsent']} unsent")
    print(
        f"{first} KiB when it began, {last[1]} KiB at its end:"
        f" {grown / max(due, 1):.1f} bytes for each message that fell due,"
        f" {grown / max(due, 1) * rate * 3600 / 1048576:.0f} MiB an hour"
    )


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--minutes", type=float, default=10)
    parser.add_argument("--outage-minutes", type=float, default=60)
    parser.add_argument("--rate", type=int, default=1000)
    parser.add_argument("--skip", choices=["soak", "outage"])
    asked = parser.parse_args()
    binary = support.sesbench()
    print(support.conditions())
    flat = asked.skip == "soak" or soak(binary, asked.rate, asked.minutes)
    if asked.skip != "outage":
        outage(binary, asked.rate, asked.outage_minutes)
    sys.exit(0 if flat else 1)


if __name__ == "__main__":
    main()
