"""Somebody who opens pages one after the other while something else is measured, in a process of their own: threads
beside the clients of five hundred streams would measure those.

Run as `python -m halilit.bench.visitor BASE SECONDS PACE PATH…`. Prints an empty line once the first page has
come, and the seconds that each page took as a JSON list after so many seconds, or when it is told to end.
"""

import json
import signal
import sys
import time

import httpx


def visit(base: str, seconds: float, pace: float, paths: list[str]) -> list[float]:
    """Seconds of each page; `pace` lies between two of them."""
    over = []
    signal.signal(signal.SIGTERM, lambda *_: over.append(True))
    times: list[float] = []
    end = time.perf_counter() + seconds
    with httpx.Client(base_url=base, timeout=60) as client:
        while not over and time.perf_counter() < end:
            began = time.perf_counter()
            client.get(paths[len(times) % len(paths)]).raise_for_status()
            times.append(time.perf_counter() - began)
            if len(times) == 1:
                sys.stdout.write("\n")
                sys.stdout.flush()
            time.sleep(pace)
    return times


if __name__ == "__main__":
    base, seconds, pace, *paths = sys.argv[1:]
    sys.stdout.write(json.dumps(visit(base, float(seconds), float(pace), paths)))
