#!/usr/bin/env python3
"""sesbench and its peers, interleaved: the cost of a message, a session and a
handshake, as a ratio with its range.

    benches/peers/all.py [NAME]... [--rounds 5] [--scale 1.0] [--list]

NAME selects a row (`kept-100`), or those that begin with it (`kept`, `tls`,
`fresh`, `handshake`, `mock`); none is all, about five minutes. In each round every program of a
row runs once, each round beginning with another one: on a shared machine only
neighbours can be compared, so that the ratios are of the same round. Printed are
medians and, in brackets, the range. Below five rounds a gap under 15 % means
nothing.

CPU is user and system time of the whole process, start included: sesbench also
measures every phase and writes its files. Only the rows of TLS on kept sessions
leave the start out, in which the handshakes are. The mock's and smtp-sink's is the
difference of /proc before and after.

Peers: Postfix's smtp-source and smtp-sink, `openssl s_time`, and floor.c, a C
program that records nothing. With 1,000 sessions the mock is the sink: smtp-sink
spends its time in its own list of timers then. Nothing leaves loopback.
"""

import argparse
import os
import re
import statistics
import subprocess
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
import support
from support import FOLDER, ROOT, Mock, Run, spread, table

KIB, MIB = 1024, 1024 * 1024


class Programs:
    """The participants; servers are started when a row needs them."""

    def __init__(self, scale):
        self.sesbench = support.sesbench()
        self.floor = support.compiled("peers/floor.c")
        self.source = support.program("smtp-source", "postfix")
        self.openssl = support.program("openssl", "openssl")
        self.scale = scale
        self.servers = {}

    def messages(self, count):
        return max(100, int(count * self.scale))

    def server(self, name):
        if name not in self.servers:
            self.servers[name] = {"sink": self._sink, "mock": self._mock, "tls": self._tls}[name]()
        return self.servers[name]

    def _sink(self):
        sink = support.program("smtp-sink", "postfix")
        # Started by root, it must switch to another user.
        user = ["-u", "nobody"] if os.getuid() == 0 else []
        port = support.free_port()
        child = support.start([sink, *user, "-m", "1500", f"127.0.0.1:{port}", "1000"])
        support.wait_until("smtp-sink listens", lambda: support.listens(port))
        return child, port, None

    def _mock(self):
        # smtp-sink is one thread, too.
        mock = Mock(self.sesbench, "--workers", "1", plain=True)
        return mock.child, mock.port(587), mock

    def _tls(self):
        mock = Mock(self.sesbench, plain=True)
        return mock.child, mock.port(587), mock


class Cost:
    """The result of one run of a program."""

    def __init__(self, cpu_s, seconds, count):
        self.cpu_us = cpu_s * 1e6 / count
        self.rate = count / seconds


