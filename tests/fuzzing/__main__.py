"""Runs the targets in child processes: what kills, hangs or swells a child is told with the input that did it."""

import argparse
import contextlib
import json
import mmap
import os
import resource
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import traceback
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from .targets import TARGETS

BATCH = {"pdf": 400, "html": 1000, "api": 1000}
LONGEST = 5.0  # seconds of processor time for one input
MEMORY = 500_000_000  # bytes, resident, of a child in all


def child(name: str, seed: int, first: int, count: int, notes: str) -> None:
    """Run these inputs; in `notes` stands the number of the one at work, for whoever finds this process dead."""
    if name in ("query", "api"):
        prepare()
    target, faults, slowest = TARGETS[name], [], 0.0
    with Path(notes).open("r+b") as file, mmap.mmap(file.fileno(), 16) as at:
        for number in range(first, first + count):
            at[:16] = b"%16d" % number
            given = target.input(seed, name, number)
            began = time.process_time()
            # Not caught: also a loop within C ends with the process.
            signal.setitimer(signal.ITIMER_PROF, LONGEST)
            try:
                target.run(given)
            except Exception:  # noqa: BLE001 whatever it is, it is a finding
                faults.append({"number": number, "problem": traceback.format_exc()[-1500:]})
            signal.setitimer(signal.ITIMER_PROF, 0)
            slowest = max(slowest, time.process_time() - began)
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    sys.stdout.write(json.dumps({"faults": faults[:20], "slowest": slowest, "memory": memory}) + "\n")


def prepare() -> None:
    import django

    django.setup()
    from django.conf import settings

    settings.ALLOWED_HOSTS = ["testserver"]


def batch(name: str, seed: int, first: int, count: int, notes: Path) -> dict:
    notes.write_bytes(b" " * 16)
    words = ["--child", name, "--seed", str(seed), "--first", str(first), "--count", str(count), "--notes", str(notes)]
    done = subprocess.run([sys.executable, "-m", __package__, *words], capture_output=True, text=True, check=False)
    if done.returncode:
        cause = signal.Signals(-done.returncode).name if done.returncode < 0 else done.stderr[-1500:]
        number = int(notes.read_bytes() or b"0")
        return {"faults": [{"number": number, "problem": cause}], "slowest": 0.0, "memory": 0, "died": number}
    return json.loads(done.stdout.splitlines()[-1])


def run(name: str, seed: int, wanted: int, notes: Path) -> dict:
    """All inputs of one target. After a death it goes on behind the input that caused it."""
    found: dict = {"target": name, "inputs": 0, "faults": [], "slowest": 0.0, "memory": 0}
    began, at = time.monotonic(), 0
    while at < wanted:
        count = min(BATCH.get(name, 20_000), wanted - at)
        result = batch(name, seed, at, count, notes)
        at = result["died"] + 1 if "died" in result else at + count
        found |= {
            "inputs": at,
            "faults": found["faults"] + result["faults"],
            "seconds": round(time.monotonic() - began),
        }
        found |= {key: max(found[key], result[key]) for key in ("slowest", "memory")}
        sys.stderr.write(f"{name}: {at:,} of {wanted:,}, {len(found['faults'])} faults\n")
    return found


@contextlib.contextmanager
def installation():
    """A migrated one with a small library, for what looks into the database."""
    folder = Path(tempfile.mkdtemp(prefix="halilit-fuzz-"))
    os.environ |= {
        "HALILIT_DATA_DIR": str(folder), "HALILIT_ENV_FILE": "/dev/null", "DJANGO_SETTINGS_MODULE": "halilit.settings",
        "HALILIT_LLM": "extractive", "HALILIT_ASK_A_MINUTE": "0", "HALILIT_ASK_A_DAY": "0", "HALILIT_ASK_ALL_A_MINUTE": "0",
        "HALILIT_SEARCH_ALL_A_MINUTE": "0", "HALILIT_LOG_LEVEL": "ERROR",
    }  # fmt: skip
    build = "from tests.rag.manuals import build; build()"
    for words in (["migrate", "-v0"], ["shell", "-v0", "-c", build]):
        subprocess.run([sys.executable, "manage.py", *words], check=True)
    try:
        yield folder
    finally:
        shutil.rmtree(folder)


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.fuzzing", description=__doc__)
    parser.add_argument("--quick", type=int, default=1_000_000, help="inputs of the quick parsers together")
    parser.add_argument("--heavy", type=int, default=50_000, help="inputs each of HTML and PDF")
    parser.add_argument("--only", default=",".join(TARGETS))
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--jobs", type=int, default=2, help="targets at work at the same time")
    for name in ("--child", "--notes"):
        parser.add_argument(name, default="", help=argparse.SUPPRESS)
    for name in ("--first", "--count"):
        parser.add_argument(name, type=int, default=0, help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.child:
        child(asked.child, asked.seed, asked.first, asked.count, asked.notes)
        return 0
    wanted = {name: asked.quick * TARGETS[name].share // 100 or asked.heavy for name in asked.only.split(",")}
    # The slow ones first, so that they don't go on alone at the end.
    order = sorted(wanted, key=lambda name: (TARGETS[name].share or 5, name))
    with installation() as folder, ThreadPoolExecutor(asked.jobs) as pool:
        found = list(pool.map(lambda name: run(name, asked.seed, wanted[name], folder / f"at-{name}"), order))
    sys.stdout.write(json.dumps(found, indent=1) + "\n")
    quick = sum(each["inputs"] for each in found if TARGETS[each["target"]].share)
    sys.stderr.write(
        f"{quick:,} inputs of quick parsers, {sum(len(each['faults']) for each in found)} faults in all.\n"
    )
    return 1 if any(each["faults"] or each["memory"] > MEMORY for each in found) else 0


if __name__ == "__main__":
    sys.exit(main())
