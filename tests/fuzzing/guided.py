"""Inputs that are led by what they reach in the code, where atheris is installed (`pip install atheris==3.0.0`).

`python -m tests.fuzzing.guided url --seconds 60` ends with the first input that makes the parser fail, hang or swell,
and leaves it in tests/fuzzing/kept, where the suite finds it.
"""

import argparse
import importlib
import sys
import tempfile
from pathlib import Path

from .__main__ import LONGEST, MEMORY
from .targets import TARGETS

KEPT = Path(__file__).parent / "kept"
# Those that need a database, and the one that sets limits for its whole process, are for `python -m tests.fuzzing`.
GUIDED = sorted(set(TARGETS) - {"query", "api", "pdf"})


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.fuzzing.guided", description=__doc__)
    parser.add_argument("target", choices=GUIDED)
    parser.add_argument("--seconds", type=int, default=60)
    asked = parser.parse_args()
    try:
        atheris = importlib.import_module("atheris")
    except ImportError:
        sys.exit("atheris is not installed: pip install atheris==3.0.0, or use python -m tests.fuzzing without it.")
    target = TARGETS[asked.target]
    seeds = target.seeds()
    with atheris.instrument_imports(include=["ingestion", "protego"]):
        target.run(seeds[0])

    def one(data: bytes) -> None:
        target.run(data if isinstance(seeds[0], bytes) else data.decode("utf-8", "replace"))

    folder = Path(tempfile.mkdtemp(prefix="halilit-fuzz-"))
    for number, seed in enumerate(seeds):
        (folder / str(number)).write_bytes(seed if isinstance(seed, bytes) else seed.encode())
    limits = [f"-timeout={LONGEST:.0f}", f"-rss_limit_mb={MEMORY // 1_000_000}", f"-max_total_time={asked.seconds}"]
    atheris.Setup(
        [sys.argv[0], str(folder), *limits, f"-artifact_prefix={KEPT}/{asked.target}_", "-max_len=60000"], one
    )
    atheris.Fuzz()
    return 0


if __name__ == "__main__":
    sys.exit(main())
