"""Shared by the benches: the programs, processes that end with the script,
free ports, quantiles, and tables with medians and ranges.

Only Python's standard library. It decides nothing about what is measured.
"""

import atexit
import csv
import json
import os
import re
import shutil
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
FOLDER = Path(tempfile.mkdtemp(prefix="sesbench-bench-"))
atexit.register(shutil.rmtree, FOLDER, ignore_errors=True)
# A signal ends the script like an error, so that its processes are ended, too.
for _signal in (signal.SIGTERM, signal.SIGHUP):
    signal.signal(_signal, lambda number, _: sys.exit(128 + number))


def fail(text):
    sys.exit(f"error: {text}")


def program(name, package):
    """A program in PATH or in /usr/sbin, where Postfix's are."""
    path = shutil.which(name, path=os.environ.get("PATH", "") + ":/usr/sbin:/sbin")
    if path is None:
        fail(f"{name} is missing: install Debian's package {package}, or run .ci/install-peers")
    return path


def sesbench():
    """The release build, or the one that SESBENCH names."""
    if "SESBENCH" in os.environ:
        return os.environ["SESBENCH"]
    subprocess.run(["cargo", "build", "--locked", "--release", "--quiet"], cwd=ROOT, check=True)
    target = os.environ.get("CARGO_TARGET_DIR", ROOT / "target")
    return str(Path(target) / "release/sesbench")


def compiled(source):
    """A C program of the benches, compiled for this call of the script."""
    out = FOLDER / source.removesuffix(".c").replace("/", "-")
    if not out.exists():
        cc = program("cc", "gcc")
        subprocess.run([cc, "-O2", "-Wall", "-o", out, ROOT / "benches" / source], check=True)
    return str(out)


def start(command, **options):
    """A process that ends, by its own id, when the script does."""
    child = subprocess.Popen([str(word) for word in command], **options)
    atexit.register(stop, child)
    return child


def stop(child, number=signal.SIGTERM, patience=10):
    if child.poll() is not None:
        return
    child.send_signal(number)
    try:
        child.wait(patience)
    except subprocess.TimeoutExpired:
        child.kill()
        child.wait()


def wait_until(what, holds, patience=30):
    deadline = time.monotonic() + patience
    while not holds():
        if time.monotonic() > deadline:
            fail(f"waited {patience} s in vain until {what}")
        time.sleep(0.02)


def free_port():
    """A free port below the range that the system assigns to clients."""
    for port in range(20000 + os.getpid() % 9000, 32000):
        with socket.socket() as listener:
            try:
                listener.bind(("127.0.0.1", port))
                return port
            except OSError:
                continue
    fail("no free port")


def listens(port, host="127.0.0.1"):
    with socket.socket() as client:
        client.settimeout(1)
        return client.connect_ex((host, port)) == 0


def resident_kib(child):
    """A process's resident memory; none if it is ending."""
    status = Path(f"/proc/{child.pid}/status").read_text()
    found = re.search(r"VmRSS:\s+(\d+) kB", status)
    return int(found.group(1)) if found else None


class Mock:
    """`sesbench mock`, by default without limits, on free ports."""

    def __init__(self, binary, *flags, plain=False, before=()):
        command = [*before, binary, "mock", "--profile", "unlimited"]
        if "--port-offset" not in flags:
            command.append("--ephemeral")
        if plain:
            command += ["--set", "require_tls=false", "--set", "require_auth=false"]
        self.errors = open(FOLDER / "mock.err", "w+")
        self.child = start([*command, *flags], stdout=subprocess.PIPE, stderr=self.errors, text=True)
        line = self.child.stdout.readline()
        if not line:
            self.errors.seek(0)
            fail(f"the mock did not start: {self.errors.read()}")
        self.ready = json.loads(line)
        self.host = self.ready["host"]
        self.ca_file = self.ready["ca_file"]

    def port(self, of_ses):
        return self.ready["ports"][str(of_ses)]

    def target(self, of_ses):
        return f"{self.host}:{self.port(of_ses)}"

    def login(self):
        """Environment for a client that logs in."""
        return {
            "SESBENCH_USERNAME": self.ready["username"],
            "SESBENCH_PASSWORD": self.ready["password"],
        }

    def stop(self):
        stop(self.child)


