#!/usr/bin/env python3
"""How often `sesbench ab` is right: series against the mock, whose delays are known.

    benches/truth/run.py STATE [--series 50] [--tails 20] [--jobs 1] [--write results/truth/ab.md]

Two kinds of series, all of fresh runs:

  equal and slower  a dot of 5 ms against 5 ms and against 5.28 ms (+5 % of response.p50),
                    10 pairs of 3 s at 100/s: the runs of 5 ms serve both comparisons
  tail              a dot with a p99 of 20 ms against 24 ms (+20 %), 20 pairs of 3 s at
                    400/s, decided by `--metric response.p99 --at-least 2%`

The script can be stopped: it goes on where it was. Each series has its own seed. One
after the other, 50 series of the first kind take about 1 h 45 min, 20 of the second
about 50 min. `--jobs 6` runs six at a time: a series waits far more than it computes,
and what the others use is a disturbance like any other.
"""

import argparse
import sys
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
import support
from truth import series


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("state", type=Path)
    parser.add_argument("--series", type=int, default=50)
    parser.add_argument("--tails", type=int, default=20)
    parser.add_argument("--jobs", type=int, default=1)
    parser.add_argument("--write", type=Path)
    arguments = parser.parse_args()
    binary = support.sesbench()
    arguments.state.mkdir(parents=True, exist_ok=True)

    def run(kind, flags, count):
        one = partial(series.run, binary, arguments.state, kind, flags)
        with ThreadPoolExecutor(arguments.jobs) as pool:
            return list(pool.map(one, range(1, count + 1)))

    middle = run("middle", series.MIDDLE, arguments.series)
    tails = run("tail", series.TAIL, arguments.tails)
    equal = sum(series.is_called_different(each["arms"][0]) for each in middle)
    slower = sum(
        series.decision(each["arms"][1], "response.p50") == "regressed" for each in middle
    )
    longer = sum(series.decision(each["arms"][0], "response.p99") == "regressed" for each in tails)
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
