#!/usr/bin/env python3
"""CPU time of the report of a long run, and the size of its page.

    benches/day.py [--seconds 86400] [--rounds 5] [--killed] [--against BINARY]

The run is made from the stored one in tests/golden/run: its rows over and over, with
29 histograms a second in latency.hlog. --killed: without histogram.csv, so that the
curves come from the log, too. --against: another build, in turn.
"""

import argparse
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))
import support
from support import FOLDER, ROOT, spread

STORED = ROOT / "tests/golden/run"


def make(folder, seconds, killed):
    """The run folder; returns the size of its log."""
    shutil.copytree(STORED, folder)
    header, *rows = (STORED / "intervals.csv").read_text().splitlines()
    rows = [row.split(",", 1)[1] for row in rows]
    with open(folder / "intervals.csv", "w") as file:
        file.write(header + "\n")
        file.writelines(f"{t},{rows[t % len(rows)]}\n" for t in range(seconds))
    if killed:
        first = (STORED / "histogram.csv").read_text().split("\n", 1)[0]
        (folder / "histogram.csv").write_text(first + "\n")
    lines = (STORED / "latency.hlog").read_text().splitlines(keepends=True)
    head = [line for line in lines if line.startswith("#")]
    # TAG,BEGIN,LENGTH,MAXIMUM,HISTOGRAM of the second with most of them.
    full = [line.split(",", 2) for line in lines if ",0.000," in line]
    with open(folder / "latency.hlog", "w") as file:
        file.writelines(head)
        for t in range(seconds):
            file.writelines(f"{tag},{t}.000,{rest}" for tag, _, rest in full)
    return (folder / "latency.hlog").stat().st_size


def reported(binary, folder):
    """User, system and elapsed time of one report, in seconds."""
    start = time.monotonic()
    child = subprocess.Popen([binary, "report", str(folder)], stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(child.pid, 0)
    child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode:
        support.fail(f"{binary} report: exit code {child.returncode}")
    return usage.ru_utime, usage.ru_stime, time.monotonic() - start


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--seconds", type=int, default=86_400)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--killed", action="store_true")
    parser.add_argument("--against", metavar="BINARY")
    asked = parser.parse_args()
    binaries = [support.sesbench()] + ([asked.against] if asked.against else [])
    folder = FOLDER / "day"
    size = make(folder, asked.seconds, asked.killed)
    print(support.conditions())
    print(f"{asked.seconds} s, latency.hlog of {size / 1e6:.0f} MB, {asked.rounds} rounds")
    times = {binary: [] for binary in binaries}
    sizes = {}
    for _ in range(asked.rounds):
        for binary in binaries:
            times[binary].append(reported(binary, folder))
            sizes[binary] = (folder / "report.html").stat().st_size
    rows = [
        [binary, *(spread(each) for each in zip(*times[binary])), f"{sizes[binary] / 1e3:.0f} KB"]
        for binary in binaries
    ]
    support.table(["build", "user s", "system s", "elapsed s", "page"], rows)


if __name__ == "__main__":
    main()
