"""Web processes ask the kernel for short turns, so that they come before what runs at a lower priority."""

import os
import subprocess
import sys

import pytest

SHOWN = """
from halilit.turns import come_first
import threading
came = come_first()
def tell():
    turns = [line.split(":")[1] for line in open("/proc/thread-self/sched") if line.startswith("se.slice")]
    print(came, *turns)
begun = threading.Thread(target=tell)
begun.start(); begun.join()
"""


def said(program: str, *before: str) -> list[str]:
    return subprocess.run(
        [*before, sys.executable, "-c", program], capture_output=True, text=True, check=True
    ).stdout.split()


def test_threads_that_begin_later_have_the_short_turns_too():
    came, *turns = said(SHOWN)
    if came != "True" or not turns:
        pytest.skip("this kernel has no turns to ask for, or does not show them")
    assert turns == ["100000"]


def test_who_runs_at_a_lower_priority_keeps_it():
    program = "import os; from halilit.turns import come_first; come_first(); print(os.nice(0))"
    assert said(program, "nice", "-n", "5") == [str(min(os.nice(0) + 5, 19))]
