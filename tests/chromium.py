"""The browser of tests: a real headless Chromium, as the renderer of scrapes finds it."""

import contextlib
import os
from collections.abc import Iterator

from playwright.sync_api import Browser, sync_playwright

from ingestion.chromium import find_chromium, launch_arguments

PATIENCE = 60_000  # milliseconds; no bar: many tests and their servers share few cores


@contextlib.contextmanager
def chromium() -> Iterator[Browser]:
    """While it is open, the thread cannot use the ORM: the browser's loop forbids it."""
    executable = find_chromium(os.environ.get("HALILIT_CHROMIUM", ""))
    assert executable, "No Chromium: `make setup` installs one, or name it in HALILIT_CHROMIUM."
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=executable, args=launch_arguments())
        yield browser
        browser.close()
