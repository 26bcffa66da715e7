"""Lighthouse over the demo on a throttled phone: `make lighthouse`. Fails where a page is below the bar.

Needs npm (Node 20 or newer); the pinned Lighthouse comes into the folder named in HALILIT_LIGHTHOUSE, by default
.lighthouse. `--pages home,search` runs some of them, `--runs N` takes the median of N (three by default).
"""

import argparse
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from ingestion.chromium import find_chromium  # noqa: E402
from tests.face.site import demo  # noqa: E402

VERSION = "12.2.3"
TRIES = 3
BARS = {"performance": 95, "accessibility": 100, "best-practices": 100, "seo": 100}
PAGES = {
    "home": "/en/",
    "brand": "/en/brands/lumenhall/",
    "product": "/en/products/lumenhall/lumenhall-k-49/",
    "search": "/en/search/?q=factory+reset",
    "ask": "/en/ask/",
    "home in Hebrew": "/he/",
}
HOME_BYTES, NEXT_BYTES = 120_000, 30_000


def main() -> int:
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--pages", default=",".join(PAGES))
    asked.add_argument("--runs", type=int, default=3)
    given = asked.parse_args()
    program = lighthouse()
    with tempfile.TemporaryDirectory() as folder, demo(Path(folder)) as site:
        kept = {item["url"] for item in requests(report(program, site.base + PAGES["home"])["audits"])}
        wanted = [name for name in PAGES if name in given.pages.split(",")]
        below = [fault for name in wanted for fault in row(program, site.base, name, given.runs, kept)]
    print("\n".join(below) or "Every page is at or above the bar.")  # noqa: T201
    return 1 if below else 0


def lighthouse() -> Path:
    folder = Path(os.environ.get("HALILIT_LIGHTHOUSE", ROOT / ".lighthouse"))
    program = folder / "node_modules" / ".bin" / "lighthouse"
    if not program.exists():
        if not (npm := shutil.which("npm")):
            sys.exit("npm was not found. Install Node.js 20 or newer, which brings it, and run make lighthouse again.")
        folder.mkdir(parents=True, exist_ok=True)
        words = [npm, "install", "--prefix", str(folder), "--no-audit", "--no-fund", "-E", f"lighthouse@{VERSION}"]
        if subprocess.run(words, check=False).returncode:
            sys.exit(f"npm could not install lighthouse {VERSION}; its message stands above.")
    return program


def row(program: Path, base: str, name: str, runs: int, kept: set[str]) -> list[str]:
    """Prints one page's scores and weights, the median of the runs; returns what is below the bar.

    `kept` are the addresses of what the home page has brought: the next page need not fetch them.
    """
    reports = [report(program, base + PAGES[name]) for _ in range(runs)]
    scores = {
        kind: round(100 * statistics.median(one["categories"][kind]["score"] or 0 for one in reports)) for kind in BARS
    }
    audits = reports[0]["audits"]
    first = audits["total-byte-weight"]["numericValue"]
    following = sum(
        item["transferSize"]
        for item in requests(audits)
        if item["url"] not in kept or item["url"] == base + PAGES[name]
    )
    pictures = sum(item["transferSize"] for item in requests(audits) if item["resourceType"] == "Image")
    shift = audits["cumulative-layout-shift"]["numericValue"]
    said = "  ".join(f"{kind} {score}" for kind, score in scores.items())
    print(  # noqa: T201
        f"{name:14} {said}  first visit {first / 1000:.0f} kB  as a next page {following / 1000:.1f} kB"
        f"  pictures {pictures / 1000:.0f} kB  shift {shift:.3f}"
        f"  largest picture or text {median_of(reports, 'largest-contentful-paint') / 1000:.1f} s"
        f"  blocked {median_of(reports, 'total-blocking-time'):.0f} ms",
        flush=True,
    )
    faults = [f"{name}: {kind} is {scores[kind]}, not {bar}" for kind, bar in BARS.items() if scores[kind] < bar]
    faults += [f"{name}: {first:.0f} bytes on the first visit" for _ in [0] if "home" in name and first > HOME_BYTES]
    faults += [f"{name}: as a next page it has {following} bytes" for _ in [0] if following > NEXT_BYTES]
    return faults + [f"{name}: {what}" for what in failing(reports[0])]


def median_of(reports: list[dict], audit: str) -> float:
    return statistics.median(report["audits"][audit]["numericValue"] for report in reports)


def requests(audits: dict) -> list[dict]:
    return audits["network-requests"]["details"]["items"]


def failing(report: dict) -> list[str]:
    """Audits that count for one of the categories that must be whole, and fail."""
    counted = {
        ref["id"]
        for kind in ("accessibility", "best-practices", "seo")
        for ref in report["categories"][kind]["auditRefs"]
        if ref["weight"]
    }
    audits = report["audits"]
    return [
        audits[name]["title"] for name in counted if audits[name]["score"] is not None and audits[name]["score"] < 1
    ]


def report(program: Path, address: str) -> dict:
    flags = "--headless=new --no-sandbox --disable-dev-shm-usage"
    words = [str(program), address, "--output=json", "--quiet", f"--chrome-flags={flags}", "--max-wait-for-load=45000"]
    for _ in range(TRIES):  # a busy machine may lose the beginning of a recording
        done = subprocess.run(
            words, env=os.environ | {"CHROME_PATH": find_chromium() or ""}, capture_output=True, text=True, check=False
        )
        if not done.returncode:
            return json.loads(done.stdout)
    sys.exit(f"Lighthouse could not measure {address}:\n{done.stderr}")


if __name__ == "__main__":
    sys.exit(main())
