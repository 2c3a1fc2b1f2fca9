#!/usr/bin/env python3
"""Pacing: how late messages leave at 2,000/s, compared with a bare nanosleep loop.

    benches/pacing/run.py [--rate 2000] [--slices 15] [--no-busy]

Slices of 2 s alternate, each pair in reverse order: `sesbench run` in the
open model, of which `slip` is taken (intended to the first byte handed to the
socket), and bare.c, of which how late clock_nanosleep returned (absolute times,
timer slack 1 ns). The target: the median of the slices'
slip p50 at most 20 us above the loop's, the median ratio of p99 at most 1.3.
Then one run of 30 s for the achieved rate, within 0.1 %.

Last, the same run while processes spin on every core but one: its findings must
contain `machine_busy` or `late`, or the script fails.
Nothing leaves loopback.
"""

import argparse
import os
import statistics
import subprocess
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
import support
from support import Mock, Run, quantile, spread, table


def arguments(mock, rate, seconds):
    return [
        *("--target", mock.target(587), "--tls", "none", "--rate", f"{rate}/s"),
        *("--duration", f"{seconds}s", "--warm-up", "500ms", "--sessions", "20"),
        *("--size", "1KiB", "--messages-per-session", "0"),
    ]


def of_sesbench(binary, mock, rate):
    run = Run(binary, arguments(mock, rate, 2)).all_accepted()
    return run.quantile("slip", 0.5), run.quantile("slip", 0.99)


def of_bare(bare, rate):
    output = subprocess.run([bare, str(rate), "2"], capture_output=True, text=True, check=True)
    late = [int(line) / 1e3 for line in output.stdout.split()]
    return quantile(late, 0.5), quantile(late, 0.99)


def slices(binary, bare, rate, count):
    ours, theirs = [], []
    mock = Mock(binary, "--workers", "1", plain=True)
    for number in range(count):
        both = [(ours, lambda: of_sesbench(binary, mock, rate)), (theirs, lambda: of_bare(bare, rate))]
        for into, measure in both if number % 2 == 0 else reversed(both):
            into.append(measure())
    above = [a - b for (a, _), (b, _) in zip(ours, theirs)]
    ratio = [a / b for (_, a), (_, b) in zip(ours, theirs)]
    table(
        ["us, median (range) of slices", "sesbench slip", "bare loop", "", "target"],
        [
            ["p50", spread([p50 for p50, _ in ours], 1), spread([p50 for p50, _ in theirs], 1)]
            + [f"{spread(above, 1)} above", "at most 20 above"],
            ["p99", spread([p99 for _, p99 in ours], 1), spread([p99 for _, p99 in theirs], 1)]
            + [f"{spread(ratio)} x", "at most 1.3 x"],
        ],
    )
    run = Run(binary, arguments(mock, rate, 30)).all_accepted()
    share = run.record["rate"]["achieved_share"]
    print(f"\n30 s: {share:.3%} of the schedule started in time; findings: {run.findings() or 'none'}")
    mock.stop()
    return statistics.median(above) <= 20 and statistics.median(ratio) <= 1.3 and share >= 0.999


def busy(binary, rate):
    """The same while processes spin, one for each core but one."""
    spin = "while True: pass"
    spinning = [
        support.start([sys.executable, "-c", spin]) for _ in range(max(1, os.cpu_count() - 1))
    ]
    mock = Mock(binary, "--workers", "1", plain=True)
    run = Run(binary, arguments(mock, rate, 10))
    mock.stop()
    for child in spinning:
        support.stop(child)
    slip = [f"{run.quantile('slip', q):.0f}" for q in (0.5, 0.99)]
    print(f"\nother cores busy: slip p50 {slip[0]} us, p99 {slip[1]} us; findings: {run.findings()}")
    return bool({"machine_busy", "late"} & set(run.findings()))


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--rate", type=int, default=2000)
    parser.add_argument("--slices", type=int, default=15)
    parser.add_argument("--no-busy", action="store_true", help="leave the busy machine out")
    asked = parser.parse_args()
    binary, bare = support.sesbench(), support.compiled("pacing/bare.c")
    print(f"{support.conditions()}; {asked.rate}/s, {asked.slices} pairs of slices\n")
    good = slices(binary, bare, asked.rate, asked.slices)
    if not asked.no_busy and not busy(binary, asked.rate):
        print("error: neither `machine_busy` nor `late` is among the findings")
        good = False
    sys.exit(0 if good else 1)


if __name__ == "__main__":
    main()
