#!/usr/bin/env python3
"""Memory of an open TLS session: of the generator, and of the mock.

    benches/memory.py [--sessions 10000] [--rounds 3]

Resident memory (VmRSS in /proc) with that many sessions open minus the same with
ten, over their difference. Both sides are on this machine, and each needs a file
for every session: see `ulimit -n`. Nothing leaves loopback.
"""

import argparse
import resource
import subprocess
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))
import support
from support import FOLDER, Mock, resident_kib, spread

FEW = 10


def largest(binary, sessions, name):
    """Peak memory of generator and mock, in KiB."""
    mock = Mock(binary, plain=True)
    command = [binary, "run", "--target", mock.target(587), "--tls", "starttls"]
    command += ["--ca-file", mock.ca_file, "--sessions", sessions, "--size", "1KiB"]
    command += ["--rate", "10/s", "--duration", "3s", "--warm-up", "0s", "--quiet"]
    command += ["--set", "load.session_rate=100000/s", "--out", FOLDER / name]
    child = support.start(command, stdout=subprocess.DEVNULL)
    generator = server = 0
    while child.poll() is None:
        # A process that is ending reports none.
        generator = max(generator, resident_kib(child) or 0)
        server = max(server, resident_kib(mock.child) or 0)
        time.sleep(0.1)
    mock.stop()
    if child.returncode:
        support.fail(f"the run ended with exit code {child.returncode}")
    return generator, server


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--sessions", type=int, default=10_000)
    parser.add_argument("--rounds", type=int, default=3)
    asked = parser.parse_args()
    files, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    if files < asked.sessions + 100:
        support.fail(f"{asked.sessions} sessions need as many files, the limit is {files}: ulimit -n")
    binary = support.sesbench()
    print(support.conditions())
    generator, mock = [], []
    for number in range(asked.rounds):
        few = largest(binary, FEW, f"few-{number}")
        many = largest(binary, asked.sessions, f"many-{number}")
        each = [(m - f) / (asked.sessions - FEW) for f, m in zip(few, many)]
        generator.append(each[0])
        mock.append(each[1])
    print(f"KiB for each of {asked.sessions} open TLS sessions, {asked.rounds} rounds")
    print(f"generator  {spread(generator)}  (target: at most 16)")
    print(f"mock       {spread(mock)}  (target: at most 12)")


if __name__ == "__main__":
    main()
