"""A run over a site that means harm ends, every harm has its fate, and no process grows beyond its bounds."""

import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from ingestion.browser_bounds import RENDERER, descendants
from tests.installation import Installation

from .hostile import LINKED, serve

pytestmark = pytest.mark.processes
MOST = 400_000_000  # bytes that any process of a run may hold
# Patience is what these harms try; a run has more of it than a test.
IMPATIENT = """
import sys, httpx
from django.conf import settings
from django.core.management import call_command
import django; django.setup()
from ingestion import fetch
settings.RETRY_SECONDS = (0.1, 0.1, 0.1)
fetch.START_SECONDS, fetch.TIMEOUT = 3.0, httpx.Timeout(3.0)
call_command("scrape", "Harm", url=sys.argv[1], inline=True, rate=0, max_pages=60)
"""


def peaks(process: subprocess.Popen[bytes]) -> dict[str, int]:
    """Bytes that each kind of process below this one held at most, while it lives."""
    most: dict[str, int] = {}
    while process.poll() is None:
        for pid in (process.pid, *descendants(process.pid)):
            try:
                words = Path(f"/proc/{pid}/cmdline").read_bytes()
                status = dict(
                    line.split(":\t", 1)
                    for line in Path(f"/proc/{pid}/status").read_text().splitlines()
                    if ":\t" in line
                )
            except OSError:
                continue
            if "VmHWM" in status:
                name = kind_of(words)
                most[name] = max(most.get(name, 0), int(status["VmHWM"].split()[0]) * 1024)
        time.sleep(0.03)
    return most


def kind_of(words: bytes) -> str:
    known = {
        b"pdf_worker": "pdf",
        b"reader_worker": "reader",
        RENDERER: "renderer",
        b"--type=": "chromium's own",
        b"--headless": "chromium's own",
        b"run-driver": "driver",
    }
    return next((name for word, name in known.items() if word in words), "main")


def fates(installation: Installation, base: str) -> dict[str, tuple[str, str]]:
    rows = installation.rows("select url, state, code from ingestion_frontierurl")
    return {url.removeprefix(base): (state, code) for url, state, code in rows if "/none/" not in url}


def test_each_harm_has_its_fate_and_no_process_grows_beyond_its_bounds(installation):
    with serve() as base:
        process = installation.start(sys.executable, "-c", IMPATIENT, base, DJANGO_SETTINGS_MODULE="halilit.settings")
        seen: dict[str, int] = {}
        watch = threading.Thread(target=lambda: seen.update(peaks(process)))
        watch.start()
        try:
            assert process.wait(timeout=240) == 0
        finally:
            process.kill()
            watch.join()
        found = fates(installation, base)
    expected = {
        "/": ("stored", "read_as"), "/circle1": ("failed", "redirect_circle"), "/further0": ("failed", "redirect_circle"),
        "/endless": ("skipped", "too_large"), "/endless.pdf": ("skipped", "too_large"), "/drip": ("failed", "slow_download"),
        "/bomb": ("skipped", "too_large"), "/claim": ("skipped", "too_large"),
        "/inside": ("skipped", "foreign_host"), "/metadata": ("skipped", "foreign_host"), "/none": ("failed", "missing"),
    }  # fmt: skip
    assert {path: fate for path, fate in found.items() if path in expected} == expected
    assert set(LINKED) <= set(found) and all(state not in ("queued", "fetching") for state, _ in found.values())
    assert all(found[path][0] == "failed" and found[path][1] for path in found if path.startswith("/f/"))
    assert {"main", "reader", "pdf", "renderer"} <= set(seen)
    # A page that fills the memory is ended by what looks at it a few times a second: it may be beyond its bound by then.
    assert max(seen.values()) <= MOST, seen