class Run:
    """One `sesbench run` that has ended, and its results."""

    count = 0

    def __init__(self, binary, arguments, env=None, before=()):
        Run.count += 1
        self.folder = FOLDER / f"run{Run.count}"
        command = [*before, binary, "run", *arguments, "--quiet", "--out", self.folder]
        # Verdicts do not matter here; the caller checks the shares of messages.
        command += ["--threshold", "outcome.accepted>=0%"]
        # The closed model (by its flag, or by closed-max.toml) has no rate to achieve.
        if not any("closed" in str(word) for word in arguments):
            command += ["--threshold", "rate.achieved>=0%"]
        child = subprocess.Popen(
            [str(word) for word in command],
            env={**os.environ, **(env or {})},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        start_time = time.monotonic()
        self.output = child.stdout.read()
        # User and system time of this child alone.
        _, status, usage = os.wait4(child.pid, 0)
        child.returncode = os.waitstatus_to_exitcode(status)
        self.seconds = time.monotonic() - start_time
        self.cpu_s = usage.ru_utime + usage.ru_stime
        # 4: inconclusive, on a busy machine.
        if child.returncode not in (0, 4):
            fail(f"{' '.join(map(str, command))}: exit code {child.returncode}\n{self.output}")
        self.record = json.loads((self.folder / "run.json").read_text())

    def summary(self):
        """Rows of summary.csv by metric; times in microseconds as text."""
        with open(self.folder / "summary.csv") as file:
            return {row["metric"]: row for row in csv.DictReader(file)}

    def quantile(self, metric, q):
        """From histogram.csv: upper end of the bucket, in microseconds."""
        with open(self.folder / "histogram.csv") as file:
            for row in csv.DictReader(file):
                if row["metric"] == metric and float(row["quantile"]) >= q:
                    return float(row["value_us"])
        return float("nan")

    def findings(self):
        return [finding["code"] for finding in self.record["health"]]

    def all_accepted(self):
        totals = self.record["totals"]
        if totals["accepted"] != totals["scheduled"]:
            fail(f"not every message was accepted: {totals}\n{self.output}")
        return self


def quantile(values, q):
    """The smallest value that at least a share q of all do not exceed."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, max(0, -int(-q * len(ordered) // 1) - 1))]


def spread(values, digits=2):
    """`median (min-max)`."""
    low, high, middle = min(values), max(values), statistics.median(values)
    return f"{middle:.{digits}f} ({low:.{digits}f}-{high:.{digits}f})"


def table(header, rows):
    """A Markdown table with aligned columns."""
    cells = [[str(cell) for cell in row] for row in [header, *rows]]
    widths = [max(len(row[column]) for row in cells) for column in range(len(header))]
    for number, row in enumerate(cells):
        print("| " + " | ".join(cell.ljust(width) for cell, width in zip(row, widths)) + " |")
        if number == 0:
            print("|" + "|".join("-" * (width + 2) for width in widths) + "|")
    sys.stdout.flush()


def conditions():
    """The machine, in one line, which every figure depends on."""
    model = next(
        (line.split(":", 1)[1].strip() for line in open("/proc/cpuinfo") if line.startswith("model name")),
        "unknown processor",
    )
    load = " ".join(f"{value:.2f}" for value in os.getloadavg())
    kernel = os.uname().release
    congestion = Path("/proc/sys/net/ipv4/tcp_congestion_control")
    control = congestion.read_text().strip() if congestion.exists() else "unknown"
    now = time.strftime("%Y-%m-%d %H:%M UTC", time.gmtime())
    return f"{now}, {os.cpu_count()} cores, {model}, Linux {kernel}, TCP {control}, load {load}"
