#!/usr/bin/env python3
"""Stalls compared with calculated values: a server stalls for S every T, at rate R.

    benches/stalls/run.py [--periods 6] [--case R:S:T:SESSIONS]...

The calculated quantile of `response` is base + S - T (1 - q) for q > 1 - S/T + 5 %,
base being the median of `service`. Each case is one run of whole periods against
server.py. The tolerance is 2 % + 1/R + the drain: how long after a
stall the last message that was due in it was done, by the run's trace. `service`
of the same run is shown beside it: it hides the stall.

The same cases in injected time, exact: `cargo test --lib periodic_stalls`.
Nothing leaves loopback.
"""

import argparse
import json
import subprocess
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
import support
from support import FOLDER, Run, quantile, table

CASES = ["50:1:10:2", "20:2:10:1", "100:1.5:5:4", "200:1:5:8"]


def times(trace):
    """From the trace: each message's response, its service, and when it was due, in s."""
    response, service, due, done = [], [], [], []
    with open(trace) as file:
        for line in file:
            if '"attempt_ended"' not in line:
                continue
            event = json.loads(line)
            response.append((event["t_ns"] - event["intended_ns"]) / 1e9)
            service.append(event["took_ns"] / 1e9)
            due.append(event["intended_ns"] / 1e9)
            done.append(event["t_ns"] / 1e9)
    return response, service, due, done


def drain(due, done, stall, period):
    """The longest time from the end of a stall to the end of what was due in it."""
    first, longest = min(due), 0.0
    for number in range(int((max(due) - first) / period) + 1):
        start = first + number * period + (period - stall) / 2
        caught = [at for wanted, at in zip(due, done) if start <= wanted < start + stall]
        if caught:
            longest = max(longest, max(caught) - (start + stall))
    return longest


def measure(binary, case, periods):
    rate, stall, period, sessions = (float(word) for word in case.split(":"))
    command = [sys.executable, Path(__file__).with_name("server.py"), str(stall), str(period)]
    server = support.start(command, stdout=subprocess.PIPE, text=True)
    port = server.stdout.readline().strip()
    trace = FOLDER / "stalls.jsonl"
    arguments = ["--target", f"127.0.0.1:{port}", "--tls", "none", "--rate", f"{rate:g}/s"]
    arguments += ["--duration", f"{period * periods:g}s", "--warm-up", "0s", "--size", "1KiB"]
    arguments += ["--sessions", f"{sessions:g}", "--trace", trace]
    run = Run(binary, arguments).all_accepted()
    support.stop(server)
    response, service, due, done = times(trace)
    base, caught_up = quantile(service, 0.5), drain(due, done, stall, period)
    rows, good = [], True
    for q in (0.75, 0.9, 0.95, 0.98, 0.99):
        if q <= 1 - stall / period + 0.05:
            continue
        on_paper = base + stall - period * (1 - q)
        measured = run.quantile("response", q) / 1e6
        allowed = 0.02 * on_paper + 1 / rate + caught_up
        within = abs(measured - on_paper) <= allowed
        good &= within
        rows.append(
            [case, q, f"{on_paper * 1e3:.0f}", f"{measured * 1e3:.0f}"]
            + [f"{(measured - on_paper) * 1e3:+.0f}", f"{allowed * 1e3:.0f}"]
            + ["yes" if within else "NO", f"{run.quantile('service', q) / 1e3:.1f}"]
        )
    return rows, good


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--periods", type=int, default=6)
    parser.add_argument("--case", action="append", metavar="R:S:T:SESSIONS")
    asked = parser.parse_args()
    binary = support.sesbench()
    print(f"{support.conditions()}; {asked.periods} periods a case\n")
    rows, good = [], True
    for case in asked.case or CASES:
        of_case, of_case_good = measure(binary, case, asked.periods)
        rows += of_case
        good &= of_case_good
    header = ["R:S:T:sessions", "q", "paper, ms", "response, ms", "difference", "allowed", "within"]
    table([*header, "service, ms"], rows)
    sys.exit(0 if good else 1)


if __name__ == "__main__":
    main()
