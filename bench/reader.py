"""One reader, in a process of his own so that he waits for the server alone: asks, rests, asks, until told to stop.

    python reader.py <port> <path>

Says "reading" after his first answer, and in the end how long he waited each time since: a JSON array of milliseconds.
"""

from __future__ import annotations

import http.client
import json
import sys
import threading
import time

_REST = 0.01


def main(port: int, path: str) -> list[float]:
    """Read until standard input says something."""
    stopping = threading.Event()
    threading.Thread(target=lambda: (sys.stdin.readline(), stopping.set()), daemon=True).start()
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    _ask(connection, path)
    print("reading", flush=True)
    waited: list[float] = []
    while not stopping.wait(_REST):
        waited.append(_ask(connection, path))
    return waited


def _ask(connection: http.client.HTTPConnection, path: str) -> float:
    began = time.perf_counter()
    connection.request("GET", path, headers={"Accept": "application/vnd.api+json"})
    answer = connection.getresponse()
    answer.read()
    if answer.status != http.client.OK:
        raise RuntimeError(f"answered {answer.status}")
    return (time.perf_counter() - began) * 1000


if __name__ == "__main__":
    print(json.dumps(main(int(sys.argv[1]), sys.argv[2])))
