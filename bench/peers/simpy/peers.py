"""The peer on SimPy, one process a measurement: sets up, checks, warms up, checks, times, prints a line of JSON.

Usage: python3 peers.py WORK N OPERATIONS
"""

import json
import sys
from time import perf_counter_ns

from flood import Flood
from hold import Hold, LaneHold

CHECKED = 20_000

WORKS = {
    "hold": lambda n: Hold(n, False),
    "ties": lambda n: Hold(n, True),
    "lanes": LaneHold,
    "flood-full": lambda n: Flood(n, True),
    "flood-open": lambda n: Flood(n, False),
}


def main(name, n, operations):
    work = WORKS[name](n)
    work.run_hashed(CHECKED)
    work.run(operations // 2)
    work.run_hashed(CHECKED)
    hash_ = work.outcome()
    began = perf_counter_ns()
    work.run(operations)
    ns = perf_counter_ns() - began
    print(json.dumps({"work": name, "n": n, "ops": operations, "ns": ns, "hash": f"{hash_:08x}"}))


if __name__ == "__main__":
    if len(sys.argv) != 4 or sys.argv[1] not in WORKS:
        sys.exit(f"expected {' or '.join(WORKS)}, n and operations, received {' '.join(sys.argv[1:])}")
    main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]))
