#!/usr/bin/env python3
"""How often `sesbench ab` is right: series against the mock, whose delays are known.

    benches/truth/run.py STATE [--series 50] [--tails 20] [--write results/truth/ab.md]

Two kinds of series, all of fresh runs:

  equal and slower  a dot of 5 ms against 5 ms and against 5.28 ms (+5 % of response.p50),
                    10 pairs of 3 s at 100/s: the runs of 5 ms serve both comparisons
  tail              a dot with a p99 of 20 ms against 24 ms (+20 %), 20 pairs of 3 s at
                    400/s, decided by `--metric response.p99 --at-least 2%`

The result of each series is a file in STATE, so that the script can be stopped and goes
on where it was; a series that was interrupted is resumed by `sesbench ab` itself. Each
series has its own seed. 50 series of the first kind take about 1 h 45 min, 20 of the
second about 50 min. Nothing leaves loopback.
"""

import argparse
import json
import shutil
import subprocess
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
import support

LOAD = ["--duration", "3s", "--warm-up", "500ms", "--quiet", "--format", "json"]
MIDDLE = ["--factor", "mock.latency.dot=5ms,5ms,5.28ms", "--rate", "100/s", "--pairs", "10"]
TAIL = [
    "--factor",
    "mock.latency.dot={median='5ms',p99='20ms'},{median='5ms',p99='24ms'}",
    "--rate",
    "400/s",
    "--pairs",
    "20",
    "--metric",
    "response.p99",
    "--at-least",
    "2%",
]
# Inconclusive runs and decisions are results; anything else is a failure of the bench.
DECIDED = {0, 4, 5}


def series(binary, state, kind, flags, number):
    """The result of one series; it runs, or goes on, if it has none yet."""
    result, folder = state / f"{kind}-{number:02}.json", state / f"{kind}-{number:02}"
    if not result.exists():
        place = ["--resume", folder] if (folder / "ab.json").exists() else ["--out", folder]
        command = [binary, "ab", *flags, *LOAD, "--seed", str(number), *place]
        done = subprocess.run([str(word) for word in command], stdout=subprocess.PIPE, text=True)
        if done.returncode not in DECIDED:
            support.fail(f"{kind} {number} ended with exit code {done.returncode}")
        json.loads(done.stdout)
        unfinished = result.with_suffix(".tmp")
        unfinished.write_text(done.stdout)
        unfinished.rename(result)
        shutil.rmtree(folder)
    return json.loads(result.read_text())["series"][0]


def decision(arm, figure):
    return next(each["decision"] for each in arm["figures"] if each["figure"] == figure)


def is_called(arm):
    """Whether anything about an arm is called different."""
    asked = [each for each in arm["figures"] if each["role"] != "context"]
    return any(each["decision"] in ("regressed", "improved") for each in asked)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("state", type=Path)
    parser.add_argument("--series", type=int, default=50)
    parser.add_argument("--tails", type=int, default=20)
    parser.add_argument("--write", type=Path)
    arguments = parser.parse_args()
    binary = support.sesbench()
    arguments.state.mkdir(parents=True, exist_ok=True)
    run = lambda kind, flags, count: [
        series(binary, arguments.state, kind, flags, number) for number in range(1, count + 1)
    ]
    middle = run("middle", MIDDLE, arguments.series)
    tails = run("tail", TAIL, arguments.tails)
    equal = sum(is_called(each["arms"][0]) for each in middle)
    slower = sum(decision(each["arms"][1], "response.p50") == "regressed" for each in middle)
    longer = sum(decision(each["arms"][0], "response.p99") == "regressed" for each in tails)
    rows = [
        ("equal arms called different", equal, len(middle), "at most 6 of 50"),
        ("+5 % in response.p50 found", slower, len(middle), "at least 47 of 50"),
        ("+20 % in response.p99 found", longer, len(tails), "at least 18 of 20"),
    ]
    lines = ["| what | measured | target |", "|---|---|---|"]
    lines += [f"| {what} | {count} of {of} | {target} |" for what, count, of, target in rows]
    text = "\n".join(lines) + "\n"
    print(text, end="")
    if arguments.write:
        arguments.write.parent.mkdir(parents=True, exist_ok=True)
        arguments.write.write_text(text)
    held = equal * 50 <= 6 * max(len(middle), 1) and slower * 50 >= 47 * len(middle)
    sys.exit(0 if held and longer * 20 >= 18 * len(tails) else 1)


if __name__ == "__main__":
    main()
