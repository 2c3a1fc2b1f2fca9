#!/usr/bin/env python3
"""Whether `sesbench ab` tells equal arms from slower ones: a series or two, for CI.

    benches/truth/check.py

10 pairs against an equal arm and against one whose response.p50 is 5 % longer, about
2 min. The equal arm must not be called different, the slower one must be found, and
neither is held against one series: a procedure with an error of 5 % fails twice in a
row in 0.25 % of cases. A series that calls the slower arm faster or unchanged is held
against it at once: that is not an error of chance. Where `ab` itself leaves an arm
undecided, as other processes used the machine, the series proves nothing about it.
"""

import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
import support
from truth import series

# The second series has other contents and another order.
SEEDS = (1, 2)

FALSE_ALARM = "equal arms are called different"
MISSED = "an arm that is 5 % slower is not found"


def wrong(result):
    """What one series got wrong, as words; empty if nothing."""
    equal, slower = result["arms"]
    median = series.answer(slower, "response.p50")
    if median["decision"] in ("improved", "unchanged"):
        support.fail(f"an arm that is 5 % slower is called {median['decision']}")
    errors = set()
    if series.is_called_different(equal):
        errors.add(FALSE_ALARM)
    if median["undecided"]:
        print(f"left undecided: {median['undecided']}")
    elif median["decision"] != "regressed":
        errors.add(MISSED)
    return errors


def main():
    binary = support.sesbench()
    repeated = {FALSE_ALARM, MISSED}
    for seed in SEEDS:
        with tempfile.TemporaryDirectory() as state:
            result = series.run(binary, Path(state), "middle", series.MIDDLE, seed)
        errors = wrong(result)
        pairs = result["pairs"]
        print(f"series {seed}: {pairs['used']} of {pairs['run']} pairs,", end=" ")
        print("; ".join(sorted(errors)) or "nothing wrong", flush=True)
        repeated &= errors
        if not repeated:
            return
    support.fail("twice in a row: " + "; ".join(sorted(repeated)))


if __name__ == "__main__":
    main()
