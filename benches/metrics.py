#!/usr/bin/env python3
"""CPU time of a run with and without `--metrics`, scraped once a second.

    benches/metrics.py [--pairs 8] [--rate 500/s] [--seconds 4]

Runs in pairs, in turns of order, against a mock of their own process. CPU time is that
of the generator's process, per message accepted; the scraper is this script.
"""

import argparse
import statistics
import sys
import threading
import urllib.request
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))
import support
from support import Mock, Run, spread

SCRAPE_EVERY = 1.0


class Scraper(threading.Thread):
    """Reads the metrics each second until it is stopped."""

    def __init__(self, port):
        super().__init__(daemon=True)
        self.url = f"http://127.0.0.1:{port}/metrics"
        self.ended = threading.Event()
        self.scrapes = 0
        self.largest = (0, 0)

    def run(self):
        while not self.ended.wait(SCRAPE_EVERY):
            try:
                with urllib.request.urlopen(self.url, timeout=SCRAPE_EVERY) as answer:
                    text = answer.read().decode()
            except OSError:
                continue
            series = sum(not line.startswith("#") for line in text.splitlines())
            self.largest = max(self.largest, (series, len(text)))
            self.scrapes += 1


def per_message_us(binary, mock, asked, metrics):
    """CPU time per message, and the scraper."""
    arguments = ["--target", mock.target(587), "--ca-file", mock.ca_file]
    arguments += ["--rate", asked.rate, "--duration", f"{asked.seconds}s", "--warm-up", "0s"]
    # The page at the end is no part of the path of a message.
    arguments += ["--no-report"]
    scraper = None
    if metrics:
        port = support.free_port()
        arguments += ["--metrics", port]
        scraper = Scraper(port)
        scraper.start()
    run = Run(binary, arguments, env=mock.login()).all_accepted()
    if scraper:
        scraper.ended.set()
        scraper.join()
        if not scraper.scrapes:
            support.fail("nothing was scraped")
    return run.cpu_s / run.record["totals"]["accepted"] * 1e6, scraper


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--pairs", type=int, default=8)
    parser.add_argument("--rate", default="500/s")
    parser.add_argument("--seconds", type=int, default=4)
    asked = parser.parse_args()
    binary = support.sesbench()
    mock = Mock(binary)
    print(support.conditions())
    without, with_metrics, scrapes, largest = [], [], 0, (0, 0)
    for pair in range(asked.pairs):
        for metrics in [False, True] if pair % 2 == 0 else [True, False]:
            us, scraper = per_message_us(binary, mock, asked, metrics)
            (with_metrics if metrics else without).append(us)
            if scraper:
                scrapes += scraper.scrapes
                largest = max(largest, scraper.largest)
    mock.stop()
    ratios = [a / b for a, b in zip(with_metrics, without)]
    print(f"CPU of the generator per message in us, {asked.pairs} pairs, {scrapes} scrapes")
    print(f"without --metrics  {spread(without, 1)}")
    print(f"with --metrics     {spread(with_metrics, 1)}")
    print(f"ratio of medians   {statistics.median(with_metrics) / statistics.median(without):.3f}")
    print(f"ratio in a pair    {spread(ratios, 3)}")
    print(f"largest scrape     {largest[0]} series, {largest[1]} bytes")


if __name__ == "__main__":
    main()
