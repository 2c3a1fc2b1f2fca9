"""Reads interval logs with the official HdrHistogram library for Python, and
prints the same records as ReadHlog.java does, where they are described.

target/peers/hdrhistogram/bin/python tests/peers/hlog/read_hlog.py LOG...
"""

import sys

from hdrh.histogram import HdrHistogram
from hdrh.log import HistogramLogReader

LONGEST = 3_600_000_000_000
PER_MILLE = (500, 900, 990, 999)


def empty():
    return HdrHistogram(1, LONGEST, 3)


def at_rank(histogram, per_mille):
    """The quantile as Java's library and summary.csv have it. This library
    rounds the rank to the nearest, they round it up: so it is asked for the rank."""
    count = histogram.get_total_count()
    rank = -(-count * per_mille // 1000)
    return histogram.get_value_at_percentile(100 * rank / count)


def values(histogram):
    fields = [histogram.get_total_count(), histogram.get_max_value()]
    fields += [at_rank(histogram, each) for each in PER_MILLE]
    buckets = " ".join(
        f"{histogram.get_highest_equivalent_value(each.value_iterated_to)}"
        f":{each.count_at_value_iterated_to}"
        for each in histogram.get_recorded_iterator()
    )
    return ",".join([*map(str, fields), buckets])


def main(logs):
    sums, lines = {}, {}
    for log in logs:
        reader = HistogramLogReader(log, empty())
        heading_shown = False
        while (histogram := reader.get_next_interval_histogram()) is not None:
            if not heading_shown:
                print(f"start,{reader.get_start_time_sec():.3f}")
                print(f"base,{reader.base_time_sec:.3f}")
                heading_shown = True
            tag = histogram.get_tag()
            # The library stores milliseconds since the epoch.
            begins, ends = histogram.get_start_time_stamp(), histogram.get_end_time_stamp()
            start = begins / 1000 - reader.base_time_sec
            print(f"line,{tag},{start:.3f},{(ends - begins) / 1000:.3f},{values(histogram)}")
            sums.setdefault(tag, empty()).add(histogram)
            lines[tag] = lines.get(tag, 0) + 1
    for tag, total in sorted(sums.items()):
        print(f"sum,{tag},{lines[tag]},{values(total)}")


main(sys.argv[1:])
