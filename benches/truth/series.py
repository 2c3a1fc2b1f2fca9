"""A series of `sesbench ab` whose right answer is known, and what it decided.

A series is resumable: its result is a file in a folder of states, and one that was
interrupted goes on where it was. Nothing leaves loopback.
"""

import json
import shutil
import subprocess

import support

LOAD = ["--duration", "3s", "--warm-up", "500ms", "--quiet", "--format", "json"]
# A dot of 5 ms against the same, and against 5.28 ms: +5 % of response.p50, as the median
# of a response is about 0.6 ms longer than the dot's delay.
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


def run(binary, state, kind, flags, number):
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


def answer(arm, figure):
    """What the series says of an arm's figure."""
    return next(each for each in arm["figures"] if each["figure"] == figure)


def decision(arm, figure):
    """regressed, improved, unchanged, unclear; or described: not decided at all."""
    return answer(arm, figure)["decision"]


def is_called_different(arm):
    """Whether anything that was asked about an arm is called different."""
    asked = [each for each in arm["figures"] if each["role"] != "context"]
    return any(each["decision"] in ("regressed", "improved") for each in asked)