def run(command, count, env=None):
    start = time.monotonic()
    child = subprocess.Popen(
        [str(word) for word in command],
        env={**os.environ, **(env or {})},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    output = child.stdout.read()
    _, status, usage = os.wait4(child.pid, 0)
    child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode:
        support.fail(f"{' '.join(map(str, command))}: {output}")
    return Cost(usage.ru_utime + usage.ru_stime, time.monotonic() - start, count), output


def sesbench(
    programs, server, sessions, count, size=KIB, fresh=False, tls="none", group=None, whole=True
):
    """As fast as replies come. Not `whole` is without its start and the opening of
    its sessions: the measured window, by its own account."""
    _, port, mock = programs.server(server)
    arguments = [ROOT / "scenarios/closed-max.toml", "--tls", tls]
    if tls == "wrapper":
        port = mock.port(465)
    arguments += ["--target", f"127.0.0.1:{port}", "--messages", count, "--warm-up", "0s"]
    arguments += ["--sessions", sessions, "--size", size]
    arguments += ["--set", "load.session_rate=100000/s"]
    arguments += ["--messages-per-session", "1" if fresh else "0"]
    if tls != "none":
        arguments += ["--ca-file", mock.ca_file, "--set", 'target.tls_versions=["1.3"]']
        arguments += ["--set", f'target.key_exchange=["{group or "X25519"}"]']
    done = Run(programs.sesbench, arguments).all_accepted()
    cpu_s = done.cpu_s if whole else done.record["cpu"]["generator"]["seconds"]
    return Cost(cpu_s, done.record["duration_s"], count)


def smtp_source(programs, server, sessions, count, size=KIB, fresh=False):
    _, port, _ = programs.server(server)
    command = [programs.source, *([] if fresh else ["-d"]), "-s", sessions, "-l", size]
    command += ["-m", count, "-M", "localhost", "-f", "sender@example.com"]
    command += ["-t", "recipient@example.com", f"127.0.0.1:{port}"]
    return run(command, count)[0]


def floor(programs, server, sessions, count, size=KIB):
    _, port, _ = programs.server(server)
    return run([programs.floor, port, sessions, count, size], count)[0]


def handshake(programs, mode, group, count):
    """A session with one message minus a message on a kept session."""
    session = sesbench(programs, "tls", 10, count, fresh=True, tls=mode, group=group)
    message = sesbench(programs, "tls", 10, count, tls=mode, group=group)
    session.cpu_us -= message.cpu_us
    return session


def s_time(programs, group):
    """`openssl s_time -new`: full handshakes for two seconds."""
    _, _, mock = programs.server("tls")
    config = FOLDER / "openssl.cnf"
    config.write_text(
        "openssl_conf = all\n[all]\nssl_conf = ssl\n[ssl]\nsystem_default = tls\n"
        f"[tls]\nGroups = {group}\n"
    )
    command = [programs.openssl, "s_time", "-new", "-time", "2", "-tls1_3"]
    command += ["-connect", f"127.0.0.1:{mock.port(465)}", "-CAfile", mock.ca_file]
    cost, output = run(command, 1, {"OPENSSL_CONF": str(config)})
    count = int(re.search(r"(\d+) connections in \d+ real seconds", output).group(1))
    cost.cpu_us /= max(count, 1)
    cost.rate = count / 2
    return cost


def knows(programs, group):
    """Whether this OpenSSL has that group (X25519MLKEM768: from 3.5 on)."""
    command = [programs.openssl, "s_client", "-groups", group, "-connect", "127.0.0.1:9"]
    output = subprocess.run(command, capture_output=True, text=True, stdin=subprocess.DEVNULL)
    # An unknown group is refused before any connection is opened.
    return "-groups" not in output.stderr


def server_cpu(child):
    """Nanoseconds of CPU time of all current threads."""
    threads = Path(f"/proc/{child.pid}/task").glob("*/schedstat")
    return sum(int(thread.read_text().split()[0]) for thread in threads)


def served(programs, server, sessions, count):
    """The server's cost of a message, with smtp-source as the client."""
    child, _, _ = programs.server(server)
    before = server_cpu(child)
    cost = smtp_source(programs, server, sessions, count)
    cost.cpu_us = (server_cpu(child) - before) / 1e3 / count
    return cost


class Row:
    """Programs to compare; the first with each of the others."""

    def __init__(self, name, what, programs, unit="CPU per message, us", rates=False, targets=()):
        self.name, self.what, self.programs = name, what, programs
        self.unit, self.rates, self.targets = unit, rates, dict(targets)

    def measure(self, rounds):
        names = list(self.programs)
        costs = {name: [] for name in names}
        for number in range(rounds):
            turn = number % len(names)
            for name in names[turn:] + names[:turn]:
                costs[name].append(self.programs[name]())
        first = names[0]
        for other in names[1:] or [None]:
            if other is None:
                yield [self.name, self.what, f"{first}: {self.of(costs[first])}", "-", "-", ""]
                continue
            pairs = list(zip(costs[first], costs[other]))
            cpu = [a.cpu_us / b.cpu_us for a, b in pairs]
            rate = [a.rate / b.rate for a, b in pairs]
            yield [
                self.name,
                self.what,
                f"{first}: {self.of(costs[first])}; {other}: {self.of(costs[other])}",
                f"{spread(cpu)} x {other}",
                spread(rate) + " x" if self.rates else "-",
                self.targets.get(other, ""),
            ]

    def of(self, costs):
        return f"{statistics.median(cost.cpu_us for cost in costs):.1f}"


def kept(p, sessions, server, count, size, targets):
    count = p.messages(count)
    return {
        "sesbench": lambda: sesbench(p, server, sessions, count, size),
        "floor": lambda: floor(p, server, sessions, count, size),
        "smtp-source": lambda: smtp_source(p, server, sessions, count, size),
    }, targets


def rows(p):
    """All rows."""
    text = "plaintext, kept sessions, {}, {} sessions, to {}"
    floor_targets = {100: "at most 1.15 x the floor", 1000: "at most 1.2 x the floor"}
    for sessions, server in ((10, "sink"), (100, "sink"), (100, "mock"), (1000, "mock")):
        programs, targets = kept(p, sessions, server, 40_000, KIB, {})
        if sessions in floor_targets:
            targets["floor"] = floor_targets[sessions]
        of_mock = "-mock" if (sessions, server) == (100, "mock") else ""
        name = f"kept-{sessions}{of_mock}"
        yield Row(name, text.format("1 KiB", sessions, server), programs, targets=targets)
    programs, _ = kept(p, 10, "sink", 1_000, MIB, {})
    yield Row("kept-1mib", text.format("1 MiB", 10, "sink"), programs)
    count = p.messages(30_000)
    for mode in ("starttls", "wrapper"):
        programs = {
            mode: lambda mode=mode: sesbench(p, "tls", 100, count, tls=mode, whole=False),
            "plaintext": lambda: sesbench(p, "tls", 100, count, whole=False),
        }
        targets = {"plaintext": "at most 1.35 x"}
        what = f"{mode}, kept sessions, 1 KiB, 100 sessions"
        yield Row(f"tls-{mode}", what, programs, targets=targets)
    fresh = p.messages(6_000)
    for sessions, server in ((10, "sink"), (100, "sink"), (1000, "mock")):
        programs = {
            "sesbench": lambda s=sessions, v=server: sesbench(p, v, s, fresh, fresh=True),
            "smtp-source": lambda s=sessions, v=server: smtp_source(p, v, s, fresh, fresh=True),
        }
        targets = {"smtp-source": "CPU at most 0.55 x, rate at least 1.6 x"} if sessions > 10 else {}
        what = f"new connection per message, plaintext, {sessions} sessions, to {server}"
        yield Row(f"fresh-{sessions}", what, programs, rates=True, targets=targets)
    sessions = p.messages(2_000)
    for mode in ("starttls", "wrapper"):
        programs = {
            "sesbench": lambda mode=mode: handshake(p, mode, "X25519", sessions),
            "s_time": lambda: s_time(p, "X25519"),
        }
        targets = {"s_time": "at most 0.38 x"}
        what = f"a full TLS 1.3 handshake, {mode}, X25519 (session minus message)"
        yield Row(f"handshake-{mode}", what, programs, targets=targets)
    programs = {
        "X25519MLKEM768": lambda: handshake(p, "wrapper", "X25519MLKEM768", sessions),
        "X25519": lambda: handshake(p, "wrapper", "X25519", sessions),
        "s_time": lambda: s_time(p, "X25519MLKEM768"),
    }
    what = "a full TLS 1.3 handshake, wrapper, X25519MLKEM768"
    yield Row("handshake-mlkem", what, programs)
    count = p.messages(40_000)
    programs = {
        "mock": lambda: served(p, "mock", 100, count),
        "smtp-sink": lambda: served(p, "sink", 100, count),
    }
    targets = {"smtp-sink": "at most 0.65 x"}
    what = "the server's CPU per message, plaintext, 100 sessions, judge on"
    yield Row("mock-100", what, programs, targets=targets)


def of_name(row, name):
    """Whether `NAME` selects the row by its name, or by the group it begins with."""
    return row.name == name or row.name.split("-")[0] == name


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("names", nargs="*", metavar="NAME")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--scale", type=float, default=1.0, help="times as many messages")
    parser.add_argument("--list", action="store_true")
    asked = parser.parse_args()
    programs = Programs(asked.scale)
    chosen = [
        row
        for row in rows(programs)
        if not asked.names or any(of_name(row, name) for name in asked.names)
    ]
    if not chosen:
        support.fail(f"no row is called {' or '.join(asked.names)}: --list shows which there are")
    if asked.list:
        table(["row", "what"], [[row.name, row.what] for row in chosen])
        return
    if any("s_time" in row.programs for row in chosen) and not knows(programs, "X25519MLKEM768"):
        for row in chosen:
            if row.name == "handshake-mlkem":
                del row.programs["s_time"]
                row.what += " (this OpenSSL lacks the group: held against X25519)"
    print(f"{support.conditions()}; {asked.rounds} rounds\n")
    lines = []
    for row in chosen:
        print(f"{row.name}: {row.what}", file=sys.stderr)
        lines += row.measure(asked.rounds)
    header = ["row", "what", "CPU, us (median)", "ratio of CPU (range)", "of rate", "target"]
    table(header, lines)


if __name__ == "__main__":
    main()
