"""One reader, in a process of his own so that he waits for the server alone: asks, rests, asks, until told to stop.

    python reader.py <port> <path>

Prints the median of what he waited, in milliseconds.
"""

from __future__ import annotations

import http.client
import statistics
import sys
import threading
import time

_REST = 0.02


def main(port: int, path: str) -> float:
    """Read until standard input says something."""
    stopping = threading.Event()
    threading.Thread(target=lambda: (sys.stdin.readline(), stopping.set()), daemon=True).start()
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    waited: list[float] = []
    while not stopping.wait(_REST):
        began = time.perf_counter()
        connection.request("GET", path, headers={"Accept": "application/vnd.api+json"})
        answer = connection.getresponse()
        answer.read()
        if answer.status != http.client.OK:
            raise RuntimeError(f"answered {answer.status}")
        waited.append((time.perf_counter() - began) * 1000)
    return statistics.median(waited)


if __name__ == "__main__":
    print(main(int(sys.argv[1]), sys.argv[2]))
